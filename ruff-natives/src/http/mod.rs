//! Requests to web servers. The host sends them; here they are made from arguments, and responses become values.

mod failure;
mod later;
mod response;
mod url;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("http": [later::ASYNC_HTTP_GET, later::ASYNC_HTTP_POST]);
