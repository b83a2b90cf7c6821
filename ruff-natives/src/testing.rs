//! Calling natives from unit tests.

use ruff_runtime::Value;
use ruff_runtime::host::NoHost;
use ruff_runtime::native::{CallForm, Cx, NativeBody, NativeDef, NativeResult, check_call};

/// Calls a native written in Rust as a function, or an own method on its first argument, checks included, without an
/// outside world.
pub(crate) fn call(def: &'static NativeDef, mut args: Vec<Value>) -> NativeResult<Value> {
    let form = if def.on.is_some() { CallForm::Method } else { CallForm::Function };
    check_call(def, 0, &args, form)?;
    let NativeBody::Rust(body) = def.body else { panic!("{} is written in Ruff", def.name) };
    let mut host = NoHost;
    body(&mut Cx::new(&mut host, Some(def), 0), &mut args)
}

/// The result of [`call`] as source text.
pub(crate) fn source(result: NativeResult<Value>) -> String {
    ruff_runtime::value::source_text(&result.expect("the call succeeds"))
}

/// The message of a failed [`call`].
pub(crate) fn message(result: NativeResult<Value>) -> String {
    result.expect_err("the call fails").fault().message.to_string()
}
