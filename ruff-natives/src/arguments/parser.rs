//! Argument parsers: struct values that know which options a program has.

use ruff_runtime::heap::{Ref, StructRef};
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, ObjectKind, Rest};
use ruff_runtime::value::{Array, Dict, Sym, depth_around, text};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

use super::argument::{Argument, Problem};

/// A parser is a struct with these methods and the fields below. Programs may set the fields.
static KIND: ObjectKind = ObjectKind { type_name: "struct", word: "ArgParser" };

const ARGUMENTS: &str = "_args";
const APP_NAME: &str = "_app_name";
const DESCRIPTION: &str = "_description";

/// A parser of program arguments, which knows none yet. Its fields `_app_name` and `_description` are for `help`.
///
/// ```ruff
/// p := arg_parser()
/// p = p.add_argument("--count", "-c", "type", "int", "default", "3", "help", "How many")
/// print(p.parse())               # prints {"count": 3}
/// ```
#[native(family = "arguments", pure, returns = "struct")]
fn arg_parser() -> Value {
    KIND.instance([
        (ARGUMENTS, Value::array(Vec::new())),
        (APP_NAME, Value::str("")),
        (DESCRIPTION, Value::str("")),
    ])
}

/// The parser with one more argument. `long` is its name, like `--count`; a second text that begins with `-` is a short
/// one. Then come pairs of a word and a value: `"type"` with `"string"`, `"int"`, `"float"` or `"bool"`, `"required"`
/// with a bool, `"help"` with a text, `"default"` with a text, number or bool, `"short"` with a text. Other words, and
/// values of another kind, are ignored.
///
/// Fails with `add_argument requires at least a long argument name` without `long`. Fails with `Unknown argument
/// type: {type}` for another type.
///
/// ```ruff
/// p := arg_parser().add_argument("--verbose", "-v", "type", "bool")
/// print(p.parse())               # prints {"verbose": false}
/// ```
#[native(family = "arguments", on = "ArgParser", pure, returns = "struct")]
fn add_argument(
    cx: &mut Cx<'_>,
    parser: &StructRef,
    long: Option<&str>,
    options: Rest<'_>,
) -> NativeResult<Value> {
    let Some(long) = long else {
        return Err(cx.fail(Code::CallArity, "add_argument requires at least a long argument name"));
    };
    let argument = Argument::declared(long, &options).map_err(|problem| failed(cx, &problem))?;
    let mut arguments = match field(parser, ARGUMENTS) {
        Some(Value::Array(arguments)) => arguments.clone(),
        _ => Array::from_vec(Vec::new()),
    };
    arguments.push(Value::Dict(argument.into_dict()));
    let mut parser = parser.clone();
    let depth = depth_around(&Value::Array(arguments.clone()));
    if let Some(at) = parser.shape().position(Sym::new(ARGUMENTS))
        && let Some(place) = parser.make_mut().get_mut(usize::from(at))
    {
        *place = Value::Array(arguments);
    }
    parser.raise_depth(depth);
    Ok(Value::Struct(parser))
}

/// What the program's arguments say: a dict from the names of the known ones, without their dashes, to their values.
///
/// A `bool` is there or not; all others have a value, as the next argument or behind `=`. Those that are missing have
/// their default, else `false` or `null`. What is no option, and all behind `--`, is in the array `_positional`, if
/// there is anything.
///
/// Fails with `Unknown argument: {word}` for an option that was not declared. Fails with `Argument {long} requires a
/// value` if there is none. Fails with `Argument {long} requires an integer value, got: {word}` or `Argument {long}
/// requires a float value, got: {word}` for a value of another type. Fails with `Required argument {long} is missing`
/// if all else is right.
///
/// ```ruff
/// print(arg_parser().parse())    # prints {}
/// ```
#[native(family = "arguments", on = "ArgParser")]
fn parse(cx: &mut Cx<'_>, parser: &StructRef) -> NativeResult<Ref<Dict>> {
    let words = cx.host().args().to_vec();
    super::argument::parse(&arguments(parser), words).map_err(|problem| failed(cx, &problem))
}

/// A text about the program and its arguments.
///
/// ```ruff
/// text := arg_parser().add_argument("--all", "type", "bool").help()
/// lines(text)[5]                 # => "      --all"
/// ```
#[native(family = "arguments", on = "ArgParser", pure)]
fn help(parser: &StructRef) -> String {
    let [app, description] =
        [APP_NAME, DESCRIPTION].map(|name| field(parser, name).map(text).unwrap_or_default());
    let mut help = format!("{app}\n\n{description}\n\nOptions:\n");
    for argument in arguments(parser) {
        argument.write_help(&mut help);
    }
    help
}

fn field<'a>(parser: &'a StructRef, name: &str) -> Option<&'a Value> {
    let at = parser.shape().position(Sym::new(name))?;
    parser.fields().get(usize::from(at))
}

/// The arguments that a parser knows. A program may have put anything there.
fn arguments(parser: &StructRef) -> Vec<Argument> {
    match field(parser, ARGUMENTS) {
        Some(Value::Array(arguments)) => arguments
            .iter()
            .filter_map(|argument| match argument {
                Value::Dict(dict) => Argument::from_dict(dict),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[cold]
fn failed(cx: &Cx<'_>, problem: &Problem) -> VmError {
    let code =
        if matches!(problem, Problem::NotOfType { .. }) { Code::Conversion } else { Code::ArgumentValue };
    cx.fail(code, problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    fn with(parser: Value, words: &[&str]) -> NativeResult<Value> {
        let words = words.iter().map(|word| Value::str(word));
        call(&ADD_ARGUMENT, [parser].into_iter().chain(words).collect())
    }

    #[test]
    fn adding_leaves_the_parser_alone() {
        let first = call(&ARG_PARSER, vec![]).unwrap();
        let second = with(first.clone(), &["--count"]).unwrap();
        assert_eq!(text(&first), "ArgParser { _app_name: , _args: [], _description:  }");
        assert_eq!(first.type_name(), "struct");
        assert_eq!(source(call(&PARSE, vec![first])), "{}");
        assert_eq!(source(call(&PARSE, vec![second])), r#"{"count": null}"#);
    }

    #[test]
    fn what_is_refused() {
        let parser = || call(&ARG_PARSER, vec![]).unwrap();
        assert_eq!(message(with(parser(), &[])), "add_argument requires at least a long argument name");
        assert_eq!(
            message(call(&ADD_ARGUMENT, vec![parser(), Value::Int(1)])),
            "ArgParser.add_argument() requires a string argument for long, got int"
        );
        assert_eq!(message(with(parser(), &["--a", "type", "x"])), "Unknown argument type: x");
        assert_eq!(
            message(call(&PARSE, vec![parser(), Value::Null])),
            "ArgParser.parse expects 0 arguments, got 1"
        );
    }

    #[test]
    fn help_texts() {
        let parser =
            with(call(&ARG_PARSER, vec![]).unwrap(), &["--count", "-c", "type", "int", "default", "3"]);
        let parser = with(parser.unwrap(), &["--all", "type", "bool", "help", "All of them"]).unwrap();
        assert_eq!(
            text(&call(&HELP, vec![parser]).unwrap()),
            "\n\n\n\nOptions:\n  -c, --count <int> [default: 3]\n      --all\n        All of them\n"
        );
    }

    #[test]
    fn fields_may_hold_anything() {
        for junk in [Value::Int(1), Value::array(vec![Value::Int(1), Value::Dict(Dict::from_entries([]))])] {
            let Value::Struct(mut parser) = call(&ARG_PARSER, vec![]).unwrap() else { panic!("no struct") };
            parser.make_mut().fill(junk);
            let parser = Value::Struct(parser);
            assert_eq!(source(call(&PARSE, vec![parser.clone()])), "{}");
            assert!(call(&HELP, vec![parser.clone()]).is_ok());
            assert_eq!(source(call(&PARSE, vec![with(parser, &["--a"]).unwrap()])), r#"{"a": null}"#);
        }
    }
}
