//! The commands, one file each. A command returns how the process ends, or why it failed; what it prints on standard
//! error goes through the session's reporter.

pub(crate) mod check;
pub(crate) mod help;
pub(crate) mod run;
pub(crate) mod version;
