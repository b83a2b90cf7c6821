//! Runs a program in an engine of its own, through the interface that embedders use.

use std::path::Path;
use std::sync::Arc;

use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_runtime::host::Host as _;
use ruff_syntax::{Severity, SourceFile};

use super::outcome::Outcome;
use super::program::Program;
use crate::host::TestHost;

/// Runs `program` to its end on the calling thread.
pub fn run(program: &Program) -> Outcome {
    let host = TestHost::new(program.world.clone());
    let mut engine = engine(program, &host);
    let result = engine.run(Arc::new(source(program)));
    let fuel_used = engine.fuel_used();
    let (reports, unfinished) = (engine.take_reports(), engine.take_unfinished());
    // What closes when it is dropped must have done so before the output is looked at.
    drop(engine);
    let mut outcome = Outcome {
        stdout: host.stdout().to_owned(),
        stderr: host.stderr().to_owned(),
        fuel_used,
        clock: u64::try_from(host.uptime().as_millis()).unwrap_or(u64::MAX),
        has_ended: result.is_ok(),
        unfinished,
        ..Outcome::default()
    };
    match result {
        Ok(_) if reports.iter().any(|report| report.severity == Severity::Error) => outcome.status = 4,
        Ok(_) => {}
        Err(error) => outcome.fail(error),
    }
    outcome.tell(&reports);
    outcome
}

/// Checks `program` without running it.
pub fn check_only(program: &Program) -> Outcome {
    let host = TestHost::new(program.world.clone());
    engine(program, &host).check(&Arc::new(source(program))).err().map(Outcome::from).unwrap_or_default()
}

fn source(program: &Program) -> SourceFile {
    SourceFile::new(program.entry.to_string_lossy(), program.source.clone())
}

fn engine(program: &Program, host: &TestHost) -> Engine {
    let mut options = Options {
        permissions: program.settings.permissions,
        fuel: Some(program.settings.fuel),
        keep_globals: program.settings.keep_globals,
        schedule_seed: program.settings.schedule_seed,
        faults: program.settings.faults.clone(),
        entry_dir: program.entry.parent().map(Path::to_path_buf),
        ..Options::default()
    };
    if let Some(depth) = program.settings.call_depth {
        options.call_depth = depth;
    }
    if let Some(bytes) = program.settings.source_bytes {
        options.source_bytes = bytes;
    }
    Engine::new(Box::new(host.clone()), ruff_natives::test_registry(), options)
}
