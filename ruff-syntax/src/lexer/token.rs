//! Tokens and their kinds.

use crate::source::Span;

/// The smallest piece of a program that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The bytes it covers.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// A line end stands between it and the token before.
    pub newline_before: bool,
}

const _: () = assert!(size_of::<Token>() <= 16);

macro_rules! kinds {
    (
        varying { $($kind:ident $doc:literal,)* }
        words { $($word:ident $word_text:literal,)* }
        marks { $($mark:ident $mark_text:literal,)* }
    ) => {
        /// What a token is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum TokenKind {
            $(#[doc = $doc] $kind,)*
            $(#[doc = concat!("`", $word_text, "`")] $word,)*
            $(#[doc = concat!("`", $mark_text, "`")] $mark,)*
        }

        impl TokenKind {
            /// The text of a reserved word or punctuation mark; `None` for tokens whose text varies.
            pub fn fixed_text(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$word => Some($word_text),)*
                    $(TokenKind::$mark => Some($mark_text),)*
                    _ => None,
                }
            }

            /// Whether it is a word that can never be the name of a variable, function, parameter or type.
            pub fn is_reserved(self) -> bool {
                matches!(self, $(TokenKind::$word)|*)
            }

            /// The reserved words, in no particular order.
            pub const RESERVED: &'static [TokenKind] = &[$(TokenKind::$word,)*];
        }

        /// The kind of a word: a reserved word or [`TokenKind::Ident`].
        pub(super) fn word_kind(text: &str) -> TokenKind {
            match text {
                $($word_text => TokenKind::$word,)*
                _ => TokenKind::Ident,
            }
        }
    };
}

kinds! {
    varying {
        Eof "The end of the source; empty. Always the last token, and there is only one.",
        Ident "A name.",
        Int "An integer literal.",
        Float "A float literal.",
        Str "A string literal without interpolation, quotes included.",
        StrHead "The beginning of an interpolated string: from the quote to the first `${`.",
        StrMiddle "A piece of an interpolated string between two interpolations: from `}` to `${`.",
        StrTail "The end of an interpolated string: from the last `}` to the quote.",
        BadLiteral "A literal with a mistake that was reported; takes the place of an operand.",
        Invalid "Characters that belong to no token; reported, and skipped by the parser.",
    }
    words {
        Let "let", Mut "mut", Const "const", Func "func", Return "return", Enum "enum", Match "match", Case "case",
        Default "default", If "if", Else "else", Loop "loop", While "while", For "for", In "in", Break "break",
        Continue "continue", Try "try", Except "except", IntType "int", FloatType "float", StringType "string",
        BoolType "bool", Import "import", Export "export", From "from", Struct "struct", Impl "impl",
        SelfWord "self", Null "null", Spawn "spawn", Test "test", TestSetup "test_setup",
        TestTeardown "test_teardown", TestGroup "test_group", Yield "yield", Async "async", Await "await",
        True "true", False "false",
    }
    marks {
        ColonEq ":=", Eq "=", PlusEq "+=", MinusEq "-=", StarEq "*=", SlashEq "/=", PercentEq "%=",
        EqEq "==", BangEq "!=", Lt "<", Le "<=", Gt ">", Ge ">=",
        Plus "+", Minus "-", Star "*", Slash "/", Percent "%", Bang "!", AndAnd "&&", OrOr "||",
        QuestionQuestion "??", QuestionDot "?.", Question "?", PipeGt "|>", Arrow "->", ColonColon "::",
        Ellipsis "...", LParen "(", RParen ")", LBrace "{", RBrace "}", LBracket "[", RBracket "]",
        Comma ",", Semicolon ";", Colon ":", Dot ".", And "&", Or "|", Caret "^", Tilde "~",
        StarStar "**", Shl "<<", Shr ">>", DotDot "..", DotDotEq "..=",
        StarStarEq "**=", AndEq "&=", OrEq "|=", CaretEq "^=", ShlEq "<<=", ShrEq ">>=", QuestionQuestionEq "??=",
        FatArrow "=>",
    }
}

impl TokenKind {
    /// Whether it can stand where a member is named, after a dot for instance: a name or a reserved word.
    pub fn is_member_name(self) -> bool {
        self == TokenKind::Ident || self.is_reserved()
    }

    /// Whether an expression can begin with it.
    pub(crate) fn starts_expression(self) -> bool {
        use TokenKind::{
            Async, Await, BadLiteral, Bang, False, Float, Func, Ident, Int, LBrace, LBracket, LParen, Minus,
            Null, SelfWord, Str, StrHead, Tilde, True, Yield,
        };
        matches!(
            self,
            Ident
                | Int
                | Float
                | Str
                | StrHead
                | BadLiteral
                | True
                | False
                | Null
                | SelfWord
                | Func
                | Async
                | Await
                | Yield
                | Minus
                | Bang
                | Tilde
                | LParen
                | LBracket
                | LBrace
        )
    }

    /// Whether it is a word that begins a statement, and stands inside an expression only as its operand.
    pub(crate) fn begins_statement(self) -> bool {
        use TokenKind::{
            Break, Const, Continue, Enum, Export, For, From, If, Import, Let, Loop, Match, Mut, Return,
            Spawn, Struct, Test, TestGroup, TestSetup, TestTeardown, Try, While,
        };
        matches!(
            self,
            Let | Mut
                | Const
                | Return
                | Enum
                | Struct
                | Match
                | If
                | Loop
                | While
                | For
                | Break
                | Continue
                | Try
                | Import
                | Export
                | From
                | Spawn
                | Test
                | TestGroup
                | TestSetup
                | TestTeardown
        )
    }

    /// The closing delimiter that belongs to an opening one.
    pub fn closer(self) -> Option<TokenKind> {
        match self {
            TokenKind::LParen => Some(TokenKind::RParen),
            TokenKind::LBracket => Some(TokenKind::RBracket),
            TokenKind::LBrace => Some(TokenKind::RBrace),
            TokenKind::StrHead => Some(TokenKind::StrTail),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_recognised_and_near_misses_are_not() {
        for &kind in TokenKind::RESERVED {
            let text = kind.fixed_text().expect("a reserved word has a text");
            assert_eq!(word_kind(text), kind);
            assert_eq!(word_kind(&format!("{text}_")), TokenKind::Ident);
            assert_eq!(word_kind(&text.to_uppercase()), TokenKind::Ident);
        }
        assert_eq!(TokenKind::RESERVED.len(), 40);
    }
}
