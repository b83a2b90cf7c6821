//! [`Driver`]: operations that go on while the program does, on threads of a tokio runtime. It is started with the first of
//! them, so that programs without any pay nothing.

use std::any::Any;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::mpsc::{self, Receiver, Sender};

use ruff_runtime::host::{Driven, HostError, HostErrorKind, HostResult, OperationId};
use ruff_runtime::interrupt::Interrupt;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// What an operation comes back with.
type Completion = (OperationId, Box<dyn Any + Send>);

/// Has the threads of a tokio runtime work on the operations of one isolate.
///
/// An operation that is over wakes the isolate, as everything does that ends a wait of its host.
pub(crate) struct Driver {
    runtime: Handle,
    running: HashMap<OperationId, AbortHandle>,
    sender: Sender<Completion>,
    done: Receiver<Completion>,
    isolate: Option<Interrupt>,
}

impl Driver {
    /// For the isolate that `isolate` wakes.
    pub(crate) fn new(runtime: Handle, isolate: Option<Interrupt>) -> Driver {
        let (sender, done) = mpsc::channel();
        Driver { runtime, running: HashMap::new(), sender, done, isolate }
    }

    /// Starts work that blocks its thread. The future is for [`Driver::drive`]; the work goes on in any case.
    pub(crate) fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> HostResult<T> + Send + 'static,
    ) -> Pin<Box<dyn Future<Output = HostResult<T>> + Send>> {
        let started = self.runtime.spawn_blocking(work);
        Box::pin(async move { started.await.unwrap_or_else(|error| Err(lost(&error.to_string()))) })
    }

    /// Works on an operation from now on.
    pub(crate) fn drive(&mut self, id: OperationId, operation: Driven) {
        let (sender, isolate) = (self.sender.clone(), self.isolate.clone());
        let started = self.runtime.spawn(async move {
            let result = operation.await;
            // Nobody listens once the isolate is gone.
            if sender.send((id, result)).is_ok()
                && let Some(isolate) = isolate
            {
                isolate.wake();
            }
        });
        self.running.insert(id, started.abort_handle());
    }

    /// Gives up an operation.
    pub(crate) fn abandon(&mut self, id: OperationId) {
        if let Some(operation) = self.running.remove(&id) {
            operation.abort();
        }
    }

    /// The next operation that is over, if one is.
    pub(crate) fn next_done(&mut self) -> Option<Completion> {
        let (id, result) = self.done.try_recv().ok()?;
        self.running.remove(&id);
        Some((id, result))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.running.values().for_each(AbortHandle::abort);
    }
}

fn lost(why: &str) -> HostError {
    HostError { kind: HostErrorKind::Other, message: why.to_owned() }
}
