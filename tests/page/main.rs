//! The page of `analyze`: its order and its words, at every width.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod advice;
mod rows;
mod unread;
mod widths;
mod wording;

use std::ffi::OsString;

use serde_json::Value;

use common::*;

/// The page of some arguments at a width.
fn page(width: usize, arguments: &[&OsString]) -> String {
    let mut all = vec![OsString::from("analyze")];
    all.extend(arguments.iter().map(|argument| (*argument).clone()));
    let output = procmonkey(&all).env("COLUMNS", width.to_string()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The page of one capture at a width.
fn page_of(width: usize, path: &std::path::Path) -> String {
    page(width, &[&path.as_os_str().to_owned()])
}

/// The lines of a page in front of the timeline.
fn verdict_lines(page: &str) -> Vec<&str> {
    let is_timeline = |line: &&str| {
        ["Start-up of ", "Steps of ", "Steps at "].iter().any(|begin| line.starts_with(begin))
    };
    let lines: Vec<&str> = page.lines().collect();
    let end = lines.iter().position(is_timeline).unwrap_or_else(|| panic!("no timeline:\n{page}"));
    let mut block = lines[..end].to_vec();
    while block.last().is_some_and(|line| line.is_empty()) {
        block.pop();
    }
    block
}

/// The commands that a report has.
fn commands(report: &Value) -> Vec<String> {
    let steps = list(&report["verdict"], "do_first");
    let commands = steps.iter().flat_map(|step| list(step, "commands"));
    commands.map(|command| command.as_str().unwrap().to_string()).collect()
}
