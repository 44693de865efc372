//! Whatever the bytes are, skipping events never skips a wanted one, and reports the same
//! about the capture.

use procmonkey_parser::{Event, Input, Prefilter, ReadOptions};

/// Number, name and path of each event of one process or with one text in its path, and
/// what else is reported.
fn reported(bytes: &[u8], prefilter: &Prefilter) -> (Vec<(u64, String, String)>, String) {
    let Ok(mut input) = Input::from_reader("fuzz", bytes, &ReadOptions::new()) else {
        return Default::default();
    };
    let (mut events, mut rest) = (Vec::new(), String::new());
    while let Some(capture) = input.next_capture() {
        let Ok(mut capture) = capture else { continue };
        let mut event = Event::default();
        while let Ok(true) = capture.read_prefiltered(prefilter, &mut event) {
            let name = event.process_name().unwrap_or_default().into_owned();
            let path = event.path().unwrap_or_default().into_owned();
            if name.eq_ignore_ascii_case("a.exe") || path.to_ascii_lowercase().contains("\\crypto")
            {
                events.push((event.number(), name, path));
            }
        }
        let losses: Vec<String> = capture.losses().iter().map(ToString::to_string).collect();
        rest += &format!("{} {:?} ", capture.events_read(), capture.events_by_process());
        rest += &format!("{losses:?} {:?}", capture.clock());
    }
    (events, rest)
}

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    let prefilter = Prefilter::nothing().or_process("a.exe").or_path_with("\\Crypto");
    assert_eq!(reported(bytes, &prefilter), reported(bytes, &Prefilter::everything()));
}
