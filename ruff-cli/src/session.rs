//! [`Session`]: what every command needs to know besides its own arguments.

use crate::args::GlobalOptions;
use crate::reporter::Reporter;

/// One invocation of `ruff`.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) options: GlobalOptions,
    pub(crate) reporter: Reporter,
}

impl Session {
    /// An invocation with these options.
    pub(crate) fn new(options: GlobalOptions) -> Self {
        Session { reporter: Reporter::new(&options), options }
    }
}
