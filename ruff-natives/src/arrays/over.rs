//! Functions over arrays and iterators that call back.

use ruff_runtime::Value;
use ruff_runtime::native;

/// What `function` gives for each element, in order. Of an iterator, a lazy iterator.
///
/// ```ruff
/// map([1, 2, 3], func(n) { return n * n })               # => [1, 4, 9]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/map.ruff")]
fn map(#[types(array, iterator)] values: &Value, #[types(function)] function: &Value);

/// The lazy case of `map`.
#[native(family = "arrays", name = "__map_lazily", ruff = "prelude/map_lazily.ruff")]
fn map_lazily(values: &Value, function: &Value);

/// The elements for which `function` gives something truthy. Of an iterator, a lazy iterator.
///
/// ```ruff
/// filter([1, 2, 3, 4], func(n) { return n % 2 == 0 })    # => [2, 4]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/filter.ruff")]
fn filter(#[types(array, iterator)] values: &Value, #[types(function)] function: &Value);

/// The lazy case of `filter`.
#[native(family = "arrays", name = "__filter_lazily", ruff = "prelude/filter_lazily.ruff")]
fn filter_lazily(values: &Value, function: &Value);

/// The elements put together: starting with `initial`, what `function(result, element)` gives is the next result.
///
/// ```ruff
/// reduce([1, 2, 3], 10, func(sum, n) { return sum + n }) # => 16
/// ```
#[native(family = "arrays", method, returns = "any", ruff = "prelude/reduce.ruff")]
fn reduce(#[types(array, iterator)] values: &Value, initial: &Value, #[types(function)] function: &Value);

/// The first element for which `function` gives something truthy, 0 if there is none.
///
/// ```ruff
/// find([5, 8, 9], func(n) { return n > 6 })              # => 8
/// ```
#[native(family = "arrays", method, returns = "any", ruff = "prelude/find.ruff")]
fn find(#[types(array, iterator)] values: &Value, #[types(function)] function: &Value);

/// Whether `function` gives something truthy for an element; it stops at the first.
///
/// ```ruff
/// any([1, 5], func(n) { return n > 4 })                  # => true
/// ```
#[native(family = "arrays", method, returns = "bool", ruff = "prelude/any.ruff")]
fn any(#[types(array, iterator)] values: &Value, #[types(function)] function: &Value);

/// Whether `function` gives something truthy for every element; it stops at the first for which it does not.
///
/// ```ruff
/// all([1, 5], func(n) { return n > 4 })                  # => false
/// ```
#[native(family = "arrays", method, returns = "bool", ruff = "prelude/all.ruff")]
fn all(#[types(array, iterator)] values: &Value, #[types(function)] function: &Value);

/// The elements of an iterator or generator, which is run to its end; an array as it is.
///
/// ```ruff
/// [4, 5].collect()                                       # => [4, 5]
/// ```
#[native(family = "arrays", method_only, returns = "array", ruff = "prelude/collect.ruff")]
fn collect(#[types(array, iterator)] iterable: &Value);

/// The next value of an iterator or generator, `Some(value)`, or `None` at its end.
///
/// ```ruff
/// func* numbers() { yield 1 }
/// numbers().next()                                       # => Some(1)
/// ```
#[native(family = "arrays", method_only, returns = "option", ruff = "prelude/next.ruff")]
fn next(#[types(iterator)] iterator: &Value);
