//! Calling natives from unit tests.

use ruff_runtime::Value;
use ruff_runtime::host::NoHost;
use ruff_runtime::native::{CallForm, Cx, FiberCx, NativeBody, NativeDef, NativeResult, check_call};
use ruff_runtime::scheduler::{Scheduler, UnhandledRejections};

/// Calls a native written in Rust as a function, or an own method on its first argument, checks included, without an
/// outside world.
pub(crate) fn call(def: &'static NativeDef, mut args: Vec<Value>) -> NativeResult<Value> {
    let form = if def.on.is_some() { CallForm::Method } else { CallForm::Function };
    check_call(def, 0, &args, form)?;
    let mut host = NoHost;
    let mut cx = Cx::new(&mut host, Some(def), 0);
    match def.body {
        NativeBody::Rust(body) => body(&mut cx, &mut args),
        NativeBody::Fiber(body) | NativeBody::Waiting(body) => {
            let mut scheduler = Scheduler::new(UnhandledRejections::default());
            body(&mut FiberCx::new(cx, &mut scheduler), &mut args)
        }
        NativeBody::Ruff(_) => panic!("{} is written in Ruff", def.name),
    }
}

/// The result of [`call`] as source text.
pub(crate) fn source(result: NativeResult<Value>) -> String {
    ruff_runtime::value::source_text(&result.expect("the call succeeds"))
}

/// The message of a failed [`call`].
pub(crate) fn message(result: NativeResult<Value>) -> String {
    result.expect_err("the call fails").fault().message.to_string()
}
