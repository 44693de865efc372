//! CSV rows of native events, which are made without asking for each column.

use procmonkey_parser::pml::OperationNames;
use procmonkey_parser::{Column, Columns, CsvWriter, Event, Input, ReadOptions};

use crate::all;

/// The row made from the columns one by one.
fn record(event: &Event, columns: &Columns) -> Vec<u8> {
    let field = |column: &Option<Column>| {
        let text = column.and_then(|column| event.get(column)).unwrap_or_default();
        format!("\"{}\"", text.replace('"', "\"\"").replace('\n', ";"))
    };
    let fields: Vec<String> = columns.known().iter().map(field).collect();
    format!("{}\r\n", fields.join(",")).into_bytes()
}

#[test]
fn a_record_has_the_text_of_every_column() {
    let lists = [
        Columns::from_known(&Column::all().collect::<Vec<_>>()),
        Columns::from_known(&Column::DEFAULT),
        Columns::from_headers(["PID", "Note", "Session", "User", "Date & Time", "User"]),
        Columns::from_headers(["Note"]),
        Columns::from_headers([""; 0]),
    ];
    for (name, bytes) in all() {
        let zones = [
            "UTC",
            "-03:30",
            #[cfg(feature = "tz")]
            "Europe/Madrid",
        ];
        for zone in zones {
            let options = ReadOptions::new().zone(zone.parse().unwrap());
            let options = match zone {
                "UTC" => options.operation_names(OperationNames::Advanced),
                _ => options,
            };
            let mut input = Input::from_reader(name.as_str(), &bytes[..], &options).unwrap();
            let mut capture = input.next_capture().unwrap().unwrap();
            let writer = |columns| CsvWriter::new(Vec::new(), columns).unwrap();
            let mut writers: Vec<_> = lists.iter().map(writer).collect();
            let mut event = Event::default();
            while capture.read_event(&mut event).unwrap() {
                for (writer, columns) in writers.iter_mut().zip(&lists) {
                    writer.get_mut().clear();
                    writer.write(&event).unwrap();
                    let expected = record(&event, columns);
                    let got = String::from_utf8_lossy(writer.get_mut()).into_owned();
                    assert!(
                        *writer.get_mut() == expected,
                        "{name}, event {}: {got} for {}",
                        event.number(),
                        String::from_utf8_lossy(&expected)
                    );
                }
            }
        }
    }
}
