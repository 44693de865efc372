//! The paths that stand in a piece of source text: in imports, in code, in types, and
//! among the arguments of macros.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, UseTree, Visibility};

use crate::modules::Mention;

/// What a module imports and mentions.
#[derive(Debug, Default)]
pub struct Imports {
    pub names: HashMap<String, Mention>,
    pub globs: Vec<Mention>,
    pub mentions: Vec<Mention>,
}

impl Imports {
    /// Takes in a `use`.
    pub fn add(&mut self, item: &syn::ItemUse) {
        let is_handed_on = matches!(item.vis, Visibility::Public(_));
        self.flatten(&item.tree, &mut Vec::new(), is_handed_on);
    }

    fn flatten(&mut self, tree: &UseTree, front: &mut Vec<String>, is_handed_on: bool) {
        let (ident, name) = match tree {
            UseTree::Path(path) => {
                front.push(path.ident.to_string());
                self.flatten(&path.tree, front, is_handed_on);
                front.pop();
                return;
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.flatten(tree, front, is_handed_on));
                return;
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                let mention = Mention { path: front.clone(), line };
                self.globs.push(mention.clone());
                if !is_handed_on {
                    self.mentions.push(mention);
                }
                return;
            }
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        let mut path = front.clone();
        // `use a::{self}` is `use a`.
        let name = match ident == "self" && ident == name {
            true => path.last().cloned().unwrap_or_default(),
            false => name.to_string(),
        };
        if ident != "self" || path.is_empty() {
            path.push(ident.to_string());
        }
        let mention = Mention { path, line: ident.span().start().line };
        if !is_handed_on {
            self.mentions.push(mention.clone());
        }
        self.names.insert(name, mention);
    }
}

/// Adds everything that an item mentions.
pub fn mentions_in(item: &Item, imports: &mut Imports) {
    imports.visit_item(item);
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs[..],
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add(item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let idents: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
            self.mention(&idents);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.scan(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    // `pub(in crate::a)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

impl Imports {
    fn mention(&mut self, idents: &[&Ident]) {
        let Some(first) = idents.first() else { return };
        let path = idents.iter().map(|ident| ident.to_string()).collect();
        self.mentions.push(Mention { path, line: first.span().start().line });
    }

    /// Finds paths among tokens whose grammar is the macro's own.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == wanted);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.scan(group.stream());
                    at += 1;
                }
                TokenTree::Ident(first) => {
                    // Behind a dot stands a field or a method.
                    let is_member = at > 0 && is(at - 1, '.');
                    let mut path = vec![first];
                    while is(at + 1, ':')
                        && is(at + 2, ':')
                        && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                    {
                        path.push(next);
                        at += 3;
                    }
                    if !is_member {
                        self.mention(&path);
                    }
                    at += 1;
                    // A tree of imports inside of a macro.
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2)
                        && is(at, ':')
                        && is(at + 1, ':')
                        && group.delimiter() == Delimiter::Brace
                    {
                        self.scan_tree(&path, group.stream());
                        at += 3;
                    }
                }
                _ => at += 1,
            }
        }
    }

    fn scan_tree(&mut self, front: &[&Ident], tokens: TokenStream) {
        for token in tokens {
            if let TokenTree::Ident(name) = &token {
                self.mention(&[front, &[name]].concat());
            }
        }
    }
}

/// Whether something is compiled for tests only.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args::<Meta>().is_ok_and(|meta| asks_for_test(&meta)))
    })
}

fn asks_for_test(meta: &Meta) -> bool {
    let Meta::List(list) = meta else { return meta.path().is_ident("test") };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let Ok(parts) = parts else { return false };
    match list.path.get_ident().map(Ident::to_string).as_deref() {
        Some("all") => parts.iter().any(asks_for_test),
        Some("any") => !parts.is_empty() && parts.iter().all(asks_for_test),
        _ => false,
    }
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
