//! What the tools of the compiler say: format, lints, documentation of the public API.

use crate::cargo::cargo;
use crate::release::{Finished, Gate, Run, Verdict};

pub(super) const FORMAT: Gate = Gate {
    name: "format",
    proves: "rustfmt would change nothing",
    fix: "run `cargo fmt --all`",
    check: format,
};

pub(super) const LINTS: Gate = Gate {
    name: "lints",
    proves: "neither rustc nor clippy has a warning, tests and benchmarks included",
    fix: "mend what clippy names; `cargo clippy --workspace --all-targets` shows it whole",
    check: lints,
};

pub(super) const DOCUMENTED: Gate = Gate {
    name: "documented",
    proves: "every public item of every crate is documented, and links in the documentation lead somewhere",
    fix: "write the doc comment; `cargo doc --workspace --no-deps` shows the page",
    check: documented,
};

fn format(run: &Run) -> anyhow::Result<Verdict> {
    // With `-l` only the names of the files are printed.
    let finished = run.finish(cargo(&["fmt", "--all", "--check", "--", "-l"]))?;
    let root = format!("{}/", run.root.display());
    let names =
        |line: &str| line.ends_with(".rs").then(|| line.strip_prefix(&root).unwrap_or(line).to_owned());
    Ok(Verdict::new(finished.culprits(names), ""))
}

fn lints(run: &Run) -> anyhow::Result<Verdict> {
    let what =
        ["clippy", "--locked", "--workspace", "--all-targets", "--keep-going", "--message-format", "short"];
    // Missing documentation has a gate of its own.
    let how = ["--", "-D", "warnings", "-A", "missing_docs"];
    let finished = run.finish(cargo(&[&what[..], &how].concat()))?;
    Ok(Verdict::new(mistakes(&finished), ""))
}

fn documented(run: &Run) -> anyhow::Result<Verdict> {
    let mut command =
        cargo(&["doc", "--locked", "--workspace", "--no-deps", "--keep-going", "--message-format", "short"]);
    // Pages of modules lead those who read the code to its private parts; the others do not see the link.
    command.env("RUSTDOCFLAGS", "-D warnings -D missing_docs -A rustdoc::private_intra_doc_links");
    let finished = run.finish(command)?;
    Ok(Verdict::new(mistakes(&finished), format!("{} crates", run.metadata.ours().count())))
}

/// The mistakes in what the compiler says in its short form, each with its place.
pub(super) fn mistakes(finished: &Finished) -> Vec<String> {
    finished.culprits(mistake)
}

/// `path:line:column: error: what is wrong`.
fn mistake(line: &str) -> Option<String> {
    let (place, rest) = line.split_once(": error")?;
    let placed = place.rsplitn(3, ':').take(2).all(|part| part.parse::<u32>().is_ok());
    let (_, message) = rest.split_once(": ")?;
    placed.then(|| format!("{place}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::mistakes;
    use crate::release::Finished;

    fn found(text: &str) -> Vec<String> {
        mistakes(&Finished { success: false, text: text.to_owned() })
    }

    #[test]
    fn mistakes_have_their_places() {
        let text = "   Compiling one v1.0.0\none/src/lib.rs:3:5: error[E0425]: cannot find `x`\n\
            one/src/lib.rs:9:1: error: unused: `y`\nerror: could not compile `one` (lib) due to 2 errors\n";
        assert_eq!(found(text), ["one/src/lib.rs:3:5: cannot find `x`", "one/src/lib.rs:9:1: unused: `y`"]);
    }

    #[test]
    fn without_a_place_the_message_is_told() {
        assert_eq!(
            found("error: no such command: `clipy`\nhelp: see all\n"),
            ["error: no such command: `clipy`"]
        );
        assert_eq!(found("killed\n"), ["killed"]);
    }
}
