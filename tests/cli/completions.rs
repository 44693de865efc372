//! Completions and manual pages have every command and every flag that `--help` shows.

use crate::common::*;
use crate::{COMMANDS, expect_status};

/// The long flags that the help of a command defines: each begins a line.
pub(crate) fn flags(command: &str) -> Vec<String> {
    let help = run(&[command, "--help"]);
    let begins = |line: &str| -> Option<String> {
        let line = line.trim_start();
        let flag = line.strip_prefix("--").or_else(|| line.get(4..)?.strip_prefix("--"))?;
        if !line.starts_with('-') {
            return None;
        }
        Some(flag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
    };
    let flags: Vec<_> = help.text().lines().filter_map(begins).collect();
    assert!(flags.iter().any(|flag| flag == "help"), "{command}: {flags:?}");
    flags
}

#[test]
fn every_command_of_the_help_is_in_the_list_of_this_test() {
    let help = run(&["--help"]);
    let lines = help.text().lines().skip_while(|line| *line != "Commands:").skip(1);
    let named = lines.take_while(|line| !line.is_empty()).filter(|line| line.starts_with("  "));
    let named = named.filter_map(|line| line.strip_prefix("  "));
    let named: Vec<_> = named
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    let mut want = COMMANDS.to_vec();
    want.push("help");
    let sorted = |mut names: Vec<&'static str>| {
        names.sort();
        names
    };
    let mut named: Vec<String> = named.into_iter().map(str::to_string).collect();
    named.sort();
    assert_eq!(named, sorted(want));
}

#[test]
fn each_shell_has_completions_for_every_command_and_flag() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]);
        expect_status(&script, 0, shell);
        for command in COMMANDS {
            assert!(script.text().contains(command), "{shell} {command}");
        }
        for flag in flags("count").iter().chain(&flags("convert")) {
            // Fish has them as `-l flag`.
            let written = if shell == "fish" { format!("-l {flag}") } else { format!("--{flag}") };
            assert!(script.text().contains(&written), "{shell} {flag}");
        }
    }
    expect_status(&run(&["completions", "sh"]), 2, "sh");
}

#[cfg(unix)]
#[test]
fn bash_completes_a_command_and_a_flag() {
    let folder = temp();
    let script = folder.path().join("procmonkey.bash");
    std::fs::write(&script, run(&["completions", "bash"]).stdout).unwrap();
    let complete = |words: &str, last: usize| {
        let ask = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD={last}; _procmonkey procmonkey \
             \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last}-1]}}\"; echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let run = std::process::Command::new("bash").args(["--norc", "-c", &ask]).output().unwrap();
        String::from_utf8(run.stdout).unwrap().trim().to_string()
    };
    assert_eq!(complete("procmonkey proc", 1), "processes");
    assert_eq!(complete("procmonkey processes --anc", 2), "--ancestors");
}

#[test]
fn manual_pages_have_every_flag() {
    let folder = temp();
    let target = folder.path().join("man1");
    expect_status(&run(&["man", target.to_str().unwrap()]), 0, "man");
    let page = |name: &str| {
        let text = String::from_utf8(read(target.join(format!("{name}.1")))).unwrap();
        assert!(text.contains(".TH ") && text.contains(".SH NAME"), "{name}: {text}");
        text.replace("\\-", "-")
    };
    assert!(page("procmonkey").contains("Exit status"));
    for command in COMMANDS {
        let page = page(&format!("procmonkey-{command}"));
        for flag in flags(command) {
            assert!(page.contains(&format!("--{flag}")), "{command} --{flag}");
        }
    }
    // Again, over those that are there.
    expect_status(&run(&["man", target.to_str().unwrap()]), 0, "man again");
}
