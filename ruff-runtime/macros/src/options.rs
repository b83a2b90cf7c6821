//! What stands between the parentheses of `#[native(…)]`.

use proc_macro2::{Ident, Span};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{LitStr, Token};

/// The options of one attribute.
pub(crate) struct Options {
    pub(crate) family: LitStr,
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) method: bool,
    pub(crate) method_only: bool,
    pub(crate) on: Option<LitStr>,
    pub(crate) pure: bool,
    pub(crate) waits: bool,
    pub(crate) needs: Vec<Ident>,
    pub(crate) updates: Updates,
    /// A variant of `Undo` in the words of the attribute.
    pub(crate) undo: Option<Ident>,
    pub(crate) returns: Option<LitStr>,
    pub(crate) since: Option<LitStr>,
    pub(crate) ruff: Option<LitStr>,
}

/// What a method call stores back into its receiver.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Updates {
    No,
    Result,
    Rest,
    RestOnDict,
}

/// Everything read so far; the family has no default.
#[derive(Default)]
struct Reading {
    family: Option<LitStr>,
    name: Option<LitStr>,
    aliases: Vec<LitStr>,
    method: bool,
    method_only: bool,
    on: Option<LitStr>,
    pure: bool,
    waits: bool,
    needs: Vec<Ident>,
    updates: Option<Updates>,
    undo: Option<Ident>,
    returns: Option<LitStr>,
    since: Option<LitStr>,
    ruff: Option<LitStr>,
}

impl Options {
    pub(crate) fn parse(tokens: proc_macro2::TokenStream) -> syn::Result<Options> {
        let mut reading = Reading::default();
        syn::meta::parser(|meta| reading.option(&meta)).parse2(tokens)?;
        let family = reading
            .family
            .ok_or_else(|| syn::Error::new(Span::call_site(), "a native needs `family = \"…\"`"))?;
        Ok(Options {
            family,
            name: reading.name,
            aliases: reading.aliases,
            method: reading.method || reading.method_only,
            method_only: reading.method_only,
            on: reading.on,
            pure: reading.pure,
            waits: reading.waits,
            needs: reading.needs,
            updates: reading.updates.unwrap_or(Updates::No),
            undo: reading.undo,
            returns: reading.returns,
            since: reading.since,
            ruff: reading.ruff,
        })
    }
}

impl Reading {
    fn option(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let option = meta.path.require_ident()?.to_string();
        match option.as_str() {
            "family" => self.family = Some(meta.value()?.parse()?),
            "name" => self.name = Some(meta.value()?.parse()?),
            "alias" => self.aliases.push(meta.value()?.parse()?),
            "aliases" => {
                let list;
                syn::parenthesized!(list in meta.input);
                self.aliases.extend(list.parse_terminated(|input| input.parse::<LitStr>(), Token![,])?);
            }
            "method" => self.method = true,
            "method_only" => self.method_only = true,
            "on" => self.on = Some(meta.value()?.parse()?),
            "pure" => self.pure = true,
            "waits" => self.waits = true,
            "needs" if meta.input.peek(syn::token::Paren) => {
                let list;
                syn::parenthesized!(list in meta.input);
                self.needs.extend(list.parse_terminated(|input| input.parse::<Ident>(), Token![,])?);
            }
            "needs" => self.needs.push(meta.value()?.parse()?),
            "updates" => self.updates = Some(Updates::parse(&meta.value()?.parse()?)?),
            "undo" => self.undo = Some(meta.value()?.parse()?),
            "returns" => self.returns = Some(meta.value()?.parse()?),
            "since" => self.since = Some(meta.value()?.parse()?),
            "ruff" => self.ruff = Some(meta.value()?.parse()?),
            _ => {
                return Err(meta.error(
                    "unknown option; known are family, name, alias, aliases, method, method_only, on, pure, waits, \
                     needs, updates, undo, returns, since and ruff",
                ));
            }
        }
        Ok(())
    }
}

impl Updates {
    fn parse(word: &Ident) -> syn::Result<Updates> {
        match word.to_string().as_str() {
            "result" => Ok(Updates::Result),
            "rest" => Ok(Updates::Rest),
            "rest_on_dict" => Ok(Updates::RestOnDict),
            _ => Err(syn::Error::new(word.span(), "`updates` is one of result, rest and rest_on_dict")),
        }
    }
}
