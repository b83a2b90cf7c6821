//! Base64 after RFC 4648, padded and strict: there is exactly one text for any bytes.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Why a text is not base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// Too few or too many `=`.
    #[error("Invalid padding")]
    Padding,
    /// A byte that is not in the alphabet.
    #[error("Invalid byte {byte}, offset {offset}.")]
    Byte { byte: u8, offset: usize },
    /// Bits of the last digit that stand for nothing are set.
    #[error("Invalid last symbol {byte}, offset {offset}.")]
    LastSymbol { byte: u8, offset: usize },
}

/// The text of `bytes`.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let [first, second, third] =
            [0, 1, 2].map(|at| u32::from(group.get(at).copied().unwrap_or_default()));
        let bits = first << 16 | second << 8 | third;
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            // A group of n bytes has n + 1 digits.
            let digit = ALPHABET.get((bits >> shift & 63) as usize).filter(|_| at <= group.len());
            out.push(char::from(*digit.unwrap_or(&b'=')));
        }
    }
    out
}

/// The bytes of `text`.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, Problem> {
    let digits = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for (offset, byte) in digits.bytes().enumerate() {
        let digit = value(byte).ok_or(Problem::Byte { byte, offset })?;
        bits = bits << 6 | digit;
        count += 6;
        if count >= 8 {
            count -= 8;
            // The byte on top; what is left of it goes.
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    let padding = text.len() - digits.len();
    if padding != (4 - digits.len() % 4) % 4 || padding > 2 {
        return Err(Problem::Padding);
    }
    match digits.bytes().last() {
        Some(byte) if bits != 0 => Err(Problem::LastSymbol { byte, offset: digits.len() - 1 }),
        _ => Ok(out),
    }
}

fn value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ];
        for (text, encoded) in pairs {
            assert_eq!(encode(text.as_bytes()), encoded);
            assert_eq!(decode(encoded), Ok(text.as_bytes().to_vec()));
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)), Ok(all));
    }

    #[test]
    fn what_is_not_canonical() {
        for text in ["Zg", "Zg=", "Zg===", "Zm9v=", "Z", "====", "="] {
            assert_eq!(decode(text), Err(Problem::Padding), "{text}");
        }
        assert_eq!(decode("Zm 9v"), Err(Problem::Byte { byte: b' ', offset: 2 }));
        assert_eq!(decode("Z=g="), Err(Problem::Byte { byte: b'=', offset: 1 }));
        assert_eq!(decode("Zh=="), Err(Problem::LastSymbol { byte: b'h', offset: 1 }));
        assert_eq!(decode("Zm9vé"), Err(Problem::Byte { byte: 0xc3, offset: 4 }));
    }
}
