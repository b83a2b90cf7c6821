//! Text to tree: lexer, parser, resolver and diagnostics of the Ruff language.
//!
//! This crate is pure: no files, clock, network, threads or environment. Nothing in it fails or panics on any
//! input; a mistake in the source becomes a [`Diagnostic`] and the tree goes on. Start reading at [`parse`],
//! then [`ast`], then [`resolve`].
#![forbid(unsafe_code)]

pub mod ast;
pub mod diagnostic;
pub mod lexer;
pub mod limits;
pub mod parser;
pub mod resolve;
pub mod source;
pub mod symbol;
mod work;

pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use parser::{ParseOptions, Parsed, parse};
pub use source::{Position, SourceFile, Span};
pub use symbol::{Interner, Symbol};
