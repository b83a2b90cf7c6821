//! Tells the crate for which target it is built, which `ruff version` shows.

#[expect(clippy::disallowed_methods, reason = "cargo tells the target in the environment")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=RUFF_TARGET={target}");
}
