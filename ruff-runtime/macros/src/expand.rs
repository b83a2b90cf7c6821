//! Writes the expansion of `#[native]`: the function, and beside it its `NativeDef`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::LitStr;

use crate::declaration::{Context, Declaration, Parameter};
use crate::options::{Options, Updates};

/// Expands the attribute with `options` on `item`.
pub(crate) fn native(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options = Options::parse(options)?;
    let declaration: Declaration = syn::parse2(item)?;
    check(&options, &declaration)?;
    let function = declaration.function();
    let definition = definition(&options, &declaration);
    Ok(quote!(#function #definition))
}

/// Refuses options that do not fit each other or the function.
fn check(options: &Options, declaration: &Declaration) -> syn::Result<()> {
    let refuse = |message: &str| Err(syn::Error::new(declaration.signature.ident.span(), message));
    match (&options.ruff, &declaration.body) {
        (Some(_), Some(_)) => return refuse("a native with `ruff = …` has no body here: end it with `;`"),
        (None, None) => {
            return refuse("a native without a body names its Ruff source: `ruff = \"prelude/….ruff\"`");
        }
        _ => {}
    }
    if options.method && declaration.params.is_empty() {
        return refuse("a method needs a parameter for its receiver");
    }
    if options.on.is_some() {
        if declaration.params.is_empty() {
            return refuse("a method needs a parameter for its receiver");
        }
        if options.method || !options.aliases.is_empty() || options.updates != Updates::No {
            return refuse("an own method has one name and one way to call it, and updates nothing");
        }
    }
    if options.waits && declaration.context != Some(Context::Fiber) {
        return refuse("a native that waits has a `&mut FiberCx`");
    }
    if options.updates == Updates::No {
        return Ok(());
    }
    if declaration.context == Some(Context::Fiber) {
        return refuse("a native with a `&mut FiberCx` updates nothing");
    }
    if !options.method {
        return refuse("`updates` says what a method call does: add `method`");
    }
    let by_reference = declaration.params.first().is_some_and(
        |first| matches!(&first.rust_type, syn::Type::Reference(kind) if kind.mutability.is_some()),
    );
    if declaration.body.is_some() && !by_reference {
        return refuse("a native that updates its receiver takes it as `&mut`");
    }
    Ok(())
}

fn definition(options: &Options, declaration: &Declaration) -> TokenStream {
    let ident = &declaration.signature.ident;
    let definition = format_ident!("{}", ident.to_string().trim_start_matches("r#").to_uppercase());
    let name = match &options.name {
        Some(name) => name.clone(),
        None => LitStr::new(ident.to_string().trim_start_matches("r#"), ident.span()),
    };
    let Options { aliases, family, method, pure, .. } = options;
    let (name, on) = match &options.on {
        Some(word) => {
            let whole = LitStr::new(&format!("{}.{}", word.value(), name.value()), name.span());
            (whole, quote!(::core::option::Option::Some(#word)))
        }
        None => (name, quote!(::core::option::Option::None)),
    };
    let global = !options.method_only && options.on.is_none();
    let params = declaration.params.iter().map(param);
    let returns = returns(options, declaration);
    let capabilities = options.needs.iter().map(camel_case);
    let updates = match options.updates {
        Updates::No => quote!(No),
        Updates::Result => quote!(Result),
        Updates::Rest => quote!(Rest),
        Updates::RestOnDict => quote!(RestOnDict),
    };
    let undo = options.undo.as_ref().map_or_else(|| format_ident!("Copy"), camel_case);
    let doc = &declaration.doc;
    let since = options.since.as_ref().map_or_else(|| "2.0".to_owned(), LitStr::value);
    let (wrapper, body) = body(options, declaration);
    quote! {
        pub(crate) static #definition: ::ruff_runtime::native::NativeDef = {
            #wrapper
            ::ruff_runtime::native::NativeDef {
                name: #name,
                aliases: &[#(#aliases),*],
                family: #family,
                params: &[#(#params),*],
                returns: #returns,
                capabilities: &[#(::ruff_runtime::capability::Capability::#capabilities),*],
                global: #global,
                method: #method,
                on: #on,
                updates: ::ruff_runtime::native::Updates::#updates,
                undo: ::ruff_runtime::native::Undo::#undo,
                pure: #pure,
                doc: #doc,
                since: #since,
                body: #body,
            }
        };
    }
}

fn param(param: &Parameter) -> TokenStream {
    let Parameter { name, rust_type, .. } = param;
    let types = types(param);
    quote! {
        ::ruff_runtime::native::Param::new(
            #name,
            #types,
            <#rust_type as ::ruff_runtime::native::FromArg<'_>>::OPTIONAL,
            <#rust_type as ::ruff_runtime::native::FromArg<'_>>::VARIADIC,
        )
    }
}

fn types(param: &Parameter) -> TokenStream {
    match &param.types {
        Some(words) => {
            let variants = words.iter().map(camel_case);
            quote!(&[#(::ruff_runtime::native::TypeWord::#variants),*])
        }
        None => {
            let rust_type = &param.rust_type;
            quote!(<#rust_type as ::ruff_runtime::native::FromArg<'_>>::TYPES)
        }
    }
}

/// The word or words for the type of the result.
fn returns(options: &Options, declaration: &Declaration) -> TokenStream {
    if let Some(returns) = &options.returns {
        return quote!(#returns);
    }
    match (options.updates, declaration.params.first()) {
        (Updates::Rest | Updates::RestOnDict, _) => quote!("array"),
        (Updates::Result, Some(Parameter { types: Some(words), .. })) => {
            let words: Vec<String> = words.iter().map(Ident::to_string).collect();
            let words = words.join(" or ");
            quote!(#words)
        }
        (Updates::Result, Some(first)) => {
            let types = types(first);
            quote!(::ruff_runtime::native::TypeWord::result(#types))
        }
        (Updates::No | Updates::Result, _) => match declaration.output() {
            Some(output) => quote!(<#output as ::ruff_runtime::native::IntoResult>::WORD),
            None => quote!("null"),
        },
    }
}

/// The function of the signature that all natives share, and the `NativeBody` made of it.
fn body(options: &Options, declaration: &Declaration) -> (TokenStream, TokenStream) {
    if let Some(path) = &options.ruff {
        let source = quote! {
            ::ruff_runtime::native::NativeBody::Ruff(
                ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #path))
            )
        };
        return (TokenStream::new(), source);
    }
    let ident = &declaration.signature.ident;
    let (cx, context) =
        if declaration.context.is_some() { (quote!(cx), Some(quote!(cx,))) } else { (quote!(_cx), None) };
    let takes = declaration.params.iter().map(|_| quote!(args.take()?));
    let (values, args) = if declaration.params.is_empty() {
        (quote!(_values), None)
    } else {
        (quote!(values), Some(quote!(let mut args = ::ruff_runtime::native::Args::new(values);)))
    };
    let call = quote!(self::#ident(#context #(#takes),*));
    let result = match options.updates {
        Updates::No => quote!(::ruff_runtime::native::IntoResult::into_result(#call)),
        Updates::Result => quote! {
            #call?;
            ::core::result::Result::Ok(::ruff_runtime::native::Args::receiver(values))
        },
        Updates::Rest => quote! {
            let item = #call?;
            ::core::result::Result::Ok(::ruff_runtime::native::Args::receiver_and(values, item))
        },
        Updates::RestOnDict => quote! {
            let item: ::core::option::Option<::ruff_runtime::Value> = #call?;
            ::core::result::Result::Ok(match item {
                ::core::option::Option::Some(item) => ::ruff_runtime::native::Args::receiver_and(values, item),
                ::core::option::Option::None => ::ruff_runtime::native::Args::receiver(values),
            })
        },
    };
    let (context, variant) = match declaration.context {
        Some(Context::Fiber) if options.waits => (quote!(FiberCx), quote!(Waiting)),
        Some(Context::Fiber) => (quote!(FiberCx), quote!(Fiber)),
        Some(Context::Plain) | None => (quote!(Cx), quote!(Rust)),
    };
    let wrapper = quote! {
        fn call_native(
            #cx: &mut ::ruff_runtime::native::#context<'_>,
            #values: &mut [::ruff_runtime::Value],
        ) -> ::ruff_runtime::native::NativeResult<::ruff_runtime::Value> {
            #args
            #result
        }
    };
    (wrapper, quote!(::ruff_runtime::native::NativeBody::#variant(call_native)))
}

/// `fs_read` as `FsRead`, where it stands, so that an unknown word is reported there.
fn camel_case(word: &Ident) -> Ident {
    let mut camel = String::new();
    for part in word.to_string().split('_') {
        let mut chars = part.chars();
        camel.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(chars.as_str());
    }
    Ident::new(&camel, word.span())
}

#[cfg(test)]
mod tests;
