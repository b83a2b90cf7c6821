//! Runs probes: small programs, each in an engine and a world of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ruff_runtime::Engine;
use ruff_runtime::capability::Permissions;
use ruff_runtime::engine::Options;
use ruff_runtime::host::Host;
use ruff_runtime::native::Registry;
use ruff_syntax::SourceFile;

use super::outcome::{End, Outcome, clip};
use super::sample::{DECLARATIONS, register};
use crate::host::{TestHost, World};

/// Calls and loop turns of a probe. None needs more than a few hundred.
const FUEL: u64 = 100_000;

/// Runs programs and counts them.
pub(super) struct Runner {
    pub(super) registry: Registry,
    pub(super) permissions: Permissions,
    pub(super) count: Cell<usize>,
}

impl Runner {
    pub(super) fn new(registry: &Registry) -> Runner {
        Runner { registry: registry.clone(), permissions: Permissions::all(), count: Cell::new(0) }
    }

    /// What the last line of `code`, an expression, gives; of an iterator also what it yields.
    pub(super) fn run(&self, code: &str) -> Outcome {
        let mut outcome = self.run_once(code);
        if matches!(outcome.end, End::Value { kind: "iterator" | "generator", .. }) {
            let (before, last) = code.rsplit_once('\n').unwrap_or(("", code));
            let drained = format!(
                "{before}\nmut items := []\nfor item in {last} {{ items = [...items, item] }}\nitems"
            );
            outcome.effects.push(format!("yields {}", self.run_once(&drained)));
        }
        outcome
    }

    fn run_once(&self, code: &str) -> Outcome {
        self.count.set(self.count.get() + 1);
        let mut host = TestHost::new(world());
        let before = host.files();
        let options = Options {
            permissions: self.permissions,
            fuel: Some(FUEL),
            yields_last: true,
            ..Options::default()
        };
        let mut engine = Engine::new(Box::new(host.clone()), self.registry.clone(), options);
        register(&mut engine);
        let file = Arc::new(SourceFile::new("probe.ruff", format!("{DECLARATIONS}{code}\n")));
        let end = match catch_unwind(AssertUnwindSafe(|| engine.run(file))) {
            Ok(Ok(value)) => End::value(&value),
            Ok(Err(error)) => error.into(),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                End::Panic(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned())
            }
        };
        drop(engine);
        Outcome { end, effects: effects(&mut host, &before) }
    }
}

/// What every probe finds.
fn world() -> World {
    World {
        stdin: vec!["a line".to_owned(), "another".to_owned()],
        files: BTreeMap::from([
            ("notes.txt".into(), b"one\ntwo\n".to_vec()),
            ("text".into(), b"some text".to_vec()),
        ]),
        args: vec!["--verbose".to_owned(), "input.txt".to_owned()],
        env: BTreeMap::from(
            [("text", "a variable"), ("HOME", "/corpus")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        ),
        ..World::default()
    }
}

fn effects(host: &mut TestHost, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let mut effects = Vec::new();
    for (stream, text) in
        [("prints", host.stdout().to_owned()), ("prints to stderr", host.stderr().to_owned())]
    {
        if !text.is_empty() {
            effects.push(format!("{stream} {}", clip(&format!("{text:?}"))));
        }
    }
    let slept = host.uptime();
    if slept > Duration::ZERO {
        effects.push(format!("sleeps {} ms", slept.as_millis()));
    }
    let after = host.files();
    for (path, bytes) in &after {
        if before.get(path) != Some(bytes) {
            let text = format!("{:?}", String::from_utf8_lossy(bytes));
            effects.push(format!("writes {} {}", path.display(), clip(&text)));
        }
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    effects.extend(gone.map(|path| format!("deletes {}", path.display())));
    effects
}
