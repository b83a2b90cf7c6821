//! [`StandardOutput`]: a buffer before the process's own, shared by all isolates of a program.

use std::io::{self, IsTerminal, Write};

use ruff_runtime::host::{HostError, HostResult};

use crate::host::host_error;

/// Bytes of output collected before they are written.
const BUFFER: usize = 64 * 1024;

/// Standard output, collected in a buffer; on a terminal it is written out with every line.
pub(crate) struct StandardOutput {
    buffer: Vec<u8>,
    /// The last character written was a line end, or there was none.
    is_at_line_start: bool,
    /// Why it cannot be written any more.
    failed: Option<HostError>,
    is_terminal: bool,
}

impl StandardOutput {
    pub(crate) fn new() -> Self {
        let is_terminal = io::stdout().is_terminal();
        StandardOutput { buffer: Vec::new(), is_at_line_start: true, failed: None, is_terminal }
    }

    pub(crate) fn write(&mut self, text: &str) -> HostResult<()> {
        self.buffer.extend_from_slice(text.as_bytes());
        if !text.is_empty() {
            self.is_at_line_start = text.ends_with('\n');
        }
        if self.buffer.len() >= BUFFER || (self.is_terminal && text.contains('\n')) {
            return self.flush();
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> HostResult<()> {
        // What was lost stays lost, whoever asks: not everybody who flushes can tell the user.
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&self.buffer).and_then(|()| stdout.flush());
        // What could not be written is lost: trying again would only fail again.
        self.buffer.clear();
        written.map_err(|error| self.failed.insert(host_error(error)).clone())
    }

    pub(crate) fn is_at_line_start(&self) -> bool {
        self.is_at_line_start
    }
}
