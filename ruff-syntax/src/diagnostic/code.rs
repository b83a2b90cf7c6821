//! The one table of diagnostic codes, for lexer, parser, resolver, runtime and command line alike.
//!
//! A code is never reused or renumbered. `001` of an area is its "other" code.

/// The part of the system a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// `RUFLEX`
    Lexer,
    /// `RUFPARSE`
    Parser,
    /// `RUFNAME`
    Resolver,
    /// `RUFRUN`
    Runtime,
    /// `RUFASYNC`
    Async,
    /// `RUFCLI`
    Cli,
}

impl Area {
    /// The `subsystem` of machine-readable diagnostics.
    pub fn subsystem(self) -> &'static str {
        match self {
            Area::Lexer => "lexer",
            Area::Parser => "parser",
            Area::Resolver => "resolver",
            Area::Runtime | Area::Async => "runtime",
            Area::Cli => "cli",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $area:ident $summary:literal;)*) => {
        /// A stable diagnostic code; displays as its text, such as `RUFLEX001`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $summary)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code as shown to users.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// The part of the system it belongs to.
            pub fn area(self) -> Area {
                match self { $(Code::$variant => Area::$area,)* }
            }

            /// What programs call it: the field `kind` of its errors.
            pub fn kind(self) -> Option<&'static str> {
                match self {
                    Code::Deadlock => Some("Deadlock"),
                    Code::Timeout => Some("Timeout"),
                    Code::Cancelled => Some("Cancelled"),
                    Code::TaskConsumed => Some("TaskConsumed"),
                    Code::ChannelClosed => Some("ChannelClosed"),
                    Code::Transfer => Some("Transfer"),
                    Code::Rejected => Some("Rejected"),
                    _ => None,
                }
            }

            /// What it means, in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)* }
            }
        }
    };
}

codes! {
    InvalidCharacter "RUFLEX001" Lexer "Invalid character: 'X'";
    NullByte "RUFLEX002" Lexer "Null byte is not allowed in source";
    UnterminatedString "RUFLEX003" Lexer "Unterminated string literal";
    UnterminatedComment "RUFLEX004" Lexer "Unterminated block comment";
    InvalidEscape "RUFLEX005" Lexer "Invalid escape sequence";
    NumberOverflow "RUFLEX006" Lexer "Numeric literal overflow";
    MalformedNumber "RUFLEX007" Lexer "Malformed numeric literal";
    IdentifierTooLong "RUFLEX008" Lexer "Identifier too long";
    StringTooLong "RUFLEX009" Lexer "String literal too long";
    NumberTooLong "RUFLEX010" Lexer "Numeric literal too long";
    StringLines "RUFLEX011" Lexer "Lines of a string of several lines";
    Syntax "RUFPARSE001" Parser "Any other syntax error";
    ExpectedExpression "RUFPARSE002" Parser "Expected expression";
    ExpectedToken "RUFPARSE003" Parser "A token was expected but another found";
    UnclosedDelimiter "RUFPARSE004" Parser "Unclosed delimiter";
    UnmatchedCloser "RUFPARSE005" Parser "Unmatched closing delimiter";
    ExpectedName "RUFPARSE006" Parser "A name was expected";
    InvalidAssignment "RUFPARSE007" Parser "Invalid assignment";
    TypeSyntax "RUFPARSE008" Parser "Type syntax";
    ExpectedDictColon "RUFPARSE009" Parser "Expected ':' in dictionary literal";
    NestingTooDeep "RUFPARSE010" Parser "Maximum nesting depth exceeded";
    SourceTooLarge "RUFPARSE011" Parser "Source too large";
    LiteralTooLarge "RUFPARSE012" Parser "Collection literal too large";
    InvalidInterpolation "RUFPARSE013" Parser "Invalid interpolated string expression";
    UndefinedVariable "RUFNAME001" Resolver "Undefined variable";
    UndefinedFunction "RUFNAME002" Resolver "Undefined function";
    DuplicateDeclaration "RUFNAME003" Resolver "Duplicate declaration in the same scope";
    ImmutableBinding "RUFNAME004" Resolver "Cannot reassign or mutate an immutable binding";
    OutsideLoop "RUFNAME005" Resolver "break or continue outside a loop";
    OutsideFunction "RUFNAME006" Resolver "return, yield or await outside a suitable function";
    ModuleNotFound "RUFNAME007" Resolver "Module not found";
    SymbolNotExported "RUFNAME008" Resolver "Symbol not exported by its module";
    CircularImport "RUFNAME009" Resolver "Circular import";
    DuplicateMember "RUFNAME010" Resolver "Duplicate field, variant or key";
    CompileError "RUFNAME011" Resolver "Other compile-time error";
    Thrown "RUFRUN001" Runtime "Uncaught throw and other runtime errors";
    CallArity "RUFRUN002" Runtime "Wrong number of arguments";
    NotCallable "RUFRUN003" Runtime "Not callable";
    InvalidOperation "RUFRUN004" Runtime "Invalid operation for these types";
    IntegerOverflow "RUFRUN005" Runtime "Integer overflow";
    IndexOutOfBounds "RUFRUN006" Runtime "Index out of bounds";
    MissingKey "RUFRUN007" Runtime "Missing map key";
    InvalidIndex "RUFRUN008" Runtime "Invalid index operation, assignment or dict key";
    FieldAccess "RUFRUN009" Runtime "Field or method not available";
    Spread "RUFRUN010" Runtime "Spread of the wrong kind";
    TryOperator "RUFRUN011" Runtime "Postfix ? on another value, unhandled Err or None";
    DivisionByZero "RUFRUN012" Runtime "Division or modulo by zero";
    NotIterable "RUFRUN013" Runtime "Not iterable";
    YieldOutsideGenerator "RUFRUN014" Runtime "yield outside a generator";
    ArgumentType "RUFRUN015" Runtime "Builtin argument of a wrong type";
    ArgumentValue "RUFRUN016" Runtime "Builtin argument of a wrong value, or result too large";
    Conversion "RUFRUN017" Runtime "Conversion, parsing or serialisation failed";
    Assertion "RUFRUN018" Runtime "Assertion failed";
    CapabilityDenied "RUFRUN019" Runtime "Capability denied";
    CallDepth "RUFRUN020" Runtime "Call depth exceeded";
    DataDepth "RUFRUN021" Runtime "Data nesting depth exceeded";
    TimeLimit "RUFRUN022" Runtime "Time limit reached";
    MemoryLimit "RUFRUN023" Runtime "Memory limit reached";
    InstructionLimit "RUFRUN024" Runtime "Instruction limit reached";
    ResourceLimit "RUFRUN025" Runtime "Other resource limit reached";
    HostOperation "RUFRUN026" Runtime "Host operation failed";
    ModuleLoad "RUFRUN027" Runtime "Module could not be loaded";
    UnhandledRejection "RUFASYNC001" Async "Unhandled rejection";
    UnhandledTask "RUFASYNC002" Async "Unhandled error in a spawn block or task";
    LonelyReceive "RUFASYNC003" Async "receive() on a channel that nothing can send to";
    Deadlock "RUFASYNC004" Async "All fibers are blocked";
    Timeout "RUFASYNC005" Async "Timeout";
    Cancelled "RUFASYNC006" Async "Task or group was cancelled";
    TaskConsumed "RUFASYNC007" Async "Task handle already consumed";
    ChannelClosed "RUFASYNC008" Async "Channel is closed";
    Transfer "RUFASYNC009" Async "Value cannot cross isolates";
    Rejected "RUFASYNC010" Async "A promise of several was rejected";
    Scheduler "RUFASYNC011" Async "Scheduler budget or scheduler not available";
    CommandLine "RUFCLI001" Cli "Other command-line error";
    FileNotReadable "RUFCLI002" Cli "File not readable";
    FileNotWritable "RUFCLI003" Cli "File not writable";
    BadOptionValue "RUFCLI004" Cli "Bad option value";
    UnknownCommand "RUFCLI005" Cli "Unknown command";
    ReservedCommand "RUFCLI006" Cli "Reserved command name";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_used_twice() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        let count = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }
}
