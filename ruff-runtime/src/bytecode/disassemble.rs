//! Bytecode as text, for people.

use std::fmt::Write;

use super::op::{BOUND, INCLUSIVE, LENIENT, NEGATED, NO_REGISTER, SENSE, SPREAD, SWAP};
use super::{BinaryKind, Instr, Op, PlaceRoot, PlaceSite, PlaceStep, Proto, Role};
use crate::value::source_text;

/// The instructions of `proto` and of all functions it makes, outermost first.
pub fn disassemble(proto: &Proto) -> String {
    let mut out = String::new();
    let mut open = std::collections::VecDeque::from([proto]);
    while let Some(proto) = open.pop_front() {
        if !out.is_empty() {
            out.push('\n');
        }
        function(&mut out, proto);
        open.extend(proto.protos.iter().map(|proto| &**proto));
    }
    out
}

fn function(out: &mut String, proto: &Proto) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "function {} ({} parameters, {} registers)",
        proto.name(),
        proto.params,
        proto.registers
    );
    for (at, instr) in proto.code.iter().enumerate() {
        let line = proto.file.line_at(proto.span_at(at).lo);
        let _ = writeln!(
            out,
            "{at:5} {line:5}  {:18} {}",
            instr.op.name(),
            operands(proto, at, *instr).join(" ")
        );
    }
    for handler in &proto.handlers {
        let _ = writeln!(
            out,
            "      {} {}..{} -> {} r{}",
            if handler.finally_end.is_some() { "finally" } else { "except" },
            handler.start,
            handler.end,
            handler.target,
            handler.register
        );
    }
}

fn operands(proto: &Proto, at: usize, instr: Instr) -> Vec<String> {
    let kills = [super::op::KILL_A, super::op::KILL_B, super::op::KILL_C];
    let fields = [instr.a, instr.b, instr.c];
    let mut words = Vec::new();
    let mut wide_done = false;
    if is_comparison(instr) && instr.kind & SENSE == 0 {
        words.push("unless".to_owned());
    }
    for ((role, field), kill) in instr.op.roles().into_iter().zip(fields).zip(kills) {
        match role {
            Role::None => {}
            Role::Def if field == NO_REGISTER => words.push("_".to_owned()),
            Role::Def | Role::Peek | Role::Change => words.push(format!("r{field}")),
            Role::Use => words.push(format!("r{field}{}", if instr.kind & kill != 0 { "!" } else { "" })),
            Role::Run => words.push(format!("r{field}..")),
            Role::Imm => words.push(field.cast_signed().to_string()),
            Role::Const => words.push(constant(proto, usize::from(field))),
            Role::Global => words.push(format!("g{field}")),
            Role::Index => words.push(format!("#{field}")),
            Role::Jump => words.push(format!("-> {}", target(at, i32::from(instr.imm_c())))),
            Role::WideJump | Role::Wide if wide_done => {}
            Role::WideJump => {
                wide_done = true;
                words.push(format!("-> {}", target(at, instr.wide_operand())));
            }
            Role::Wide => {
                wide_done = true;
                words.push(match instr.op {
                    Op::LoadConst | Op::CheckDefined => constant(proto, instr.wide_index()),
                    Op::LoadInt => instr.wide_operand().to_string(),
                    Op::GetGlobal | Op::SetGlobal | Op::PeekGlobal => format!("g{}", instr.wide_index()),
                    _ => format!("#{}", instr.wide_index()),
                });
            }
        }
    }
    words.extend(remark(proto, instr));
    words
}

/// Whether it branches on a comparison, one way or the other.
fn is_comparison(instr: Instr) -> bool {
    let [_, rhs, target] = instr.op.roles();
    target == Role::Jump
        && matches!(rhs, Role::Use | Role::Imm | Role::Const)
        && instr.op != Op::JumpUnlessExact
}

fn remark(proto: &Proto, instr: Instr) -> Option<String> {
    let (b, c) = (usize::from(instr.b), usize::from(instr.c));
    match instr.op {
        Op::GetField | Op::SetField | Op::GetReceiverField => {
            proto.fields.get(c).map(|site| format!(".{}", site.name))
        }
        Op::UpdateField => proto.fields.get(c).map(|site| format!(".{} {}=", site.name, sign(instr))),
        Op::Operate => Some(sign(instr).to_owned()),
        Op::In | Op::InRange if instr.kind & NEGATED != 0 => Some("negated".to_owned()),
        Op::Slice if instr.kind & INCLUSIVE != 0 => Some("inclusive".to_owned()),
        Op::AddI | Op::RangePrep | Op::RangeLen if instr.kind & BOUND != 0 => Some("ints only".to_owned()),
        Op::GetPlace if instr.kind & LENIENT != 0 => {
            proto.places.get(b).map(|site| format!("{}, lenient", place(site)))
        }
        Op::UpdateIndex => Some(format!("{}=", sign(instr))),
        Op::GetPlace | Op::SetPlace | Op::JumpHas => proto.places.get(b).map(place),
        Op::ExtendPlace => {
            proto.places.get(b).map(|site| format!("{} + {} registers", place(site), instr.kind))
        }
        Op::UpdatePlace => proto.places.get(b).map(|site| format!("{} {}=", place(site), sign(instr))),
        Op::Invoke | Op::InvokeLocal | Op::InvokePlace => proto.invokes.get(c).map(|site| {
            let receiver = match instr.op {
                Op::InvokeLocal => format!("r{}", site.root),
                Op::InvokePlace => proto.places.get(usize::from(site.place)).map(place).unwrap_or_default(),
                _ => String::new(),
            };
            format!("{receiver}.{}({})", site.name, arguments(instr))
        }),
        Op::Call | Op::CallGlobal | Op::CallNative => Some(format!("({})", arguments(instr))),
        Op::AddI | Op::MulI | Op::AddK | Op::MulK if instr.kind & SWAP != 0 => Some("swapped".to_owned()),
        Op::NewStruct => proto.structs.get(c).map(|site| site.name.to_string()),
        Op::NewStructDef => proto.struct_defs.get(b).map(|(name, _)| name.to_string()),
        Op::NewVariant | Op::JumpUnlessVariant => {
            let index = if instr.op == Op::NewVariant { c } else { b };
            proto.variants.get(index).map(|(variant, _)| format!("{}::{}", variant.owner, variant.name))
        }
        Op::Raise => proto.raises.get(instr.wide_index()).map(|site| site.message.clone()),
        Op::Import => proto.imports.get(instr.wide_index()).map(|site| site.path.clone()),
        _ => None,
    }
}

/// How many arguments a call has.
fn arguments(instr: Instr) -> String {
    if instr.kind == SPREAD { "spread arguments".to_owned() } else { format!("{} arguments", instr.kind) }
}

/// The operator in the kind bits.
fn sign(instr: Instr) -> &'static str {
    BinaryKind::decode(instr.kind).sign()
}

/// A place as people write it, registers and globals by number.
fn place(site: &PlaceSite) -> String {
    let mut text = match site.root {
        PlaceRoot::Register(register) => format!("r{register}"),
        PlaceRoot::Cell(register) => format!("cell r{register}"),
        PlaceRoot::Capture(index) => format!("capture {index}"),
        PlaceRoot::Global(slot) => format!("g{slot}"),
    };
    for step in &site.steps {
        match step {
            PlaceStep::Field(name) => text.push_str(&format!(".{name}")),
            PlaceStep::Index(register) => text.push_str(&format!("[r{register}]")),
        }
    }
    text
}

fn constant(proto: &Proto, index: usize) -> String {
    proto.consts.get(index).map_or_else(|| "?".to_owned(), source_text)
}

fn target(at: usize, distance: i32) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX) + 1 + i64::from(distance)
}
