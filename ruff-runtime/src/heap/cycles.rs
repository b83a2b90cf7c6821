//! The backup cycle collector: frees what counting alone never would.
//!
//! Data cannot be cyclic, since containers are values. A cycle needs something whose contents change after others
//! refer to it: a variable that closures share ([`super::CellBox`]) or the registers of a generator. The
//! [`super::registry`] knows all of these that live. When there are many of them, [`collect`] walks what they lead to
//! and compares, for every object on the way, its count of owners with the number of references met. An object that
//! has more owners than that is reached from outside, from a register, a global or the embedding program; so it stays,
//! and all it leads to. What is left over keeps only itself alive. It is not freed here: the variables and generators
//! in it are emptied, and counting does the rest.
//!
//! What the walk does not see, such as a generator that is running, counts as outside. The walk runs no code of the
//! program and changes nothing but the numbers noted in headers, so it may happen wherever the machine is; it
//! does so when a variable or generator is made. Cost: linear in what the living and the garbage lead to. Making so
//! many more is waited for in between that each costs amortised constant time, however much data the living hold.

use std::rc::Rc;

use super::header::Header;
use super::registry;
use crate::shape::Shape;
use crate::value::{Child, Value};

/// References found in what stays for which one more variable or generator is waited for: walking them again shall
/// have been earned.
const PATIENCE: usize = 4;

/// Looks for cycles if it is time to. To be called when something was made that can close one.
#[inline]
pub(crate) fn collect_if_due() {
    if registry::is_due() {
        collect();
    }
}

/// Frees all that only keeps itself alive; answers how many variables and generators that were.
#[cold]
#[inline(never)]
pub(crate) fn collect() -> usize {
    let mut graph = Graph::of(registry::living());
    graph.keep_outside();
    let kept = graph.kept_references;
    let garbage = graph.into_garbage();
    let found = garbage.len();
    // All are held until the last one is empty, so that none is freed while it is being emptied.
    garbage.iter().for_each(Value::sever);
    drop(garbage);
    registry::wait_for(registry::len().max(kept / PATIENCE));
    found
}

/// Looks for cycles when it is dropped: the last field of a machine.
pub(crate) struct Leftovers;

impl Drop for Leftovers {
    fn drop(&mut self) {
        collect();
    }
}

/// Something that has a count and leads to others.
enum Object {
    Value(Value),
    Shape(Rc<Shape>),
}

struct Node {
    /// Owned by the node as well.
    object: Object,
    /// The depth that was noted where the number is now.
    depth: u16,
    /// References met.
    inside: u32,
    /// It is reached from outside.
    is_kept: bool,
}

/// What the living lead to.
///
/// # Invariants
/// Each object's header, or the shape itself, notes the number of its node.
struct Graph {
    /// The tracked ones first, in the order of the registry, whose numbers for them hold here too.
    nodes: Vec<Node>,
    tracked: usize,
    /// References found in what is kept.
    kept_references: usize,
}

impl Graph {
    /// Walks what `tracked` lead to and counts the references met.
    fn of(tracked: Vec<Value>) -> Graph {
        let nodes: Vec<Node> = tracked.into_iter().map(|value| Node::new(Object::Value(value), 0)).collect();
        let mut graph = Graph { tracked: nodes.len(), nodes, kept_references: 0 };
        let mut next = 0;
        while next < graph.nodes.len() {
            graph.visit(next, Graph::meet);
            next += 1;
        }
        graph
    }

    /// Calls `meet` with every child of a node.
    #[inline]
    fn visit(&mut self, at: usize, mut meet: impl FnMut(&mut Graph, Child<'_>)) {
        let Some(node) = self.nodes.get_mut(at) else { return };
        // Taken out meanwhile, since the children may become nodes too.
        let object = std::mem::replace(&mut node.object, Object::Value(Value::Null));
        let mut meet = |child: Child<'_>| meet(self, child);
        match &object {
            Object::Value(value) => value.for_each_child(meet),
            Object::Shape(shape) => {
                if let Some(def) = shape.def() {
                    meet(Child::Value(&Value::StructDef(def.clone())));
                }
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.object = object;
        }
    }

    /// Counts a reference, and makes a node of what is met for the first time.
    #[inline]
    fn meet(&mut self, child: Child<'_>) {
        match number(&child) {
            Some(at) => {
                if let Some(node) = self.nodes.get_mut(at) {
                    node.inside += 1;
                }
            }
            None => self.discover(&child),
        }
    }

    fn discover(&mut self, child: &Child<'_>) {
        let number = self.nodes.len();
        let node = match child {
            Child::Value(value) => {
                let Some(header) = Header::of(value).filter(|_| value.has_children()) else { return };
                let depth = header.depth();
                if !header.set_number(number) {
                    // Beyond the last number everything counts as outside.
                    return;
                }
                Node { depth, inside: 1, ..Node::new(Object::Value(Value::clone(value)), depth) }
            }
            Child::Shape(shape) => {
                let Ok(noted) = u32::try_from(number) else { return };
                shape.number.set(Some(noted));
                Node { inside: 1, ..Node::new(Object::Shape(Rc::clone(shape)), 0) }
            }
        };
        self.nodes.push(node);
    }

    /// Keeps what has owners that were not met, and all that it leads to.
    fn keep_outside(&mut self) {
        let mut open = Vec::new();
        for (at, node) in self.nodes.iter_mut().enumerate() {
            if node.object.owners() > node.inside as usize {
                node.is_kept = true;
                open.push(at);
            }
        }
        while let Some(at) = open.pop() {
            self.visit(at, |graph, child| {
                graph.kept_references += 1;
                let Some(at) = number(&child) else { return };
                if let Some(node) = graph.nodes.get_mut(at)
                    && !node.is_kept
                {
                    node.is_kept = true;
                    open.push(at);
                }
            });
        }
    }

    /// Forgets the graph, and answers the tracked objects that are not kept.
    fn into_garbage(mut self) -> Vec<Value> {
        for node in self.nodes.iter().skip(self.tracked) {
            match &node.object {
                Object::Value(value) => {
                    if let Some(header) = Header::of(value) {
                        header.set_depth(node.depth);
                    }
                }
                Object::Shape(shape) => shape.number.set(None),
            }
        }
        let tracked = self.nodes.drain(..self.tracked).filter(|node| !node.is_kept);
        tracked
            .filter_map(|node| match node.object {
                Object::Value(value) => Some(value),
                Object::Shape(_) => None,
            })
            .collect()
    }
}

impl Node {
    fn new(object: Object, depth: u16) -> Node {
        Node { object, depth, inside: 0, is_kept: false }
    }
}

impl Object {
    /// How many owners there are besides the node.
    fn owners(&self) -> usize {
        let count = match self {
            Object::Value(value) => Header::of(value).map_or(0, |header| header.count() as usize),
            Object::Shape(shape) => Rc::strong_count(shape),
        };
        count.saturating_sub(1)
    }
}

/// The number of a child's node, if it has one.
#[inline]
fn number(child: &Child<'_>) -> Option<usize> {
    let number = match child {
        Child::Value(value) => Header::of(value)?.number()?,
        Child::Shape(shape) => shape.number.get()?,
    };
    Some(number as usize)
}

#[cfg(test)]
mod tests;
