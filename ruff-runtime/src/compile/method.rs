//! Method calls on places, whose receiver may receive what the method changes.

use ruff_syntax::ast::{Arg, ExprId, Member};
use ruff_syntax::{Code, Span};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::{Label, Reg};
use super::place::{Place, Ready};
use super::variable::Home;
use crate::bytecode::{Invoke, Op, PlaceRoot, PlaceStep};
use crate::native::Updates;
use crate::value::{Sym, Value};

/// How a method call on a place reaches its receiver.
struct Receiver {
    op: Op,
    site: u16,
    /// Holds the receiver, where one register does.
    register: Option<Reg>,
    place: u16,
}

/// The complete run of a call.
#[derive(Clone, Copy)]
struct Run {
    base: Reg,
    count: u8,
    /// The first register that is free when the call is over.
    mark: Reg,
}

impl Compiler<'_> {
    /// `place.name(args)`
    pub(super) fn call_on_place(
        &mut self,
        object: ExprId,
        member: Member,
        args: &[Arg],
        optional: bool,
        want: Want,
        span: Span,
    ) -> Operand {
        let Some(place) = self.place_of(object) else { return Operand::Constant(Value::Null) };
        let mark = self.func.next();
        let imported = self.imported_root(&place);
        if optional && imported.is_some() {
            self.func.free_from(mark);
            return self.call_on_value(object, member, args, want, span);
        }
        let later: Vec<ExprId> = args.iter().map(|arg| arg.value).collect();
        let is_read = self.is_read_before(&place, &later, member);
        let receiver = self.receiver(&place, &later, member, is_read);
        let null = self.func.label();
        if optional {
            self.skip_null(&receiver, null, span);
        }
        let base = self.func.alloc_run(2);
        if is_read {
            self.func.op(Op::GetPlace, base + 1, receiver.place, 0, span);
        }
        let count = self.arguments(args, span);
        let end = imported.map(|imported| {
            let run = Run { base, count, mark };
            self.call_imported(imported, &receiver, run, member, want, span)
        });
        self.func.free_from(mark);
        let value = self.finish_call(receiver.op, base, count, receiver.site, want, span);
        if let Some(end) = end {
            self.func.put(end);
        }
        if optional { self.or_null(null, value, span) } else { value }
    }

    /// A method call that stores the result of a builtin in the place: `xs := push(xs, x)`.
    pub(super) fn update_by_native(&mut self, place: &Place<'_>, native: Member, args: &[Arg], span: Span) {
        let mark = self.func.next();
        let later: Vec<ExprId> = args.iter().map(|arg| arg.value).collect();
        let receiver = self.receiver(place, &later, native, false);
        if let Some(site) = self.func.tables.invokes.get_mut(usize::from(receiver.site)) {
            site.native_only = true;
        }
        let base = self.func.alloc_run(2);
        let count = self.arguments(args, span);
        self.finish_call(receiver.op, base, count, receiver.site, Want::Nothing, span);
        self.func.free_from(mark);
    }

    /// The site of a method call whose receiver goes nowhere.
    pub(super) fn plain_invoke(&mut self, member: Member) -> u16 {
        let name = self.sym(member.symbol);
        self.func.tables.invoke(invoke_site(name))
    }

    /// Whether the receiver must be read before the arguments are evaluated, because they may change its place and the
    /// method hardly does.
    fn is_read_before(&self, place: &Place<'_>, args: &[ExprId], member: Member) -> bool {
        let is_register = matches!(self.home(self.resolved(place.root)), Home::Register(_));
        let may_change = |arg: ExprId| match is_register {
            true => self.effects.updates(arg),
            false => self.effects.updates(arg) || self.effects.runs_code(arg),
        };
        args.iter().any(|&arg| may_change(arg)) && !self.may_change_receiver(member)
    }

    /// Whether a method of that name may change its receiver, as far as this file and the builtins tell.
    fn may_change_receiver(&self, member: Member) -> bool {
        let builtin = self.registry.find_method(self.text(member.symbol));
        self.modifiers.contains(&member.symbol) || builtin.is_some_and(|(def, _)| def.updates != Updates::No)
    }

    fn receiver(&mut self, place: &Place<'_>, later: &[ExprId], member: Member, is_read: bool) -> Receiver {
        let name = self.sym(member.symbol);
        let message = self.refusal(place.root, "mutate");
        let root = self.root(place.root, message.is_some());
        let immutable = message.and_then(|message| {
            u16::try_from(self.func.tables.raise(Code::ImmutableBinding, message, None)).ok()
        });
        let builtin = self.registry.find_method(self.text(member.symbol));
        let pushes = immutable.is_none() && builtin.is_some_and(|(def, _)| def.name == "push");
        let steps = self.steps(&place.steps, later);
        if let (PlaceRoot::Register(root), true) = (root, steps.is_empty() && !is_read) {
            let site = self.func.tables.invoke(Invoke { root, pushes, immutable, ..invoke_site(name) });
            return Receiver { op: Op::InvokeLocal, site, register: Some(root), place: 0 };
        }
        let place = self.place_site(place.root, Ready { root, steps });
        let site = self.func.tables.invoke(Invoke { place, pushes, immutable, is_read, ..invoke_site(name) });
        Receiver { op: Op::InvokePlace, site, register: None, place }
    }

    fn skip_null(&mut self, receiver: &Receiver, null: Label, span: Span) {
        let mark = self.func.next();
        let register = receiver.register.unwrap_or_else(|| {
            let register = self.func.alloc();
            self.func.op(Op::GetPlace, register, receiver.place, 0, span);
            register
        });
        self.func.jump(Op::JumpNull, register, null, span);
        self.func.free_from(mark);
    }

    /// `object?.name(args)` without a way back for what the method changes.
    fn call_on_value(
        &mut self,
        object: ExprId,
        member: Member,
        args: &[Arg],
        want: Want,
        span: Span,
    ) -> Operand {
        let mark = self.func.next();
        let base = self.func.alloc_run(2);
        self.lower_into(object, base + 1);
        let null = self.func.label();
        self.func.jump(Op::JumpNull, base + 1, null, span);
        let count = self.arguments(args, span);
        let site = self.plain_invoke(member);
        self.func.free_from(mark);
        let value = self.finish_call(Op::Invoke, base, count, site, want, span);
        self.or_null(null, value, span)
    }

    /// For a variable that a plain import of this function may have replaced: the register that holds the import, or is
    /// undefined.
    fn imported_root(&mut self, place: &Place<'_>) -> Option<Reg> {
        if !self.resolution.imports_in_scope.contains_key(&place.root.id) {
            return None;
        }
        let register = self.func.alloc();
        let found = self.func.label();
        self.find_imported(place.root, Op::GetImported, register, found);
        self.func.put(found);
        Some(register)
    }

    /// Calls the method on the import if there is one; answers where both ways meet.
    fn call_imported(
        &mut self,
        imported: Reg,
        receiver: &Receiver,
        run: Run,
        member: Member,
        want: Want,
        span: Span,
    ) -> Label {
        let (found, own, end) = (self.func.label(), self.func.label(), self.func.label());
        self.func.jump(Op::JumpDefined, imported, found, span);
        self.func.jump(Op::Jump, 0, own, span);
        self.func.put(found);
        let object = run.base + 1;
        self.func.copy(object, imported, span);
        if receiver.op == Op::InvokePlace {
            let place = self.func.tables.places.get(usize::from(receiver.place));
            let steps: Vec<PlaceStep> = place.map(|place| place.steps.to_vec()).unwrap_or_default();
            // Only the way down from the import is walked here; nothing goes back up.
            for step in steps {
                match step {
                    PlaceStep::Field(name) => {
                        let site = self.func.tables.field(name);
                        self.func.op(Op::GetField, object, object, site, span);
                    }
                    PlaceStep::Index(index) => self.func.op(Op::GetIndex, object, object, index, span),
                }
            }
        }
        let site = self.plain_invoke(member);
        self.func.free_from(run.mark);
        self.finish_call(Op::Invoke, run.base, run.count, site, want, span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(own);
        end
    }
}

fn invoke_site(name: Sym) -> Invoke {
    Invoke {
        name,
        root: 0,
        may_move: false,
        dies: false,
        place: 0,
        is_read: false,
        native_only: false,
        pushes: false,
        immutable: None,
    }
}
