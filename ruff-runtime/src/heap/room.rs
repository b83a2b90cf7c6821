//! Whether there is memory for something large.
//!
//! An allocation that fails ends the process, with what it has printed and not written out yet. So whoever is about to
//! make something large asks first; what is small is taken for granted.

/// Bytes from which on it is worth asking.
const LARGE: usize = 16 * 1024 * 1024;

/// Whether `bytes` more could be allocated now. Cost: a few microseconds where it is a question at all.
#[inline]
pub fn has_room(bytes: usize) -> bool {
    bytes < LARGE || Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_little_and_none_for_everything() {
        assert!(has_room(0) && has_room(LARGE));
        assert!(!has_room(usize::MAX / 4));
    }
}
