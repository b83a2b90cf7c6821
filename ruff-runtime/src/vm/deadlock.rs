//! Deadlocks: fibers that all wait for each other.

use ruff_syntax::Code;

use super::{Calls, Vm, VmResult};
use crate::error::{TracePoint, VmError};
use crate::fiber::Frame;
use crate::host::Host;
use crate::scheduler::{Aside, Awaited, Blocked};

/// Fibers that are told about one by one.
const SHOWN: usize = 20;

impl Vm {
    /// Nothing will ever wake one of the fibers. The program's own gets an error; when it has ended, that is the end.
    #[cold]
    pub(super) fn deadlock(&mut self) -> VmResult<bool> {
        let fibers = self.member.deadlock.take().unwrap_or_else(|| self.scheduler.fibers());
        let message = format!("Deadlock: all fibers are blocked ({fibers} fibers)");
        let blocked = self.scheduler.blocked().take(SHOWN);
        let notes: Vec<String> = blocked.map(|(aside, blocked)| note(aside, &blocked)).collect();
        let more = (fibers > notes.len()).then(|| format!("and {} more", fibers - notes.len()));
        let error = VmError::new(Code::Deadlock, message)
            .with_help("every fiber waits for something that only another one could do")
            .with_notes(notes)
            .with_notes(more);
        let now = self.host.uptime();
        let Err(error) = self.scheduler.fail_leaving(error, now) else { return self.next_strand() };
        if self.go_on_with_main()? { Err(error) } else { Ok(false) }
    }
}

/// Which fiber waits where, and for what.
fn note(aside: &Aside, blocked: &Blocked<'_>) -> String {
    let (name, place) = (name(aside), place(aside));
    let Blocked::Waits(awaited) = blocked else {
        return match blocked {
            Blocked::Leaves => format!("{name} waits{place} for the end of what it has started"),
            Blocked::Waits(_) | Blocked::HasNotBegun => format!("{name} has not begun"),
        };
    };
    let (what, made) = match awaited {
        Some(Awaited::Promise(promise)) => ("a promise", promise.created()),
        Some(Awaited::Value(channel)) => ("a value of a channel", channel.created()),
        Some(Awaited::Room(channel)) => ("room in a channel", channel.created()),
        Some(Awaited::Permit) => ("a permit of a semaphore", None),
        Some(Awaited::Import) => ("a module that another fiber imports", None),
        Some(Awaited::Choice) => ("one of several things", None),
        None => ("something", None),
    };
    let made = made.map(|point| format!(" that was made at {}", shown(point))).unwrap_or_default();
    format!("{name} waits{place} for {what}{made}")
}

/// All frames of a fiber, from the inside out.
fn frames(aside: &Aside) -> impl Iterator<Item = &Frame> {
    let calls = Calls { frames: &aside.fiber.frames, resumers: aside.resumers() };
    calls.frames().filter(|frame| !frame.proto().is_internal())
}

/// The outermost function of the program.
fn name(aside: &Aside) -> String {
    match frames(aside).last().map(Frame::proto) {
        Some(proto) if proto.flags.is_top => "the program".to_owned(),
        Some(proto) => format!("`{}`", proto.name()),
        None => "a fiber".to_owned(),
    }
}

/// Where it is.
fn place(aside: &Aside) -> String {
    let point = frames(aside).next().map(super::trace::point);
    point.map(|point| format!(" at {}", shown(&point))).unwrap_or_default()
}

fn shown(point: &TracePoint) -> String {
    let file = point.chunk.file();
    let at = file.position(point.span().lo);
    format!("{}:{}:{}", file.name(), at.line, at.column)
}
