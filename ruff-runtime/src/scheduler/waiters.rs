//! Lists of those who wait for something, first come, first served.

use std::collections::VecDeque;

/// Adds somebody to a list. Those who wait no longer, as `is_waiting` says, are swept out when the list is full, so that
/// one that many join and leave does not grow. Cost: amortised constant.
pub(super) fn join<T>(list: &mut VecDeque<T>, waiter: T, is_waiting: impl Fn(&T) -> bool) {
    if list.len() == list.capacity() {
        list.retain(is_waiting);
        // With half of it free, the next sweep is as far away as this one was long.
        list.reserve(list.len().max(1));
    }
    list.push_back(waiter);
}

/// Such a list that is mostly empty, or has one who waits.
#[derive(Default)]
pub(super) enum Waiters<T> {
    #[default]
    None,
    One(T),
    Many(VecDeque<T>),
}

impl<T> Waiters<T> {
    /// As [`join`].
    pub(super) fn join(&mut self, waiter: T, is_waiting: impl Fn(&T) -> bool) {
        *self = match std::mem::take(self) {
            Waiters::One(first) if is_waiting(&first) => Waiters::Many(VecDeque::from([first, waiter])),
            Waiters::None | Waiters::One(_) => Waiters::One(waiter),
            Waiters::Many(mut list) => {
                join(&mut list, waiter, is_waiting);
                Waiters::Many(list)
            }
        };
    }

    /// Everybody, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let (first, more) = match self {
            Waiters::None => (None, None),
            Waiters::One(first) => (Some(first), None),
            Waiters::Many(list) => (None, Some(list)),
        };
        first.into_iter().chain(more.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_left_are_swept_out() {
        let mut list = VecDeque::new();
        for waiter in 0..100_000 {
            join(&mut list, waiter, |known| [0, 7, waiter - 1].contains(known));
        }
        assert!(list.len() < 16 && list.capacity() < 32, "{} of {}", list.len(), list.capacity());
        assert_eq!(list.iter().take(2).collect::<Vec<_>>(), [&0, &7]);
    }

    #[test]
    fn those_who_stay_are_looked_at_seldom() {
        let looks = std::cell::Cell::new(0);
        let mut list = VecDeque::new();
        for waiter in 0..10_000 {
            join(&mut list, waiter, |_| {
                looks.set(looks.get() + 1);
                true
            });
        }
        assert_eq!(list.len(), 10_000);
        assert!(looks.get() < 40_000, "{looks:?}");
    }

    #[test]
    fn one_who_waits_needs_no_list() {
        let mut waiters = Waiters::None;
        for waiter in 1..5 {
            waiters.join(waiter, |known| *known > 2);
        }
        assert_eq!(waiters.iter().collect::<Vec<_>>(), [&3, &4]);
    }
}
