//! The verifier: proves what the dispatch loop relies on. Debug builds run it on every function they compile.

use super::op::NO_REGISTER;
use super::{Access, Instr, Op, PlaceRoot, Proto, Role, for_each_register};

/// What is wrong with a function's code; an internal error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("instruction {at} ({op:?}) of {function}: {problem}")]
pub struct VerifyError {
    /// The function's name.
    pub function: String,
    /// The instruction's index.
    pub at: usize,
    /// Its opcode.
    pub op: Op,
    /// What is wrong.
    pub problem: &'static str,
}

/// Checks the invariants of [`Proto`], nested functions included. `globals` is how many variables its module has.
pub fn verify(proto: &Proto, globals: usize) -> Result<(), VerifyError> {
    let mut open = vec![proto];
    while let Some(proto) = open.pop() {
        for (at, &instr) in proto.code.iter().enumerate() {
            check(proto, globals, at, instr).map_err(|problem| VerifyError {
                function: proto.name(),
                at,
                op: instr.op,
                problem,
            })?;
        }
        check_frame(proto)?;
        open.extend(proto.protos.iter().map(|proto| &**proto));
    }
    Ok(())
}

fn check_frame(proto: &Proto) -> Result<(), VerifyError> {
    let fail =
        |problem| VerifyError { function: proto.name(), at: proto.code.len(), op: Op::Return, problem };
    if !proto.code.last().is_some_and(|instr| instr.ends_flow()) {
        return Err(fail("the last instruction does not end the flow"));
    }
    if proto.spans.len() != proto.code.len() {
        return Err(fail("spans and code differ in length"));
    }
    if proto.params > proto.registers {
        return Err(fail("more parameters than registers"));
    }
    let has_capture = |index| usize::from(index) < proto.captures.len();
    if proto.places.iter().any(|place| matches!(place.root, PlaceRoot::Capture(at) if !has_capture(at))) {
        return Err(fail("a place lies in a captured variable that does not exist"));
    }
    for handler in &proto.handlers {
        let range_ok = handler.start <= handler.end && handler.end as usize <= proto.code.len();
        if !range_ok || handler.target as usize >= proto.code.len() || handler.register >= proto.registers {
            return Err(fail("a handler lies outside the code or the frame"));
        }
    }
    Ok(())
}

fn check(proto: &Proto, globals: usize, at: usize, instr: Instr) -> Result<(), &'static str> {
    let mut registers_ok = true;
    for_each_register(instr, proto, |register, _: Access| registers_ok &= register < proto.registers);
    if !registers_ok {
        return Err("a register lies outside the frame");
    }
    // The machine fills in the method and the receiver of a call on a variable or place.
    if matches!(instr.op, Op::InvokeLocal | Op::InvokePlace) && instr.a + 1 >= proto.registers {
        return Err("a method call lies outside the frame");
    }
    let drops_result = matches!(
        instr.op,
        Op::Call | Op::CallGlobal | Op::CallNative | Op::Invoke | Op::InvokeLocal | Op::InvokePlace
    );
    for (role, register) in instr.op.roles().into_iter().zip([instr.a, instr.b, instr.c]) {
        if role == Role::Def && register == NO_REGISTER && !drops_result {
            return Err("only calls may drop their result");
        }
    }
    if let Some(distance) = instr.jump() {
        let target = i64::try_from(at).unwrap_or(i64::MAX) + 1 + i64::from(distance);
        if target < 0 || usize::try_from(target).is_ok_and(|target| target >= proto.code.len()) {
            return Err("a jump lands outside the code");
        }
    }
    for (role, index) in instr.op.roles().into_iter().zip([instr.a, instr.b, instr.c]) {
        if role == Role::Const && usize::from(index) >= proto.consts.len() {
            return Err("a constant does not exist");
        }
    }
    let b = usize::from(instr.b);
    let c = usize::from(instr.c);
    let wide = instr.wide_index();
    let exists = match instr.op {
        Op::LoadConst | Op::CheckDefined => wide < proto.consts.len(),
        Op::GetGlobal | Op::PeekGlobal | Op::SetGlobal => wide < globals,
        Op::CallGlobal => c < globals,
        Op::Closure => wide < proto.protos.len(),
        Op::Raise => wide < proto.raises.len(),
        Op::Import => wide < proto.imports.len(),
        Op::ImportAll => b < proto.imports.len(),
        Op::GetCapture | Op::GetCaptureCell => b < proto.captures.len(),
        Op::SetCaptureCell => usize::from(instr.a) < proto.captures.len(),
        Op::GetField | Op::GetReceiverField | Op::SetField | Op::UpdateField => c < proto.fields.len(),
        Op::GetPlace | Op::SetPlace | Op::UpdatePlace | Op::ExtendPlace | Op::JumpHas => {
            b < proto.places.len()
        }
        Op::NewStruct => proto
            .structs
            .get(c)
            .is_some_and(|site| site.def_slot.is_none_or(|slot| (slot as usize) < globals)),
        Op::NewVariant => c < proto.variants.len(),
        Op::JumpUnlessVariant => b < proto.variants.len(),
        Op::NewStructDef => b < proto.struct_defs.len(),
        Op::UnpackDictRest => c < proto.key_lists.len(),
        Op::Invoke | Op::InvokeLocal => c < proto.invokes.len(),
        Op::InvokePlace => {
            proto.invokes.get(c).is_some_and(|site| usize::from(site.place) < proto.places.len())
        }
        _ => true,
    };
    if exists { Ok(()) } else { Err("a side table has no such entry") }
}
