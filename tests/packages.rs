//! Each library and the program can be published: what a registry asks for is there, and a package
//! holds all that its code takes from files.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::Value;

/// What is published, in the order in which it has to be.
const PUBLISHED: [&str; 9] = [
    "procmonkey-musl",
    "procmonkey-standard-output",
    "procmonkey-parser",
    "procmonkey-analysis",
    "procmonkey-witness",
    "procmonkey-export",
    "procmonkey-html",
    "procmonkey-redact",
    "procmonkey",
];

/// What is not: tests, and what is built in other ways.
const KEPT: [&str; 3] = ["procmonkey-fuzz", "procmonkey-python", "procmonkey-web"];

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    let output = cargo.args(arguments).current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The manifest of a package, as cargo reads it.
fn packages() -> Vec<Value> {
    let json = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&json).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn package(name: &str) -> Value {
    packages().into_iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn folder(package: &Value) -> PathBuf {
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_path_buf()
}

/// The files that the package of a crate has.
fn files(name: &str) -> BTreeSet<String> {
    let list = cargo(&["package", "--list", "--offline", "--allow-dirty", "-p", name]);
    list.lines().map(|line| line.replace('\\', "/")).collect()
}

#[test]
fn every_member_is_published_or_is_kept_on_purpose() {
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        // No registry is an empty list; any is null.
        let may_be_published = package["publish"].is_null();
        assert_eq!(PUBLISHED.contains(&name), may_be_published, "{name}");
        assert_eq!(KEPT.contains(&name), !may_be_published, "{name}");
    }
}

#[test]
fn each_manifest_says_what_a_registry_shows() {
    let readme = read(&root().join("README.md"));
    for name in PUBLISHED {
        let package = package(name);
        let text = |key: &str| package[key].as_str().unwrap_or_else(|| panic!("{name}: {key}"));
        assert_eq!(text("license"), "MIT OR Apache-2.0");
        assert_eq!(text("version"), env!("CARGO_PKG_VERSION"), "{name}");
        assert!((20..200).contains(&text("description").len()), "{name}");
        assert!(!text("description").ends_with('.'), "{name}");
        assert_eq!(text("readme"), "README.md", "{name}");
        // The manifest, and what the README tells people to have.
        assert!(readme.contains(&format!(" {} or later", text("rust_version"))), "{name}");
        let list = |key: &str| package[key].as_array().unwrap().clone();
        let keywords = list("keywords");
        assert!((1..=5).contains(&keywords.len()), "{name}");
        for keyword in keywords {
            let keyword = keyword.as_str().unwrap();
            let is_plain = keyword.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            assert!(is_plain && (1..=20).contains(&keyword.len()), "{name}: {keyword}");
        }
        assert!((1..=5).contains(&list("categories").len()), "{name}");
        assert!(!list("authors").is_empty(), "{name}");
    }
}

#[test]
fn what_a_crate_depends_on_is_published_before_it() {
    for (place, name) in PUBLISHED.iter().enumerate() {
        for dependency in package(name)["dependencies"].as_array().unwrap() {
            let (own, kind) = (dependency["name"].as_str().unwrap(), dependency["kind"].as_str());
            // Cargo leaves those of tests out of what it publishes, where they have no version.
            if dependency["path"].is_null() || kind == Some("dev") {
                continue;
            }
            assert_ne!(dependency["req"], "*", "{name}: {own} has no version");
            let version = format!("^{}", env!("CARGO_PKG_VERSION"));
            assert_eq!(dependency["req"], version.as_str(), "{name}: {own}");
            assert!(PUBLISHED[..place].contains(&own), "{name} comes before {own}");
        }
    }
}

#[test]
fn the_documentation_is_built_with_every_feature() {
    for name in PUBLISHED {
        let package = package(name);
        let features = package["features"].as_object().unwrap();
        let settings = &package["metadata"]["docs"]["rs"];
        let is_library = package["targets"].to_string().contains("\"lib\"");
        if is_library && !features.is_empty() {
            assert_eq!(settings["all-features"], true, "{name}");
            assert!(settings["rustdoc-args"].to_string().contains("docsrs"), "{name}");
            // Each item then says which feature it needs.
            let root = read(&folder(&package).join("src/lib.rs"));
            assert!(root.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"), "{name}");
        }
    }
}

#[test]
fn each_package_has_its_page_and_its_licences() {
    for name in PUBLISHED {
        let (package, files) = (package(name), files(name));
        for own in ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(files.contains(own), "{name}: {own} is not among {files:?}");
        }
        let folder = folder(&package);
        let page = read(&folder.join("README.md"));
        assert!(page.starts_with(&format!("# {name}\n")), "{name}");
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(&folder.join(licence)), read(&root().join(licence)), "{name}");
        }
        let is_library = package["targets"].to_string().contains("\"lib\"");
        if is_library {
            assert!(page.contains("```rust\n"), "{name}");
            // The example is compiled and run with the tests.
            let root = read(&folder.join("src/lib.rs"));
            let tested = "#[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]";
            assert!(root.contains(tested), "{name}");
        }
    }
}

#[test]
fn nothing_of_the_repository_is_packed_by_mistake() {
    for name in PUBLISHED {
        let (package, files) = (package(name), files(name));
        let folder = folder(&package);
        for file in &files {
            let first = file.split('/').next().unwrap();
            let is_own = ["src", "tests", "examples", "templates", "web", "crates", "docs"];
            let is_file = !file.contains('/');
            assert!(is_file || is_own.contains(&first), "{name}: {file}");
            let is_data = [".pml", ".evtx", ".csv", ".xml"].iter().any(|end| file.ends_with(end));
            assert!(!is_data, "{name}: {file}");
        }
        if name == "procmonkey" {
            assert!(
                files
                    .iter()
                    .all(|file| !file.starts_with("crates/") || file.starts_with("crates/cli/"))
            );
        }
        // Cargo makes some itself, such as the manifest as it was.
        let length = |file: &String| folder.join(file).metadata().map_or(0, |it| it.len());
        let bytes: u64 = files.iter().map(length).sum();
        assert!(bytes < 8 * 1024 * 1024, "{name}: {bytes}");
    }
}

/// A path without `..`, as far as it has one.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(plain.pop(), "{}", path.display()),
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_file_that_code_takes_in_is_in_the_package() {
    let included = Regex::new(r#"include(?:_str|_bytes)?!\(\s*"([^"]+)"\s*\)"#).unwrap();
    let template = Regex::new(r#"template\([^)]*path = "([^"]+)""#).unwrap();
    let mut found = 0;
    for name in PUBLISHED {
        let (package, files) = (package(name), files(name));
        let folder = folder(&package);
        let is_source =
            |file: &&String| file.ends_with(".rs") && file.split('/').any(|part| part == "src");
        for file in files.iter().filter(is_source) {
            let code = read(&folder.join(file));
            // Those of documentation tests are not read where the crate is used.
            let code = code.replace("#[doc = include_str!(", "");
            let beside = Path::new(file).parent().unwrap();
            let taken = included.captures_iter(&code).map(|it| plain(&beside.join(&it[1])));
            let templates =
                template.captures_iter(&code).map(|it| Path::new("templates").join(&it[1]));
            for path in taken.chain(templates) {
                let path = path.to_str().unwrap().replace('\\', "/");
                assert!(files.contains(&path), "{name}: {file} takes {path}");
                found += 1;
            }
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn the_rules_of_versions_name_every_package() {
    let page = read(&root().join("CONTRIBUTING.md"));
    let (_, section) = page.split_once("\n## Versions\n").unwrap();
    let order: Vec<usize> = PUBLISHED
        .iter()
        .map(|name| section.find(&format!("`{name}`")).unwrap_or_else(|| panic!("{name}")))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
}
