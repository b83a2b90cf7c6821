//! Arrays: building, changing and ordering them, and functions over arrays and iterators.
//!
//! Whatever calls back is written in Ruff (`prelude/`), so that a callback never runs on the host's stack. On an array
//! such a function works at once, on a generator or iterator it is lazy: the public function tells the two apart and
//! leaves the lazy case to a hidden generator function.

mod build;
mod change;
mod order;
mod over;
mod pieces;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("arrays": [
    over::ALL,
    over::ANY,
    build::ARRAY,
    pieces::CHUNK,
    pieces::CHUNK_ARRAY,
    pieces::CHUNK_LAZILY,
    change::CLEAR,
    over::COLLECT,
    build::CONCAT,
    pieces::ENUMERATE,
    pieces::ENUMERATE_ARRAY,
    pieces::ENUMERATE_LAZILY,
    over::FILTER,
    over::FILTER_LAZILY,
    over::FIND,
    pieces::FLATTEN,
    pieces::FLATTEN_ARRAY,
    pieces::FLATTEN_LAZILY,
    change::INSERT,
    pieces::ITERATE,
    over::MAP,
    over::MAP_LAZILY,
    over::NEXT,
    change::POP,
    change::PUSH,
    build::RANGE,
    over::REDUCE,
    change::REMOVE,
    change::REMOVE_AT,
    change::REVERSE,
    pieces::SKIP,
    pieces::SKIP_LAZILY,
    build::SLICE,
    order::SORT,
    order::SORT_CHECK,
    order::SORT_COPY,
    order::SORT_NATURALLY,
    build::SUM,
    pieces::TAKE,
    pieces::TAKE_LAZILY,
    build::UNIQUE,
    pieces::WHOLE,
    pieces::WINDOWS,
    pieces::ZIP,
    pieces::ZIP_ARRAYS,
    pieces::ZIP_LAZILY,
]);
