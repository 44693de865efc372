//! Files lie on floors: a file imports what is on its own floor and on those below, and no
//! two files import each other, directly or through others. Crates, too, depend on those
//! below only.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod circles;
mod imports;
mod mentions;
mod modules;
mod rules;
mod wrong;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use modules::Files;
use rules::{Floors, faults};

struct Crate {
    package: &'static str,
    floors: &'static Floors,
}

/// The crates from the top, and the floors of each from the top. A new crate, file or folder
/// gets its place here; it goes below everything that uses it.
const CRATES: [Crate; 12] = [
    Crate {
        package: "procmonkey-fuzz",
        floors: &[&["targets"], &["captures", "seeds"], &["dictionary", "mutator"]],
    },
    Crate {
        package: "procmonkey-python",
        floors: &[
            &["capture", "compare", "entries", "info", "keys", "rows"],
            &["case", "events"],
            &["event", "signature", "stretches", "witnesses"],
            &["readings"],
            &["stream"],
            &["wanted_events"],
            &["cells", "selection", "source"],
            &["values"],
            &["fields"],
            &["arrow_stream", "part", "work"],
            &["error", "json"],
        ],
    },
    Crate {
        package: "procmonkey",
        floors: &[
            &["command"],
            &["batch"],
            &["judge"],
            &["case_folders", "evidence", "exit", "inputs", "render", "witnesses"],
            &["made", "output"],
            &["args"],
            &[
                "case_file",
                "digest",
                "filter_files",
                "folder",
                "guard",
                "interrupts",
                "kit",
                "messages",
                "patterns",
                "standard_input",
            ],
            &["text"],
        ],
    },
    Crate {
        package: "procmonkey-web",
        floors: &[
            &["wasm"],
            &["session"],
            &["analyze", "compare", "describe", "save", "search", "view_job"],
            &["read_on", "rows"],
            &["job"],
            &["view"],
            &["case", "cursor", "filters"],
            &["question", "stitched"],
            &["file"],
            &["places", "samples", "since", "stored", "wanted"],
        ],
    },
    Crate { package: "procmonkey-standard-output", floors: &[] },
    Crate { package: "procmonkey-musl", floors: &[] },
    Crate {
        package: "procmonkey-redact",
        floors: &[
            &["event"],
            &["columns"],
            &["redactor"],
            &["address", "check", "sid", "stems"],
            &["guid"],
            &["percent", "report", "words"],
            &["forms", "key"],
        ],
    },
    Crate {
        package: "procmonkey-html",
        floors: &[
            &["page", "comparison", "unreadable"],
            &["explanation"],
            &["part"],
            &["drawing"],
            &["links", "sign"],
            &["assets", "escape"],
        ],
    },
    Crate {
        package: "procmonkey-export",
        floors: &[
            &[
                "csv_plain",
                "ecs",
                "entry",
                "every_row",
                "jsonl",
                "parquet_file",
                "report_lines",
                "sqlite",
                "sysmon",
                "threaded_rows",
                "timeline_csv",
                "timesketch",
            ],
            &["table"],
            &["event_json", "of_capture", "process_memo"],
            &["detail", "fields", "json", "moment", "row"],
            &["detail_memo"],
            &["formulas", "number", "places", "quick_hash"],
        ],
    },
    Crate {
        package: "procmonkey-witness",
        floors: &[
            &["beside", "live", "open"],
            &["kind"],
            &["debugview", "event_text", "evtx", "keys_dir", "reg_text"],
            &["event_xml", "hive"],
            &["facts", "regf"],
            &["error", "limits", "reading", "text", "time", "weight"],
        ],
    },
    Crate {
        package: "procmonkey-analysis",
        floors: &[
            &["case"],
            &["compare", "explanation"],
            &["signature"],
            &["trace", "process_tree", "stacks", "capture_stats", "counter"],
            &["words"],
            &["report", "cross_reference", "tally"],
            &["witness"],
            &[
                "code",
                "container",
                "guid",
                "key_answer",
                "key_file",
                "machine_guid",
                "moment",
                "outcome",
                "phase",
                "quick_map",
                "sentences",
                "step",
            ],
        ],
    },
    Crate {
        package: "procmonkey-parser",
        floors: &[
            &["capture"],
            &["parallel"],
            &["format"],
            &["filter"],
            &["event"],
            &["pml"],
            &["input"],
            &["time"],
            &["scan"],
            &["model"],
        ],
    },
];

/// What Cargo says of the workspace.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// The root file of the library or program that a package is.
fn root_of(package: &Value) -> PathBuf {
    let targets = package["targets"].as_array().unwrap();
    let is_of = |target: &&Value, kind: &str| {
        target["kind"].as_array().unwrap().iter().any(|own| own == kind)
    };
    let root = ["lib", "rlib", "cdylib", "bin"]
        .iter()
        .find_map(|kind| targets.iter().find(|it| is_of(it, kind)));
    PathBuf::from(root.unwrap()["src_path"].as_str().unwrap())
        .strip_prefix(env!("CARGO_MANIFEST_DIR"))
        .unwrap()
        .to_path_buf()
}

/// All source files below a folder.
fn add_files(folder: &Path, files: &mut Files) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        if root.join(&path).is_dir() {
            add_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(root.join(&path)).unwrap();
            files.insert(path, text);
        }
    }
}

#[test]
fn no_file_imports_upwards_or_in_a_circle() {
    let packages = packages();
    let mut all = Vec::new();
    for Crate { package, floors } in &CRATES {
        let package = packages.iter().find(|it| it["name"] == *package);
        let root = root_of(package.unwrap());
        let mut files = Files::new();
        add_files(root.parent().unwrap(), &mut files);
        all.extend(faults(&root, &files, floors));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_crate_depends_only_on_crates_below_it() {
    let place = |name: &str| CRATES.iter().position(|known| known.package == name);
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let own = place(name).unwrap_or_else(|| panic!("{name} has no place in the table"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let is_for_tests = dependency["kind"] == "dev";
            let other = dependency["name"].as_str().unwrap();
            if let Some(other_place) = place(other)
                && !is_for_tests
            {
                assert!(own < other_place, "{name} depends on {other}, which is above it");
            }
        }
    }
}

#[test]
fn the_readme_shows_the_floors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for (package, folder) in [
        ("procmonkey-html", "crates/html/src\n"),
        ("procmonkey-analysis", "crates/analysis/src\n"),
        ("procmonkey-parser", "crates/parser/src\n"),
    ] {
        let known = CRATES.iter().find(|known| known.package == package).unwrap();
        let (_, picture) = readme.split_once(folder).unwrap();
        let lines = picture.lines().take_while(|line| line.starts_with("  "));
        let shown = lines.map(|line| line.split_whitespace().next().unwrap().trim_end_matches('/'));
        // `…` stands for a floor of many modules.
        let own = known.floors.iter().map(|floor| if floor.len() > 5 { "…" } else { floor[0] });
        assert!(shown.eq(own), "{package}");
    }
}
