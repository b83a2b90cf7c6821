//! Writing values down for another isolate.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use super::parcel::{Bound, Declaration, Failure, Namespace, Node, Parcel, Part, Route};
use crate::heap::{Ref, identity};
use crate::isolate::Declared;
use crate::module::{ModuleId, Modules};
use crate::scheduler::{Channel, Contents, Line, Scheduler, SharedChannel, Wait};
use crate::shape::Shape;
use crate::value::{Bindable, Closure, ErrorValue, StructDef, Sym, Value};

/// Why a value cannot be packed: something in it that is bound to its isolate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stuck {
    /// The variable that leads to it, if it is one that a function uses.
    pub(crate) variable: Option<Sym>,
    /// Its type.
    pub(crate) kind: &'static str,
}

/// Packs `value`, as it is now. Channels that it leads to are known to all isolates from then on. Cost: linear in what it
/// leads to.
pub(crate) fn pack(
    value: Value,
    modules: &Modules,
    declared: &mut Declared,
    scheduler: &mut Scheduler,
) -> Result<Parcel, Stuck> {
    let mut shared = Vec::new();
    let packed = pack_one(value, modules, declared, &mut shared, None);
    let packed = packed.and_then(|parcel| {
        let mut next = 0;
        let mut lines = Vec::new();
        // What is in those channels goes with them, and may lead to more channels.
        while let Some(found) = shared.get(next) {
            next += 1;
            let (common, values, variable) = (found.common.clone(), found.values(), found.variable);
            let mut parcels = VecDeque::with_capacity(values.len());
            for value in values {
                parcels.push_back(pack_one(value, modules, declared, &mut shared, variable)?);
            }
            lines.push((common, parcels));
        }
        Ok((parcel, lines))
    });
    match packed {
        Ok((parcel, lines)) => {
            for (found, (common, parcels)) in shared.into_iter().zip(lines) {
                found.settle(&common, parcels, scheduler);
            }
            Ok(parcel)
        }
        Err(stuck) => {
            shared.into_iter().for_each(|found| found.channel.unshare(found.contents));
            Err(stuck)
        }
    }
}

/// A channel that was known to one isolate so far, and what was in it.
struct Shared {
    channel: Channel,
    common: Arc<SharedChannel>,
    contents: Contents<Value, Wait>,
    /// The variable that leads to it.
    variable: Option<Sym>,
}

impl Shared {
    fn values(&self) -> Vec<Value> {
        let waiting = self.contents.senders.iter().map(|(_, value)| value);
        self.contents.queue.iter().chain(waiting).cloned().collect()
    }

    /// Puts in what was in it, `parcels` being its values.
    fn settle(self, common: &SharedChannel, mut parcels: VecDeque<Parcel>, scheduler: &mut Scheduler) {
        let Contents { queue, receivers, senders } = self.contents;
        let waiting = parcels.split_off(queue.len().min(parcels.len()));
        let mut remote = |wait| {
            scheduler.wait_outside(wait);
            scheduler.remote(wait)
        };
        let receivers = receivers.into_iter().filter_map(&mut remote).collect();
        let senders = senders.into_iter().map(|(wait, _)| wait).zip(waiting);
        let senders = senders.filter_map(|(wait, parcel)| Some((remote(wait)?, parcel))).collect();
        common.line().restore(Contents { queue: parcels, receivers, senders });
    }
}

fn pack_one(
    value: Value,
    modules: &Modules,
    declared: &mut Declared,
    shared: &mut Vec<Shared>,
    variable: Option<Sym>,
) -> Result<Parcel, Stuck> {
    let mut packer = Packer {
        modules,
        declared,
        shared,
        parcel: Parcel { root: Part::Null, nodes: Vec::new(), modules: Vec::new(), globals: Vec::new() },
        seen: HashMap::new(),
        shapes: HashMap::new(),
        globals: HashMap::new(),
        open: Vec::new(),
        variable,
    };
    packer.parcel.root = packer.part(value);
    packer.finish()?;
    Ok(packer.parcel)
}

struct Packer<'a> {
    modules: &'a Modules,
    declared: &'a mut Declared,
    /// Channels that were found and that no other isolate knew.
    shared: &'a mut Vec<Shared>,
    parcel: Parcel,
    /// The nodes of objects that have several owners. It is one of them, so that each stays where it is.
    seen: HashMap<usize, (u32, Value)>,
    shapes: HashMap<*const Shape, u32>,
    /// Variables of modules that are in the parcel.
    globals: HashMap<(ModuleId, u32), ()>,
    open: Vec<Task>,
    /// Through which variable what is written down now was reached.
    variable: Option<Sym>,
}

/// A node that is yet to be written.
struct Task {
    node: u32,
    what: What,
    variable: Option<Sym>,
}

enum What {
    Value(Value),
    Shape(Rc<Shape>),
}

impl Packer<'_> {
    fn finish(&mut self) -> Result<(), Stuck> {
        while let Some(Task { node, what, variable }) = self.open.pop() {
            self.variable = variable;
            let made = match what {
                What::Value(value) => self.node(value)?,
                What::Shape(shape) => Node::Shape {
                    name: shape.name(),
                    def: shape.def().map(|def| self.object(Value::StructDef(def.clone()))),
                    fields: shape.fields().into(),
                },
            };
            if let Some(place) = self.parcel.nodes.get_mut(node as usize) {
                *place = made;
            }
        }
        Ok(())
    }

    fn part(&mut self, value: Value) -> Part {
        match value {
            Value::Int(int) => Part::Int(int),
            Value::Float(float) => Part::Float(float),
            Value::Bool(truth) => Part::Bool(truth),
            Value::Null => Part::Null,
            Value::Nothing => Part::Nothing,
            Value::Short(text) => Part::Short(text),
            Value::Native(alias, def) => Part::Native(alias, def),
            Value::Undefined => Part::Undefined,
            object => Part::Node(self.object(object)),
        }
    }

    fn parts(&mut self, values: impl IntoIterator<Item = Value>) -> Vec<Part> {
        values.into_iter().map(|value| self.part(value)).collect()
    }

    /// The number of the node of an object.
    fn object(&mut self, value: Value) -> u32 {
        let shared = identity(&value).filter(|_| !is_unique(&value));
        if let Some((node, _)) = shared.and_then(|identity| self.seen.get(&identity)) {
            return *node;
        }
        let node = self.open_node();
        if let Some(identity) = shared {
            self.seen.insert(identity, (node, value.clone()));
        }
        self.open.push(Task { node, what: What::Value(value), variable: self.variable });
        node
    }

    fn shape(&mut self, shape: &Rc<Shape>) -> u32 {
        let known = self.shapes.get(&Rc::as_ptr(shape)).copied();
        known.unwrap_or_else(|| {
            let node = self.open_node();
            self.shapes.insert(Rc::as_ptr(shape), node);
            self.open.push(Task { node, what: What::Shape(shape.clone()), variable: self.variable });
            node
        })
    }

    fn open_node(&mut self) -> u32 {
        // Each takes more than a byte, and there are fewer than 2^32 objects in memory that a parcel could be made for.
        let node = u32::try_from(self.parcel.nodes.len()).unwrap_or(u32::MAX);
        self.parcel.nodes.push(Node::Open);
        node
    }

    fn node(&mut self, value: Value) -> Result<Node, Stuck> {
        Ok(match value {
            Value::Str(text) => Node::Text(crate::value::Str::Heap(text).into_string()),
            Value::Bytes(bytes) => Node::Bytes(bytes.into_owned().into_vec()),
            Value::Array(array) => Node::Array(self.parts(array.into_owned().into_vec())),
            Value::Dict(dict) => {
                let entries = dict.into_owned().into_entries();
                Node::Dict(
                    entries.map(|(key, value)| (self.part(key.to_value()), self.part(value))).collect(),
                )
            }
            Value::Struct(object) => {
                let shape = self.shape(object.shape());
                Node::Struct(shape, self.parts(object.fields().iter().cloned()))
            }
            Value::Tagged(tagged) => {
                Node::Tagged(tagged.variant(), self.parts(tagged.payload().iter().cloned()))
            }
            Value::Set(set) => Node::Set(self.parts(set.iter().cloned())),
            Value::Queue(queue) => Node::Queue(self.parts(queue.iter().cloned())),
            Value::Stack(stack) => Node::Stack(self.parts(stack.iter().cloned())),
            Value::Closure(closure) => self.closure(&closure),
            Value::Bound(bound) => {
                let method = match &bound.method {
                    Bindable::Closure(method) => Bound::Closure(self.object(Value::Closure(method.clone()))),
                    Bindable::Native(def) => Bound::Native(def),
                };
                Node::Bound(self.part(bound.receiver.clone()), method)
            }
            Value::Error(error) => Node::Error(Box::new(self.failure(&error))),
            Value::StructDef(def) => Node::Def(Box::new(self.declaration(&def))),
            Value::Module(module) => {
                let mut members = |table: &HashMap<Sym, Value>| {
                    table.iter().map(|(name, value)| (*name, self.part(value.clone()))).collect()
                };
                let (exports, types) = (members(&module.exports), members(&module.types));
                Node::Module(Box::new(Namespace { name: module.name, exports, types }))
            }
            Value::Cell(cell) => Node::Cell(self.part(cell.get())),
            Value::Handle(handle) => match handle.get::<Channel>() {
                Some(channel) => Node::Channel(self.channel(channel)?),
                None => return Err(Stuck { variable: self.variable, kind: handle.kind().type_name }),
            },
            stuck => return Err(Stuck { variable: self.variable, kind: stuck.type_name() }),
        })
    }

    fn channel(&mut self, channel: &Channel) -> Result<Arc<SharedChannel>, Stuck> {
        if let Some(common) = channel.common() {
            return Ok(common);
        }
        if channel.is_ticker() {
            return Err(Stuck { variable: self.variable, kind: "ticker" });
        }
        let common = Arc::new(SharedChannel::new(Line::new(channel.capacity())));
        if channel.is_closed() {
            common.line().close();
        }
        let contents = channel.share(&common);
        let variable = self.variable;
        self.shared.push(Shared { channel: channel.clone(), common: common.clone(), contents, variable });
        Ok(common)
    }

    fn closure(&mut self, closure: &Closure) -> Node {
        let chunk = &closure.proto.chunk;
        let outer = self.variable;
        let mut captures = Vec::with_capacity(closure.captures.len());
        for (name, value) in chunk.capture_names.iter().zip(&closure.captures) {
            self.variable = Some(*name);
            captures.push(self.part(value.clone()));
        }
        self.globals(chunk.module, chunk.globals());
        self.variable = outer;
        super::code::remember(&closure.proto);
        Node::Closure(chunk.clone(), captures)
    }

    /// Adds the variables of a module that a function uses.
    fn globals(&mut self, id: ModuleId, slots: &[u32]) {
        let module = self.modules.get(id);
        if self.parcel.modules.iter().all(|(known, ..)| *known != id) {
            self.parcel.modules.push((id, module.facts.clone(), module.globals.table().clone()));
        }
        for &slot in slots {
            let value = module.globals.get(slot);
            if matches!(value, Value::Undefined) || self.globals.insert((id, slot), ()).is_some() {
                continue;
            }
            self.variable = module.globals.name(slot);
            let part = self.part(value.clone());
            self.parcel.globals.push((id, slot, part));
        }
    }

    fn failure(&mut self, error: &ErrorValue) -> Failure {
        let mut part = |value: &Option<Value>| value.clone().map(|value| self.part(value));
        let (cause, thrown, errors) = (part(&error.cause), part(&error.thrown), part(&error.errors));
        let suppressed = error.suppressed.iter().map(|later| self.part(later.clone())).collect();
        let fields = error.fields_if_seen();
        let fields =
            fields.map(|fields| fields.iter().map(|(name, value)| (*name, self.part(value.clone()))));
        Failure {
            code: error.code,
            message: error.message.to_string(),
            help: error.help.clone(),
            notes: error.notes.clone(),
            trace: error.trace.as_deref().map(|trace| Route {
                points: trace.points.clone(),
                omitted: trace.omitted,
                awaits: trace.awaits.clone(),
            }),
            subject: error.subject.clone(),
            cause,
            thrown,
            index: error.index,
            errors,
            suppressed,
            fields: fields.map(Iterator::collect),
        }
    }

    fn declaration(&mut self, def: &Ref<StructDef>) -> Declaration {
        self.declared.insert(def);
        let closures = |list: Vec<(Sym, Ref<Closure>)>, packer: &mut Self| {
            list.into_iter().map(|(name, closure)| (name, packer.object(Value::Closure(closure)))).collect()
        };
        let defaults = def.defaults.borrow().clone();
        let methods =
            def.methods.borrow().iter().map(|method| (method.name, method.closure.clone())).collect();
        Declaration {
            id: def.id,
            name: def.name,
            kind: def.kind,
            fields: def.fields.clone(),
            defaults: closures(defaults, self),
            methods: closures(methods, self),
        }
    }
}

fn is_unique(value: &Value) -> bool {
    match value {
        Value::Str(object) => object.is_unique(),
        Value::Bytes(object) => object.is_unique(),
        Value::Array(object) => object.is_unique(),
        Value::Dict(object) => object.is_unique(),
        Value::Struct(object) => object.is_unique(),
        Value::Tagged(object) => object.is_unique(),
        Value::Set(object) => object.is_unique(),
        Value::Queue(object) => object.is_unique(),
        Value::Stack(object) => object.is_unique(),
        _ => false,
    }
}
