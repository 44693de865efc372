//! Compiles the copying of bytes, for musl on x86-64 only: elsewhere it is quick.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=src/bytes.c");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("ENV") != "musl" || target("ARCH") != "x86_64" {
        return;
    }
    cc::Build::new()
        .file("src/bytes.c")
        .opt_level(3)
        // Or the compiler sees that a loop copies bytes, and makes a call of memcpy of it.
        .flag("-ffreestanding")
        .flag("-fno-builtin")
        .flag("-fno-tree-loop-distribute-patterns")
        // All of it, and before musl: the functions of musl are then not looked for.
        .link_lib_modifier("+whole-archive")
        .compile("procmonkey_bytes");
}
