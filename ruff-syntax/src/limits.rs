//! The static limits of the language, in one place. Their messages live with the code that reports them.

/// Bytes of source text accepted from trusted input.
pub const SOURCE_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of source text accepted from untrusted input.
pub const SOURCE_BYTES_UNTRUSTED: usize = 1024 * 1024;
/// Bytes of JSON input accepted by programs that are not trusted.
pub const JSON_BYTES_UNTRUSTED: usize = 1024 * 1024;
/// Characters of an identifier.
pub const IDENTIFIER_CHARS: usize = 256;
/// Characters of a numeric literal.
pub const NUMBER_CHARS: usize = 512;
/// Characters of one literal text segment of a string.
pub const STRING_CHARS: usize = 1_048_576;
/// Levels of nested expressions.
pub const EXPRESSION_DEPTH: usize = 256;
/// Levels of nested blocks.
pub const BLOCK_DEPTH: usize = 128;
/// Elements of an array or dict literal.
pub const LITERAL_ITEMS: usize = 1_048_576;
/// Plain `import`s inside functions and blocks that are visible in one place.
pub const VISIBLE_IMPORTS: usize = 64;
/// Diagnostics reported for one file; the rest are counted.
pub const DIAGNOSTICS: usize = 100;
