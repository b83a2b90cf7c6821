//! The function under `#[native]`: its documentation, parameters and body.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, Expr, FnArg, Lit, Meta, Pat, PatType, ReturnType, Signature, Token, Type, Visibility,
};

/// A function, or its declaration without a body.
pub(crate) struct Declaration {
    /// The attributes but the documentation, which a body keeps too.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// Without the attributes that belong to `#[native]`.
    pub(crate) signature: Signature,
    pub(crate) doc: String,
    pub(crate) context: Option<Context>,
    /// The parameters of the builtin, the context left out.
    pub(crate) params: Vec<Parameter>,
    /// `None` if it is written in Ruff.
    pub(crate) body: Option<Block>,
}

/// What a builtin sees besides its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// `&mut Cx`: the outside world.
    Plain,
    /// `&mut FiberCx`: the scheduler too.
    Fiber,
}

/// A parameter of a builtin.
pub(crate) struct Parameter {
    /// The name, without `r#`.
    pub(crate) name: String,
    pub(crate) rust_type: Type,
    /// The words of `#[types(…)]`.
    pub(crate) types: Option<Vec<Ident>>,
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature: Signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            None
        } else {
            Some(input.parse()?)
        };
        Declaration::new(attributes, visibility, signature, body)
    }
}

impl Declaration {
    fn new(
        attributes: Vec<Attribute>,
        visibility: Visibility,
        mut signature: Signature,
        body: Option<Block>,
    ) -> syn::Result<Self> {
        refuse_unusual(&signature)?;
        let mut params = Vec::new();
        let mut context = None;
        for (index, input) in signature.inputs.iter_mut().enumerate() {
            let FnArg::Typed(param) = input else {
                return Err(error(input, "a native has no receiver"));
            };
            match context_of(&param.ty) {
                Some(_) if index > 0 => return Err(error(param, "the context is the first parameter")),
                Some(found) => context = Some(found),
                None => params.push(Parameter::new(param)?),
            }
        }
        let doc = doc_text(&attributes)?;
        if doc.is_empty() {
            return Err(error(&signature.ident, "a native needs a doc comment, which is its manual page"));
        }
        Ok(Declaration { attributes, visibility, signature, doc, context, params, body })
    }

    /// The function itself; nothing if it is written in Ruff.
    pub(crate) fn function(&self) -> TokenStream {
        let Some(body) = &self.body else { return TokenStream::new() };
        let Declaration { attributes, visibility, signature, .. } = self;
        quote::quote!(#(#attributes)* #visibility #signature #body)
    }

    /// The type of the result, if the function has one.
    pub(crate) fn output(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, rust_type) => Some(rust_type),
        }
    }
}

impl Parameter {
    /// Reads a parameter and takes `#[types(…)]` off it.
    fn new(param: &mut PatType) -> syn::Result<Self> {
        let Pat::Ident(pattern) = &*param.pat else {
            return Err(error(&param.pat, "a native's parameter is a plain name"));
        };
        let name = pattern.ident.to_string();
        let mut types = None;
        for attribute in std::mem::take(&mut param.attrs) {
            if attribute.path().is_ident("types") {
                let words = attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
                types = Some(words.into_iter().collect());
            } else {
                param.attrs.push(attribute);
            }
        }
        let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
        Ok(Parameter { name, rust_type: (*param.ty).clone(), types })
    }
}

fn refuse_unusual(signature: &Signature) -> syn::Result<()> {
    if let Some(keyword) = &signature.asyncness {
        return Err(error(keyword, "a native is not async"));
    }
    if let Some(generic) = signature.generics.params.first() {
        return Err(error(generic, "a native has no generic parameters"));
    }
    Ok(())
}

fn context_of(rust_type: &Type) -> Option<Context> {
    let Type::Reference(reference) = rust_type else { return None };
    let Type::Path(path) = &*reference.elem else { return None };
    let name = &path.path.segments.last()?.ident;
    match () {
        () if name == "Cx" => Some(Context::Plain),
        () if name == "FiberCx" => Some(Context::Fiber),
        () => None,
    }
}

/// The doc comment as Markdown, without the blank after `///`.
fn doc_text(attributes: &[Attribute]) -> syn::Result<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if !attribute.path().is_ident("doc") {
            continue;
        }
        let Meta::NameValue(doc) = &attribute.meta else { continue };
        let Expr::Lit(literal) = &doc.value else {
            return Err(error(&doc.value, "a native's documentation is plain text"));
        };
        if let Lit::Str(text) = &literal.lit {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned());
        }
    }
    Ok(lines.join("\n").trim().to_owned())
}

fn error(at: impl ToTokens, message: &str) -> syn::Error {
    syn::Error::new_spanned(at, message)
}
