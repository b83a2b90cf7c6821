//! [`Orders`]: what a native wants the machine to do, since only that calls functions and switches between fibers.

use std::sync::Arc;

use super::NativeDef;
use crate::host::OperationId;
use crate::isolate::Mailbox;
use crate::scheduler::{Deferred, IsolateId, Role, Scope, ScopeId};
use crate::value::Value;

/// What a native wants the machine to do when it has returned. Small, since most want little.
#[derive(Default)]
pub(crate) struct Orders {
    /// What it wants to be called and started.
    pub(crate) errands: Option<Box<Errands>>,
    /// The fiber waits for what the native said, and gets that instead of its result.
    pub(crate) is_waiting: bool,
    /// If the fiber is cancelled, it ends here.
    pub(crate) may_be_cancelled: bool,
}

/// What a native wants to be called and started.
#[derive(Default)]
pub(crate) struct Errands {
    /// Calls in fibers of their own.
    pub(crate) calls: Vec<StartedCall>,
    /// A call in the fiber that called the native, which gets what comes of it instead of the native's result.
    pub(crate) inside: Option<InnerCall>,
    /// Isolates that it has started, and the promises of their results.
    pub(crate) isolates: Vec<(Deferred, IsolateId, Arc<Mailbox>)>,
    /// Operations of the host that it has started.
    pub(crate) operations: Vec<OperationId>,
}

impl Orders {
    /// What is to be called and started, for adding to it.
    pub(crate) fn errands(&mut self) -> &mut Errands {
        self.errands.get_or_insert_default()
    }
}

/// A call that a native wants to be made in a fiber of its own.
pub(crate) struct StartedCall {
    /// A function of the program, or a builtin written in Ruff.
    pub(crate) callee: Value,
    pub(crate) args: Vec<Value>,
    /// What the fiber is for.
    pub(crate) role: Role,
    /// What it is cancelled with, if not with the fiber that called the native.
    pub(crate) scope: Option<ScopeId>,
    pub(crate) begins: Begins,
}

/// When a fiber begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// Before the fiber that started it goes on.
    AtOnce,
    /// When the others wait.
    Later,
}

/// A call that a native wants to be made inside of a new scope.
pub(crate) struct InnerCall {
    /// A builtin written in Ruff.
    pub(crate) callee: &'static NativeDef,
    pub(crate) args: Vec<Value>,
    pub(crate) scope: Scope,
}
