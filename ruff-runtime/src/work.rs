//! Counts the steps of walks over code and values in tests, which check by them that the work is linear in the
//! input: a count is the same on every machine, a time is not. Otherwise it costs nothing.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes that many steps.
#[inline]
pub(crate) fn note(steps: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + steps as u64);
    #[cfg(not(test))]
    let _ = steps;
}

/// The steps that `body` takes.
#[cfg(test)]
pub(crate) fn count(body: impl FnOnce()) -> u64 {
    let before = STEPS.get();
    body();
    STEPS.get() - before
}
