//! Which kind a value is.

use ruff_runtime::Value;
use ruff_runtime::native;

/// The name of a value's kind: `int`, `string`, `array`…
///
/// ```ruff
/// type(1.0)              # => "float"
/// type([])               # => "array"
/// type(print)            # => "function"
/// ```
#[native(family = "conversion", name = "type", alias = "type_of", method, pure)]
fn type_name(value: &Value) -> &'static str {
    value.type_name()
}

/// Whether conditions take a value for true: everything but `false`, `null`, `0`, `0.0`, `""`, `[]` and `{}`.
///
/// ```ruff
/// is_truthy("0")         # => true
/// is_truthy([])          # => false
/// ```
#[native(family = "conversion", method, pure)]
fn is_truthy(value: &Value) -> bool {
    value.is_truthy()
}

/// Whether a value is an int.
///
/// ```ruff
/// is_int(1.0)            # => false
/// ```
#[native(family = "conversion", pure)]
fn is_int(value: &Value) -> bool {
    matches!(value, Value::Int(_))
}

/// Whether a value is a float.
///
/// ```ruff
/// is_float(1.0)          # => true
/// ```
#[native(family = "conversion", pure)]
fn is_float(value: &Value) -> bool {
    matches!(value, Value::Float(_))
}

/// Whether a value is a string.
///
/// ```ruff
/// is_string("1")         # => true
/// ```
#[native(family = "conversion", pure)]
fn is_string(value: &Value) -> bool {
    matches!(value, Value::Short(_) | Value::Str(_))
}

/// Whether a value is an array.
///
/// ```ruff
/// is_array({})           # => false
/// ```
#[native(family = "conversion", pure)]
fn is_array(value: &Value) -> bool {
    matches!(value, Value::Array(_))
}

/// Whether a value is a dict.
///
/// ```ruff
/// is_dict({"a": 1})      # => true
/// ```
#[native(family = "conversion", pure)]
fn is_dict(value: &Value) -> bool {
    matches!(value, Value::Dict(_))
}

/// Whether a value is a bool.
///
/// ```ruff
/// is_bool(0)             # => false
/// ```
#[native(family = "conversion", pure)]
fn is_bool(value: &Value) -> bool {
    matches!(value, Value::Bool(_))
}

/// Whether a value is `null`.
///
/// ```ruff
/// is_null(None)          # => false
/// ```
#[native(family = "conversion", pure)]
fn is_null(value: &Value) -> bool {
    matches!(value, Value::Null)
}

/// Whether a value can be called.
///
/// ```ruff
/// is_function(print)     # => true
/// is_function("print")   # => false
/// ```
#[native(family = "conversion", pure)]
fn is_function(value: &Value) -> bool {
    value.is_callable()
}

/// Whether a value is an async function: calling it gives a promise.
///
/// ```ruff
/// async func load() { return 1 }
/// is_async(load)         # => true
/// is_async(print)        # => false
/// ```
#[native(family = "conversion", pure)]
fn is_async(f: &Value) -> bool {
    f.is_async_function()
}
