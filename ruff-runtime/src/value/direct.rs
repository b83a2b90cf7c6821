//! [`Direct`]: from small numbers to positions in a list of entries, under dicts whose keys are ints without large gaps.

/// A place for every number, with the position of its entry.
///
/// A look-up is one load from a table a quarter the size of an [`super::index::Index`]: with 60,000 int keys at random
/// it takes half the time.
#[derive(Clone)]
pub(super) struct Direct {
    /// Positions count from 1, so that 0 is none.
    places: Vec<u32>,
    len: usize,
}

/// Places for one entry at most; an index needs as much memory.
const SPARSEST: usize = 8;

impl Direct {
    /// A table for `numbers` and the positions of their entries, unless it would be too sparse.
    pub(super) fn new(numbers: impl Iterator<Item = (usize, usize)> + Clone) -> Option<Self> {
        let largest = numbers.clone().map(|(number, _)| number).max()?;
        let mut direct = Direct { places: Vec::new(), len: 0 };
        if places_for(largest)? > SPARSEST * numbers.clone().count() {
            return None;
        }
        direct.places.resize(places_for(largest)?, 0);
        numbers.into_iter().all(|(number, position)| direct.insert(number, position)).then_some(direct)
    }

    /// The position of the entry for `number`.
    #[inline]
    pub(super) fn find(&self, number: usize) -> Option<usize> {
        (*self.places.get(number)? as usize).checked_sub(1)
    }

    /// Puts in a number that is not there yet; false if that would make the table too sparse.
    #[inline]
    pub(super) fn insert(&mut self, number: usize, position: usize) -> bool {
        let Ok(place) = u32::try_from(position + 1) else { return false };
        if number >= self.places.len() && !self.grow(number) {
            return false;
        }
        if let Some(free) = self.places.get_mut(number) {
            *free = place;
            self.len += 1;
        }
        true
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, number: usize) -> bool {
        match places_for(number) {
            Some(places) if places <= SPARSEST * (self.len + 1) => {
                self.places.resize(places, 0);
                true
            }
            _ => false,
        }
    }

    /// Takes a number out.
    pub(super) fn remove(&mut self, number: usize) {
        if let Some(place) = self.places.get_mut(number)
            && *place != 0
        {
            *place = 0;
            self.len -= 1;
        }
    }
}

/// `None` for numbers far beyond what could be dense.
fn places_for(number: usize) -> Option<usize> {
    number.checked_add(1)?.checked_next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_until_they_are_taken_out() {
        let mut direct = Direct::new([(3, 0), (0, 1)].into_iter()).unwrap();
        assert!(direct.insert(2, 2));
        direct.remove(3);
        direct.remove(9);
        assert_eq!([0, 1, 2, 3, 4].map(|number| direct.find(number)), [Some(1), None, Some(2), None, None]);
    }

    #[test]
    fn sparse_numbers_are_refused() {
        assert!(Direct::new([(16, 0), (0, 1)].into_iter()).is_none());
        assert!(Direct::new([(usize::MAX, 0)].into_iter()).is_none());
        let mut direct = Direct::new([(0, 0)].into_iter()).unwrap();
        assert!(direct.insert(15, 1));
        assert!(!direct.insert(1_000_000, 2));
        assert!(!direct.insert(usize::MAX, 2));
        assert_eq!(direct.find(15), Some(1));
    }
}
