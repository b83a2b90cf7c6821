//! Places: `root.field[index]…` as something to read, assign and update in one walk.
//!
//! The walk goes down by reference and unshares each level on its way, so that an update costs nothing more when
//! nobody else owns what it changes.

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use super::arithmetic::{arithmetic, check_extension, extends, extends_by, overload};
use super::field::{read_field, write_field};
use super::index::{place_of_index, position, read_index, write_index};
use super::journal::Inverse;
use super::variable::Variable;
use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_A, LENIENT};
use crate::bytecode::{BinaryKind, FieldSite, Instr, PlaceRoot, PlaceSite, PlaceStep};
use crate::error::VmError;
use crate::fiber::ReturnMode;
use crate::value::{KeyRef, Sym, Value, check_depth, depth_around};

/// A step with its index at hand.
#[derive(Clone)]
pub(super) enum Step {
    Field(Sym),
    Index(Value),
}

impl Step {
    /// Calls `visit` with the key that the step looks for in a dict, if it can be one.
    pub(super) fn with_key<R>(&self, visit: impl FnOnce(KeyRef<'_>) -> R) -> Option<R> {
        match self {
            Step::Field(name) => Some(visit(KeyRef::from(name.text()))),
            Step::Index(index) => KeyRef::from_value(index).map(visit),
        }
    }
}

/// A place with its variable and its indexes at hand: it stays the same place whatever runs meanwhile.
#[derive(Clone)]
pub(super) struct Path {
    pub(super) root: Variable,
    pub(super) steps: Vec<Step>,
    name: Sym,
}

impl Path {
    /// How many containers there are around the place.
    pub(super) fn levels(&self) -> u16 {
        u16::try_from(self.steps.len()).unwrap_or(u16::MAX)
    }

    /// Register `at` of the frame that runs, or a field of what it holds.
    pub(super) fn of_register(vm: &Vm, at: u16, field: Option<Sym>) -> Path {
        let steps = field.map(Step::Field).into_iter().collect();
        Path { root: vm.register(at), steps, name: Sym::EMPTY }
    }
}

impl Vm {
    /// `GetPlace`
    #[inline(never)]
    pub(super) fn get_place(&mut self, instr: Instr) -> VmResult {
        let value = match instr.kind & LENIENT {
            0 => self.read_place(instr.b)?,
            _ => self.read_place_or_null(instr.b)?,
        };
        self.set_reg(instr.a, value);
        Ok(())
    }

    /// `SetPlace`
    #[inline(never)]
    pub(super) fn set_place(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.a, KILL_A);
        let path = self.path(instr.b);
        self.write_path(&path, value)
    }

    /// `UpdatePlace`
    #[inline(never)]
    pub(super) fn update_place(&mut self, instr: Instr) -> VmResult {
        let op = BinaryKind::decode(instr.kind);
        let rhs = self.operand(instr, instr.a, KILL_A);
        if self.update_number(instr.b, op, &rhs)? {
            return Ok(());
        }
        let path = self.path(instr.b);
        self.update_path(&path, op, rhs)
    }

    /// `place op= rhs`
    pub(super) fn update_path(&mut self, path: &Path, op: BinaryOp, rhs: Value) -> VmResult {
        let undo = self.undo_at(path, |found| {
            let lhs = found.value?;
            Some(if extends(lhs, &rhs) { Inverse::of_extension(lhs) } else { Inverse::Set(lhs.clone()) })
        });
        let other = rhs.clone();
        let updated = self.changing(path, undo, |vm| {
            vm.with_place(path, |place| {
                if let Value::Struct(object) = &*place
                    && let Some(method) = object.shape().def().and_then(|def| def.operator(overload(op)))
                {
                    return Ok(Some((method, place.clone(), rhs)));
                }
                // A failed operation leaves the place as it was; only extending text and arrays needs it unshared.
                let lhs = if extends(place, &rhs) {
                    check_extension(place, &rhs, path.levels())?;
                    std::mem::take(place)
                } else {
                    place.clone()
                };
                *place = arithmetic(op, lhs, rhs)?;
                Ok(None)
            })
        });
        let overloaded = match updated {
            Ok(overloaded) => overloaded,
            // Such as a character of a text, which can be read and not be written: reading and operating come first.
            Err(error) if error.fault().code != Code::MissingKey => {
                let lhs = self.read_path(path)?;
                return arithmetic(op, lhs, other).and(Err(error));
            }
            Err(error) => return Err(error),
        };
        match overloaded {
            Some((method, receiver, other)) => {
                let dest = crate::bytecode::op::NO_REGISTER;
                self.call_operator(method, receiver, Some(other), dest, ReturnMode::Update)
            }
            None => Ok(()),
        }
    }

    /// `ExtendPlace`
    #[inline(never)]
    pub(super) fn extend_place(&mut self, instr: Instr) -> VmResult {
        let operands = self.run_mut(instr.a, usize::from(instr.kind)).to_vec();
        let path = self.path(instr.b);
        // Whatever is wrong with the place, the code that comes next says so.
        let Ok(lhs) = self.read_path(&path) else { return Ok(()) };
        if !extends_by(&lhs, &operands) {
            return Ok(());
        }
        // Before the first one is added: afterwards there is no way back.
        operands.iter().try_for_each(|operand| check_extension(&lhs, operand, path.levels()))?;
        drop(lhs);
        for operand in operands {
            self.update_path(&path, BinaryOp::Add, operand)?;
        }
        self.frame_mut().jump_by(i32::from(instr.imm_c()));
        Ok(())
    }

    /// `JumpHas`
    #[inline(never)]
    pub(super) fn jump_has(&mut self, instr: Instr) -> VmResult {
        let mut path = self.path(instr.b);
        let Some(last) = path.steps.pop() else { return Ok(()) };
        if let Ok(Value::Dict(dict)) = self.read_path(&path)
            && last.with_key(|key| dict.get(key).is_some()) == Some(true)
        {
            self.frame_mut().jump_by(i32::from(instr.imm_c()));
        }
        Ok(())
    }

    /// Does a compound assignment on a whole variable that holds a number, such as a counter that a closure shares.
    /// Answers whether it was one.
    fn update_number(&mut self, index: u16, op: BinaryOp, rhs: &Value) -> VmResult<bool> {
        let proto = self.frame().proto();
        let Some(PlaceSite { root, steps, .. }) = proto.places.get(usize::from(index)) else {
            return Ok(false);
        };
        if !steps.is_empty() || rhs.scalar().is_none() {
            return Ok(false);
        }
        let (root, module) = (*root, proto.module);
        let cell = match root {
            PlaceRoot::Global(slot) => {
                let globals = &mut self.modules.get_mut(module).globals;
                let Some(lhs) = globals.get(slot).scalar() else { return Ok(false) };
                globals.set(slot, arithmetic(op, lhs, rhs.clone())?);
                return Ok(true);
            }
            PlaceRoot::Cell(at) => self.reg(at),
            PlaceRoot::Capture(at) => self.capture(at),
            PlaceRoot::Register(_) => return Ok(false),
        };
        let Value::Cell(cell) = cell else { return Ok(false) };
        let Some(lhs) = cell.get().scalar() else { return Ok(false) };
        cell.set(arithmetic(op, lhs, rhs.clone())?);
        Ok(true)
    }

    /// The value at place `index` of the running code.
    pub(super) fn read_place(&mut self, index: u16) -> VmResult<Value> {
        let path = self.path(index);
        self.read_path(&path)
    }

    /// The same, or null if its last step is a key that a dict lacks.
    fn read_place_or_null(&mut self, index: u16) -> VmResult<Value> {
        let mut path = self.path(index);
        let Some(last) = path.steps.pop() else { return self.read_path(&path) };
        let container = self.read_path(&path)?;
        match (&container, &last) {
            (Value::Dict(dict), _) if last.with_key(|key| dict.contains(key)) == Some(false) => {
                Ok(Value::Null)
            }
            (_, Step::Field(name)) => read_field(&container, &uncached(*name)),
            (_, Step::Index(index)) => read_index(&container, index),
        }
    }

    /// Appends what a register holds to the array at place `index` of the running code, if the item nests nothing and nobody
    /// shares the array or anything around it: the common case, without further ado. Answers whether it did.
    pub(super) fn push_at(&mut self, index: u16, item: u16) -> bool {
        let proto = self.frame().proto().clone();
        let Some(PlaceSite { root, steps, .. }) = proto.places.get(usize::from(index)) else { return false };
        if !self.reg(item).is_plain() {
            return false;
        }
        let variable = self.variable(*root);
        // Out of the variable, so that the indexes can be read meanwhile.
        let mut value = self.replace(&variable, Value::Undefined);
        let array = match own_place(&mut value, steps, |at| self.reg(at)) {
            Some(Value::Array(array)) if array.has_spare() => array.get_mut(),
            _ => None,
        };
        let is_there = array.map(|array| array.push(self.take_reg(item))).is_some();
        self.replace(&variable, value);
        is_there
    }

    /// The value at a place.
    pub(super) fn read_path(&mut self, path: &Path) -> VmResult<Value> {
        let mut value = self.value_of(&path.root);
        if let Value::Undefined = value {
            value = self.undefined_root(path)?;
        }
        for step in &path.steps {
            value = match step {
                Step::Field(name) => read_field(&value, &uncached(*name))?,
                Step::Index(index) => read_index(&value, index)?,
            };
        }
        Ok(value)
    }

    /// Place `index` of the running code, its index registers read.
    pub(super) fn path(&self, index: u16) -> Path {
        let proto = self.frame().proto();
        let Some(site) = proto.places.get(usize::from(index)) else {
            return Path { root: self.register(0), steps: Vec::new(), name: Sym::EMPTY };
        };
        let PlaceSite { root, steps, name } = site;
        let steps = steps.iter().map(|step| match step {
            PlaceStep::Field(name) => Step::Field(*name),
            PlaceStep::Index(register) => Step::Index(self.reg(*register).clone()),
        });
        Path { root: self.variable(*root), steps: steps.collect(), name: *name }
    }

    /// What a variable means that holds nothing: its value may be on loan, or its name that of a builtin.
    #[cold]
    fn undefined_root(&mut self, path: &Path) -> VmResult<Value> {
        self.recall_loans();
        match (self.value_of(&path.root), &path.root) {
            (Value::Undefined, Variable::Global { .. }) => {
                let name = path.name.text();
                self.registry.predefined(name).ok_or_else(|| self.undefined_variable(name))
            }
            (Value::Undefined, _) => Err(self.undefined_variable(path.name.text())),
            (value, _) => Ok(value),
        }
    }

    /// Assigns a place.
    pub(super) fn write_path(&mut self, path: &Path, value: Value) -> VmResult {
        if path.steps.is_empty() {
            check_depth(depth_around(&value), "setting an element")?;
            self.replace(&path.root, value);
            return Ok(());
        }
        let undo = self.undo_at(path, Inverse::of_assignment);
        self.changing(path, undo, |vm| vm.write_below(path, value))
    }

    fn write_below(&mut self, path: &Path, value: Value) -> VmResult {
        let depth = depth_around(&value);
        check_depth(depth.saturating_add(path.levels()), "setting an element")?;
        self.with_root(path, |root| match path.steps.split_last() {
            Some((last, before)) => {
                let place = descend(root, before, depth)?;
                match last {
                    Step::Field(name) => write_field(place, *name, value),
                    Step::Index(index) => write_index(place, index, value),
                }
            }
            None => Ok(()),
        })
    }

    /// Calls `visit` with the place itself, all levels above it unshared.
    pub(super) fn with_place<R>(
        &mut self,
        path: &Path,
        visit: impl FnOnce(&mut Value) -> VmResult<R>,
    ) -> VmResult<R> {
        self.with_root(path, |root| {
            let place = descend(root, &path.steps, 0)?;
            let result = visit(place)?;
            // What stands there now may nest deeper than what stood there before.
            let depth = place.depth();
            if depth > 0 && !path.steps.is_empty() {
                descend(root, &path.steps, depth)?;
            }
            Ok(result)
        })
    }

    fn with_root<R>(&mut self, path: &Path, visit: impl FnOnce(&mut Value) -> VmResult<R>) -> VmResult<R> {
        if let Value::Undefined = self.value_of(&path.root) {
            self.recall_loans();
            if let Value::Undefined = self.value_of(&path.root) {
                return Err(self.undefined_variable(path.name.text()));
            }
        }
        self.in_variable(&path.root, visit)
    }
}

#[cold]
fn no_root() -> VmError {
    VmError::new(Code::Thrown, "internal error: a place without a root")
}

/// A site that remembers nothing, for walks whose way down is not worth a cache.
fn uncached(name: Sym) -> FieldSite {
    FieldSite::new(name)
}

/// Goes down from `root`, unsharing each level. `depth` is how deeply what will be put there nests.
pub(super) fn descend<'v>(root: &'v mut Value, steps: &[Step], depth: u16) -> VmResult<&'v mut Value> {
    let mut place = root;
    let mut below = depth.saturating_add(u16::try_from(steps.len()).unwrap_or(u16::MAX));
    for step in steps {
        raise(place, below);
        below = below.saturating_sub(1);
        place = match step {
            Step::Field(name) => place_of_field(place, *name)?,
            Step::Index(index) => place_of_index(place, index)?,
        };
    }
    Ok(place)
}

/// Goes down from `root` as long as nobody shares anything on the way. `index` reads a register.
fn own_place<'v, 'r>(
    root: &'v mut Value,
    steps: &[PlaceStep],
    index: impl Fn(u16) -> &'r Value,
) -> Option<&'v mut Value> {
    let mut place = root;
    for step in steps {
        place = match (place, step) {
            (Value::Struct(object), PlaceStep::Field(name)) => {
                let position = object.shape().position(*name)?;
                object.fields_mut()?.get_mut(usize::from(position))?
            }
            (Value::Dict(dict), PlaceStep::Field(name)) => dict.get_mut()?.get_mut(name.text())?,
            (Value::Dict(dict), PlaceStep::Index(at)) => {
                dict.get_mut()?.get_mut(KeyRef::from_value(index(*at))?)?
            }
            (Value::Array(array), PlaceStep::Index(at)) => {
                let Value::Int(at) = index(*at) else { return None };
                let position = position(*at, array.len())?;
                array.get_mut()?.get_mut(position)?
            }
            _ => return None,
        };
    }
    Some(place)
}

fn raise(value: &Value, depth: u16) {
    match value {
        Value::Array(object) => object.raise_depth(depth),
        Value::Dict(object) => object.raise_depth(depth),
        Value::Struct(object) => object.raise_depth(depth),
        _ => {}
    }
}

fn place_of_field(receiver: &mut Value, name: Sym) -> VmResult<&mut Value> {
    match receiver {
        Value::Struct(object) => match object.shape().position(name) {
            Some(position) => object.make_mut().get_mut(usize::from(position)).ok_or_else(no_root),
            None => Err(super::field::missing_field(object, name)),
        },
        Value::Dict(dict) => {
            let text = name.text();
            let Some(at) = dict.find(text) else {
                let message = format!("Missing map key: {}", crate::value::source_text(&Value::str(text)));
                return Err(VmError::new(Code::MissingKey, message));
            };
            dict.make_mut().value_at_mut(at).ok_or_else(no_root)
        }
        Value::Error(error) => {
            error.make_mut().field_mut(name).ok_or_else(|| super::field::no_field(name.text(), []))
        }
        _ => Err(VmError::new(Code::FieldAccess, "Cannot set field on non-struct value")
            .with_help(format!("this value has type {}", receiver.type_name()))),
    }
}
