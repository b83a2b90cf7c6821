//! The `ruff` command. Start reading at [`dispatch`], which decides what a command line asks for; [`commands`] does
//! it, [`render`] draws what went wrong.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod dispatch;
mod failure;
mod output;
mod panic;
mod render;
mod reporter;
mod session;
mod signals;
mod source;
mod status;
mod suggest;
mod usage;

fn main() {
    // A program whose output nobody reads any more ends quietly, as other commands do.
    sigpipe::reset();
    panic::install();
    #[expect(clippy::disallowed_methods, reason = "the command line reads its own words")]
    let words: Vec<_> = std::env::args_os().collect();
    dispatch::main(&words).exit();
}
