//! Snapshots of the code of small functions.
