//! [`Driver`]: operations that go on while the program does, on threads of a tokio runtime. It is started with the first of
//! them, so that programs without any pay nothing.

use std::any::Any;
use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Thread};

use ruff_runtime::host::{Driven, HostError, HostErrorKind, HostResult, OperationId};
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

/// What an operation comes back with.
type Completion = (OperationId, Box<dyn Any + Send>);

/// A tokio runtime with one thread that works on the operations of an engine, and more for work that blocks.
///
/// An operation that is over unparks the engine's thread, as everything does that ends a wait of the host.
pub(crate) struct Driver {
    /// `None` once it ends.
    runtime: Option<Runtime>,
    running: HashMap<OperationId, AbortHandle>,
    sender: Sender<Completion>,
    done: Receiver<Completion>,
    engine: Thread,
}

impl Driver {
    /// For the engine on this thread.
    pub(crate) fn new() -> io::Result<Driver> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build()?;
        let (sender, done) = mpsc::channel();
        let running = HashMap::new();
        Ok(Driver { runtime: Some(runtime), running, sender, done, engine: thread::current() })
    }

    /// Starts work that blocks its thread. The future is for [`Driver::drive`]; the work goes on in any case.
    pub(crate) fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> HostResult<T> + Send + 'static,
    ) -> Pin<Box<dyn Future<Output = HostResult<T>> + Send>> {
        let started = self.runtime.as_ref().map(|runtime| runtime.spawn_blocking(work));
        Box::pin(async move {
            match started {
                Some(started) => started.await.unwrap_or_else(|error| Err(lost(&error.to_string()))),
                None => Err(lost("the program has ended")),
            }
        })
    }

    /// Works on an operation from now on.
    pub(crate) fn drive(&mut self, id: OperationId, operation: Driven) {
        let Some(runtime) = &self.runtime else { return };
        let (sender, engine) = (self.sender.clone(), self.engine.clone());
        let started = runtime.spawn(async move {
            let result = operation.await;
            // Nobody listens once the engine is gone.
            if sender.send((id, result)).is_ok() {
                engine.unpark();
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
        // Nobody waits for what still goes on.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lost(why: &str) -> HostError {
    HostError { kind: HostErrorKind::Other, message: why.to_owned() }
}
