//! [`StandardInput`]: lines of standard input, for which one may stop waiting.
//!
//! Reading blocks for as long as nothing comes, and nothing safe and portable ends that. So a thread reads, one chunk when
//! it is asked to, and whoever waits for the chunk can leave; it is there for the next one who wants a line.

use std::io::{self, BufRead};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, Thread};

use ruff_runtime::host::HostResult;

use crate::host::host_error;

/// Lines of standard input.
#[derive(Default)]
pub(crate) struct StandardInput {
    reader: Option<Reader>,
    /// What was read and not handed out yet.
    chunk: Vec<u8>,
    /// How much of `chunk` was handed out.
    taken: usize,
    /// The line so far.
    line: Vec<u8>,
}

/// The thread that reads.
struct Reader {
    requests: Sender<Thread>,
    chunks: Receiver<io::Result<Vec<u8>>>,
    is_asked: bool,
}

impl StandardInput {
    /// The next line with its line end, empty at the end of the input.
    ///
    /// `wait` waits until this thread is unparked, or fails when it no longer wants to; the part of a line that has come
    /// by then is kept.
    pub(crate) fn read_line(&mut self, wait: impl Fn() -> HostResult<()>) -> HostResult<Vec<u8>> {
        loop {
            let rest = self.chunk.get(self.taken..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                self.line.extend(rest.iter().take(end + 1));
                self.taken += end + 1;
                return Ok(std::mem::take(&mut self.line));
            }
            self.line.extend(rest);
            (self.chunk, self.taken) = (Vec::new(), 0);
            self.chunk = self.reader()?.read_chunk(&wait)?;
            if self.chunk.is_empty() {
                return Ok(std::mem::take(&mut self.line));
            }
        }
    }

    fn reader(&mut self) -> HostResult<&mut Reader> {
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => Reader::start().map_err(host_error)?,
        };
        Ok(self.reader.insert(reader))
    }
}

impl Reader {
    fn start() -> io::Result<Reader> {
        let (requests, asked) = mpsc::channel::<Thread>();
        let (answers, chunks) = mpsc::channel();
        let read = move || {
            for thread in asked {
                if answers.send(read_chunk()).is_err() {
                    return;
                }
                thread.unpark();
            }
        };
        thread::Builder::new().name("standard input".to_owned()).spawn(read)?;
        Ok(Reader { requests, chunks, is_asked: false })
    }

    fn read_chunk(&mut self, wait: impl Fn() -> HostResult<()>) -> HostResult<Vec<u8>> {
        let gone = || host_error(io::Error::other("nothing reads standard input any more"));
        if !self.is_asked {
            self.requests.send(thread::current()).map_err(|_| gone())?;
            self.is_asked = true;
        }
        loop {
            match self.chunks.try_recv() {
                Ok(chunk) => {
                    self.is_asked = false;
                    return chunk.map_err(host_error);
                }
                Err(TryRecvError::Empty) => wait()?,
                Err(TryRecvError::Disconnected) => return Err(gone()),
            }
        }
    }
}

/// What is there to read, at least a byte unless the input has ended.
fn read_chunk() -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    loop {
        match stdin.fill_buf() {
            Ok(chunk) => {
                let chunk = chunk.to_vec();
                stdin.consume(chunk.len());
                return Ok(chunk);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
