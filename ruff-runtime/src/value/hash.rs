//! The hash of keys and values: a multiply folded onto itself, seeded per process so that nobody outside can choose
//! keys that collide. What has the same hash as what is said by `dict` and `equality`.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// An odd number with no pattern, the golden ratio's digits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Another, pi's.
const PI: u64 = 0x2436_a885_a308_d313;

/// 0 until somebody asks.
static SEED: AtomicU64 = AtomicU64::new(0);

#[inline]
fn seed() -> u64 {
    // Two threads may race to set it, and only the first one's seed is ever seen.
    match SEED.load(Ordering::Relaxed) {
        0 => first_seed(),
        seed => seed,
    }
}

#[cold]
#[inline(never)]
fn first_seed() -> u64 {
    let seed = std::hash::RandomState::new().build_hasher().finish() | 1;
    SEED.compare_exchange(0, seed, Ordering::Relaxed, Ordering::Relaxed).err().unwrap_or(seed)
}

/// Both halves of the 128-bit product, folded into one: every bit of the operands reaches every bit of the result.
#[inline]
pub(super) fn mix(lhs: u64, rhs: u64) -> u64 {
    let product = u128::from(lhs) * u128::from(rhs);
    // The two halves are what is wanted.
    product as u64 ^ (product >> 64) as u64
}

/// The hash of an int.
#[inline]
pub(super) fn of_int(int: i64) -> u64 {
    mix(int.cast_unsigned() ^ seed(), GOLDEN)
}

/// The hash of two words.
#[inline]
pub(super) fn of_words(first: u64, second: u64) -> u64 {
    let seed = seed();
    mix(first ^ seed, second ^ seed.rotate_left(32) ^ PI)
}

/// The hash of text or bytes of any length. Cost: a multiply per 16 bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    let seed = seed();
    let other = seed.rotate_left(32) ^ PI;
    let mut state = seed ^ (bytes.len() as u64).wrapping_mul(GOLDEN);
    let (blocks, rest) = bytes.as_chunks::<16>();
    for block in blocks {
        state = absorb(state, other, block);
    }
    let mut last = [0; 16];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    absorb(state, other, &last)
}

#[inline]
fn absorb(state: u64, other: u64, block: &[u8; 16]) -> u64 {
    let both = u128::from_le_bytes(*block);
    mix(both as u64 ^ state, (both >> 64) as u64 ^ other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_input_gives_equal_hashes_and_other_input_others() {
        assert_eq!(of_int(5), of_int(5));
        assert_ne!(of_int(5), of_int(6));
        assert_eq!(of_bytes(b"some longer text"), of_bytes(b"some longer text"));
        assert_ne!(of_bytes(b"some longer text"), of_bytes(b"some longer text\0"));
        assert_ne!(of_bytes(b""), of_bytes(b"\0"));
    }

    #[test]
    fn the_bits_that_choose_a_slot_spread() {
        for stride in [1, 8, 1000, 4096, 1 << 32] {
            let mut slots: Vec<u64> = (0..1000).map(|int| of_int(int * stride) >> 32 & 0xfff).collect();
            slots.sort_unstable();
            slots.dedup();
            // 1000 balls in 4096 bins hit about 887 of them.
            assert!(slots.len() > 700, "{} with stride {stride}", slots.len());
        }
    }
}
