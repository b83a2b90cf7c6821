//! What values refer to: the edges that the cycle collector follows.

use std::rc::Rc;

use super::{Bindable, Value};
use crate::fiber::GeneratorState;
use crate::shape::Shape;

/// Something that a value refers to.
pub(crate) enum Child<'a> {
    /// A value.
    Value(&'a Value),
    /// The shape of a struct value, which refers to the struct's declaration.
    Shape(&'a Rc<Shape>),
}

impl Value {
    /// Whether there is anything in it that could lead to a shared variable or a generator. Cheap: it does not look at
    /// the contents.
    #[inline]
    pub(crate) fn has_children(&self) -> bool {
        match self {
            Value::Array(items) => !items.is_empty(),
            Value::Dict(dict) => !dict.is_empty(),
            Value::Struct(object) => !object.fields().is_empty() || leads_on(object.shape()),
            Value::Tagged(tagged) => !tagged.payload().is_empty(),
            Value::Set(set) => !set.is_empty(),
            Value::Queue(queue) => !queue.is_empty(),
            Value::Stack(stack) => !stack.is_empty(),
            Value::Closure(closure) => !closure.captures.is_empty(),
            Value::StructDef(def) => def.has_captures(),
            Value::Error(error) => error.values().next().is_some(),
            Value::Bound(_) | Value::Generator(_) | Value::Module(_) | Value::Cell(_) | Value::Handle(_) => {
                true
            }
            _ => false,
        }
    }

    /// Calls `visit` for everything that it refers to and that could lead to a shared variable or a generator, as
    /// often as it refers to it. What a running generator refers to is in the hands of the machine.
    pub(crate) fn for_each_child(&self, mut visit: impl FnMut(Child<'_>)) {
        match self {
            Value::Array(items) => each(items.iter(), &mut visit),
            Value::Dict(dict) => each(dict.values(), &mut visit),
            Value::Struct(object) => {
                each(object.fields(), &mut visit);
                if leads_on(object.shape()) {
                    visit(Child::Shape(object.shape()));
                }
            }
            Value::Tagged(tagged) => each(tagged.payload(), &mut visit),
            Value::Set(set) => each(set.iter(), &mut visit),
            Value::Queue(queue) => each(queue.iter(), &mut visit),
            Value::Stack(stack) => each(stack.iter(), &mut visit),
            Value::Closure(closure) => each(&closure.captures, &mut visit),
            Value::Bound(bound) => {
                visit(Child::Value(&bound.receiver));
                if let Bindable::Closure(method) = &bound.method {
                    visit(Child::Value(&Value::Closure(method.clone())));
                }
            }
            Value::Generator(generator) => {
                if let Ok(state) = generator.state.try_borrow()
                    && let GeneratorState::Suspended(fiber) = &*state
                {
                    each(fiber.stack.values(), &mut visit);
                }
            }
            Value::Error(error) => each(error.values(), &mut visit),
            Value::StructDef(def) => {
                def.for_each_closure(|closure| visit(Child::Value(&Value::Closure(closure.clone()))));
            }
            Value::Module(module) => each(module.exports.values().chain(module.types.values()), &mut visit),
            Value::Cell(cell) => visit(Child::Value(&cell.get())),
            Value::Handle(handle) => handle.for_each_value(|value| visit(Child::Value(value))),
            Value::Int(_)
            | Value::Float(_)
            | Value::Bool(_)
            | Value::Null
            | Value::Nothing
            | Value::Short(_)
            | Value::Native(..)
            | Value::Undefined
            | Value::Str(_)
            | Value::Bytes(_)
            // What functions of the embedding program hold is its own business.
            | Value::Host(_) => {}
        }
    }

    /// Empties a shared variable, a generator or an object that no program can reach any more, so that cycles through it end.
    pub(crate) fn sever(&self) {
        match self {
            Value::Cell(cell) => cell.set(Value::Null),
            Value::Handle(handle) => handle.sever(),
            Value::Generator(generator) => drop(generator.state.replace(GeneratorState::Done)),
            _ => {}
        }
    }
}

fn each<'a>(values: impl IntoIterator<Item = &'a Value>, visit: &mut impl FnMut(Child<'_>)) {
    values.into_iter().for_each(|value| visit(Child::Value(value)));
}

/// Whether the declaration behind a shape has methods that captured something.
fn leads_on(shape: &Shape) -> bool {
    shape.def().is_some_and(|def| def.has_captures())
}
