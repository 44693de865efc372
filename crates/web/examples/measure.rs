//! Measures what the worker does with a file, without a browser: `measure FILE`.
//!
//! Time and the most memory of the report, then of a view of all rows.

use std::time::Instant;

use procmonkey_web::{Session, Stored};

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| std::io::Error::other("measure FILE"))?;
    let mut session = Session::default();
    let stored = Stored::of(std::fs::File::open(path)?);
    let questions = [
        r#"{"ask": "add", "files": [{"name": "log"}]}"#,
        r#"{"ask": "analyze"}"#,
        r#"{"ask": "view", "capture": 0}"#,
        r#"{"ask": "rows", "view": 0, "from": 1000, "count": 100}"#,
    ];
    for (id, question) in (1..).zip(questions) {
        let begin = Instant::now();
        let files = if id == 1 { vec![stored.clone()] } else { Vec::new() };
        session.ask(id, question, files);
        while session.step(&|| true) {
            session.take_messages();
        }
        println!("{question}: {:.2?}, {}", begin.elapsed(), most_memory());
        for message in session.take_messages() {
            if !message.text.contains("\"progress\"") {
                println!("  {}", message.text.chars().take(100).collect::<String>());
            }
        }
    }
    Ok(())
}

/// The most memory of this process so far, where the system says it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("memory not known");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
