//! Code that goes from one isolate to another: chunks are shared, and each thread makes its own [`Proto`] of one, once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::bytecode::{Chunk, Proto};

/// So many functions may be known before those that nobody uses are given up.
const ENOUGH: usize = 1024;

#[derive(Default)]
struct Known {
    /// By the address of the chunk, which the function keeps where it is.
    protos: HashMap<usize, Rc<Proto>>,
    limit: usize,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Notes a function whose code goes elsewhere, and may come back.
pub(super) fn remember(proto: &Rc<Proto>) {
    KNOWN.with_borrow_mut(|known| {
        let added = known.protos.entry(Arc::as_ptr(&proto.chunk) as usize).or_insert_with(|| proto.clone());
        debug_assert!(Arc::ptr_eq(&added.chunk, &proto.chunk));
        if known.protos.len() > known.limit {
            known.protos.retain(|_, proto| Rc::strong_count(proto) > 1);
            known.limit = (known.protos.len() * 2).max(ENOUGH);
        }
    });
}

/// The function that a chunk is in this thread.
pub(super) fn load(chunk: &Arc<Chunk>) -> Rc<Proto> {
    let known = KNOWN.with_borrow(|known| known.protos.get(&(Arc::as_ptr(chunk) as usize)).cloned());
    known.unwrap_or_else(|| {
        // Functions nest no deeper than blocks do, which is limited.
        let protos = chunk.chunks.iter().map(load).collect();
        let proto = Rc::new(Proto::new(chunk.clone(), protos));
        remember(&proto);
        proto
    })
}

/// An engine of this thread is gone: nothing is known any more.
pub(crate) fn forget() {
    let known = KNOWN.take();
    drop(known);
}

/// An isolate ends: what its functions remember of its structs is forgotten.
pub(super) fn forget_shapes() {
    KNOWN.with_borrow(|known| known.protos.values().for_each(|proto| proto.forget_shapes()));
}
