//! Lists of words in lines of a given width.

/// `words` with `separator` between them, in lines of at most `width` characters where words allow it. A separator
/// stays at the end of its line, without its blanks.
pub(crate) fn wrapped<T: AsRef<str>>(words: &[T], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, word) in words.iter().map(AsRef::as_ref).enumerate() {
        let behind = if index + 1 < words.len() { separator.trim_end() } else { "" };
        let needed = separator.len() - separator.trim_end().len() + word.chars().count() + behind.len();
        match lines.last_mut() {
            Some(line) if line.chars().count() + needed <= width => {
                line.push_str(&separator[separator.trim_end().len()..]);
                line.push_str(word);
                line.push_str(behind);
            }
            _ => lines.push(format!("{word}{behind}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_filled_up_to_the_width() {
        assert_eq!(wrapped(&["aa", "bb", "cc"], ", ", 7), ["aa, bb,", "cc"]);
        assert_eq!(wrapped(&["aaaaaaaaaa", "b"], ", ", 4), ["aaaaaaaaaa,", "b"]);
        assert_eq!(wrapped(&["a", "b"], " ", 9), ["a b"]);
        assert_eq!(wrapped::<&str>(&[], ", ", 9), [""; 0]);
    }
}
