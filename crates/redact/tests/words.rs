//! The words that stay are those that the analysis and the readers ask for.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use procmonkey_parser::Column;
use procmonkey_parser::pml::known_operations;
use procmonkey_redact::{Key, Redactor};
use syn::visit::Visit;

/// The texts in the code of a file, without those of its tests and of its documentation.
#[derive(Default)]
struct Texts(Vec<String>);

impl<'a> Visit<'a> for Texts {
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        if !module.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        self.0.push(text.value());
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        let parts = found.parse_body_with(
            syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated,
        );
        for part in parts.iter().flatten() {
            self.visit_expr(part);
        }
    }
}

fn texts_below(folder: &Path, out: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_test {
            texts_below(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") && !is_test {
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            let mut texts = Texts::default();
            texts.visit_file(&file);
            out.append(&mut texts.0);
        }
    }
}

/// Sentences and links are what the analysis says; all else is what it compares with.
fn is_sentence(text: &str) -> bool {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let is_small = |piece: &&str| piece.starts_with(|c: char| c.is_lowercase());
    text.starts_with("https://")
        || pieces.len() > 1 && pieces.iter().any(is_small) && !text.contains('\\')
}

#[test]
fn what_the_analysis_compares_with_stays() {
    let mut texts = Vec::new();
    texts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../analysis/src"), &mut texts);
    assert!(texts.len() > 5000, "{}", texts.len());
    let mut redactor = Redactor::new(Key::new([1; 32]));
    let mut lost = BTreeSet::new();
    for text in texts.iter().filter(|text| !is_sentence(text)) {
        let made = redactor.text(text);
        if made != *text {
            lost.insert(text.clone());
        }
    }
    assert!(lost.is_empty(), "{} texts of the analysis do not stay: {lost:#?}", lost.len());
}

#[test]
fn what_procmon_writes_stays() {
    let mut redactor = Redactor::new(Key::new([1; 32]));
    let columns = Column::all().map(Column::name);
    let accounts = [r"NT AUTHORITY\SYSTEM", r"NT-AUTORITÄT\SYSTEM", r"BUILTIN\Administrators"];
    for text in known_operations().chain(columns).chain(accounts) {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn key_containers_that_are_known_stay() {
    let mut redactor = Redactor::new(Key::new([1; 32]));
    for known in procmonkey_analysis::KNOWN_CONTAINERS {
        assert_eq!(redactor.text(known.name), known.name);
        let stem = known.provider.stem(known.name).unwrap();
        assert_eq!(redactor.text(&format!("{stem}_x")), format!("{stem}_x"));
    }
}

#[test]
fn names_of_persons_firms_and_computers_do_not() {
    let mut redactor = Redactor::new(Key::new([1; 32]));
    for name in
        ["alice", "bob", "Müller", "Contoso", "Fabrikam", "WEB01", "SRV-DC2", "jsmith", "李"]
    {
        assert_ne!(redactor.text(name), name);
    }
}
