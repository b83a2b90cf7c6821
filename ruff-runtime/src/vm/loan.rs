//! Loans: how a method changes its receiver where it is, although others could look at it meanwhile.
//!
//! `self` is a copy of the receiver, and what the method made of it gets back to the receiver's place when the method
//! returns. A copy costs as much as the receiver is large, at every call. So the receiver itself is lent to the method:
//! its variable is empty meanwhile, and whatever the method does to it is written down in a journal. When somebody looks
//! at the variable, or the method fails, the loan is recalled: the journal says what the receiver was like.
//!
//! A struct on loan has two owners: the method's `self`, and the loan. So everything that changes a struct finds it
//! shared and would copy it; only [`Vm::changing`], which writes the journal, knows better. Whoever overlooks a loan
//! is slow, not wrong.

use super::journal::{Found, Inverse, Journal, find};
use super::place::{Path, Step, descend};
use super::variable::Variable;
use super::{Vm, VmResult};
use crate::bytecode::FieldCache;
use crate::heap::StructRef;
use crate::value::{Sym, Value, check_depth, depth_around};

/// The receiver of a method call in progress that may change it.
pub(crate) struct Loan {
    /// Where it came from and goes back to.
    place: Path,
    /// The receiver as it was when it was lent or, once the loan is recalled, as it stands in its place: the method has
    /// changed `self` if that is another object.
    object: Option<StructRef>,
    /// Nothing if the receiver is shared with its place, from the start or since the loan was recalled.
    lent: Option<Lent>,
}

/// A receiver that is not in its place.
struct Lent {
    /// What its variable held, with a hole where the receiver was.
    root: Value,
    /// What was done to the receiver.
    journal: Journal,
    /// The loan of the struct in `root`, if that is on loan itself.
    lender: Option<usize>,
}

/// How to take back a change of a receiver on loan.
pub(super) struct UndoAt {
    /// The loan that has to know.
    lender: usize,
    inverse: Inverse,
    /// How much there may be to copy.
    items: usize,
}

/// How many loans are looked through for the one of a struct. It is among the last ones unless something was lent
/// again by a method that did not change it.
const RECENT: usize = 8;

impl Vm {
    /// Lends the receiver at a place to a method, or shares it where that is not possible or not worth it.
    pub(super) fn lend(&mut self, place: Path, receiver: Value) -> VmResult<Value> {
        if is_flat(&receiver) {
            return Ok(self.share(place, receiver));
        }
        drop(receiver);
        if let Some((receiver, lent)) = self.try_lend(&place) {
            self.loans.push(Loan { place, object: object_of(&receiver), lent: Some(lent) });
            return Ok(receiver);
        }
        let receiver = self.read_path(&place)?;
        Ok(self.share(place, receiver))
    }

    /// Keeps a receiver in its place, which gets what the method makes of it.
    pub(super) fn share(&mut self, place: Path, receiver: Value) -> Value {
        self.loans.push(Loan { place, object: object_of(&receiver), lent: None });
        receiver
    }

    fn try_lend(&mut self, place: &Path) -> Option<(Value, Lent)> {
        let mut root = self.replace(&place.root, Value::Undefined);
        let lender = self.lender_of(&root, 2);
        if !is_own(&root, lender.is_some(), &place.steps) {
            self.replace(&place.root, root);
            return None;
        }
        self.open(lender);
        let receiver = match descend(&mut root, &place.steps, 0) {
            Ok(receiver) => std::mem::replace(receiver, Value::Undefined),
            Err(_) => Value::Undefined,
        };
        Some((receiver, Lent { root, journal: Journal::default(), lender }))
    }

    /// Ends the loan of a method that has returned: what it made of the receiver goes to the receiver's place. Answers
    /// whether the receiver was changed; `stores` says whether a change is kept.
    pub(super) fn end_loan(&mut self, receiver: Value, stores: bool) -> VmResult<bool> {
        let Some(mut loan) = self.loans.pop() else { return Ok(false) };
        let is_same = match (&receiver, &loan.object) {
            (Value::Struct(receiver), Some(object)) => receiver.is_same(object),
            _ => false,
        };
        match loan.lent.take() {
            Some(lent) if is_same => {
                let depth = depth_around(&receiver).saturating_add(loan.place.levels());
                if let Err(error) = check_depth(depth, "setting an element") {
                    drop(receiver);
                    self.recall(&mut loan, lent);
                    return Err(error);
                }
                let is_changed = !lent.journal.is_empty();
                let lender = lent.lender;
                loan.object = None;
                self.put_back(&loan.place, lent, receiver)?;
                self.recall_if_heavy(lender);
                return Ok(is_changed);
            }
            Some(lent) => self.recall(&mut loan, lent),
            None => {}
        }
        let is_changed = !is_same;
        if is_changed && stores {
            self.write_path(&loan.place, receiver)?;
        }
        Ok(is_changed)
    }

    /// Puts a receiver back to where it was lent from. Its journal becomes part of that of the struct around it.
    fn put_back(&mut self, place: &Path, lent: Lent, receiver: Value) -> VmResult {
        let Lent { mut root, journal, lender } = lent;
        let depth = depth_around(&receiver);
        let is_changed = !journal.is_empty();
        // If the variable was assigned meanwhile, what the method did goes to where its place is now.
        let is_gone = !matches!(self.value_of(&place.root), Value::Undefined);
        let late = (is_gone && is_changed).then(|| receiver.clone());
        *descend(&mut root, &place.steps, depth)? = receiver;
        if let Some(lender) = lender.and_then(|lender| self.loans.get_mut(lender)) {
            lender.object = object_of(&root);
            if is_changed && let Some(lent) = &mut lender.lent {
                let items = find(&root, &place.steps).items;
                lent.journal.record(&place.steps, Inverse::Undo(journal), items);
            }
        }
        match late {
            Some(receiver) => self.write_path(place, receiver),
            None if is_gone => Ok(()),
            None => {
                self.replace(&place.root, root);
                Ok(())
            }
        }
    }

    /// Takes back what a method did that has failed.
    #[cold]
    pub(super) fn break_loan(&mut self) {
        if let Some(mut loan) = self.loans.pop()
            && let Some(lent) = loan.lent.take()
        {
            self.recall(&mut loan, lent);
        }
    }

    /// Makes every receiver on loan what it was and puts it back to its place; the methods go on with copies.
    #[cold]
    pub(super) fn recall_loans(&mut self) {
        // The innermost first: its place may be part of a receiver that is on loan, too.
        for at in (0..self.loans.len()).rev() {
            let Some(lent) = self.loans.get_mut(at).and_then(|loan| loan.lent.take()) else { continue };
            let Some(loan) = self.loans.get_mut(at) else { continue };
            let mut loan = Loan { place: loan.place.clone(), object: loan.object.take(), lent: None };
            self.recall(&mut loan, lent);
            if let Some(place) = self.loans.get_mut(at) {
                *place = loan;
            }
        }
    }

    /// Makes a receiver what it was and puts it back.
    fn recall(&mut self, loan: &mut Loan, mut lent: Lent) {
        let Some(object) = loan.object.take() else { return };
        let mut receiver = Value::Struct(object);
        std::mem::take(&mut lent.journal).undo(&mut receiver);
        loan.object = object_of(&receiver);
        let result = self.put_back(&loan.place, lent, receiver);
        debug_assert!(result.is_ok(), "the hole is where it was made");
    }

    /// Runs `change`, which changes a place and runs no code of the program. If `undo` says how to take that back, the
    /// place is part of a struct on loan, which is changed where it is.
    pub(super) fn changing<R>(
        &mut self,
        path: &Path,
        undo: Option<UndoAt>,
        change: impl FnOnce(&mut Vm) -> VmResult<R>,
    ) -> VmResult<R> {
        let Some(UndoAt { lender, inverse, items }) = undo else { return change(self) };
        self.open(Some(lender));
        let result = change(self);
        let root = self.value_of(&path.root);
        if let Some(loan) = self.loans.get_mut(lender) {
            loan.object = object_of(&root);
            if result.is_ok()
                && let Some(lent) = &mut loan.lent
            {
                lent.journal.record(&path.steps, inverse, items);
            }
        }
        drop(root);
        self.recall_if_heavy(Some(lender));
        result
    }

    /// How to take back a change at a place, if that is part of a struct on loan and `inverse` knows.
    pub(super) fn undo_at(
        &self,
        path: &Path,
        inverse: impl FnOnce(&Found<'_>) -> Option<Inverse>,
    ) -> Option<UndoAt> {
        let root = self.lent_root(path)?;
        let lender = self.lender_of(&root, 3)?;
        let found = find(&root, &path.steps);
        Some(UndoAt { lender, inverse: inverse(&found)?, items: found.items })
    }

    /// What the variable of `path` holds, if that could be on loan.
    fn lent_root(&self, path: &Path) -> Option<Value> {
        match path.root {
            // A struct on loan is held by a method's `self`.
            Variable::Register { .. } | Variable::Cell(_) if !self.loans.is_empty() => {
                Some(self.value_of(&path.root))
            }
            _ => None,
        }
    }

    /// Whether the variable of `path` holds the receiver of a method that runs, on loan or shared: another object there
    /// would mean that the method has changed it.
    pub(super) fn holds_receiver(&self, path: &Path) -> bool {
        let Some(Value::Struct(root)) = self.lent_root(path) else { return false };
        let is_it = |loan: &Loan| loan.object.as_ref().is_some_and(|object| object.is_same(&root));
        root.count() > 2 && self.loans.iter().rev().any(is_it)
    }

    /// Changes a number in a field of what register `at` holds by `change`, if that is the receiver of the last loan and
    /// both the old and the new value own nothing: what most methods do, done without further ado. Answers whether it
    /// was.
    pub(super) fn change_lent_number(
        &mut self,
        at: u16,
        cache: FieldCache,
        change: impl FnOnce(&Value) -> Option<Value>,
    ) -> bool {
        let index = self.frame().base as usize + usize::from(at);
        let Some(Value::Struct(receiver)) = self.fiber.stack.values_mut().get_mut(index) else {
            return false;
        };
        let Some(Loan { object, lent: Some(lent), .. }) = self.loans.last_mut() else { return false };
        let is_it = object.as_ref().is_some_and(|object| object.is_same(receiver));
        if !is_it || receiver.count() != 2 || receiver.shape().id() != cache.shape {
            return false;
        }
        let old = receiver.fields().get(usize::from(cache.position)).filter(|old| !old.is_heap());
        let Some(new) = old.and_then(change).filter(|new| !new.is_heap()) else { return false };
        // The method is the only owner for a moment.
        *object = None;
        let place = receiver.fields_mut().and_then(|fields| fields.get_mut(usize::from(cache.position)));
        if let Some(place) = place {
            lent.journal.record_number(cache.position, std::mem::replace(place, new));
        }
        *object = Some(receiver.clone());
        true
    }

    /// Field `name` of what register `at` holds, if that is on loan.
    pub(super) fn lent_field(&self, at: u16, name: Sym) -> Option<Path> {
        if self.loans.is_empty() || self.lender_of(self.reg(at), 2).is_none() {
            return None;
        }
        Some(Path::of_register(self, at, Some(name)))
    }

    /// The loan of a struct of which the loan, the method and the caller of this are the only `owners`.
    fn lender_of(&self, root: &Value, owners: u32) -> Option<usize> {
        let Value::Struct(root) = root else { return None };
        if root.count() != owners {
            return None;
        }
        let is_it = |loan: &Loan| {
            loan.lent.is_some() && loan.object.as_ref().is_some_and(|object| object.is_same(root))
        };
        let from = self.loans.len().saturating_sub(RECENT);
        let found = self.loans.get(from..)?.iter().rposition(is_it)?;
        Some(from + found)
    }

    /// Leaves the struct on loan to the method alone, which may change it now.
    fn open(&mut self, lender: Option<usize>) {
        if let Some(loan) = lender.and_then(|lender| self.loans.get_mut(lender)) {
            loan.object = None;
        }
    }

    fn recall_if_heavy(&mut self, lender: Option<usize>) {
        let lent = lender.and_then(|lender| self.loans.get(lender)).and_then(|loan| loan.lent.as_ref());
        if lent.is_some_and(|lent| lent.journal.is_heavy()) {
            self.recall_loans();
        }
    }
}

/// Whether nobody else owns the struct at a place or anything around it; of the first one there is a loan if `is_lent`.
fn is_own(root: &Value, is_lent: bool, steps: &[Step]) -> bool {
    let (mut value, mut is_own) = (root, is_lent);
    for step in steps {
        is_own |= match value {
            Value::Struct(object) => object.is_unique(),
            Value::Array(array) => array.is_unique(),
            Value::Dict(dict) => dict.is_unique(),
            _ => false,
        };
        let Some(next) = find(value, std::slice::from_ref(step)).value.filter(|_| is_own) else {
            return false;
        };
        (value, is_own) = (next, false);
    }
    matches!(value, Value::Struct(object) if is_own || object.is_unique())
}

/// Whether copying a struct costs less than lending it.
fn is_flat(receiver: &Value) -> bool {
    const FEW: usize = 16;
    let Value::Struct(object) = receiver else { return false };
    object.shape().len() <= FEW && !object.fields().iter().any(Value::is_heap)
}

fn object_of(value: &Value) -> Option<StructRef> {
    match value {
        Value::Struct(object) => Some(object.clone()),
        _ => None,
    }
}
