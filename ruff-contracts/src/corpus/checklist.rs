//! The conformance checklist: numbered behaviours of the language, one program each, named `NNN_what_it_is`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use super::folder::Folder;

/// Which rows of a part of the checklist have programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The rows asked for.
    pub rows: RangeInclusive<u32>,
    /// Rows without a program.
    pub missing: Vec<u32>,
    /// Rows with several programs.
    pub repeated: Vec<u32>,
}

/// Which of `rows` the programs below `checklist/` cover, by their names.
pub fn coverage(folders: &[Folder], rows: RangeInclusive<u32>) -> Coverage {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for folder in folders.iter().filter(|folder| folder.name.starts_with("checklist/")) {
        let row = folder.name.rsplit('/').next().and_then(|name| name.split('_').next()?.parse().ok());
        if let Some(row) = row {
            *counts.entry(row).or_default() += 1;
        }
    }
    let having = |wanted: fn(usize) -> bool| {
        rows.clone().filter(|row| wanted(counts.get(row).copied().unwrap_or(0))).collect()
    };
    Coverage { missing: having(|count| count == 0), repeated: having(|count| count > 1), rows }
}

impl Coverage {
    /// Whether every row has one program.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.repeated.is_empty()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.clone().count();
        write!(f, "checklist rows covered: {}/{rows}", rows - self.missing.len())?;
        for (what, rows) in [("missing", &self.missing), ("more than once", &self.repeated)] {
            if !rows.is_empty() {
                write!(f, "; {what}: {rows:?}")?;
            }
        }
        Ok(())
    }
}
