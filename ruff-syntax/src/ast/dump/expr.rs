//! Expressions, written from a stack of their own since they may be a million operators deep.

use super::{Dump, Inner};
use crate::ast::{Arg, Constructor, Element, Entry, ExprId, ExprKind, InterpolationPart, UnaryOp};
use crate::symbol::Symbol;

/// What is still to be written.
enum Piece {
    Expr(ExprId),
    Text(&'static str),
    Symbol(Symbol),
    Quoted(Symbol),
}

impl<'a> Dump<'a> {
    pub(super) fn expr(&mut self, root: ExprId) {
        let mut pieces = vec![Piece::Expr(root)];
        while let Some(piece) = pieces.pop() {
            match piece {
                Piece::Text(text) => self.put(text),
                Piece::Symbol(symbol) => self.put_symbol(symbol),
                Piece::Quoted(symbol) => self.put_quoted(symbol),
                Piece::Expr(id) => {
                    let below = pieces.len();
                    self.open_expr(&self.module.exprs[id].kind, &mut pieces);
                    // They were listed in the order of writing.
                    if let Some(added) = pieces.get_mut(below..) {
                        added.reverse();
                    }
                }
            }
        }
    }

    /// Writes an expression that has no parts, or lists the pieces of one that has.
    fn open_expr(&mut self, kind: &'a ExprKind, pieces: &mut Vec<Piece>) {
        match kind {
            ExprKind::Null => self.put("null"),
            ExprKind::Bool(value) => self.put(if *value { "true" } else { "false" }),
            ExprKind::Int(value) => self.put(&value.to_string()),
            ExprKind::Float(value) => self.put(&format!("{value:?}")),
            ExprKind::Str(value) => self.put_quoted(*value),
            ExprKind::Name(name) => self.put_symbol(name.symbol),
            ExprKind::Error => self.put("<error>"),
            ExprKind::Func(func) => {
                self.put(&format!("(func #{}", func.id.0));
                self.signature(func);
                self.put(")");
                self.inner.push(Inner::Func(func));
            }
            ExprKind::Control(stmt) => {
                self.put("(control)");
                self.inner.push(Inner::Control(stmt));
            }
            ExprKind::Unary { op, operand } => {
                let op = match op {
                    UnaryOp::Neg => "(- ",
                    UnaryOp::Not => "(! ",
                    UnaryOp::BitNot => "(~ ",
                };
                list(pieces, op, [*operand]);
            }
            ExprKind::Binary { op, lhs, rhs, .. } => {
                self.put(&format!("({} ", op.sign()));
                list(pieces, "", [*lhs, *rhs]);
            }
            ExprKind::Pipe { value, callee } => list(pieces, "(|> ", [*value, *callee]),
            ExprKind::Index { object, index, optional } => {
                list(pieces, if *optional { "(index? " } else { "(index " }, [*object, *index]);
            }
            ExprKind::Range { start, end, inclusive } => {
                let bound = |bound: &Option<ExprId>| bound.map_or(Piece::Text("_"), Piece::Expr);
                pieces.push(Piece::Text(if *inclusive { "(..= " } else { "(.. " }));
                pieces.extend([bound(start), Piece::Text(" "), bound(end), Piece::Text(")")]);
            }
            ExprKind::Try(inner) => list(pieces, "(? ", [*inner]),
            ExprKind::Await(inner) => list(pieces, "(await ", [*inner]),
            ExprKind::Yield(None) => self.put("(yield)"),
            ExprKind::Yield(Some(inner)) => list(pieces, "(yield ", [*inner]),
            ExprKind::Paren(inner) => list(pieces, "(paren ", [*inner]),
            _ => open_composite(kind, pieces),
        }
    }
}

/// Lists the pieces of the expressions that are made of more than other expressions.
fn open_composite(kind: &ExprKind, pieces: &mut Vec<Piece>) {
    match kind {
        ExprKind::Interpolated(parts) => {
            pieces.push(Piece::Text("(string"));
            for part in parts {
                pieces.push(Piece::Text(" "));
                pieces.push(match part {
                    InterpolationPart::Text(text) => Piece::Quoted(*text),
                    InterpolationPart::Expr(value) => Piece::Expr(*value),
                });
            }
        }
        ExprKind::Array(elements) => {
            pieces.push(Piece::Text("(array"));
            for element in elements {
                pieces.extend(match element {
                    Element::Item(value) => [Piece::Text(" "), Piece::Expr(*value)],
                    Element::Spread(value) => [Piece::Text(" ..."), Piece::Expr(*value)],
                });
            }
        }
        ExprKind::Dict(entries) => {
            pieces.push(Piece::Text("(dict"));
            for entry in entries {
                match entry {
                    Entry::Pair { key, value } => pieces.extend([
                        Piece::Text(" "),
                        Piece::Expr(*key),
                        Piece::Text(": "),
                        Piece::Expr(*value),
                    ]),
                    Entry::Spread(value) => pieces.extend([Piece::Text(" ..."), Piece::Expr(*value)]),
                }
            }
        }
        ExprKind::Struct { name, fields } => {
            pieces.extend([Piece::Text("(struct "), Piece::Symbol(name.symbol)]);
            for field in fields {
                let member = Piece::Symbol(field.member.symbol);
                pieces.extend([Piece::Text(" "), member, Piece::Text(": "), Piece::Expr(field.value)]);
            }
        }
        ExprKind::Variant { name, variant, args } => {
            pieces.push(Piece::Text("(variant "));
            pieces.extend([Piece::Symbol(name.symbol), Piece::Text("::"), Piece::Symbol(variant.symbol)]);
            if let Some(args) = args {
                pieces.push(Piece::Text(" ("));
                spaced(pieces, values(args));
                pieces.push(Piece::Text(")"));
            }
        }
        ExprKind::Construct { constructor, args, .. } => {
            pieces.push(Piece::Text(match constructor {
                Constructor::Ok => "(Ok",
                Constructor::Err => "(Err",
                Constructor::Some => "(Some",
                Constructor::None => "(None",
            }));
            following(pieces, args);
        }
        ExprKind::Call { callee, args } => {
            pieces.extend([Piece::Text("(call "), Piece::Expr(*callee)]);
            following(pieces, args);
        }
        ExprKind::Throw(args) => {
            pieces.push(Piece::Text("(throw"));
            following(pieces, args);
        }
        ExprKind::MethodCall { object, member, args, optional } => {
            pieces.push(Piece::Text(if *optional { "(method? " } else { "(method " }));
            pieces.extend([Piece::Expr(*object), Piece::Text(" "), Piece::Symbol(member.symbol)]);
            following(pieces, args);
        }
        ExprKind::Field { object, member, optional } => {
            pieces.push(Piece::Text(if *optional { "(field? " } else { "(field " }));
            pieces.extend([Piece::Expr(*object), Piece::Text(" "), Piece::Symbol(member.symbol)]);
        }
        _ => {}
    }
    pieces.push(Piece::Text(")"));
}

fn values(args: &[Arg]) -> impl Iterator<Item = ExprId> {
    args.iter().map(|arg| arg.value)
}

fn list(pieces: &mut Vec<Piece>, opening: &'static str, parts: impl IntoIterator<Item = ExprId>) {
    pieces.push(Piece::Text(opening));
    spaced(pieces, parts);
    pieces.push(Piece::Text(")"));
}

/// Lists arguments, a space before each.
fn following(pieces: &mut Vec<Piece>, args: &[Arg]) {
    for arg in args {
        pieces.extend([Piece::Text(if arg.is_spread { " ..." } else { " " }), Piece::Expr(arg.value)]);
    }
}

fn spaced(pieces: &mut Vec<Piece>, parts: impl IntoIterator<Item = ExprId>) {
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::Text(" "));
        }
        pieces.push(Piece::Expr(part));
    }
}
