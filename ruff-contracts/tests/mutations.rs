//! The contracts notice changes: of builtins that are changed a little, and of no others, the pages differ.
#![expect(clippy::unwrap_used, reason = "a test that cannot run fails")]

use std::collections::{BTreeMap, BTreeSet};

use ruff_contracts::prober::probe;
use ruff_runtime::Value;
use ruff_runtime::native::{
    Cx, Family, NativeBody, NativeDef, NativeResult, Param, Registry, TypeWord, Updates,
};
use ruff_syntax::Code;

/// A change of one builtin.
struct Mutation {
    builtin: &'static str,
    change: fn(&mut NativeDef),
}

/// Of arity, types, names, messages, results, forms and capabilities, in as many families as there are.
const MUTATIONS: [Mutation; 16] = [
    Mutation { builtin: "abs", change: |def| add_param(def, Param::new("digits", &[], true, false)) },
    Mutation { builtin: "args", change: |def| add_param(def, Param::new("count", &[], false, false)) },
    Mutation {
        builtin: "len",
        change: |def| change_param(def, 0, |param| take_type(param, TypeWord::Stack)),
    },
    Mutation {
        builtin: "repeat",
        change: |def| change_param(def, 1, |param| take_type(param, TypeWord::Finite)),
    },
    Mutation {
        builtin: "set_has",
        change: |def| change_param(def, 0, |param| Param::new("of", param.types, false, false)),
    },
    Mutation { builtin: "parse_int", change: |def| def.body = NativeBody::Rust(other_message) },
    Mutation { builtin: "to_csv", change: |def| def.body = NativeBody::Rust(other_code) },
    Mutation { builtin: "regex_split", change: |def| def.body = NativeBody::Rust(other_result) },
    Mutation { builtin: "encode_base64", change: |def| def.name = "encode64" },
    Mutation { builtin: "random_id", change: |def| def.aliases = &["new_id"] },
    Mutation { builtin: "get", change: |def| def.method = false },
    Mutation { builtin: "reverse", change: |def| def.updates = Updates::No },
    Mutation { builtin: "now_unix", change: |def| def.capabilities = &[] },
    Mutation { builtin: "assert_equal", change: |def| def.returns = "int" },
    Mutation { builtin: "parse_yaml", change: |def| def.doc = "Reads YAML." },
    Mutation { builtin: "eprint", change: |def| def.pure = true },
];

fn add_param(def: &mut NativeDef, param: Param) {
    let params = def.params.iter().map(copy).chain([param]);
    def.params = Vec::leak(params.collect());
}

fn change_param(def: &mut NativeDef, index: usize, change: fn(&Param) -> Param) {
    let params = def.params.iter().enumerate();
    def.params =
        Vec::leak(params.map(|(at, param)| if at == index { change(param) } else { copy(param) }).collect());
}

fn copy(param: &Param) -> Param {
    Param::new(param.name, param.types, param.optional, param.variadic)
}

/// The parameter without a type that it takes; if it takes no other, with ints alone.
fn take_type(param: &Param, taken: TypeWord) -> Param {
    let mut types: Vec<TypeWord> = param.types.iter().copied().filter(|word| *word != taken).collect();
    if types.is_empty() {
        types.push(TypeWord::Int);
    }
    Param::new(param.name, types.leak(), param.optional, param.variadic)
}

fn other_message(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult<Value> {
    original(cx, args).map_err(|error| cx.fail(error.fault().code, format!("{}!", error.fault().message)))
}

fn other_code(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult<Value> {
    original(cx, args).map_err(|error| cx.fail(Code::Thrown, error.fault().message.to_string()))
}

fn other_result(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult<Value> {
    original(cx, args).map(|_| Value::array(Vec::new()))
}

/// What the builtin of the running call does.
fn original(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult<Value> {
    let found = ruff_natives::registry().find(cx.name());
    let Some((NativeDef { body: NativeBody::Rust(body), .. }, _)) = found else {
        panic!("no builtin in Rust")
    };
    body(cx, args)
}

/// All builtins, those of [`MUTATIONS`] changed.
fn mutated() -> Registry {
    let changed = |def: &'static NativeDef| -> &'static NativeDef {
        let Some(mutation) = MUTATIONS.iter().find(|mutation| mutation.builtin == def.name) else {
            return def;
        };
        let mut def = *def;
        (mutation.change)(&mut def);
        Box::leak(Box::new(def))
    };
    let families = ruff_natives::registry().families().map(|family| -> &'static Family {
        let natives: Vec<_> = family.natives.iter().copied().map(changed).collect();
        Box::leak(Box::new(Family { name: family.name, natives: natives.leak() }))
    });
    Registry::new(Vec::leak(families.collect()))
}

/// The pages of a registry's builtins, by the places of the builtins in it. Each thread makes some of them.
fn pages(registry: fn() -> Registry) -> BTreeMap<usize, String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    let registry = registry();
                    let places = registry.iter().enumerate().filter(|(_, def)| !def.is_hidden());
                    let mine = places.filter(|(place, _)| place % threads == worker);
                    mine.map(|(place, def)| (place, probe(&registry, def).text)).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn a_change_of_a_builtin_changes_its_page_and_no_other() {
    let (before, after) = (pages(ruff_natives::registry), pages(mutated));
    assert_eq!(before.len(), after.len());
    let differs = |(place, page): &(&usize, &String)| after.get(place) != Some(page);
    let places: BTreeSet<usize> = before.iter().filter(differs).map(|(place, _)| *place).collect();
    let names = |registry: Registry| -> Vec<&str> { registry.iter().map(|def| def.name).collect() };
    let known = names(ruff_natives::registry());
    let changed: BTreeSet<&str> = places.into_iter().filter_map(|place| known.get(place).copied()).collect();
    let wanted: BTreeSet<&str> = MUTATIONS.iter().map(|mutation| mutation.builtin).collect();
    assert_eq!(changed, wanted);
}
