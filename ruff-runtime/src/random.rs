//! [`Randomness`]: the random numbers of a program, as hosts keep them.

use crate::host::HostResult;

/// Bytes fetched at once: the operating system is asked once for 64 numbers.
const POOL: usize = 512;

/// Where `random` and its like draw from: a sequence that a seed determines, or else bytes that nobody can predict.
///
/// The sequence is part of what programs rely on. It is that of xoshiro256++ by Blackman and Vigna, whose state is the
/// first four numbers of their splitmix64 for the seed, and stays so on every platform.
#[derive(Debug, Clone, Default)]
pub struct Randomness {
    sequence: Option<[u64; 4]>,
    /// Fetched and not used yet.
    pool: Vec<u8>,
}

impl Randomness {
    /// Starts the sequence of `seed`; `None` ends it.
    pub fn seed(&mut self, seed: Option<u64>) {
        self.sequence = seed.map(|seed| {
            let mut state = seed;
            [(); 4].map(|()| splitmix(&mut state))
        });
    }

    /// The next 64 bits. `fetch` fills a buffer with bytes that nobody can predict; without a seed it is called now and
    /// then, and its error is handed on.
    #[inline]
    pub fn draw(&mut self, fetch: impl FnOnce(&mut [u8]) -> HostResult<()>) -> HostResult<u64> {
        if let Some(state) = &mut self.sequence {
            return Ok(xoshiro(state));
        }
        if self.pool.is_empty() {
            let mut pool = vec![0; POOL];
            fetch(&mut pool)?;
            self.pool = pool;
        }
        let mut number = [0; 8];
        for (byte, fetched) in number.iter_mut().zip(self.pool.drain(self.pool.len().saturating_sub(8)..)) {
            *byte = fetched;
        }
        Ok(u64::from_le_bytes(number))
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[inline]
fn xoshiro(state: &mut [u64; 4]) -> u64 {
    let [first, second, third, fourth] = *state;
    let (mixed_third, mixed_fourth) = (third ^ first, fourth ^ second);
    *state = [
        first ^ mixed_fourth,
        second ^ mixed_third,
        mixed_third ^ second << 17,
        mixed_fourth.rotate_left(45),
    ];
    first.wrapping_add(fourth).rotate_left(23).wrapping_add(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{HostError, HostErrorKind};

    fn nothing(_: &mut [u8]) -> HostResult<()> {
        Err(HostError { kind: HostErrorKind::Denied, message: String::new() })
    }

    #[test]
    fn the_published_sequences() {
        let mut state = 1_477_776_061_723_855_037;
        assert_eq!(
            [(); 3].map(|()| splitmix(&mut state)),
            [1_985_237_415_132_408_290, 2_979_275_885_539_914_483, 13_511_426_838_097_143_398]
        );
        let mut state = [1, 2, 3, 4];
        assert_eq!(
            [(); 4].map(|()| xoshiro(&mut state)),
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]
        );
    }

    #[test]
    fn a_seed_starts_the_sequence_again() {
        let mut randomness = Randomness::default();
        randomness.seed(Some(7));
        let first = [(); 3].map(|()| randomness.draw(nothing).unwrap());
        randomness.seed(Some(7));
        assert_eq!([(); 3].map(|()| randomness.draw(nothing).unwrap()), first);
        randomness.seed(Some(8));
        assert_ne!(randomness.draw(nothing).unwrap(), first[0]);
        randomness.seed(None);
        assert!(randomness.draw(nothing).is_err());
    }

    #[test]
    fn bytes_are_fetched_once_for_many_numbers_and_used_once() {
        let mut randomness = Randomness::default();
        let mut fetched = 0;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..130 {
            let number = randomness.draw(|pool| {
                fetched += 1;
                for (byte, at) in pool.iter_mut().zip(0_usize..) {
                    *byte = (at / 8 + fetched * 64) as u8;
                }
                Ok(())
            });
            seen.insert(number.unwrap());
        }
        assert_eq!((fetched, seen.len()), (3, 130));
    }
}
