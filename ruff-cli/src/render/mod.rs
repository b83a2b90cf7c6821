//! How findings look: the four formats of `--error-format`, over one [`Finding`].
//!
//! A [`Finding`] is what a stage of Ruff reports, put in one shape. [`full`] draws it for people, with an excerpt of
//! the source; [`mod@line`] in one line for people or for GitHub; [`json`] for tools. What a stream can show is its
//! [`Look`]. Nothing here writes: that is the [`Reporter`](crate::reporter::Reporter)'s business.

pub(crate) mod finding;
pub(crate) mod full;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod look;

mod excerpt;
mod report;
mod stack;
mod underline;

#[cfg(test)]
mod tests;

pub(crate) use finding::Finding;
pub(crate) use look::Look;
