//! Which registers an instruction reads and writes, side tables included: the ground of liveness and verification.

use super::op::{NO_REGISTER, SPREAD};
use super::{CaptureFrom, Instr, Invoke, Op, PlaceRoot, PlaceSite, PlaceStep, Proto, Role};

/// How an instruction touches a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads it; the kill bit of this field takes it.
    Use(u8),
    /// Reads it and never takes it.
    Peek,
    /// Reads it and takes it always.
    Consume,
    /// Writes it.
    Def,
    /// Reads and writes it.
    Change,
}

/// What [`for_each_register`] needs of a chunk; also implemented by code under construction.
pub trait SiteTables {
    /// The method call of that index.
    fn invoke(&self, index: u16) -> Option<&Invoke>;
    /// The place of that index.
    fn place(&self, index: u16) -> Option<&PlaceSite>;
    /// What the function of that index captures.
    fn captures(&self, proto: usize) -> &[CaptureFrom];
    /// How many registers a struct literal takes.
    fn struct_run(&self, index: u16) -> u16;
    /// How many registers an enum value takes.
    fn variant_run(&self, index: u16) -> u16;
}

impl SiteTables for Proto {
    fn invoke(&self, index: u16) -> Option<&Invoke> {
        self.invokes.get(usize::from(index)).map(|site| &**site)
    }

    fn place(&self, index: u16) -> Option<&PlaceSite> {
        self.places.get(usize::from(index))
    }

    fn captures(&self, proto: usize) -> &[CaptureFrom] {
        self.protos.get(proto).map_or(&[], |proto| &proto.captures)
    }

    fn struct_run(&self, index: u16) -> u16 {
        self.structs.get(usize::from(index)).map_or(0, |site| site.run())
    }

    fn variant_run(&self, index: u16) -> u16 {
        self.variants.get(usize::from(index)).map_or(0, |(_, count)| *count)
    }
}

/// The registers from `first` that a [`Role::Run`] operand takes.
fn run_length(instr: Instr, tables: &impl SiteTables) -> u16 {
    match instr.op {
        Op::NewArray | Op::Interpolate => instr.c,
        Op::NewStruct => tables.struct_run(instr.c),
        Op::NewVariant => tables.variant_run(instr.c),
        Op::Call => arguments(instr) + 1,
        Op::CallNative => u16::from(instr.kind),
        Op::Range | Op::InRange | Op::Slice => 2,
        Op::RangeLen => 3,
        _ => 0,
    }
}

/// The registers that the arguments of a call stand in.
fn arguments(instr: Instr) -> u16 {
    if instr.kind == SPREAD { 1 } else { u16::from(instr.kind) }
}

/// Calls `visit` for every register that `instr` touches: reads first, then writes.
pub fn for_each_register(instr: Instr, tables: &impl SiteTables, mut visit: impl FnMut(u16, Access)) {
    let roles = instr.op.roles();
    let fields = [instr.a, instr.b, instr.c];
    let kills = [super::op::KILL_A, super::op::KILL_B, super::op::KILL_C];
    for ((role, register), kill) in roles.into_iter().zip(fields).zip(kills) {
        match role {
            Role::Use => visit(register, Access::Use(kill)),
            Role::Peek => visit(register, Access::Peek),
            Role::Change => visit(register, Access::Change),
            Role::Run => (0..run_length(instr, tables)).for_each(|at| visit(register + at, Access::Consume)),
            _ => {}
        }
    }
    extra_registers(instr, tables, &mut visit);
    for (role, register) in roles.into_iter().zip(fields) {
        if role == Role::Def && register != NO_REGISTER {
            visit(register, Access::Def);
        }
    }
}

/// Registers that the three operand fields do not name.
fn extra_registers(instr: Instr, tables: &impl SiteTables, visit: &mut impl FnMut(u16, Access)) {
    match instr.op {
        Op::Closure => {
            for capture in tables.captures(instr.wide_index()) {
                if let CaptureFrom::Register(register) = capture {
                    visit(*register, Access::Peek);
                }
            }
        }
        // The machine fills in the callee.
        Op::CallGlobal => (1..=arguments(instr)).for_each(|at| visit(instr.a + at, Access::Consume)),
        Op::Invoke => (1..=arguments(instr) + 1).for_each(|at| visit(instr.a + at, Access::Consume)),
        Op::InvokeLocal | Op::InvokePlace => {
            let Some(site) = tables.invoke(instr.c) else { return };
            let first = if site.is_read { 1 } else { 2 };
            (first..=arguments(instr) + 1).for_each(|at| visit(instr.a + at, Access::Consume));
            if instr.op == Op::InvokeLocal {
                visit(site.root, Access::Change);
            } else if let Some(place) = tables.place(site.place) {
                place_registers(place, visit);
            }
        }
        Op::GetPlace | Op::SetPlace | Op::UpdatePlace | Op::ExtendPlace | Op::JumpHas => {
            if instr.op == Op::ExtendPlace {
                (1..u16::from(instr.kind)).for_each(|at| visit(instr.a + at, Access::Peek));
            }
            if let Some(place) = tables.place(instr.b) {
                place_registers(place, visit);
            }
        }
        Op::ForPrep => visit(instr.a + 1, Access::Def),
        Op::ForNext => {
            visit(instr.a + 1, Access::Change);
            visit(instr.a + 2, Access::Def);
        }
        Op::RangePrep => visit(instr.a + 1, Access::Change),
        Op::RangeNext => {
            visit(instr.a + 1, Access::Peek);
            visit(instr.a + 2, Access::Def);
        }
        Op::StepPrep => {
            visit(instr.a + 1, Access::Change);
            visit(instr.a + 2, Access::Change);
        }
        Op::StepNext => {
            visit(instr.a + 1, Access::Peek);
            visit(instr.a + 2, Access::Peek);
            visit(instr.a + 3, Access::Def);
        }
        _ => {}
    }
}

fn place_registers(place: &PlaceSite, visit: &mut impl FnMut(u16, Access)) {
    for step in &place.steps {
        if let PlaceStep::Index(register) = step {
            visit(*register, Access::Peek);
        }
    }
    match place.root {
        PlaceRoot::Register(register) => visit(register, Access::Change),
        PlaceRoot::Cell(register) => visit(register, Access::Peek),
        PlaceRoot::Capture(_) | PlaceRoot::Global(_) => {}
    }
}
