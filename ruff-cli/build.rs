//! Tells the crate for which target it is built, which `ruff version` shows.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=RUFF_TARGET={target}");
}
