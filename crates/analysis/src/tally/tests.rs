use super::*;
use procmonkey_parser::{Column, Input, ReadOptions};

const ROWS: &str = "\"Time of Day\",\"Process Name\",\"Operation\",\"Path\",\"Result\",\"Detail\",\"Duration\"\r\n\
    \"10:00:00.5000000\",\"a.exe\",\"ReadFile\",\"C:\\x\\1.DLL\",\"SUCCESS\",\"Offset: 0, Length: 2,202\",\"0.0000010\"\r\n\
    \"10:00:00.6000000\",\"b.exe\",\"WriteFile\",\"C:\\x\\2.dll\",\"SUCCESS\",\"Offset: 0, Length: 10\",\"0.5\"\r\n\
    \"10:00:01.0000000\",\"a.exe\",\"ReadFile\",\"C:\\y\\3\",\"END OF FILE\",\"Offset: 0, Length: 99\",\"0.0000030\"\r\n\
    \"10:01:00.0000000\",\"a.exe\",\"TCP Send\",\"web:1 -> dc:ldap\",\"SUCCESS\",\"Length: 5, seqnum: 0\",\"\"\r\n";

fn tally(mut tally: Tally) -> Tally {
    let input = Input::from_reader("made", ROWS.as_bytes(), &ReadOptions::new());
    let mut capture = input.unwrap().into_capture().unwrap();
    let mut event = procmonkey_parser::Event::default();
    while capture.read_event(&mut event).unwrap() {
        tally.observe(&event, capture.clock());
    }
    tally
}

fn by(keys: &[&str]) -> Vec<(Vec<String>, u64)> {
    let keys = keys.iter().map(|key| key.parse().unwrap()).collect();
    let groups = tally(Tally::new(keys, Vec::new())).finish();
    let text = |text: Option<String>| text.unwrap_or("-".to_string());
    groups.into_iter().map(|it| (it.texts.into_iter().map(text).collect(), it.events)).collect()
}

fn group(texts: &[&str], events: u64) -> (Vec<String>, u64) {
    (texts.iter().map(|text| text.to_string()).collect(), events)
}

#[test]
fn events_are_counted_by_columns_and_parts_of_them() {
    assert_eq!(by(&["Process Name"]), [group(&["a.exe"], 3), group(&["b.exe"], 1)]);
    assert_eq!(
        by(&["second"]),
        [group(&["10:00:00"], 2), group(&["10:00:01"], 1), group(&["10:01:00"], 1)]
    );
    assert_eq!(by(&["minute"]), [group(&["10:00"], 3), group(&["10:01"], 1)]);
    assert_eq!(by(&["extension"]), [group(&["-"], 2), group(&["dll"], 2)]);
    assert_eq!(by(&["host", "port"]), [group(&["-", "-"], 3), group(&["dc", "ldap"], 1)]);
    assert_eq!(by(&["folder:2", "Result"])[0], group(&[r"C:\x", "SUCCESS"], 2));
    assert_eq!(by(&["PID"]), [group(&["-"], 4)]);
}

#[test]
fn what_failed_has_not_read_and_an_empty_duration_is_none() {
    let measure = |statistic, quantity| Measure { statistic, quantity };
    let measures = vec![
        measure(Statistic::Sum, Quantity::Read),
        measure(Statistic::Sum, Quantity::Written),
        measure(Statistic::Mean, Quantity::Duration),
        measure(Statistic::P95, Quantity::Duration),
    ];
    let keys = vec![TallyKey::Column(Column::ProcessName)];
    let groups = tally(Tally::new(keys, measures)).finish();
    assert_eq!(groups[0].values, [Some(2202.0), Some(5.0), Some(0.000_002), Some(0.000_003)]);
    assert_eq!(groups[1].values, [None, Some(10.0), Some(0.5), Some(0.5)]);
}

#[test]
fn what_has_no_room_is_counted_as_left_out() {
    let keys = vec![TallyKey::Column(Column::Path)];
    let counted = tally(Tally::new(keys, Vec::new()).memory(1));
    assert_eq!(counted.left_out(), 3);
    assert_eq!(counted.finish().len(), 1);
}

#[test]
fn a_p95_without_room_is_counted_and_the_other_measures_stay() {
    let measure = |statistic| Measure { statistic, quantity: Quantity::Duration };
    let measures = vec![measure(Statistic::P95), measure(Statistic::Max)];
    let keys = vec![TallyKey::Column(Column::Operation)];
    let enough = tally(Tally::new(keys.clone(), measures.clone()));
    assert_eq!(enough.unranked(Quantity::Duration), Unranked::default());
    // Room for the first group, and not for the numbers of its events.
    let counted = tally(Tally::new(keys, measures).memory(1));
    assert_eq!(counted.unranked(Quantity::Duration), Unranked { groups: 1, values: 2 });
    assert_eq!(counted.unranked(Quantity::Read), Unranked::default());
    assert_eq!(counted.finish()[0].values, [None, Some(0.000_003)]);
}
