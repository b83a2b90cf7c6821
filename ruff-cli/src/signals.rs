//! SIGINT and SIGTERM while a program runs: the first asks it to end, the second ends the process. And SIGABRT, which is
//! an internal failure.
//!
//! Elsewhere, and outside of Unix, the signals do what they do to any process.

use std::time::Duration;

use ruff_runtime::interrupt::Interrupt;

use crate::status::Status;

/// How long a program may take to end when asked: a second for its `finally` blocks, and some time to get there. A builtin
/// that is stuck gets no further.
const PATIENCE: Duration = Duration::from_secs(3);

#[cfg(unix)]
mod unix {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

    use signal_hook::consts::{SIGABRT, SIGINT, SIGTERM};
    use signal_hook::flag::register_conditional_shutdown;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{Interrupt, PATIENCE, Status};

    /// The signal that came first, 0 before any.
    static FIRST: AtomicI32 = AtomicI32::new(0);

    /// From now on signals interrupt the program.
    pub(crate) fn catch(interrupt: Interrupt) {
        // What the standard library sends after it has said that there is no memory left. If it cannot be caught, that
        // is how the process ends.
        let always = Arc::new(AtomicBool::new(true));
        let _ = register_conditional_shutdown(SIGABRT, Status::INTERNAL.code(), always);
        // Without the handlers the signals end the process at once, which is better than nothing.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        std::thread::spawn(move || {
            let mut coming = signals.forever();
            let Some(first) = coming.next() else { return };
            FIRST.store(first, Ordering::Relaxed);
            interrupt.request();
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                end_by(first);
            });
            if let Some(second) = coming.next() {
                end_by(second);
            }
        });
    }

    /// Ends the process by the signal that interrupted the program, as whoever started it expects.
    pub(crate) fn end() -> ! {
        end_by(FIRST.load(Ordering::Relaxed))
    }

    fn end_by(signal: i32) -> ! {
        // Does not return, unless the signal is blocked.
        let _ = emulate_default_handler(signal);
        Status::of_signal(signal).exit()
    }
}

#[cfg(unix)]
pub(crate) use unix::{catch, end};

/// Here the system ends the process itself.
#[cfg(not(unix))]
pub(crate) fn catch(_interrupt: Interrupt) {}

/// Nothing interrupts a program here.
#[cfg(not(unix))]
pub(crate) fn end() -> ! {
    Status::of_signal(2).exit()
}
