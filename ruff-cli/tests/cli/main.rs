//! The `ruff` command from outside: command lines and files in, standard output, standard error and status out.
//! Each case is a snapshot: files first, then the commands with what came out.

mod check;
mod dispatch;
mod fibers;
mod formats;
mod help;
mod isolates;
mod limits;
mod network;
mod run;
mod scene;
mod signals;
mod streams;
mod transcript;
mod virtual_time;
