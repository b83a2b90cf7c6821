//! Safepoints: where running code looks up, at calls and loop turns, and the limits it finds there.
//!
//! One counter in the machine counts down at every safepoint; only when it reaches 0 is anything looked at. Whether the
//! program is to end is asked after each builtin written in Rust besides, since a few of them may take long.

use std::time::Duration;

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::error::{Ending, VmError};
use crate::host::Host;
use crate::value::ErrorValue;

/// Safepoints between two looks at the clock.
const INTERVAL: u32 = 10_000;

/// How long `finally` blocks may run once the program is to end.
const CLEANUP: Duration = Duration::from_secs(1);

/// How long those of an isolate may run that was cancelled.
const GUEST_CLEANUP: Duration = Duration::from_secs(5);

/// The limits on one run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    fuel: Option<u64>,
    time: Option<Duration>,
    /// As `time`, for the scheduler.
    waiting: Option<Duration>,
    fuel_used: u64,
    /// Safepoints that the counter was started with.
    started: u32,
    began: Duration,
    /// How the program ends, and until when its `finally` blocks may run, by the isolate's clock.
    cleanup: Option<(Ending, Duration)>,
    /// When nothing of the program may run any more, in real time, of which `began` is too.
    deadline: Option<Duration>,
    /// When something happens to a scope that the fiber that runs is in, by the isolate's clock.
    alarm: Option<Duration>,
    /// One of these is set.
    is_watched: bool,
}

impl Limits {
    pub(super) fn new(options: &crate::engine::Options) -> Limits {
        let mut limits = Limits {
            fuel: options.fuel,
            time: options.time_limit,
            waiting: options.scheduler_timeout,
            fuel_used: 0,
            started: 0,
            began: Duration::ZERO,
            cleanup: None,
            deadline: None,
            alarm: None,
            is_watched: false,
        };
        limits.started = limits.interval();
        limits
    }

    /// When nothing of the program may run any more, in real time.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Until when `finally` blocks may run, by the isolate's clock, if the program is to end.
    pub(super) fn end_of_cleanup(&self) -> Option<Duration> {
        self.cleanup.map(|(_, until)| until)
    }

    #[inline]
    fn watch(&mut self) {
        self.is_watched = self.deadline.is_some() || self.cleanup.is_some() || self.alarm.is_some();
    }

    /// How many safepoints may pass before the next look.
    pub(super) fn interval(&self) -> u32 {
        let left = self.fuel.map(|fuel| fuel.saturating_sub(self.fuel_used).max(1));
        left.map_or(INTERVAL, |left| u32::try_from(left).unwrap_or(INTERVAL).min(INTERVAL))
    }
}

impl Vm {
    /// Starts the clock of a run.
    pub(super) fn start_limits(&mut self) {
        self.limits.began = self.host.real_uptime();
        self.limits.fuel_used = 0;
        self.limits.cleanup = None;
        let limit = [self.limits.time, self.limits.waiting].into_iter().flatten().min();
        self.limits.deadline = limit.map(|limit| self.limits.began.saturating_add(limit));
        self.set_alarm(None);
        self.tell_deadlines();
    }

    /// Notes when something happens to the scopes that the fiber that runs is in, which are not what they were.
    #[inline]
    pub(super) fn watch_scopes(&mut self) {
        self.set_alarm(self.scheduler.next_alarm());
    }

    #[inline]
    fn set_alarm(&mut self, alarm: Option<Duration>) {
        self.limits.alarm = alarm;
        self.limits.watch();
    }

    fn tell_deadlines(&mut self) {
        self.host.set_deadlines(self.limits.deadline, self.limits.end_of_cleanup());
    }

    /// Whether nothing of the program may run any more.
    fn is_time_over(&self) -> bool {
        self.limits.deadline.is_some_and(|deadline| self.host.real_uptime() >= deadline)
            || self.limits.end_of_cleanup().is_some_and(|until| self.host.uptime() >= until)
    }

    /// The run is over: nothing limits what the host does from here on, and who asked for the end has it. Answers how it was to end, if that was decided
    /// on the way.
    pub(super) fn end_limits(&mut self) -> Option<Ending> {
        self.host.set_deadlines(None, None);
        self.interrupt.clear();
        let cleanup = self.limits.cleanup.take();
        self.limits.watch();
        cleanup.map(|(ending, _)| ending)
    }

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
            let message = format!("Resource limit exceeded: instructions ({fuel})");
            return Err(VmError::limit(Code::InstructionLimit, message));
        }
        if self.member.is_guest {
            self.look_at_slice();
        }
        self.look_up()?;
        if let Some(alarm) = self.limits.alarm
            && let now = self.host.uptime()
            && now >= alarm
        {
            let next = self.scheduler.look_around(now);
            self.set_alarm(next);
        }
        self.check_cancelled()
    }

    /// Looks whether the isolate has to give way.
    fn look_at_slice(&mut self) {
        self.member.looks = self.member.looks.saturating_sub(1);
        let now = if self.member.is_tenant() { self.host.uptime() } else { self.host.real_uptime() };
        if self.member.looks == 0 || now >= self.member.slice {
            self.member.is_late = true;
            // Not every safepoint is where it can give way, so the next one looks again.
            self.limits.started -= self.countdown.saturating_sub(1);
            self.countdown = 1;
        }
    }

    /// Looks whether the program is to end.
    pub(super) fn look_up(&mut self) -> VmResult {
        if self.is_time_over() || self.interrupt.is_requested() { Err(self.stop()) } else { Ok(()) }
    }

    /// Looks whether the program is to end, after a builtin that may have taken long.
    #[inline]
    pub(super) fn after_builtin(&mut self) -> VmResult {
        if !self.limits.is_watched && !self.interrupt.is_requested() {
            return Ok(());
        }
        self.hurry()
    }

    #[cold]
    fn hurry(&mut self) -> VmResult {
        if self.is_time_over() {
            return Err(self.stop());
        }
        if self.interrupt.is_requested() || self.limits.alarm.is_some_and(|alarm| self.host.uptime() >= alarm)
        {
            // Not here, where a builtin has taken values that `finally` blocks may look at, but soon.
            self.limits.started -= self.countdown.saturating_sub(1);
            self.countdown = 1;
        }
        Ok(())
    }

    /// The error that ends the program before its time: because its time is over, or because somebody asked.
    #[cold]
    pub(super) fn stop(&mut self) -> VmError {
        let now = self.host.real_uptime();
        if let Some(time) = self.limits.time
            && now.saturating_sub(self.limits.began) >= time
        {
            let message = format!("Resource limit exceeded: time ({}s)", time.as_secs_f64());
            return VmError::limit(Code::TimeLimit, message);
        }
        if let Some(time) = self.limits.waiting
            && now.saturating_sub(self.limits.began) >= time
        {
            let (time, pending) = (time.as_millis(), self.scheduler.fibers());
            let message = format!("Scheduler timed out after {time}ms ({pending} pending)");
            return VmError::limit(Code::Scheduler, message);
        }
        match self.limits.cleanup {
            Some((ending, until)) if self.host.uptime() >= until => VmError::ending(ending),
            _ => {
                self.interrupt.clear();
                let exit = if self.member.is_guest { None } else { self.member.program.take_exit() };
                exit.map_or_else(|| VmError::ending(Ending::Interrupted), VmError::exit)
            }
        }
    }

    /// Whether `finally` blocks run on the way to `ending`. The first that asks starts their time.
    pub(super) fn may_clean_up(&mut self, ending: Ending) -> bool {
        match ending {
            Ending::Limit | Ending::BrokenPipe => return false,
            // The program goes on, and so may its fiber.
            Ending::Cancelled => return true,
            // It goes on as if nothing had happened.
            Ending::Paused => return true,
            Ending::Exit(_) | Ending::Interrupted => {}
        }
        let now = self.host.uptime();
        let grace = if self.member.is_guest { GUEST_CLEANUP } else { CLEANUP };
        let until = self.limits.cleanup.map_or(now.saturating_add(grace), |(_, until)| until);
        self.limits.cleanup = Some((ending, until));
        self.limits.watch();
        self.tell_deadlines();
        now < until
    }

    /// How a program ends, or an isolate, that has come to its end by `error`: if it was cleaning up, as it was interrupted,
    /// that is why it ends, and the error is told as one that nobody deals with.
    pub(crate) fn interrupted_by(&mut self, error: VmError) -> VmError {
        let ending = self.limits.cleanup.map(|(ending, _)| ending);
        if ending != Some(Ending::Interrupted) || !error.is_catchable() {
            return error;
        }
        self.scheduler.failed_cleanup(&ErrorValue::of(error));
        VmError::ending(Ending::Interrupted)
    }

    /// Whether the program ends, and its `finally` blocks run.
    pub(super) fn is_program_ending(&self) -> bool {
        self.limits.cleanup.is_some()
    }

    /// Calls and loop turns since the run began.
    pub(crate) fn fuel_used(&self) -> u64 {
        self.limits.fuel_used + u64::from(self.limits.started.wrapping_sub(self.countdown))
    }
}
