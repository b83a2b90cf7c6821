//! [`Status`]: how the process ends.

/// An exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Status(u8);

impl Status {
    /// All went well.
    pub(crate) const SUCCESS: Status = Status(0);
    /// The command line makes no sense.
    pub(crate) const USAGE: Status = Status(2);
    /// The source has lexical or syntax errors.
    pub(crate) const SYNTAX: Status = Status(3);
    /// The program failed, or cannot be compiled.
    pub(crate) const FAILED: Status = Status(4);
    /// A file cannot be read or written.
    pub(crate) const IO: Status = Status(5);
    /// A defect of Ruff itself.
    pub(crate) const INTERNAL: Status = Status(6);
    /// `--timeout` is over.
    pub(crate) const TIMEOUT: Status = Status(124);

    /// What `exit(n)` means: `n` modulo 256, except that nothing but 0 becomes success.
    pub(crate) fn of_program(n: i32) -> Self {
        let [low, ..] = n.to_le_bytes();
        Status(if low == 0 && n != 0 { 1 } else { low })
    }

    /// What a shell makes of a process that this signal ended.
    pub(crate) fn of_signal(signal: i32) -> Self {
        Status::of_program(signal.saturating_add(128))
    }

    /// Ends the process at once. Freeing a large heap value by value would take longer than the process needs to end.
    #[expect(clippy::disallowed_methods, reason = "the command line ends its own process")]
    pub(crate) fn exit(self) -> ! {
        std::process::exit(self.code())
    }

    /// The number.
    pub(crate) fn code(self) -> i32 {
        i32::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_zero_becomes_success() {
        let codes = [0, 7, 255, 256, 512, -1, 300].map(|n| Status::of_program(n).code());
        assert_eq!(codes, [0, 7, 255, 1, 1, 255, 44]);
    }
}
