//! Finding the end of what needs no care in a string.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The number of bytes at the start of `bytes` that stand for themselves in a JSON string: up to the first `"`, `\` or
/// control character.
#[inline]
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let rest = words.len() * 8;
    let is_special = |&byte: &u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let tail = bytes.get(rest..).unwrap_or_default();
    rest + tail.iter().position(is_special).unwrap_or(tail.len())
}

/// The high bit of every byte that is not plain; what lies above the first one may be wrong.
#[inline]
fn special(word: u64) -> u64 {
    // `x - 1` borrows into the high bit of a byte that is 0 and had none itself.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let below_blank = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5c)) | below_blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255 {
            for len in 0..20 {
                for at in 0..len {
                    let mut bytes = vec![b'~'; len];
                    bytes[at] = byte;
                    let is_special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(
                        plain_len(&bytes),
                        if is_special { at } else { len },
                        "{byte} at {at} of {len}"
                    );
                }
            }
        }
        assert_eq!(plain_len("äöü\u{1F468}ß and more of that\n".as_bytes()), 29);
    }
}
