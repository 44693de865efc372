//! The samples of this repository: exports written as native captures, and those
//! copied once more.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use procmonkey_parser::pml::{ExportProfile, Exporter, PmlWriter};
use procmonkey_parser::{Column, DateOrder, Event, Input, ReadOptions};

use crate::common::{Difference, convert, copy, differences, utc, with_capture, with_options};

fn sample(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    fs::read(folder.join(name)).unwrap()
}

fn columns_of(bytes: &[u8]) -> Vec<Column> {
    with_capture(bytes, |capture| capture.columns().known().iter().flatten().copied().collect())
}

fn check(name: &str, options: &ReadOptions) -> (Vec<u8>, Vec<Difference>) {
    let bytes = sample(name);
    let (pml, losses) = convert(&bytes, options);
    assert!(losses.is_empty(), "{name}: {losses:?}");
    let found = differences(&bytes, |_| true, &pml, &columns_of(&bytes));
    (pml, found)
}

#[test]
fn csv_samples_are_equal_in_every_column() {
    for name in ["first-start.csv", "restart.csv", "guid-changed.csv"] {
        let (_, found) = check(name, &utc());
        assert!(found.is_empty(), "{name}: {} {:?}", found.len(), found.first());
    }
}

#[test]
fn native_samples_are_what_their_export_gives() {
    for name in ["first-start", "restart", "guid-changed"] {
        let (csv, pml) = (sample(&format!("{name}.csv")), sample(&format!("{name}.pml")));
        let found = differences(&csv, |_| true, &pml, &columns_of(&csv));
        assert!(found.is_empty(), "{name}: {} {:?}", found.len(), found.first());
    }
}

#[test]
fn default_columns_need_a_date_and_no_more() {
    let options = utc().date("2026-03-05".parse().unwrap()).date_order(DateOrder::MonthDayYear);
    let (_, found) = check("guid-changed-default.csv", &options);
    assert!(found.is_empty(), "{} {:?}", found.len(), found.first());
}

#[test]
fn xml_samples_are_equal_in_every_column() {
    for name in ["first-start.xml", "restart.xml", "guid-changed.xml"] {
        let (_, found) = check(name, &utc().date("2026-03-05".parse().unwrap()));
        // In an XML export, lines in a value end differently; frames lose their symbols.
        let line_ends = |found: &&Difference| {
            found.before.replace("\\r\\n\\t", "\\r;\\t") != found.after && found.column.is_some()
        };
        let columns = found.iter().filter(line_ends);
        let first = columns.clone().next();
        assert_eq!(columns.count(), 0, "{name}: {first:?}");
    }
}

#[test]
fn german_settings_make_the_same_file() {
    let german = ReadOptions::new()
        .zone("+01:00".parse().unwrap())
        .date("2026-03-05".parse().unwrap())
        .date_order(DateOrder::DayMonthYear);
    let (from_german, losses) = convert(&sample("restart-de.csv"), &german);
    assert!(losses.is_empty(), "{losses:?}");
    let found = differences(&sample("restart.csv"), |_| true, &from_german, &Column::DEFAULT);
    assert!(found.is_empty(), "{} {:?}", found.len(), found.first());
}

#[test]
fn what_is_missing_is_said() {
    let error = |name: &str, options: &ReadOptions| {
        let bytes = sample(name);
        with_options(&bytes, options, |capture| {
            let event = capture.events().next().unwrap().unwrap();
            let info = ExportProfile::default().info();
            let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
            writer.write(&event, capture.clock()).unwrap_err()
        })
    };
    let no_date = error("guid-changed-default.csv", &utc());
    assert!(no_date.to_string().contains("date of its first event"), "{no_date}");
    let open_order = error("guid-changed.csv", &utc());
    assert!(open_order.to_string().contains("date order"), "{open_order}");
    let no_zone = error("guid-changed.csv", &ReadOptions::new());
    assert!(no_zone.to_string().contains("zone of its clock"), "{no_zone}");
    assert!(no_zone.position().is_some());
}

#[test]
fn a_file_that_was_never_finished_can_be_read() {
    let bytes = sample("restart.csv");
    let (whole, _) = convert(&bytes, &utc());
    let end = with_capture(&whole, |capture| capture.events().last().unwrap().unwrap().position());
    let mut cut = whole[..end.byte as usize].to_vec();
    cut[0x234..0x268].fill(0);
    cut[0x3A0..0x3A8].fill(0);
    let events = with_capture(&cut, |capture| capture.events().count());
    assert_eq!(events, 595);
}

#[test]
fn what_was_written_can_be_copied() {
    let (pml, _) = convert(&sample("restart.csv"), &utc());
    let (again, losses) = copy(&pml, |_| true);
    assert!(losses.is_empty());
    assert_eq!(pml.len(), again.len());
    let every = Column::all().collect::<Vec<_>>();
    assert!(differences(&pml, |_| true, &again, &every).is_empty());
    let third = |event: &Event| event.number() % 3 == 1;
    let (part, _) = copy(&pml, third);
    let found = differences(&pml, third, &part, &every);
    let odd = found.iter().find(|found| found.column != Some(Column::RelativeTime));
    assert!(odd.is_none(), "{odd:?}");
}

/// Two parts number their processes independently. In the file written from both, each
/// process occurs once, and events refer to its new number.
#[test]
fn parts_become_one_file() {
    let (pml, _) = convert(&sample("restart.csv"), &utc());
    let half = |event: &Event| event.number() <= 300;
    let (first, _) = copy(&pml, half);
    // Without the first processes, the others get other numbers.
    let order = utc().date_order(DateOrder::MonthDayYear);
    let rest = with_options(&sample("restart.csv"), &order, |capture| {
        let info = ExportProfile::default().info();
        let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
        let events: Vec<Event> = capture.events().flatten().collect();
        for event in &events[300..] {
            writer.write(event, capture.clock()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    });
    let folder = std::env::temp_dir().join(format!("procmonkey-parts-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("x.pml"), &first).unwrap();
    fs::write(folder.join("x-1.pml"), &rest).unwrap();
    let mut input = Input::open(folder.join("x.pml"), &utc()).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let recording = capture.recording().unwrap();
    assert_eq!(recording.parts, 2);
    let info = recording.info.clone();
    let clock = capture.clock().clone();
    let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
    for event in capture.events() {
        writer.write(&event.unwrap(), &clock).unwrap();
    }
    assert!(writer.losses().is_empty());
    let whole = writer.finish().unwrap().into_inner();
    fs::remove_dir_all(&folder).unwrap();
    let found = differences(&pml, |_| true, &whole, &Column::all().collect::<Vec<_>>());
    // In the second part, the parent of a process is found by PID.
    let column = |found: &&Difference| found.column != Some(Column::ProcessStart);
    assert_eq!(found.iter().filter(column).count(), 0, "{:?}", found.first());
}

#[test]
fn a_new_file_says_nothing_of_its_procmon() {
    let (pml, _) = convert(&sample("restart.csv"), &utc());
    let exporter = with_capture(&pml, |capture| capture.recording().unwrap().exporter);
    assert_eq!(exporter, Exporter::V3_61);
}

/// A CSV of three events that begin on these days.
fn on_days(days: [&str; 3]) -> String {
    let row = |day: &&str| {
        format!(
            "\"{day} 9:41:07.2217804 AM\",\"a.exe\",\"4\",\"CloseFile\",\"C:\\a\",\"SUCCESS\",\"\"\r\n"
        )
    };
    let header =
        "\"Date & Time\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n";
    header.to_string() + &days.iter().map(row).collect::<String>()
}

#[test]
fn an_event_of_a_year_that_would_look_like_damage_is_a_loss_and_no_damage() {
    let good = "3/25/2020";
    for (day, is_fit) in
        [("3/25/1997", true), ("12/31/2285", true), ("3/25/2318", false), ("3/25/1995", false)]
    {
        let (native, losses) = convert(on_days([good, day, good]).as_bytes(), &utc());
        assert_eq!(losses.count(), u64::from(!is_fit), "{day}: {losses:?}");
        with_capture(&native, |capture| {
            let times: Vec<_> = capture
                .events()
                .map(|event| event.unwrap().get(Column::DateAndTime).unwrap().into_owned())
                .collect();
            let expected = [good, if is_fit { day } else { good }, good]
                .map(|day| format!("{day} 9:41:07 AM"));
            assert_eq!(times, expected, "{day}");
            assert!(capture.losses().is_empty(), "{day}: {:?}", capture.losses());
        });
        // There is no event before the first one.
        let text = on_days([day, good, good]);
        with_options(text.as_bytes(), &utc(), |capture| {
            let info = ExportProfile::default().info();
            let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
            let mut event = Event::default();
            capture.read_event(&mut event).unwrap();
            let written = writer.write(&event, capture.clock());
            assert_eq!(written.is_ok(), is_fit, "{day}");
            if let Err(error) = written {
                assert!(error.to_string().contains("1996 to 2285"), "{error}");
            }
        });
    }
}

#[test]
fn a_stack_that_would_look_like_damage_is_cut_and_told() {
    let frame = "<frame><depth>0</depth><address>0x7ff812340000</address></frame>";
    let event = |frames: usize| {
        format!(
            "<event><ProcessIndex>0</ProcessIndex><Date___Time>3/25/2020 9:41:07.2217804 AM\
             </Date___Time><Process_Name>a.exe</Process_Name><PID>4</PID><Operation>CloseFile\
             </Operation><Path>C:\\a</Path><Result>SUCCESS</Result><Detail></Detail><stack>{}\
             </stack></event>",
            frame.repeat(frames)
        )
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><procmon><processlist></processlist>\
         <eventlist>{}{}</eventlist></procmon>",
        event(2048),
        event(2049)
    );
    let (native, losses) = convert(text.as_bytes(), &utc());
    assert_eq!(losses.count(), 1, "{losses:?}");
    with_capture(&native, |capture| {
        let depths: Vec<_> = capture.events().map(|event| event.unwrap().stack().len()).collect();
        assert_eq!(depths, [2048, 2048]);
        assert!(capture.losses().is_empty(), "{:?}", capture.losses());
    });
}
