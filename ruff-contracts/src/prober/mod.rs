//! The shape of a builtin, found by calling it: with every number of arguments, with every kind of value for each
//! parameter, as a function and as a method.
//!
//! Nothing here names a builtin. What to try follows from the declaration ([`NativeDef`]) and the examples of the
//! manual page; what happens is written down for people, one [`Page`] a builtin. Start reading at [`probe`].

mod arguments;
mod group;
mod outcome;
mod run;
mod sample;

use std::collections::HashMap;
use std::fmt::Write;

use ruff_runtime::native::{NativeDef, Param, Registry, TypeWord, Updates};
use ruff_syntax::Code;

use arguments::{Argument, accepted};
use group::Group;
use outcome::{End, Outcome};
use run::Runner;
use sample::{SAMPLES, Sample};

use crate::described::describes;

/// How many arguments beyond the least number a variadic builtin is tried with.
const VARIADIC: usize = 3;

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// What probing a builtin found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The text for people.
    pub text: String,
    /// How many calls it took.
    pub probes: usize,
    /// What no builtin may do, whatever it is given: panics, errors without a place, results of another kind than
    /// declared, errors that its manual page does not speak of. A page without a first sentence is one too.
    pub faults: Vec<String>,
}

/// Tries `def` of `registry` out.
pub fn probe(registry: &Registry, def: &'static NativeDef) -> Page {
    let mut probing = Probing {
        def,
        runner: Runner::new(registry),
        arguments: accepted(def),
        text: head(def),
        faults: vec![],
        known: HashMap::new(),
    };
    if def.manual().summary.is_empty() {
        probing.faults.push("its manual page does not say what it does".to_owned());
    }
    probing.counts();
    probing.parameters();
    probing.other_forms();
    probing.aliases();
    probing.updates();
    probing.without_capability();
    Page { text: probing.text, probes: probing.runner.count.get(), faults: probing.faults }
}

/// A call of `def` with arguments that it accepts, as it is written. Those of type function are replaced by what
/// `function` makes of them.
pub fn accepted_call(def: &NativeDef, function: impl Fn(&str) -> String) -> String {
    let replace = |(argument, param): (Argument, &Param)| {
        let takes_function = param.types.contains(&TypeWord::Function);
        if takes_function { function(&argument.code) } else { argument.code }
    };
    let codes: Vec<String> = accepted(def).into_iter().zip(def.params).map(replace).collect();
    let form = if def.global { Form::Function } else { Form::Method };
    form.write(def.method_name(), &codes)
}

/// How a builtin is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `name(a, b)`
    Function,
    /// `a.name(b)`
    Method,
    /// `f := name` and `f(a, b)`
    Variable,
}

impl Form {
    /// A call as it is written. A method call needs its receiver.
    fn write<T: AsRef<str>>(self, name: &str, arguments: &[T]) -> String {
        let list = |arguments: &[T]| arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
        match (self, arguments.split_first()) {
            (Form::Method, Some((receiver, others))) => {
                format!("({}).{name}({})", receiver.as_ref(), list(others))
            }
            (Form::Variable, _) => format!("f := {name}\nf({})", list(arguments)),
            _ => format!("{name}({})", list(arguments)),
        }
    }

    /// A call as it is shown.
    fn show(self, name: &str, arguments: &[Argument]) -> String {
        let labels: Vec<&str> = arguments.iter().map(|argument| argument.label.as_str()).collect();
        match (self, labels.split_first()) {
            (Form::Method, Some((receiver, others))) => {
                let starts = |chars: &[char]| receiver.starts_with(chars);
                let is_operation = starts(&['-']) || starts(&DIGITS) && receiver.contains(' ');
                let (open, close) = if is_operation { ("(", ")") } else { ("", "") };
                format!("{open}{receiver}{close}.{name}({})", others.join(", "))
            }
            (Form::Variable, _) => format!("f({})", labels.join(", ")),
            _ => format!("{name}({})", labels.join(", ")),
        }
    }
}

struct Probing {
    def: &'static NativeDef,
    runner: Runner,
    /// What each parameter accepts.
    arguments: Vec<Argument>,
    text: String,
    faults: Vec<String>,
    /// What programs did, so that none runs twice: a program always does the same.
    known: HashMap<String, Outcome>,
}

impl Probing {
    /// The form that most programs use.
    fn form(&self) -> Form {
        if self.def.global { Form::Function } else { Form::Method }
    }

    fn call(&mut self, form: Form, name: &str, arguments: &[Argument]) -> Outcome {
        let codes: Vec<&str> = arguments.iter().map(|argument| argument.code.as_str()).collect();
        let code = form.write(name, &codes);
        self.run(&code)
    }

    fn run(&mut self, code: &str) -> Outcome {
        if let Some(known) = self.known.get(code) {
            return known.clone();
        }
        let outcome = self.runner.run(code);
        self.known.insert(code.to_owned(), outcome.clone());
        let is_fault = matches!(outcome.end, End::Panic(_) | End::Error { has_place: false, .. });
        if is_fault {
            self.faults.push(format!("{code}: {outcome}"));
        }
        outcome
    }

    /// The call in the form that most programs use. What it gives must be what the declaration says, and an error one
    /// that the manual page speaks of.
    fn usual_call(&mut self, arguments: &[Argument]) -> Outcome {
        let outcome = self.call(self.form(), self.def.method_name(), arguments);
        let fault = match &outcome.end {
            End::Value { kind, .. } if !self.may_give(kind) => format!("declared is {}", self.def.returns),
            End::Error { code, message, in_callback: false, .. } if !self.is_expected(*code, message) => {
                "of which its manual page says nothing".to_owned()
            }
            _ => return outcome,
        };
        let call = self.form().show(self.def.method_name(), arguments);
        self.faults.push(format!("{call}: {outcome}, {fault}"));
        outcome
    }

    /// Whether the declaration implies an error, or the manual page speaks of it.
    fn is_expected(&self, code: Code, message: &str) -> bool {
        let refusal = |param: &Param| {
            format!(
                "{}() requires {} argument for {}, got ",
                self.def.name,
                TypeWord::phrase(param.types),
                param.name
            )
        };
        let mut typed = self.def.params.iter().filter(|param| !param.types.is_empty());
        match code {
            Code::CallArity => true,
            // Of another kind of values that is no own method.
            Code::FieldAccess => self.def.on.is_some(),
            Code::ArgumentType if typed.any(|param| message.starts_with(&refusal(param))) => true,
            _ => describes(&self.def.manual(), message),
        }
    }

    /// Whether the declaration speaks of results that `type()` calls `kind`.
    fn may_give(&self, kind: &str) -> bool {
        self.def.returns.split(" or ").any(|word| match word {
            "any" => true,
            "number" => ["int", "float"].contains(&kind),
            word => word.to_lowercase() == kind,
        })
    }

    /// `count` arguments, those that are accepted first.
    fn some(&self, count: usize) -> Vec<Argument> {
        let surplus = || Argument { label: "7".to_owned(), code: "7".to_owned() };
        let repeated = self.def.max_args().is_none().then(|| self.arguments.last().cloned()).flatten();
        let more = std::iter::repeat_with(|| repeated.clone().unwrap_or_else(surplus));
        self.arguments.iter().cloned().chain(more).take(count).collect()
    }

    /// The numbers of arguments to try.
    fn tried_counts(&self) -> std::ops::RangeInclusive<usize> {
        let least = usize::from(!self.def.global);
        least..=self.def.max_args().map_or(self.def.min_args() + VARIADIC, |max| max + 1)
    }

    /// Every number of arguments, from none to one too many.
    fn counts(&mut self) {
        let mut group = Group::new("number of arguments");
        for count in self.tried_counts() {
            let arguments = self.some(count);
            let outcome = self.usual_call(&arguments);
            group.add(self.form().show(self.def.method_name(), &arguments), outcome);
        }
        group.write_rows(&mut self.text);
    }

    /// Arguments for the parameter at `index`: those before it, it, and those that may not be missing.
    fn around(&self, index: usize) -> Vec<Argument> {
        self.some(self.def.min_args().max(index + 1))
    }

    /// Every kind of value for each parameter.
    fn parameters(&mut self) {
        for (index, param) in self.def.params.iter().enumerate() {
            // On other receivers the name may mean another builtin, which has a page of its own.
            if index == 0 && self.has_namesake() {
                continue;
            }
            let mut arguments = self.around(index);
            let title =
                format!("{param}, in {}", self.form().show(self.def.method_name(), &hole(&arguments, index)));
            let mut group = Group::new(&title);
            for sample in SAMPLES {
                put(&mut arguments, index, &sample);
                let outcome = self.usual_call(&arguments);
                group.add(sample.label.to_owned(), outcome.about(sample.kind));
            }
            group.write(&mut self.text);
        }
    }

    /// Whether it is an own method, and its name that of another builtin, too.
    fn has_namesake(&self) -> bool {
        let registry = &self.runner.registry;
        let name = self.def.method_name();
        self.def.on.is_some() && (registry.find(name).is_some() || registry.find_method(name).is_some())
    }

    /// The other ways to call it: only what differs is written down.
    fn other_forms(&mut self) {
        if self.def.global {
            self.difference("through a variable", Form::Variable, false);
        }
        match (self.def.global, self.def.method) {
            (true, true) => self.difference("as a method", Form::Method, true),
            (true, false) => self.refusal("as a method", Form::Method),
            _ if self.has_namesake() => {}
            _ => self.refusal("as a function", Form::Function),
        }
    }

    /// What is different when it is called in another form.
    fn difference(&mut self, title: &str, form: Form, kinds: bool) {
        let mut group = Group::new(title);
        for count in self.tried_counts().filter(|count| form != Form::Method || *count > 0) {
            let arguments = self.some(count);
            self.compare(&mut group, form, form.show(self.def.method_name(), &arguments), &arguments);
        }
        for index in (0..self.def.params.len()).filter(|_| kinds) {
            let mut arguments = self.around(index);
            for sample in SAMPLES {
                put(&mut arguments, index, &sample);
                self.compare(&mut group, form, form.show(self.def.method_name(), &arguments), &arguments);
            }
        }
        group.write(&mut self.text);
    }

    fn compare(&mut self, group: &mut Group, form: Form, label: String, arguments: &[Argument]) {
        let usual = self.call(self.form(), self.def.method_name(), arguments);
        let other = self.call(form, self.def.method_name(), arguments);
        if other != usual {
            group.add(label, other);
        }
    }

    /// What happens in the form in which it cannot be called.
    fn refusal(&mut self, title: &str, form: Form) {
        let arguments = self.some(self.def.min_args().max(1));
        let mut group = Group::new(title);
        let outcome = self.call(form, self.def.method_name(), &arguments);
        group.add(form.show(self.def.method_name(), &arguments), outcome);
        group.write(&mut self.text);
    }

    /// Each alias does the same, and reports itself.
    fn aliases(&mut self) {
        for alias in self.def.aliases {
            let mut group = Group::new(&format!("as {alias}"));
            let accepted = self.some(self.def.min_args());
            let too_many = self.some(self.def.max_args().map_or(0, |max| max + 1));
            let mut calls = vec![accepted, too_many];
            calls.dedup();
            for arguments in calls {
                let outcome = self.call(self.form(), alias, &arguments);
                group.add(self.form().show(alias, &arguments), outcome);
            }
            group.write_rows(&mut self.text);
        }
    }

    /// What calling it as a method does to the place that its receiver stands in.
    fn updates(&mut self) {
        let arguments = self.some(self.def.min_args());
        let Some((receiver, others)) = arguments.split_first() else { return };
        if self.def.updates == Updates::No {
            return;
        }
        let mut group = Group::new("as a method of a variable");
        let named = Argument { label: "place".to_owned(), code: "place".to_owned() };
        let called = [&[named], others].concat();
        let codes: Vec<&str> = called.iter().map(|argument| argument.code.as_str()).collect();
        for keyword in ["mut", "let"] {
            let call = Form::Method.write(self.def.method_name(), &codes).replacen("(place)", "place", 1);
            let code = format!("{keyword} place := {}\nresult := {call}\n[result, place]", receiver.code);
            let label = format!(
                "{keyword} place := {}; [{}, place]",
                receiver.label,
                Form::Method.show(self.def.method_name(), &called)
            );
            let outcome = self.run(&code);
            group.add(label, outcome);
        }
        group.write_rows(&mut self.text);
    }

    /// A program that may not do it is told so, whatever the arguments.
    fn without_capability(&mut self) {
        let Some(capability) = self.def.capabilities.first() else { return };
        let mut group = Group::new("without its capability");
        self.runner.permissions = self.runner.permissions.without(*capability);
        self.known.clear();
        let mut counts = vec![self.def.min_args(), self.def.max_args().map_or(0, |max| max + 1)];
        counts.dedup();
        for count in counts {
            let arguments = self.some(count);
            let outcome = self.call(self.form(), self.def.method_name(), &arguments);
            group.add(self.form().show(self.def.method_name(), &arguments), outcome);
        }
        group.write_rows(&mut self.text);
    }
}

/// What the declaration says.
fn head(def: &NativeDef) -> String {
    let forms = match (def.global, def.method) {
        (true, true) => "function and method",
        (true, false) => "function",
        _ if def.on.is_some() => "method of its kind alone",
        _ => "method",
    };
    let updates = match def.updates {
        Updates::No => "",
        Updates::Result => ", which stores the result into its place",
        Updates::Rest => ", which stores the rest into its place",
        Updates::RestOnDict => ", which stores the result, or a dict's rest, into its place",
    };
    let mut text = format!("{}\n\n    {}\n\n", def.typed_signature(0), def.manual().summary);
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<12}{value}");
        }
    };
    fact("also", &def.aliases.join(", "));
    fact("called as", &format!("{forms}{updates}"));
    let needs: Vec<&str> = def.capabilities.iter().map(|capability| capability.name()).collect();
    fact("needs", if needs.is_empty() { "no capability".to_owned() } else { needs.join(", ") }.as_str());
    fact(
        "result",
        if def.pure { "depends on the arguments alone" } else { "depends on more than the arguments" },
    );
    fact("since", def.since);
    text
}

fn put(arguments: &mut [Argument], index: usize, sample: &Sample) {
    if let Some(argument) = arguments.get_mut(index) {
        *argument = Argument { label: sample.label.to_owned(), code: sample.code.to_owned() };
    }
}

/// The arguments with a gap at `index`.
fn hole(arguments: &[Argument], index: usize) -> Vec<Argument> {
    let gap = Argument { label: "_".to_owned(), code: String::new() };
    let keep = |(at, argument): (usize, &Argument)| if at == index { gap.clone() } else { argument.clone() };
    arguments.iter().enumerate().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_page_that_is_silent_about_an_error_is_a_fault() {
        let registry = ruff_natives::test_registry();
        let (def, _) = registry.find("sqrt").unwrap();
        assert_eq!(probe(&registry, def).faults, [""; 0]);
        let silent = Box::leak(Box::new(NativeDef { doc: "", ..*def }));
        let faults = probe(&registry, silent).faults;
        let negative = ["-1", "-9223372036854775808"].map(|int| {
            format!(
                "sqrt({int}): RUFRUN016 sqrt() domain error: value must be >= 0, of which its manual page says nothing"
            )
        });
        assert_eq!(faults[..1], ["its manual page does not say what it does"]);
        assert_eq!(faults[1..], negative);
    }
}
