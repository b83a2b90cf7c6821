//! What may leave the isolate: everything but what is bound to it, such as promises.

use std::collections::HashSet;

use super::CHANNEL;
use crate::heap::identity;
use crate::value::{Child, Value};

/// The type of something in `value` that cannot cross isolates, if there is any. Cost: linear in what the value leads to.
pub fn untransferable(value: &Value) -> Option<&'static str> {
    let mut seen = HashSet::new();
    let mut open = vec![value.clone()];
    while let Some(value) = open.pop() {
        match &value {
            // A channel is the same one everywhere; what it holds was looked at when it was sent.
            Value::Handle(handle) if *handle.kind() == CHANNEL => continue,
            Value::Handle(_) | Value::Generator(_) => return Some(value.type_name()),
            Value::Module(_) | Value::StructDef(_) => continue,
            _ => {}
        }
        if value.has_children() && identity(&value).is_some_and(|identity| seen.insert(identity)) {
            value.for_each_child(|child| {
                if let Child::Value(child) = child
                    && child.is_heap()
                {
                    open.push(Value::clone(child));
                }
            });
        }
    }
    None
}
