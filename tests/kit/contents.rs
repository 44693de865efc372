//! Which files are written, where, and what they are.

use std::fs;

use super::*;

#[test]
fn the_kit_is_these_files_and_the_same_bytes_every_time() {
    let (one, other) = (temp(), temp());
    let (first, second) = (kit(one.path()), kit(other.path()));
    assert_eq!(names_in(&first), FILES);
    for name in FILES {
        let bytes = read(first.join(name));
        assert!(bytes.len() > 100, "{name}");
        assert!(bytes == read(second.join(name)), "{name}");
    }
}

#[test]
fn what_was_written_is_listed() {
    let folder = temp();
    let target = folder.path().join("a").join("b");
    let run = run(&["kit".as_ref(), target.as_os_str()]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let mut listed: Vec<_> = run.text().lines().map(PathBuf::from).collect();
    listed.sort();
    let want: Vec<_> = FILES.iter().map(|name| target.join(name)).collect();
    assert_eq!(listed, want);
}

#[test]
fn a_folder_that_is_not_empty_is_left_as_it_is() {
    let folder = temp();
    let (own, old) = ("notes.txt", "capture.cmd");
    write(folder.path(), own, "ours");
    write(folder.path(), old, "older");
    let path = folder.path().as_os_str();
    let refused = run(&["kit".as_ref(), path]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("not empty") && refused.stderr.contains("--force"));
    assert_eq!((names_in(folder.path()), refused.text()), (vec![old.into(), own.into()], ""));
    assert_eq!(read(folder.path().join(old)), b"older");

    let forced = run(&["kit".as_ref(), "--force".as_ref(), path]);
    assert_eq!(forced.status, 0, "{}", forced.stderr);
    assert_eq!(read(folder.path().join(own)), b"ours");
    let whole = temp();
    let whole = kit(whole.path());
    for name in FILES {
        assert!(read(folder.path().join(name)) == read(whole.join(name)), "{name}");
    }
    assert_eq!(names_in(folder.path()).len(), FILES.len() + 1);
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let folder = temp();
    let file = write(folder.path(), "file", "ours");
    for flag in [&["kit"][..], &["kit", "--force"]] {
        let refused = run(&[flag, &[file.to_str().unwrap()]].concat());
        assert_eq!(refused.status, 2, "{}", refused.stderr);
    }
    assert_eq!(read(&file), b"ours");
    // Nor can a folder be made below a file.
    let below = file.join("kit");
    assert_eq!(run(&["kit".as_ref(), below.as_os_str()]).status, 3);
}

/// Where one file cannot be written, none takes its place.
#[test]
fn a_kit_that_cannot_be_written_whole_is_not_written() {
    let folder = temp();
    fs::create_dir(folder.path().join("case.json")).unwrap();
    let run = run(&["kit".as_ref(), "--force".as_ref(), folder.path().as_os_str()]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert_eq!(names_in(folder.path()), ["case.json"]);
}

#[test]
fn the_page_of_instructions_is_the_one_of_the_documentation() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/capture.md");
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(text_of("README.txt"), page.replace("\r\n", "\n").replace('\n', "\r\n"));
    for name in FILES {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn texts_are_ascii_and_every_line_ends_as_windows_wants_it() {
    for name in FILES.iter().filter(|name| !name.ends_with(".pmc")) {
        let text = text_of(name);
        assert!(text.is_ascii(), "{name}");
        assert!(text.ends_with("\r\n"), "{name}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "{name}");
        assert!(!text.contains('\t'), "{name}");
    }
}

#[test]
fn the_case_file_is_one_of_its_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/case.schema.json");
    let schema: Value = serde_json::from_slice(&read(schema)).unwrap();
    let case = case_file();
    if let Err(error) = jsonschema::validate(&schema, &case) {
        panic!("{error}");
    }
    assert_eq!(list(&case, "captures").len(), 1);
}
