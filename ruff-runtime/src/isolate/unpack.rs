//! Making values of what another isolate wrote down.

use std::cell::OnceCell;
use std::rc::Rc;

use super::parcel::{Bound, Declaration, Failure, Node, Parcel, Part};
use crate::error::{Fault, Trace};
use crate::heap::{Ref, StructRef};
use crate::isolate::{Declared, code};
use crate::module::Modules;
use crate::scheduler::Channel;
use crate::shape::Shape;
use crate::value::{
    Array, Bindable, BoundMethod, Bytes, CellBox, Closure, Dict, ErrorValue, Key, ModuleValue, Queue, Set,
    Stack, Str, StructDef, Tagged, Value,
};

impl Parcel {
    /// The value, for the isolate with these modules. Cost: linear in the size of the parcel.
    pub(crate) fn unpack(self, modules: &mut Modules, declared: &mut Declared) -> Value {
        let Parcel { root, nodes, modules: used, globals } = self;
        for (id, facts, slots) in &used {
            modules.join(*id, facts, slots);
        }
        let made = nodes.iter().map(|_| Made::Not).collect();
        let mut unpacker = Unpacker { nodes, made, declared, open: Vec::new(), later: Vec::new() };
        unpacker.announce();
        let value = unpacker.value(root);
        for (id, slot, part) in globals {
            let value = unpacker.value(part);
            let globals = &mut modules.get_mut(id).globals;
            // What the isolate has is its own.
            if matches!(globals.get(slot), Value::Undefined) {
                globals.set(slot, value);
            }
        }
        unpacker.complete();
        value
    }
}

struct Unpacker<'a> {
    /// What is left to be made.
    nodes: Vec<Node>,
    made: Vec<Made>,
    declared: &'a mut Declared,
    /// Nodes that are being made.
    open: Vec<u32>,
    /// What was announced and is still empty.
    later: Vec<(Value, Node)>,
}

#[derive(Clone)]
enum Made {
    Not,
    Value(Value),
    Shape(Rc<Shape>),
}

impl Unpacker<'_> {
    /// Makes what others may lead to in a circle: variables and declarations, empty so far.
    fn announce(&mut self) {
        for (node, made) in self.nodes.iter_mut().zip(&mut self.made) {
            let value = match node {
                Node::Cell(_) => Value::Cell(Ref::new(CellBox::new(Value::Null))),
                Node::Def(declaration) => match self.declared.get(declaration.id) {
                    Some(known) => {
                        *made = Made::Value(Value::StructDef(known));
                        continue;
                    }
                    None => {
                        let Declaration { id, name, kind, fields, .. } = &mut **declaration;
                        let def = Ref::new(StructDef::copy_of(*id, *name, *kind, std::mem::take(fields)));
                        self.declared.insert(&def);
                        Value::StructDef(def)
                    }
                },
                _ => continue,
            };
            *made = Made::Value(value.clone());
            self.later.push((value, std::mem::replace(node, Node::Open)));
        }
    }

    /// Fills what was announced.
    fn complete(&mut self) {
        while let Some((value, node)) = self.later.pop() {
            match (value, node) {
                (Value::Cell(cell), Node::Cell(part)) => cell.set(self.value(part)),
                (Value::StructDef(def), Node::Def(declaration)) => {
                    for (name, closure) in declaration.defaults {
                        if let Value::Closure(closure) = self.value(Part::Node(closure)) {
                            def.add_default(name, closure);
                        }
                    }
                    for (name, closure) in declaration.methods {
                        if let Value::Closure(closure) = self.value(Part::Node(closure)) {
                            def.add_method(name, closure);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The value that a part stands for, made with all it leads to.
    fn value(&mut self, part: Part) -> Value {
        if let Part::Node(node) = part {
            self.make(node);
        }
        self.known(part).unwrap_or_default()
    }

    fn make(&mut self, root: u32) {
        self.open.push(root);
        while let Some(&node) = self.open.last() {
            let at = node as usize;
            let is_open = matches!(self.made.get(at), Some(Made::Not));
            if is_open && self.open_children(at) {
                continue;
            }
            self.open.pop();
            let taken = self.nodes.get_mut(at).filter(|_| is_open);
            let taken = taken.map(|node| std::mem::replace(node, Node::Open));
            if let Some(node) = taken {
                let made = self.finish(node);
                if let Some(place) = self.made.get_mut(at) {
                    *place = made;
                }
            }
        }
    }

    /// Opens the nodes that node number `at` needs and that are not made; answers whether there is any.
    fn open_children(&mut self, at: usize) -> bool {
        let before = self.open.len();
        let (made, open) = (&self.made, &mut self.open);
        let Some(node) = self.nodes.get(at) else { return false };
        node.for_each_child(|child| {
            if matches!(made.get(child as usize), Some(Made::Not)) {
                open.push(child);
            }
        });
        open.len() > before
    }

    fn known(&self, part: Part) -> Option<Value> {
        Some(match part {
            Part::Int(int) => Value::Int(int),
            Part::Float(float) => Value::Float(float),
            Part::Bool(truth) => Value::Bool(truth),
            Part::Null => Value::Null,
            Part::Nothing => Value::Nothing,
            Part::Short(text) => Value::Short(text),
            Part::Native(alias, def) => Value::Native(alias, def),
            Part::Undefined => Value::Undefined,
            Part::Node(node) => match self.made.get(node as usize)? {
                Made::Value(value) => value.clone(),
                Made::Shape(_) | Made::Not => return None,
            },
        })
    }

    fn all(&self, parts: Vec<Part>) -> Vec<Value> {
        parts.into_iter().map(|part| self.known(part).unwrap_or_default()).collect()
    }

    /// Makes a node whose children are made.
    fn finish(&self, node: Node) -> Made {
        Made::Value(match node {
            Node::Text(text) => Value::string(text),
            Node::Bytes(bytes) => Value::Bytes(Bytes::from_vec(bytes)),
            Node::Array(items) => Value::Array(Array::from_vec(self.all(items))),
            Node::Dict(entries) => {
                let entries = entries.into_iter().filter_map(|(key, value)| {
                    Some((Key::from_value(&self.known(key)?)?, self.known(value)?))
                });
                Value::Dict(Dict::from_entries(entries))
            }
            Node::Shape { name, def, fields } => {
                let def = def.and_then(|def| self.known(Part::Node(def)));
                return Made::Shape(match def {
                    Some(Value::StructDef(def)) => StructDef::shape(&def, &fields),
                    _ => Shape::new(name, None, fields),
                });
            }
            Node::Struct(shape, fields) => match self.made.get(shape as usize) {
                Some(Made::Shape(shape)) => {
                    Value::Struct(StructRef::new(shape.clone(), &mut self.all(fields)))
                }
                _ => Value::Null,
            },
            Node::Tagged(variant, items) => Value::Tagged(Tagged::new(variant, &mut self.all(items))),
            Node::Set(items) => Value::Set(Set::from_items(self.all(items))),
            Node::Queue(items) => Value::Queue(Queue::from_vec(self.all(items))),
            Node::Stack(items) => Value::Stack(Stack::from_vec(self.all(items))),
            Node::Closure(chunk, captures) => {
                let captures = self.all(captures).into();
                Value::Closure(Ref::new(Closure { proto: code::load(&chunk), captures }))
            }
            Node::Bound(receiver, method) => {
                let method = match method {
                    Bound::Native(def) => Bindable::Native(def),
                    Bound::Closure(closure) => match self.known(Part::Node(closure)) {
                        Some(Value::Closure(closure)) => Bindable::Closure(closure),
                        _ => return Made::Value(Value::Null),
                    },
                };
                let receiver = self.known(receiver).unwrap_or_default();
                Value::Bound(Ref::new(BoundMethod { receiver, method }))
            }
            Node::Error(failure) => Value::Error(Ref::new(self.error(*failure))),
            Node::Module(namespace) => {
                let members = |list: Vec<_>| {
                    let member = |(name, part)| Some((name, self.known(part)?));
                    list.into_iter().filter_map(member).collect()
                };
                let (exports, types) = (members(namespace.exports), members(namespace.types));
                Value::Module(Ref::new(ModuleValue { name: namespace.name, exports, types }))
            }
            Node::Channel(common) => Channel::of_common(common).into_value(),
            // These were announced.
            Node::Cell(_) | Node::Def(_) | Node::Open => return Made::Not,
        })
    }

    fn error(&self, failure: Failure) -> ErrorValue {
        let known = |part: Option<Part>| part.and_then(|part| self.known(part));
        let fields = failure.fields.map(|fields| {
            fields.into_iter().filter_map(|(name, part)| Some((name, self.known(part)?))).collect()
        });
        ErrorValue::from_fault(Fault {
            code: failure.code,
            message: Str::from_string(failure.message),
            help: failure.help,
            notes: failure.notes,
            trace: failure.trace.map(|route| {
                Rc::new(Trace {
                    number: 0,
                    points: route.points,
                    omitted: route.omitted,
                    awaits: route.awaits,
                    stack: OnceCell::new(),
                })
            }),
            subject: failure.subject,
            cause: known(failure.cause),
            thrown: known(failure.thrown),
            index: failure.index,
            errors: known(failure.errors),
            suppressed: failure.suppressed.into_iter().filter_map(|part| self.known(part)).collect(),
            ending: None,
            fields,
        })
    }
}

impl Node {
    /// Calls `visit` with the numbers of the nodes that it needs.
    fn for_each_child(&self, mut visit: impl FnMut(u32)) {
        let mut part = |part: &Part| {
            if let Part::Node(node) = part {
                visit(*node);
            }
        };
        match self {
            Node::Open | Node::Text(_) | Node::Bytes(_) | Node::Cell(_) | Node::Channel(_) | Node::Def(_) => {
            }
            Node::Array(parts)
            | Node::Tagged(_, parts)
            | Node::Set(parts)
            | Node::Queue(parts)
            | Node::Stack(parts)
            | Node::Closure(_, parts) => parts.iter().for_each(part),
            Node::Dict(entries) => entries.iter().for_each(|(key, value)| {
                part(key);
                part(value);
            }),
            Node::Struct(shape, fields) => {
                part(&Part::Node(*shape));
                fields.iter().for_each(part);
            }
            Node::Shape { def, .. } => def.iter().for_each(|def| part(&Part::Node(*def))),
            Node::Bound(receiver, method) => {
                part(receiver);
                if let Bound::Closure(closure) = method {
                    part(&Part::Node(*closure));
                }
            }
            Node::Error(failure) => {
                let others = failure.errors.iter().chain(&failure.suppressed);
                failure.cause.iter().chain(&failure.thrown).chain(others).for_each(&mut part);
                failure.fields.iter().flatten().for_each(|(_, value)| part(value));
            }
            Node::Module(namespace) => {
                namespace.exports.iter().chain(&namespace.types).for_each(|(_, value)| part(value));
            }
        }
    }
}
