//! What evaluating an expression may do beyond yielding a value, found out for all expressions in one pass.
//!
//! The compiler leaves variables where they are while operands are evaluated, and updates places in one go; both are
//! right only when nothing in between changes them.

use ruff_syntax::ast::{Element, Entry, ExprId, ExprKind, Exprs, InterpolationPart, Module, Name};

/// Calls a method on a variable or something in it, which may change the variable, or assigns one.
const UPDATES: u8 = 1;
/// Runs code of the program, which may change what is shared: globals and captured variables.
const RUNS_CODE: u8 = 2;
/// Can be noticed from outside, or fail otherwise than by its operands: a builtin that is not pure.
const NOTICED: u8 = 4;

/// What calling the value of a name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calling {
    /// Nothing but computing a value.
    Computes,
    /// Something that can be noticed, but no code of the program.
    IsNoticed,
    /// Perhaps anything.
    RunsCode,
}

/// The effects of every expression of a file.
#[derive(Default)]
pub(super) struct Effects(Vec<u8>);

impl Effects {
    /// Looks at all expressions, children before parents.
    pub(super) fn of(module: &Module, calling: impl Fn(&Name) -> Calling) -> Effects {
        let exprs = &module.exprs;
        let mut effects = Effects(Vec::with_capacity(exprs.len()));
        for id in 0..exprs.len() {
            let id = ExprId(u32::try_from(id).unwrap_or(u32::MAX));
            let found = effects.look(exprs, id, &calling);
            effects.0.push(found);
        }
        effects
    }

    /// Whether evaluating it may change a variable of the function it stands in.
    pub(super) fn updates(&self, id: ExprId) -> bool {
        self.get(id) & UPDATES != 0
    }

    /// Whether evaluating it may change globals and captured variables.
    pub(super) fn runs_code(&self, id: ExprId) -> bool {
        self.get(id) & RUNS_CODE != 0
    }

    /// Whether it makes no difference when it is evaluated.
    pub(super) fn is_silent(&self, id: ExprId) -> bool {
        self.get(id) == 0
    }

    fn get(&self, id: ExprId) -> u8 {
        self.0.get(id.0 as usize).copied().unwrap_or(u8::MAX)
    }

    fn look(&self, exprs: &Exprs, id: ExprId, calling: &impl Fn(&Name) -> Calling) -> u8 {
        let kind = &exprs[id].kind;
        let mut found = match kind {
            ExprKind::MethodCall { .. } => UPDATES | RUNS_CODE,
            ExprKind::Call { callee, .. } => match &exprs[*callee].kind {
                ExprKind::Name(name) => match calling(name) {
                    Calling::Computes => 0,
                    Calling::IsNoticed => NOTICED,
                    Calling::RunsCode => RUNS_CODE,
                },
                _ => RUNS_CODE,
            },
            // Its blocks may assign variables.
            ExprKind::Control(_) => UPDATES | RUNS_CODE | NOTICED,
            // The defaults of a struct's fields are code of the program.
            ExprKind::Struct { .. }
            | ExprKind::Pipe { .. }
            | ExprKind::Try(_)
            | ExprKind::Await(_)
            | ExprKind::Yield(_)
            | ExprKind::Throw(_) => RUNS_CODE,
            _ => 0,
        };
        each_part(kind, |part| found |= self.get(part));
        found
    }
}

/// Calls `visit` for every expression that is evaluated as a part of this one, in source order. Those in blocks do not
/// count.
pub(super) fn each_part(kind: &ExprKind, mut visit: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Name(_)
        | ExprKind::Func(_)
        | ExprKind::Control(_)
        | ExprKind::Yield(None)
        | ExprKind::Error => {}
        ExprKind::Interpolated(parts) => {
            for part in parts {
                if let InterpolationPart::Expr(value) = part {
                    visit(*value);
                }
            }
        }
        ExprKind::Array(elements) => elements.iter().for_each(|element| match element {
            Element::Item(value) | Element::Spread(value) => visit(*value),
        }),
        ExprKind::Dict(entries) => entries.iter().for_each(|entry| match entry {
            Entry::Pair { key, value } => {
                visit(*key);
                visit(*value);
            }
            Entry::Spread(value) => visit(*value),
        }),
        ExprKind::Struct { fields, .. } => fields.iter().for_each(|field| visit(field.value)),
        ExprKind::Variant { args, .. } => args.iter().flatten().for_each(|arg| visit(arg.value)),
        ExprKind::Construct { args, .. } | ExprKind::Throw(args) => {
            args.iter().for_each(|arg| visit(arg.value))
        }
        ExprKind::Unary { operand: inner, .. }
        | ExprKind::Field { object: inner, .. }
        | ExprKind::Try(inner)
        | ExprKind::Await(inner)
        | ExprKind::Yield(Some(inner))
        | ExprKind::Paren(inner) => visit(*inner),
        ExprKind::Binary { lhs: first, rhs: second, .. }
        | ExprKind::Pipe { value: first, callee: second }
        | ExprKind::Index { object: first, index: second, .. } => {
            visit(*first);
            visit(*second);
        }
        ExprKind::Range { start, end, .. } => start.iter().chain(end).for_each(|bound| visit(*bound)),
        ExprKind::Call { callee: first, args } | ExprKind::MethodCall { object: first, args, .. } => {
            visit(*first);
            args.iter().for_each(|arg| visit(arg.value));
        }
    }
}
