//! The limits of the machine, each at the last two sizes that compile and the first one that does not. The sources are too
//! large to lie in the corpus.

use std::fmt::Write;

use super::{Options, compiled};

/// Checks that `limit` is the largest size of `source` that compiles, and what is said of the next one.
fn check(limit: usize, message: &str, source: impl Fn(usize) -> String) {
    let messages = |size| match compiled(&source(size), Options::default()) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.diagnostics.into_iter().map(|problem| problem.message).collect(),
    };
    for size in [limit - 1, limit] {
        assert_eq!(messages(size), [""; 0], "{size}");
    }
    assert_eq!(messages(limit + 1), [message]);
}

/// `count` pieces in a row.
fn pieces(count: usize, mut piece: impl FnMut(usize, &mut String)) -> String {
    let mut text = String::new();
    (0..count).for_each(|number| piece(number, &mut text));
    text
}

fn numbered(count: usize, before: &str, after: &str) -> String {
    pieces(count, |number, text| write!(text, "{before}{number}{after}").unwrap())
}

macro_rules! limits {
    ($($name:ident: $limit:literal $what:literal $size:ident => $source:expr;)*) => {$(
        #[test]
        fn $name() {
            check($limit, concat!("Maximum of ", $what, " exceeded"), |$size| $source);
        }
    )*};
}

limits! {
    arguments: 250 "250 arguments in a call" n => format!("f({})", "1, ".repeat(n));
    arguments_of_methods: 250 "250 arguments in a call" n => format!("a.f({})", "1, ".repeat(n));
    arguments_of_variants: 250 "250 arguments in a call" n => format!("A::B({})", "1, ".repeat(n));
    arguments_besides_a_piped_one: 250 "250 arguments in a call" n => format!("1 |> f({})", "1, ".repeat(n));
    parameters: 250 "250 parameters of a function" n => format!("func f({}) {{ }}", numbered(n, "a", ", "));
    parameters_besides_self: 250 "250 parameters of a function" n =>
        format!("struct S {{ func f(self, {}) {{ }} }}", numbered(n, "a", ", "));
    parameters_that_closures_use: 250 "250 parameters of a function" n =>
        format!("func f({}) {{ return func() {{ return a249 }} }}", numbered(n, "a", ", "));
    variables: 60_000 "60000 variables and intermediate values in one function" n =>
        format!("func f() {{ {} }}", numbered(n, "let a", " := 1\n"));
    top_level_variables: 60_000 "60000 variables and intermediate values at the top level of a file" n =>
        numbered(n, "let a", " := 1\n");
    captures: 65_535 "65535 captured variables in one function" n => {
        let half = n / 2;
        let (outer, inner) = (numbered(half, "let a", " := 1\n"), numbered(n - half, "let b", " := 1\n"));
        let (a, b) = (numbered(half, "a", ","), numbered(n - half, "b", ","));
        format!("func f() {{ {outer} func g() {{ {inner} func h() {{ return [{a}{b}] }} }} }}")
    };
    positions: 65_535 "65535 positions in a pattern" n => format!("let [{}a] := x", "_,".repeat(n - 1));
    positions_before_the_rest: 65_535 "65535 positions in a pattern" n => format!("let [{}...a] := x", "_,".repeat(n));
    binders: 65_535 "65535 positions in a pattern" n =>
        format!("match 1 {{ case A::B({}) {{ }} }}", "_,".repeat(n));
    fields: 65_535 "65535 accesses to fields in one function" n =>
        format!("func f(x) {{ {} }}", "x.a\n".repeat(n));
    methods: 65_535 "65535 method calls in one function" n => format!("func f(x) {{ {} }}", "x.a()\n".repeat(n));
    places: 65_535 "65535 changes of parts of variables at the top level of a file" n =>
        format!("mut x := 1\n{}", "x[0][0] := 1\n".repeat(n));
    structs: 65_535 "65535 struct values at the top level of a file" n => "S { a: 1 }\n".repeat(n);
    struct_declarations: 65_535 "65535 struct declarations at the top level of a file" n =>
        numbered(n, "struct S", " { }\n");
    variants: 65_535 "65535 enum values and patterns at the top level of a file" n => numbered(n, "A::B", "(1)\n");
    rests_of_dicts: 65_535 "65535 patterns with the rest of a dict in one function" n =>
        format!("func f(x) {{ {} }}", "if x { let {...a} := x }\n".repeat(n));
    imports: 65_535 "65535 imports at the top level of a file" n => "from m import x\n".repeat(n);
    names: 65_535 "65535 names and constants in one function" n =>
        format!("func f(x) {{ {} }}", numbered(n, "if x { let {a", "} := x }\n"));
    literal_patterns: 65_535 "65535 constants in front of a literal pattern in one function" n =>
        format!("func f(x) {{ match x {{ {} }} }}", numbered(n, "case ", " { }\n"));
}
