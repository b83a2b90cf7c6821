//! [`Cx`]: what a native sees of the machine and the world.

use ruff_syntax::Code;

use super::{NativeDef, NativeResult};
use crate::error::VmError;
use crate::heap::has_room;
use crate::host::{Host, HostError, HostErrorKind};
use crate::value::{ErrorValue, Value};

/// The largest string or bytes a builtin may build, in bytes.
pub const MAX_BYTES: usize = 268_435_456;
/// The largest array a builtin may build, in elements.
pub const MAX_ELEMENTS: usize = 268_435_456;

/// The context of one call of a native.
pub struct Cx<'vm> {
    host: &'vm mut dyn Host,
    def: Option<&'static NativeDef>,
    alias: u8,
    json_bytes: Option<usize>,
}

impl<'vm> Cx<'vm> {
    /// A context for a call of `def` by the name `alias`.
    pub fn new(host: &'vm mut dyn Host, def: Option<&'static NativeDef>, alias: u8) -> Self {
        Cx { host, def, alias, json_bytes: None }
    }

    /// The same on a run that limits the size of JSON input.
    #[must_use]
    pub fn with_json_bytes(mut self, json_bytes: Option<usize>) -> Self {
        self.json_bytes = json_bytes;
        self
    }

    /// Bytes of JSON input accepted; `None` without limit.
    pub fn json_bytes(&self) -> Option<usize> {
        self.json_bytes
    }

    /// The outside world. The capability was checked before the body runs.
    pub fn host(&mut self) -> &mut dyn Host {
        self.host
    }

    /// The name the program used. A builtin that only others use, `__flatten_array` say, reports the one it is named
    /// after, `flatten`.
    pub fn name(&self) -> &'static str {
        let name = self.def.map_or("function", |def| def.name_at(self.alias));
        match name.strip_prefix("__") {
            Some(name) => name.split_once('_').map_or(name, |(first, _)| first),
            None => name,
        }
    }

    /// A general error with its message.
    pub fn fail(&self, code: Code, message: impl Into<String>) -> VmError {
        VmError::new(code, message)
    }

    /// `{name}() {param} must be {condition}, got {value}`.
    pub fn bad_value(&self, param: &str, condition: &str, value: &Value) -> VmError {
        let mut text = String::new();
        crate::value::write_text(&mut text, value);
        VmError::new(
            Code::ArgumentValue,
            format!("{}() {param} must be {condition}, got {text}", self.name()),
        )
    }

    /// `{name}() requires {types} argument for {param}, got {type}`, for what only the body can see.
    pub fn bad_type(&self, types: &str, param: &str, got: &str) -> VmError {
        VmError::new(
            Code::ArgumentType,
            format!("{}() requires {types} argument for {param}, got {got}", self.name()),
        )
    }

    /// Refuses strings and bytes above [`MAX_BYTES`], and those that there is no memory for, before they are built.
    pub fn check_bytes(&self, bytes: usize) -> NativeResult<()> {
        self.check_size(bytes)?;
        self.check_room(bytes)
    }

    /// Refuses strings and bytes above [`MAX_BYTES`], for those that grow piece by piece: looking for memory at every
    /// piece would cost more than the pieces.
    #[inline]
    pub fn check_size(&self, bytes: usize) -> NativeResult<()> {
        if bytes <= MAX_BYTES { Ok(()) } else { Err(self.too_large()) }
    }

    #[cold]
    fn too_large(&self) -> VmError {
        VmError::new(
            Code::ArgumentValue,
            format!("{}() result exceeds maximum size of {MAX_BYTES} bytes", self.name()),
        )
    }

    /// Refuses arrays above [`MAX_ELEMENTS`], before they are built.
    pub fn check_elements(&self, elements: usize) -> NativeResult<()> {
        if elements <= MAX_ELEMENTS {
            return self.check_room(elements * size_of::<Value>());
        }
        Err(VmError::new(
            Code::ArgumentValue,
            format!("{}() result exceeds maximum size of {MAX_ELEMENTS} elements", self.name()),
        ))
    }

    fn check_room(&self, bytes: usize) -> NativeResult<()> {
        if has_room(bytes) { Ok(()) } else { Err(VmError::out_of_memory(&format!("{}()", self.name()))) }
    }

    /// A failed host operation as an error of the program: `message` says which, the host says why.
    pub fn host_error(&self, message: impl std::fmt::Display, error: &HostError) -> VmError {
        match error.kind {
            HostErrorKind::BrokenPipe => VmError::broken_pipe(),
            HostErrorKind::Interrupted => VmError::interrupted(),
            _ => VmError::new(Code::HostOperation, format!("{message}: {error}")),
        }
    }

    /// What `throw(value)` raises.
    pub fn thrown(&self, value: Value) -> VmError {
        ErrorValue::throw(value)
    }
}
