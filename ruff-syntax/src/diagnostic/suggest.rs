//! "Did you mean": the nearest of a set of candidate names.

/// The candidate closest to `name`, if one is close enough to be a likely slip.
///
/// Accepts a distance of 1 for names up to 4 characters, 2 up to 8, else 3. Ties go to the candidate that differs
/// only in case, then to the alphabetically first. Cost: O(candidates × length²).
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = match length {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| {
            let folded = distance(&name.to_lowercase(), &candidate.to_lowercase());
            (folded, distance(name, candidate), candidate)
        })
        .filter(|(folded, exact, _)| *exact <= allowed || *folded == 0)
        .min_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)))
        .map(|(_, _, candidate)| candidate)
}

/// The Damerau–Levenshtein distance (optimal string alignment) in characters.
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, &cb) in b.iter().enumerate() {
            let mut best = (previous[j] + usize::from(ca != cb)).min(previous[j + 1] + 1).min(current[j] + 1);
            if i > 0 && j > 0 && ca == b[j - 1] && a[i - 1] == cb {
                best = best.min(before[j - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(distance("pirnt", "print"), 1);
        assert_eq!(closest("pirnt", ["print", "println"]), Some("print"));
    }

    #[test]
    fn far_names_are_not_suggested() {
        assert_eq!(closest("xyz", ["print", "len"]), None);
    }
}
