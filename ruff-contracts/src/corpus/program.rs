//! [`Program`]: a program taken apart into what to run, how, and what to expect.

use std::fmt;
use std::path::{Path, PathBuf};

use ruff_runtime::capability::{Capability, Permissions};
use ruff_runtime::fault::Faults;

use super::directive::{Directive, Place};
use super::expectation::{Expected, ExpectedError, Line, Pattern};
use super::folder::Folder;
use super::template;
use crate::host::World;

/// Calls and loop turns before a run is ended: a program that hangs fails after about a second.
const FUEL: u64 = 20_000_000;

/// How to run a program.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Calls and loop turns before the run is ended.
    pub fuel: u64,
    /// The limit on nested calls, if not the usual one.
    pub call_depth: Option<usize>,
    /// The limit on the source text, if not the usual one.
    pub source_bytes: Option<usize>,
    /// What the program may do.
    pub permissions: Permissions,
    /// Whether every top-level name is a global.
    pub keep_globals: bool,
    /// The feature without which it cannot run.
    pub needs: Option<String>,
    /// The contracts that it proves.
    pub rows: Vec<String>,
    /// Why it needs the order in which fibers are woken.
    pub fifo: Option<String>,
    /// What decides who is next, if not that order.
    pub schedule_seed: u64,
    /// The size from which growth is measured.
    pub growth: Option<u64>,
    /// What goes wrong where it waits.
    pub faults: Option<Faults>,
    /// What may come of that.
    pub allowed: Allowed,
}

/// What a program allows itself when something goes wrong where it waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// Nobody may see an error: the program does not ask for the result of what failed.
    pub silence: bool,
    /// Fibers may wait for what does not come any more.
    pub deadlock: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            fuel: FUEL,
            call_depth: None,
            source_bytes: None,
            permissions: Permissions::all(),
            keep_globals: false,
            needs: None,
            rows: Vec::new(),
            fifo: None,
            schedule_seed: 0,
            growth: None,
            faults: None,
            allowed: Allowed::default(),
        }
    }
}

/// A program ready to run.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Its name: the path below the root of the corpus.
    pub name: String,
    /// The file to run, relative to the working directory.
    pub entry: PathBuf,
    /// The text of that file.
    pub source: String,
    /// What it finds in the world.
    pub world: World,
    /// How to run it.
    pub settings: Settings,
    /// What it says about itself.
    pub expected: Expected,
    is_silent: bool,
}

/// Something wrong with how a program is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// 1-based line; 0 for the whole file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl Mistake {
    /// All of them as text, one a line.
    pub fn list(mistakes: &[Mistake]) -> String {
        mistakes.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n")
    }
}

impl Program {
    /// Takes a program apart. `size` is what `«size»` stands for in a growth test.
    pub fn read(folder: &Folder, size: Option<u64>) -> Result<Program, Vec<Mistake>> {
        let (program, mut mistakes) = Program::take_apart(folder, size);
        if !program.says_something() {
            let message = "the program expects nothing: write `# expect nothing` if that is meant";
            mistakes.push(Mistake { file: folder.name.clone(), line: 0, message: message.to_owned() });
        }
        if mistakes.is_empty() { Ok(program) } else { Err(mistakes) }
    }

    /// A program that need not say anything about itself, such as one in a documentation page.
    pub fn read_lenient(folder: &Folder) -> Result<Program, Vec<Mistake>> {
        let (program, mistakes) = Program::take_apart(folder, None);
        if mistakes.is_empty() { Ok(program) } else { Err(mistakes) }
    }

    fn take_apart(folder: &Folder, size: Option<u64>) -> (Program, Vec<Mistake>) {
        let mut program =
            Program { name: folder.name.clone(), entry: folder.entry.clone(), ..Program::default() };
        let mut reader = Reader { program: &mut program, mistakes: Vec::new() };
        if let Some(sidecar) = &folder.sidecar {
            reader.sidecar(sidecar);
        }
        for (path, bytes) in &folder.files {
            reader.file(path, bytes, size);
        }
        reader.close(folder);
        let mistakes = reader.mistakes;
        (program, mistakes)
    }

    fn says_something(&self) -> bool {
        let expected = &self.expected;
        !expected.stdout.is_empty()
            || !expected.errors.is_empty()
            || expected.status.is_some()
            || self.is_silent
    }
}

/// The state of [`Program::read`].
struct Reader<'a> {
    program: &'a mut Program,
    mistakes: Vec<Mistake>,
}

/// Where a directive was found.
#[derive(Clone, Copy)]
struct Found<'a> {
    file: &'a str,
    line: usize,
    /// The line of code that it stands at; none above the first one.
    code_line: Option<u32>,
}

impl Reader<'_> {
    fn mistake(&mut self, file: &str, line: usize, message: impl fmt::Display) {
        self.mistakes.push(Mistake { file: file.to_owned(), line, message: message.to_string() });
    }

    /// Directives without `# `; after `stdout:` everything is output.
    fn sidecar(&mut self, text: &str) {
        let name = self.program.entry.with_extension("expect").to_string_lossy().into_owned();
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            if line == "stdout:" {
                let rest = lines
                    .by_ref()
                    .map(|(line, number)| Line { text: line.to_owned(), stated: format!("{name}:{number}") });
                self.program.expected.stdout.extend(rest);
            } else if !line.trim().is_empty() {
                match Directive::parse(line) {
                    Ok(directive) => {
                        self.apply(directive, Found { file: &name, line: number, code_line: None });
                    }
                    Err(message) => self.mistake(&name, number, message),
                }
            }
        }
    }

    fn file(&mut self, path: &Path, bytes: &[u8], size: Option<u64>) {
        let name = path.to_string_lossy().into_owned();
        let is_program = path.extension().is_some_and(|extension| extension == "ruff");
        let (true, Ok(text)) = (is_program, std::str::from_utf8(bytes)) else {
            self.program.world.files.insert(path.to_path_buf(), bytes.to_vec());
            return;
        };
        let text = template::expand(text, size).unwrap_or_else(|problem| {
            // The first pass over a growth test has no size yet.
            if !text.contains("# growth: ") {
                self.mistake(&name, 0, problem);
            }
            text.to_owned()
        });
        self.directives(&name, &text);
        self.program.world.files.insert(path.to_path_buf(), text.into_bytes());
    }

    fn directives(&mut self, name: &str, text: &str) {
        let mut code_line = None;
        for (line, number) in lines(text).zip(1..) {
            let here = u32::try_from(number).ok();
            match Directive::in_line(line) {
                Ok(Some((directive, is_alone))) => {
                    if !is_alone {
                        code_line = here;
                    }
                    self.apply(directive, Found { file: name, line: number, code_line });
                }
                Ok(None) => code_line = here,
                Err(message) => self.mistake(name, number, message),
            }
        }
    }

    fn apply(&mut self, directive: Directive, found: Found<'_>) {
        let stated = format!("{}:{}", found.file, found.line);
        let settings = &mut self.program.settings;
        let world = &mut self.program.world;
        match directive {
            Directive::Line(text) => self.program.expected.stdout.push(Line { text, stated }),
            Directive::Stderr(text) => self.program.expected.stderr.push(Line { text, stated }),
            Directive::Nothing => self.program.is_silent = true,
            Directive::Error { place, code, message } => self.error(place, code, message, found),
            Directive::Help(_) | Directive::CallStack(_) | Directive::Cause { .. } => {
                self.detail(directive, found)
            }
            Directive::Exit(status) => self.program.expected.status = Some(status),
            Directive::Clock(millis) => self.program.expected.clock = Some(millis),
            Directive::Stdin(line) => world.stdin.push(line),
            Directive::Args(args) => world.args = args,
            Directive::Env(name, value) => {
                world.env.insert(name, value);
            }
            Directive::Link(path, target) => {
                world.links.insert(path.into(), target.into());
            }
            Directive::Entry(path) => self.program.entry = path.into(),
            Directive::Fuel(fuel) => settings.fuel = fuel,
            Directive::CallDepth(depth) => settings.call_depth = Some(depth),
            Directive::SourceBytes(bytes) => settings.source_bytes = Some(bytes),
            Directive::Deny(names) => self.deny(&names, found),
            Directive::Needs(feature) => settings.needs = Some(feature),
            Directive::Rows(rows) => settings.rows.extend(rows),
            Directive::Fifo(why) => settings.fifo = Some(why),
            Directive::Growth(size) => settings.growth = Some(size),
            Directive::Leaves(text) => self.program.expected.unfinished = text,
            Directive::FaultsMay(words) => self.allow(&words, found),
            // Done before, when the text was expanded.
            Directive::Repeat { .. } => {}
        }
    }

    fn error(&mut self, place: Option<Place>, code: String, message: String, found: Found<'_>) {
        let place = place.or(found.code_line.map(|line| Place { line, column: None }));
        let Some(place) = place else {
            self.mistake(found.file, found.line, "this error has no line: write `expect error at LINE: …`");
            return;
        };
        // In a sidecar the file is the one to run.
        let is_sidecar = found.file.ends_with(".expect");
        let file = if is_sidecar {
            self.program.entry.to_string_lossy().into_owned()
        } else {
            found.file.to_owned()
        };
        self.program.expected.errors.push(ExpectedError {
            code,
            message: Pattern(message),
            file,
            line: place.line,
            column: place.column,
            help: Vec::new(),
            call_stack: None,
            cause: None,
            stated: format!("{}:{}", found.file, found.line),
        });
    }

    fn detail(&mut self, directive: Directive, found: Found<'_>) {
        let Some(error) = self.program.expected.errors.last_mut() else {
            self.mistake(found.file, found.line, "there is no `expect error` above");
            return;
        };
        match directive {
            Directive::Help(text) => error.help.push(Pattern(text)),
            Directive::CallStack(text) => error.call_stack = Some(text),
            Directive::Cause { code, message } => error.cause = Some((code, Pattern(message))),
            _ => {}
        }
    }

    fn allow(&mut self, words: &[String], found: Found<'_>) {
        for word in words {
            let allowed = &mut self.program.settings.allowed;
            match word.as_str() {
                "silence" => allowed.silence = true,
                "deadlock" => allowed.deadlock = true,
                _ => self.mistake(found.file, found.line, format!("faults have no consequence {word}")),
            }
        }
    }

    fn deny(&mut self, names: &[String], found: Found<'_>) {
        for name in names {
            match Capability::ALL.iter().find(|capability| capability.name() == name) {
                Some(&capability) => {
                    let permissions = self.program.settings.permissions;
                    self.program.settings.permissions = permissions.without(capability);
                }
                None => self.mistake(found.file, found.line, format!("no capability is called {name}")),
            }
        }
    }

    /// Checks what only the whole program shows.
    fn close(&mut self, folder: &Folder) {
        let entry = self.program.entry.clone();
        let Some(bytes) = self.program.world.files.get(&entry) else {
            self.mistake(&folder.name, 0, format!("there is no file {}", entry.display()));
            return;
        };
        self.program.source = String::from_utf8_lossy(bytes).into_owned();
    }
}

/// The lines of `text` as the language counts them: `\n`, `\r\n` and a lone `\r` each end one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}
