//! What is wrong is found, however it is written, and nothing else is.

use std::path::{Path, PathBuf};

use crate::modules::Files;
use crate::rules::faults;

/// The faults of a crate that consists of these files.
fn found(files: &[(&str, &str)], floors: &[&'static [&'static str]]) -> Vec<String> {
    let to_file = |(path, text): &(&str, &str)| (PathBuf::from(path), text.to_string());
    let files: Files = files.iter().map(to_file).collect();
    faults(Path::new("lib.rs"), &files, floors)
}

const ROOT: &str = "mod high;\nmod low;\npub use high::{Handed, part::Deep};";
const HIGH: &str = "pub mod part;\npub use part::Part;\npub struct High;\npub struct Handed;\n\
                    pub fn work() {}\npub enum Kind { One }";
const PART: &str = "pub struct Part;\npub struct Deep;";

/// What is wrong when this is the file on the lower of two floors.
fn found_in_low(low: &str) -> Vec<String> {
    let files = [("lib.rs", ROOT), ("high/mod.rs", HIGH), ("high/part.rs", PART), ("low.rs", low)];
    found(&files, &[&["high"], &["low"]])
}

#[test]
fn an_import_that_goes_up_is_found_however_it_is_written() {
    for (low, line, target) in [
        ("use crate::high::High;", 1, "high/mod.rs"),
        ("\nuse super::high::High;", 2, "high/mod.rs"),
        (
            "use crate::{\n    low as l,\n    high::{\n        High as H,\n    },\n};",
            4,
            "high/mod.rs",
        ),
        ("use crate::high::part::{self as p};", 1, "high/part.rs"),
        // Names that are handed on lead to where they are defined.
        ("use crate::high::Part;", 1, "high/part.rs"),
        ("use crate::Deep;", 1, "high/part.rs"),
        ("pub(crate) use crate::Handed;", 1, "high/mod.rs"),
        ("use crate::*;\n\nfn f(_: Handed) {}", 3, "high/mod.rs"),
        ("use crate::high as h;", 1, "high/mod.rs"),
        // In code, in types, in macros.
        ("fn f() {\n    crate::high::work();\n}", 2, "high/mod.rs"),
        ("fn f() {\n    use super::high::work;\n    work();\n}", 2, "high/mod.rs"),
        ("struct S {\n    x: Option<Vec<crate::high::part::Part>>,\n}", 2, "high/part.rs"),
        ("impl crate::high::part::Part {}", 1, "high/part.rs"),
        (
            "fn f(k: u8) -> bool {\n    matches!(k, x if g(\n crate::high::Kind::One))\n}",
            3,
            "high/mod.rs",
        ),
        ("fn f() { println!(\"{}\", super::high::part::x()); }", 1, "high/part.rs"),
        ("macro_rules! m {\n    () => { $crate::high::work() };\n}", 2, "high/mod.rs"),
        ("mod inner {\n    use super::super::high::High;\n}", 2, "high/mod.rs"),
        // What is public under another name is no import, but its use in the file is.
        ("pub use crate::high::Part;\nfn f(_: Part) {}", 2, "high/part.rs"),
        ("#[cfg(not(test))]\nuse crate::high::High;", 2, "high/mod.rs"),
        ("#[cfg(any(test, feature = \"x\"))]\nuse crate::high::High;", 2, "high/mod.rs"),
    ] {
        let message = format!("low.rs:{line} imports {target}, which is on a floor above its own");
        assert!(found_in_low(low).contains(&message), "{low}: {:?}", found_in_low(low));
    }
}

#[test]
fn what_does_not_go_up_is_no_fault() {
    for low in [
        "use std::fmt;\nuse low_crate::high::High;\nfn f(high: u8) -> u8 { high }",
        "pub use crate::high::High;",
        "#[cfg(test)]\nmod tests {\n    use crate::high::High;\n}",
        "#[cfg(all(test, unix))]\nuse crate::high::High;",
        "struct S {\n    #[cfg(test)]\n    x: crate::high::High,\n}",
        "impl S {\n    #[cfg(test)]\n    fn f() { crate::high::work() }\n}",
        "/// [`High`](crate::high::High)\n// use crate::high::High;\nconst S: &str = \"crate::high\";",
        "mod high { pub struct High; }\nuse high::High;",
    ] {
        assert_eq!(found_in_low(low), [""; 0], "{low}");
    }
}

#[test]
fn the_root_is_above_all() {
    let files = [("lib.rs", "mod low;\npub struct Top;"), ("low.rs", "use crate::Top;")];
    let message = "low.rs:1 imports lib.rs, which is on a floor above its own";
    assert_eq!(found(&files, &[&["low"]]), [message]);
}

#[test]
fn a_circle_is_found_with_every_step_of_it() {
    let root = "mod a;\nmod b;\nmod c;";
    let files = [
        ("lib.rs", root),
        ("a.rs", "pub struct A;\nuse crate::b::B;"),
        ("b.rs", "pub struct B;\n\nfn f(_: super::c::C) {}"),
        ("c/mod.rs", "pub mod d;\npub use d::C;"),
        ("c/d.rs", "pub struct C;\n\n\nuse crate::a::A;"),
    ];
    let circle = "a circle: a.rs:2 imports b.rs, b.rs:3 imports c/d.rs, c/d.rs:4 imports a.rs";
    assert_eq!(found(&files, &[&["a", "b", "c"]]), [circle]);
    // Two that import each other through what their parent hands on.
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod one;\nmod two;\npub use one::One;"),
        ("a/one.rs", "pub struct One;\nuse super::two::Two;"),
        ("a/two.rs", "pub struct Two;\nuse super::One;"),
    ];
    let circle = "a circle: a/one.rs:2 imports a/two.rs, a/two.rs:2 imports a/one.rs";
    assert_eq!(found(&files, &[&["a"]]), [circle]);
}

#[test]
fn a_module_and_what_is_inside_it_may_import_each_other() {
    let files = [
        ("lib.rs", "mod a;\nmod b;"),
        ("a/mod.rs", "mod one;\nuse one::One;\npub struct A;"),
        ("a/one.rs", "mod deep;\npub struct One;\nuse super::A;"),
        ("a/one/deep.rs", "use crate::a::A;\nuse super::One;\nuse crate::b::B;"),
        ("b.rs", "pub struct B;"),
    ];
    assert_eq!(found(&files, &[&["a", "b"]]), [""; 0]);
}

#[test]
fn a_module_without_a_floor_and_a_floor_without_a_module_are_told() {
    let files = [("lib.rs", "mod low;\nmod new;"), ("low.rs", ""), ("new/mod.rs", "")];
    assert_eq!(
        found(&files, &[&["gone"], &["low"]]),
        [
            "new/mod.rs: the module new has no floor; add it to the table in tests/floors/main.rs",
            "the table in tests/floors/main.rs names gone, which is no module",
        ]
    );
}
