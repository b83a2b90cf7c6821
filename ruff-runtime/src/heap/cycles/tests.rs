//! Cycles built by hand, of every kind of value that can be part of one.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use ruff_syntax::SourceFile;

use super::*;
use crate::bytecode::{Chunk, Instr, Op, Proto, ProtoFlags};
use crate::error::VmError;
use crate::fiber::{Fiber, Generator, GeneratorState};
use crate::heap::{CellBox, Ref, StructRef};
use crate::module::ModuleId;
use crate::value::{
    Bindable, BoundMethod, Closure, Dict, ErrorValue, HostFunction, Key, ModuleValue, Queue, Set, Stack, Str,
    StructDef, Sym, Tagged, Variant,
};

fn proto(registers: u16) -> Rc<Proto> {
    let chunk = Chunk {
        name: "f".into(),
        flags: ProtoFlags::default(),
        params: 0,
        registers,
        code: [Instr::new(Op::ReturnNull, 0, 0, 0)].into(),
        spans: Box::default(),
        consts: Box::default(),
        chunks: Box::default(),
        captures: Box::default(),
        handlers: Box::default(),
        field_names: Box::default(),
        calls: Box::default(),
        places: Box::default(),
        literals: Box::default(),
        variants: Box::default(),
        struct_defs: Box::default(),
        key_lists: Box::default(),
        raises: Box::default(),
        imports: Box::default(),
        locals: Box::default(),
        capture_names: Box::default(),
        file: Arc::new(SourceFile::new("test", "")),
        module: ModuleId::NOWHERE,
        used_globals: OnceLock::new(),
    };
    Rc::new(Proto::new(Arc::new(chunk), Box::default()))
}

fn closure_of(proto: &Rc<Proto>, captures: &[&Value]) -> Ref<Closure> {
    let captures = captures.iter().map(|&capture| capture.clone()).collect();
    Ref::new(Closure { proto: proto.clone(), captures })
}

fn closure(captures: &[&Value]) -> Value {
    Value::Closure(closure_of(&proto(0), captures))
}

fn cell(value: Value) -> Value {
    Value::Cell(Ref::new(CellBox::new(value)))
}

fn set(cell: &Value, value: Value) {
    let Value::Cell(cell) = cell else { panic!("no cell") };
    cell.set(value);
}

fn get(cell: &Value) -> Value {
    let Value::Cell(cell) = cell else { panic!("no cell") };
    cell.get()
}

/// A generator whose first registers hold `values`.
fn generator(values: &mut [Value]) -> Value {
    let registers = u16::try_from(values.len()).unwrap();
    Value::Generator(Ref::new(Generator::new(
        Fiber::new(closure_of(&proto(registers), &[]), values, 10),
        false,
    )))
}

/// Something that tells when it is freed, and how often.
fn witness(freed: &Rc<RefCell<u32>>) -> Value {
    struct Witness(Rc<RefCell<u32>>);
    impl Drop for Witness {
        fn drop(&mut self) {
            *self.0.borrow_mut() += 1;
        }
    }
    let witness = Witness(freed.clone());
    let body = move |_: &mut crate::native::Cx<'_>, _: &[Value]| -> Result<Value, VmError> {
        let _held = &witness;
        Ok(Value::Null)
    };
    Value::Host(Ref::new(HostFunction { name: Str::new("w"), arity: None, body: Box::new(body) }))
}

/// Builds a cycle through what `wrap` makes of a closure over a cell, and checks that it is freed as soon as nothing
/// outside holds a part of it, and not before.
fn check(wrap: impl Fn(Value) -> Value) {
    check_many(1, wrap);
}

/// As [`check`], for a cycle of `tracked` variables and generators.
fn check_many(tracked: usize, wrap: impl Fn(Value) -> Value) {
    let freed = Rc::new(RefCell::new(0));
    let variable = cell(Value::Null);
    let wrapped = wrap(closure(&[&variable, &witness(&freed)]));
    set(&variable, wrapped.clone());
    assert_eq!(collect(), 0);
    drop(wrapped);
    assert_eq!(collect(), 0, "held by the variable");
    let inside = get(&variable);
    drop(variable);
    assert_eq!(collect(), 0, "held by its contents");
    assert_eq!(*freed.borrow(), 0);
    drop(inside);
    assert_eq!((registry::len(), *freed.borrow()), (tracked, 0), "counting alone does not free it");
    assert_eq!(collect(), tracked);
    assert_eq!((registry::len(), *freed.borrow()), (0, 1));
}

fn shape(def: Option<&Ref<StructDef>>, fields: &[&str]) -> Rc<Shape> {
    let names: Vec<Sym> = fields.iter().map(|name| Sym::new(name)).collect();
    match def {
        Some(def) => StructDef::shape(def, &names),
        None => Shape::new(Sym::new("S"), None, names.into()),
    }
}

#[test]
fn a_closure_in_its_own_variable() {
    check(|closure| closure);
}

#[test]
fn every_kind_of_container_in_between() {
    let variant = Variant::new(Sym::new("E"), Sym::new("A"));
    check(|closure| Value::array(vec![Value::Int(1), closure]));
    check(|closure| Value::array(vec![Value::array(vec![closure.clone()]), closure]));
    check(|closure| Value::Dict(Dict::from_entries([(Key::from("k"), closure)])));
    check(|closure| Value::Set(Set::from_items([closure])));
    check(|closure| Value::Queue(Queue::from_vec(vec![closure])));
    check(|closure| Value::Stack(Stack::from_vec(vec![closure])));
    check(Value::ok);
    check(|closure| Value::Tagged(Tagged::new(variant, &mut [closure.clone(), Value::Null, closure])));
    check(|closure| Value::Struct(StructRef::new(shape(None, &["a", "b"]), &mut [Value::Null, closure])));
    check(|closure| {
        let exports = [(Sym::new("f"), closure.clone())].into();
        let types = [(Sym::new("T"), closure)].into();
        Value::Module(Ref::new(ModuleValue { name: Sym::new("m"), exports, types }))
    });
    check(|closure| {
        let mut error = ErrorValue::from_fault(VmError::new(ruff_syntax::Code::Thrown, "m").into_fault());
        (error.thrown, error.cause) = (Some(closure.clone()), Some(closure.clone()));
        error.set_field(Sym::new("a"), closure);
        Value::Error(Ref::new(error))
    });
}

#[test]
fn bound_methods_and_declarations_in_between() {
    let method = |closure| {
        let Value::Closure(method) = closure else { panic!("no closure") };
        method
    };
    let bound = |receiver, method| {
        Value::Bound(Ref::new(BoundMethod { receiver, method: Bindable::Closure(method) }))
    };
    check(|closure| bound(Value::Null, method(closure)));
    check(|closure| bound(closure, closure_of(&proto(0), &[])));
    let declare = |closure: Value, is_default: bool| {
        let def = Ref::new(StructDef::new(Sym::new("S"), Box::default()));
        if is_default {
            def.add_default(Sym::new("a"), method(closure));
        } else {
            def.add_method(Sym::new("m"), method(closure));
        }
        def
    };
    check(|closure| Value::StructDef(declare(closure, false)));
    check(|closure| Value::StructDef(declare(closure, true)));
    // An instance refers to the declaration by its shape alone.
    check(|closure| {
        let def = declare(closure, false);
        let instance = Value::Struct(StructRef::new(shape(Some(&def), &["a"]), &mut [Value::Null]));
        let other = Value::Struct(StructRef::new(shape(Some(&def), &["a"]), &mut [Value::Null]));
        Value::array(vec![instance, other, Value::Struct(StructRef::new(shape(Some(&def), &[]), &mut []))])
    });
    // A shape that somebody else holds, such as an inline cache, keeps everything.
    let variable = cell(Value::Null);
    let def = declare(closure(&[&variable]), false);
    let held = shape(Some(&def), &[]);
    set(&variable, Value::Struct(StructRef::new(held.clone(), &mut [])));
    drop((variable, def));
    assert_eq!(collect(), 0);
    drop(held);
    assert_eq!(collect(), 1);
}

#[test]
fn a_suspended_generator_in_between() {
    check_many(2, |closure| generator(&mut [Value::Null, closure]));
    check_many(3, |closure| generator(&mut [generator(&mut [closure])]));
}

#[test]
fn a_generator_that_holds_itself() {
    let freed = Rc::new(RefCell::new(0));
    let value = generator(&mut [Value::Null, witness(&freed)]);
    let Value::Generator(held) = &value else { panic!("no generator") };
    if let GeneratorState::Suspended(fiber) = &mut *held.state.borrow_mut() {
        fiber.stack.set(1, value.clone());
    }
    assert_eq!(collect(), 0);
    drop(value);
    assert_eq!((collect(), *freed.borrow()), (1, 1));
}

#[test]
fn a_running_generator_counts_as_outside() {
    let variable = cell(Value::Null);
    let value = generator(&mut [variable.clone()]);
    set(&variable, value.clone());
    let Value::Generator(held) = value else { panic!("no generator") };
    let GeneratorState::Suspended(fiber) = held.state.replace(GeneratorState::Running) else {
        panic!("running")
    };
    // What a machine holds meanwhile: the fiber, and the generator on behalf of the loop that resumed it.
    drop(variable);
    assert_eq!(collect(), 0);
    assert_eq!(fiber.stack.get(1).type_name(), "null");
    assert!(matches!(get(fiber.stack.get(1)), Value::Generator(_)));
    held.state.replace(GeneratorState::Suspended(fiber));
    // While its state is being changed nothing in it is counted, so all of it stays.
    let borrowed = held.state.borrow_mut();
    assert_eq!(collect(), 0);
    drop(borrowed);
    drop(held);
    assert_eq!(collect(), 2);
}

#[test]
fn closures_that_know_each_other() {
    let (a, b) = (cell(Value::Null), cell(Value::Null));
    set(&a, closure(&[&b]));
    set(&b, closure(&[&a, &a]));
    let other = closure(&[&a]);
    drop((a, b));
    assert_eq!(collect(), 0, "held by a third");
    drop(other);
    assert_eq!((collect(), registry::len()), (2, 0));
}

#[test]
fn what_garbage_shares_with_the_living_stays_as_it_is() {
    let shared = Value::array(vec![Value::array(vec![Value::str("a text that needs an object")])]);
    let living = cell(shared.clone());
    set(&living, Value::array(vec![closure(&[&living]), shared.clone()]));
    let garbage = cell(Value::Null);
    set(&garbage, closure(&[&garbage, &living, &shared]));
    drop(garbage);
    assert_eq!(collect(), 1);
    assert_eq!((shared.depth(), get(&living).depth()), (2, 3), "depths are noted again");
    let Value::Array(array) = &shared else { panic!("no array") };
    assert_eq!(array.count(), 2);
    let Value::Cell(variable) = &living else { panic!("no cell") };
    assert_eq!(variable.count(), 2);
    set(&living, Value::Null);
    assert_eq!((array.count(), variable.count()), (1, 1));
}

#[test]
fn struct_values_count_like_others() {
    let instance = StructRef::new(shape(None, &["a"]), &mut [Value::Null]);
    let variable = cell(Value::Struct(instance.clone()));
    set(&variable, Value::array(vec![closure(&[&variable]), Value::Struct(instance.clone())]));
    drop(variable);
    assert_eq!((instance.count(), collect()), (2, 1));
    assert_eq!((instance.count(), instance.depth()), (1, 1));
}

#[test]
fn a_long_chain_needs_no_host_stack() {
    let first = cell(Value::Null);
    let mut last = first.clone();
    for _ in 0..200_000 {
        last = cell(closure(&[&last]));
    }
    set(&first, last.clone());
    drop(first);
    assert_eq!(collect(), 0);
    drop(last);
    assert_eq!((collect(), registry::len()), (200_001, 0));
}

#[test]
fn short_lived_cycles_do_not_pile_up() {
    let proto = proto(0);
    let kept: Vec<Value> = (0..1000).map(|_| cell(Value::Null)).collect();
    let mut most = 0;
    for _ in 0..1_000_000 {
        let variable = cell(Value::Null);
        set(&variable, Value::Closure(closure_of(&proto, &[&variable])));
        collect_if_due();
        most = most.max(registry::len());
    }
    assert!(most <= 4096, "{most}");
    assert_eq!(Rc::strong_count(&proto), 1 + registry::len() - kept.len());
    collect();
    assert_eq!((registry::len(), Rc::strong_count(&proto)), (1000, 1));
}

#[test]
fn collections_are_as_rare_as_what_they_walk_is_large() {
    let data = Value::array((0..100_000).map(Value::Int).collect());
    let holder = cell(data);
    collect();
    let mut garbage = 0;
    while !registry::is_due() {
        let variable = cell(Value::Null);
        set(&variable, closure(&[&variable]));
        garbage += 1;
    }
    assert_eq!(garbage, 100_000 / PATIENCE);
    assert_eq!(collect(), garbage);
    set(&holder, Value::Null);
    assert_eq!(collect(), 0);
    let kept: Vec<Value> = (0..10_000).map(|_| cell(Value::Null)).collect();
    collect();
    let more: Vec<Value> = std::iter::from_fn(|| (!registry::is_due()).then(|| cell(Value::Null))).collect();
    assert_eq!((kept.len(), more.len()), (10_000, 10_001), "the living have doubled");
}

#[test]
fn large_garbage_does_not_put_the_next_collection_off() {
    let mut most = 0;
    for _ in 0..50_000 {
        let variable = cell(Value::Null);
        set(&variable, generator(&mut [const { Value::Null }; 50].map(|_| variable.clone())));
        collect_if_due();
        most = most.max(registry::len());
    }
    assert!(most <= 4096 + 1, "{most}");
    collect();
}

#[test]
fn variables_out_of_cycles_are_freed_at_once_and_in_any_order() {
    let mut random: u64 = 1;
    let mut living: Vec<(u64, Value)> = Vec::new();
    for turn in 0..20_000u64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if random >> 63 == 0 || living.is_empty() {
            living.push((turn, cell(Value::Int(i64::try_from(turn).unwrap()))));
        } else {
            let at = usize::try_from(random >> 32).unwrap() % living.len();
            living.swap_remove(at);
        }
        assert_eq!(registry::len(), living.len());
    }
    assert_eq!(collect(), 0);
    let is_intact =
        |(turn, variable): &(u64, Value)| matches!(get(variable), Value::Int(int) if int == *turn as i64);
    assert!(living.iter().all(is_intact));
}

#[test]
fn freeing_may_run_code_that_makes_and_collects() {
    struct Busy;
    impl Drop for Busy {
        fn drop(&mut self) {
            let variable = cell(Value::Null);
            set(&variable, closure(&[&variable]));
            drop(variable);
            let kept = cell(closure(&[]));
            collect();
            assert!(matches!(get(&kept), Value::Closure(_)));
        }
    }
    let busy = Busy;
    let body = move |_: &mut crate::native::Cx<'_>, _: &[Value]| -> Result<Value, VmError> {
        let _held = &busy;
        Ok(Value::Null)
    };
    let host = Value::Host(Ref::new(HostFunction { name: Str::new("b"), arity: None, body: Box::new(body) }));
    let (a, b) = (cell(Value::Null), cell(Value::Null));
    set(&a, closure(&[&b, &host]));
    set(&b, closure(&[&a]));
    drop((a, b, host));
    assert_eq!(collect(), 2);
    assert_eq!(registry::len(), 0);
}

#[test]
fn values_may_outlive_the_registry_of_their_thread() {
    thread_local! {
        static KEPT: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
    }
    let thread = std::thread::spawn(|| {
        // Destructors run in reverse order of first use on some systems and in order on others.
        KEPT.with_borrow_mut(|kept| kept.push(Value::Null));
        let variable = cell(Value::Null);
        let deep = (0..1000).fold(cell(Value::Null), |inner, _| cell(Value::array(vec![inner])));
        KEPT.with_borrow_mut(|kept| kept.extend([variable, deep]));
    });
    assert!(thread.join().is_ok());
}
