//! Safepoints: where running code looks up, at calls and loop turns, and the limits it finds there.
//!
//! One counter in the machine counts down at every safepoint; only when it reaches 0 is anything looked at.

use std::time::Duration;

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::error::VmError;

/// Safepoints between two looks at the clock.
const INTERVAL: u32 = 10_000;

/// The limits on one run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    fuel: Option<u64>,
    time: Option<Duration>,
    fuel_used: u64,
    /// Safepoints that the counter was started with.
    started: u32,
    began: Duration,
}

impl Limits {
    pub(super) fn new(options: &crate::engine::Options) -> Limits {
        let mut limits = Limits {
            fuel: options.fuel,
            time: options.time_limit,
            fuel_used: 0,
            started: 0,
            began: Duration::ZERO,
        };
        limits.started = limits.interval();
        limits
    }

    /// Starts the clock of a run.
    pub(super) fn start(&mut self, now: Duration) {
        self.began = now;
        self.fuel_used = 0;
    }

    /// How many safepoints may pass before the next look.
    pub(super) fn interval(&self) -> u32 {
        let left = self.fuel.map(|fuel| fuel.saturating_sub(self.fuel_used).max(1));
        left.map_or(INTERVAL, |left| u32::try_from(left).unwrap_or(INTERVAL).min(INTERVAL))
    }
}

impl Vm {
    /// Counts a safepoint outside the dispatch loop.
    #[inline]
    pub(super) fn tick(&mut self) -> VmResult {
        self.countdown = self.countdown.wrapping_sub(1);
        if self.countdown == 0 { self.safepoint() } else { Ok(()) }
    }

    /// Looks at the limits.
    #[cold]
    pub(super) fn safepoint(&mut self) -> VmResult {
        self.limits.fuel_used += u64::from(self.limits.started);
        self.limits.started = self.limits.interval();
        self.countdown = self.limits.started;
        if let Some(fuel) = self.limits.fuel
            && self.limits.fuel_used >= fuel
        {
            return Err(VmError::limit(
                Code::InstructionLimit,
                format!("Instruction limit of {fuel} exceeded"),
            ));
        }
        if let Some(time) = self.limits.time
            && self.host.uptime().saturating_sub(self.limits.began) >= time
        {
            let seconds = time.as_secs_f64();
            return Err(VmError::limit(Code::TimeLimit, format!("Time limit of {seconds} s exceeded")));
        }
        Ok(())
    }

    /// Calls and loop turns since the run began.
    pub(crate) fn fuel_used(&self) -> u64 {
        self.limits.fuel_used + u64::from(self.limits.started.wrapping_sub(self.countdown))
    }
}
