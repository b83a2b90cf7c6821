//! A small workspace on the disk, in which faults are planted.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fmt, fs};

use serde_json::Value;

use crate::files::{FILES, PLANTED};

/// Where the policy looks for advisories. No host has such a name.
pub(crate) const DATABASE: &str = "https://advisories.invalid/database";

/// A workspace of its own, with a database of advisories beside it.
pub(crate) struct Tree {
    home: PathBuf,
}

/// What came of a gate.
pub(crate) struct Row {
    pub(crate) gate: String,
    pub(crate) status: String,
    pub(crate) detail: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { gate, status, detail } = self;
        write!(f, "{gate} {status}: {detail}")
    }
}

impl Tree {
    /// Lays the tree anew. What was built for its last fault is kept, so that little is built again.
    pub(crate) fn new() -> Tree {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("planted");
        for part in ["tree", "advisories", "fetched"] {
            // There is none the first time.
            let _ = fs::remove_dir_all(home.join(part));
        }
        let tree = Tree { home };
        for (path, text) in FILES.into_iter().chain([PLANTED]) {
            tree.write(path, text);
        }
        for path in ["rustfmt.toml", "Cargo.lock"] {
            tree.write(path, &fs::read_to_string(real(path)).unwrap());
        }
        tree.lock();
        tree.write("deny.toml", &tree.policy());
        tree.advise("nobody");
        tree
    }

    /// The policy of the real tree, with this tree's database.
    fn policy(&self) -> String {
        let text = fs::read_to_string(real("deny.toml")).unwrap();
        // This tree does not have a crate for each of the licences.
        let text = text.replace("unused-allowed-license = \"deny\"", "unused-allowed-license = \"allow\"");
        let fetched = self.home.join("fetched");
        let places =
            format!("[advisories]\ndb-urls = [\"{DATABASE}\"]\ndb-path = \"{}\"\n", fetched.display());
        text.replace("[advisories]\n", &places)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.home.join("tree")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn delete(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    /// Replaces the one place where `old` stands.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.root().join(path)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old} in {path}");
        self.write(path, &text.replace(old, new));
    }

    /// Writes the lock file anew after a change of manifests, with the versions that it has.
    pub(crate) fn lock(&self) {
        self.succeed(Command::new(env!("CARGO")).args(["update", "--quiet", "--workspace", "--offline"]));
    }

    /// Adds an advisory about a crate to the database.
    pub(crate) fn advise(&self, name: &str) {
        let id = format!("RUSTSEC-2020-{:04}", name.len());
        let text = format!(
            "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{name}\"\ndate = \"2020-01-01\"\n\n[versions]\npatched = \
             []\n```\n\n# It is planted\n\nNothing is really wrong with it.\n"
        );
        self.write(&format!("../advisories/crates/{name}/{id}.md"), &text);
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=nobody", "-c", "user.email=nobody"];
            self.succeed(Command::new("git").arg("-C").arg("../advisories").args(identity).args(arguments));
        };
        git(&["init", "--quiet", "--initial-branch", "main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "advisories"]);
    }

    /// What the gates say.
    pub(crate) fn check(&self) -> Vec<Row> {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["release-check", "--json", "--root"])
            .arg(self.root())
            .env("CARGO_TARGET_DIR", self.home.join("target"))
            // cargo-deny wants a database with a host; git is told where that one really is.
            .env("GIT_CONFIG_COUNT", "1")
            .env(
                "GIT_CONFIG_KEY_0",
                format!("url.file://{}.insteadOf", self.home.join("advisories").display()),
            )
            .env("GIT_CONFIG_VALUE_0", DATABASE)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let report: Value = serde_json::from_slice(&output.stdout).expect(&said);
        let field = |gate: &Value, name: &str| gate[name].as_str().unwrap().to_owned();
        let row = |gate: &Value| Row {
            gate: field(gate, "name"),
            status: field(gate, "status"),
            detail: field(gate, "detail"),
        };
        let rows: Vec<Row> = report["gates"].as_array().unwrap().iter().map(row).collect();
        assert_eq!(output.status.success(), rows.iter().all(|row| row.status != "failed"), "{said}");
        rows
    }

    fn succeed(&self, command: &mut Command) {
        let output = command.current_dir(self.root()).output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A file of the real tree.
fn real(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
