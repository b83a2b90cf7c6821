//! Values, compiler and virtual machine of the Ruff language, and the embedding API.
//!
//! This crate does no I/O: the outside world is reached through the [`host::Host`] trait. Start reading at
//! [`engine::Engine`], the way in for programs that embed Ruff, the command line included; then `compile`, which
//! lowers a syntax tree to the bytecode of [`bytecode`], and `vm`, which runs it.
#![deny(unsafe_code)]

mod analysis;
pub mod bytecode;
pub mod capability;
mod clock;
pub mod compile;
pub mod convert;
pub mod engine;
pub mod error;
pub mod fault;
pub mod fiber;
pub mod heap;
pub mod host;
pub mod http;
pub mod interrupt;
mod isolate;
pub mod module;
pub mod native;
pub mod random;
pub mod scheduler;
pub mod shape;
mod timed_host;
mod undeclared;
pub mod value;
pub mod vm;
mod work;

// Lets the expansions of `#[native]` name this crate the same way inside it and outside.
extern crate self as ruff_runtime;

pub use engine::Engine;
pub use error::{RuntimeError, VmError};
pub use ruff_macros::native;
pub use value::Value;
