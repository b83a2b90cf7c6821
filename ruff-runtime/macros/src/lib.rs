//! The `#[native]` attribute, which declares a builtin function of the Ruff language.
//!
//! [`native`] is the way in: `options` reads the attribute, `declaration` the function under it, `expand` writes the
//! `NativeDef`. All they know of the runtime is the names of a few items in `ruff_runtime::native`.
#![forbid(unsafe_code)]

mod declaration;
mod expand;
mod options;

use proc_macro::TokenStream;

/// Declares a builtin function: the Rust signature below it is its Ruff signature, the doc comment its manual page.
///
/// ```text
/// /// Joins the texts of `values` with `separator` between them.
/// #[native(family = "strings", method, pure)]
/// fn join(cx: &mut Cx, values: &Array, separator: &str) -> NativeResult<Str> { … }
/// ```
///
/// The function stays as it is, and a `static JOIN: NativeDef` stands beside it. Parameter types are those with a
/// `FromArg` implementation, which also says whether an argument may be missing; a first parameter `&mut Cx` is the
/// context and no argument, as is a `&mut FiberCx`, of builtins that start something or wait. `#[types(array, dict)]` on a
/// parameter narrows what it accepts. A declaration that ends in `;` instead of a body is written in Ruff, in the file
/// that `ruff` names.
///
/// | Option | Meaning |
/// |---|---|
/// | `family = "strings"` | the family it belongs to; required |
/// | `name = "type"` | its name, if it is not the Rust function's |
/// | `alias = "substr"`, `aliases("a", "b")` | other names |
/// | `method` | it can be called on its first argument |
/// | `method_only` | and in no other way |
/// | `on = "Channel"` | it is an own method of the values of the kind with this word; the first parameter is the receiver |
/// | `pure` | its result depends on its arguments alone |
/// | `waits` | a promise that it returns is awaited; the context is a `&mut FiberCx` |
/// | `needs = fs_read`, `needs(fs_read, fs_write)` | the capabilities it needs |
/// | `updates = result` | as a method it changes its receiver; the body changes the first parameter, an `&mut`, and returns nothing |
/// | `updates = rest` | likewise, and the body returns the item taken out |
/// | `updates = rest_on_dict` | likewise, and the body returns `Some` of an item, or `None` if there is none to return |
/// | `undo = shorten` | an update only adds items at the end |
/// | `undo = put_back` | an update only takes out the item that the collection gives out next |
/// | `returns = "int or bool"` | the result's type, if it is not the Rust type's |
/// | `since = "2.1"` | the version that brought it, if it is not 2.0 |
/// | `ruff = "prelude/map.ruff"` | the Ruff source of its body, from the crate's root |
#[proc_macro_attribute]
pub fn native(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::native(attribute.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
