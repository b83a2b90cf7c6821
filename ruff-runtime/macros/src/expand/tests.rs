//! Expansions as snapshots, and what misuse says.

use proc_macro2::TokenStream;
use quote::quote;

fn expanded(options: TokenStream, item: TokenStream) -> String {
    let tokens = super::native(options, item).expect("the declaration is right");
    prettyplease::unparse(&syn::parse2(tokens).expect("the expansion is Rust"))
}

fn refused(options: TokenStream, item: TokenStream) -> String {
    super::native(options, item).expect_err("the declaration is wrong").to_string()
}

#[test]
fn a_function_with_context_and_two_parameters() {
    insta::assert_snapshot!(expanded(
        quote!(family = "strings", method, pure, alias = "concatenate"),
        quote! {
            /// Joins `values`.
            ///
            /// More.
            fn join(cx: &mut Cx, values: &Array, separator: Option<&str>) -> NativeResult<Str> {
                Ok(values)
            }
        },
    ));
}

#[test]
fn a_function_without_parameters() {
    insta::assert_snapshot!(expanded(
        quote!(family = "time", needs = clock, name = "time", since = "2.1"),
        quote! {
            /// The time.
            fn current_time(cx: &mut Cx) -> i64 { 1 }
        },
    ));
}

#[test]
fn an_own_method_has_the_name_of_its_kind() {
    insta::assert_snapshot!(expanded(
        quote!(family = "channels", on = "Channel"),
        quote! {
            /// Sends a value.
            fn send(channel: &Channel, value: Value) -> bool { true }
        },
    ));
}

#[test]
fn an_updating_method_yields_its_receiver() {
    insta::assert_snapshot!(expanded(
        quote!(family = "arrays", method, updates = result),
        quote! {
            /// Adds an item.
            fn push(values: &mut Ref<Array>, item: Value) -> NativeResult<()> { Ok(()) }
        },
    ));
}

#[test]
fn an_updating_method_on_a_union_yields_receiver_and_item() {
    insta::assert_snapshot!(expanded(
        quote!(family = "arrays", method, updates = rest_on_dict),
        quote! {
            /// Removes an item.
            fn remove(#[types(array, dict)] value: &mut Value, item: &Value) -> NativeResult<Option<Value>> { Ok(None) }
        },
    ));
}

#[test]
fn a_builtin_in_ruff() {
    insta::assert_snapshot!(expanded(
        quote!(family = "arrays", method, ruff = "prelude/map.ruff"),
        quote! {
            /// Applies a function.
            fn map(#[types(array, iterator)] values: Value, #[types(function)] function: Value) -> Ref<Array>;
        },
    ));
}

#[test]
fn misuse_is_explained() {
    let item = quote! {
        /// Doc.
        fn f(value: i64) -> i64 { value }
    };
    let messages = [
        refused(quote!(pure), item.clone()),
        refused(quote!(family = "x", quick), item.clone()),
        refused(quote!(family = "x", updates = all), item.clone()),
        refused(quote!(family = "x", updates = result), item.clone()),
        refused(quote!(family = "x", method, updates = result), item.clone()),
        refused(quote!(family = "x", on = "X", method), item.clone()),
        refused(quote!(family = "x", ruff = "f.ruff"), item),
        refused(
            quote!(family = "x"),
            quote!(
                fn f() {}
            ),
        ),
        refused(
            quote!(family = "x", method),
            quote!(
                #[doc = "Doc."]
                fn f() {}
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                fn f();
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                fn f(&self) {}
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                fn f(value: i64, cx: &mut Cx) {}
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                fn f((a, b): Pair) {}
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                async fn f() {}
            ),
        ),
        refused(
            quote!(family = "x"),
            quote!(
                #[doc = "Doc."]
                fn f<T>(value: T) {}
            ),
        ),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}
