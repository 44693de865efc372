//! Files of captures made by hand, read with the crate that wrote them.

use std::fs::File;
use std::io::Seek;

use parquet::basic::{ConvertedType, Type as PhysicalType};
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::record::{Field, RowAccessor};
use procmonkey_parser::{Clock, Column, Columns, Event, EventBuilder, Input, ReadOptions};

use super::*;
use crate::moment::unix_microseconds;
use crate::repetitive::repetitive_captures;

fn reader(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("it is written");
    file.rewind().expect("it is a file");
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    SerializedFileReader::new_with_options(file, options).expect("a Parquet file")
}

fn written(csv: &str, read: &ReadOptions, options: TableOptions) -> SerializedFileReader<File> {
    let mut input = Input::from_reader("x", csv.as_bytes(), read).expect("it opens");
    let mut capture = input.next_capture().expect("one").expect("a capture");
    let mut writer = ParquetWriter::new(Vec::new(), options).expect("it begins");
    writer.begin_capture(&Source::of(&capture)).expect("a capture");
    let mut event = Event::default();
    while capture.read_event(&mut event).expect("it is read") {
        writer.write_row(&Row::new(&event, capture.clock())).expect("a row");
    }
    reader(&writer.finish().expect("an end"))
}

/// The rows, each as names and values.
fn rows(reader: &SerializedFileReader<File>) -> Vec<Vec<(String, Field)>> {
    let rows = reader.get_row_iter(None).expect("rows");
    rows.map(|row| {
        let row = row.expect("a row");
        row.get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect()
    })
    .collect()
}

fn value<'a>(row: &'a [(String, Field)], name: &str) -> &'a Field {
    &row.iter().find(|(own, _)| own == name).unwrap_or_else(|| panic!("no {name}")).1
}

const CSV: &str = "\"Time of Day\",\"Process Name\",\"PID\",\"TID\",\"Operation\",\"Path\",\"Detail\",\
                   \"Duration\",\"Virtualized\",\"Note\"\r\n\
                   \"18:59:13.0390001\",\"inetinfo.exe\",\"4412\",\"4294967295\",\"ReadFile\",\"C:\\a\",\
                   \"Offset: 0, Length: 2,202\",\"0,0000154\",\"False\",\"n\"\r\n\
                   \"18:59:14.0000000\",\"\",\"4,412\",\"n/a\",\"ReadFile\",\"C:\\a\",\"\",\"\",\"n/a\",\"\"\r\n";

fn given() -> ReadOptions {
    ReadOptions::new()
        .capture_id("case-17".parse().expect("an id"))
        .date("2026-03-05".parse().expect("a date"))
        .zone("+01:00".parse().expect("a zone"))
}

#[test]
fn a_row_has_typed_values() {
    let rows = rows(&written(CSV, &given(), TableOptions::new()));
    let text = |text: &str| Field::Str(text.to_string());
    let first = [
        ("event_id", text("case-17:1")),
        ("event_number", Field::Long(1)),
        ("file", Field::Null),
        ("neighbour", Field::Bool(false)),
        // 17:59:13 UTC on the 5th of March 2026, which began 1,772,668,800 s after 1970.
        ("datetime", Field::TimestampMicros(1_772_733_553_039_000)),
        ("filetime", Field::Long(134_172_071_530_390_001)),
        ("utc_offset", Field::Int(60)),
        ("local_time", Field::Null),
        ("time_quality", text("date_inferred")),
        ("time_text", Field::Null),
        ("process_name", text("inetinfo.exe")),
        ("pid", Field::UInt(4412)),
        ("tid", Field::UInt(u32::MAX)),
        ("path", text("C:\\a")),
        ("result", Field::Null),
        ("detail_text", text("Offset: 0, Length: 2,202")),
        ("detail", text(r#"{"Offset":0,"Length":2202}"#)),
        ("duration", Field::Double(0.000_015_4)),
        ("virtualized", Field::Bool(false)),
        ("other", text(r#"{"Note":"n"}"#)),
        ("unread", Field::Null),
    ];
    for (name, want) in first {
        assert_eq!(value(&rows[0], name), &want, "{name}");
    }
    let second = [
        ("process_name", text("")),
        ("pid", Field::Null),
        ("tid", Field::Null),
        ("duration", Field::Null),
        ("virtualized", Field::Null),
        ("detail", text("{}")),
        ("unread", text(r#"{"PID":"4,412"}"#)),
    ];
    for (name, want) in second {
        assert_eq!(value(&rows[1], name), &want, "{name}");
    }
    assert_eq!(rows.len(), 2);
}

#[test]
fn the_file_describes_itself() {
    let reader = written(CSV, &given(), TableOptions::new());
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema_descr();
    let types: Vec<_> = schema
        .columns()
        .iter()
        .map(|column| (column.name(), column.physical_type(), column.converted_type()))
        .collect();
    for want in [
        ("event_id", PhysicalType::BYTE_ARRAY, ConvertedType::UTF8),
        ("event_number", PhysicalType::INT64, ConvertedType::NONE),
        ("datetime", PhysicalType::INT64, ConvertedType::TIMESTAMP_MICROS),
        ("pid", PhysicalType::INT32, ConvertedType::UINT_32),
        ("duration", PhysicalType::DOUBLE, ConvertedType::NONE),
        ("virtualized", PhysicalType::BOOLEAN, ConvertedType::NONE),
        ("detail", PhysicalType::BYTE_ARRAY, ConvertedType::JSON),
    ] {
        assert!(types.contains(&want), "{want:?}");
    }
    // 10 of every row, Procmon's 26 without two for the times, Detail twice, and two of JSON.
    assert_eq!(types.len(), 10 + Column::COUNT - 2 + 1 + 2);
    let said = metadata.key_value_metadata().expect("metadata");
    let of = |key: &str| said.iter().find(|it| it.key == key).and_then(|it| it.value.clone());
    assert_eq!(of("procmonkey.format_version").as_deref(), Some("1"));
    assert_eq!(of("procmonkey.version").as_deref(), Some(env!("CARGO_PKG_VERSION")));
    let captures = of("procmonkey.captures").expect("captures");
    let captures: serde_json::Value = serde_json::from_str(&captures).expect("JSON");
    assert_eq!(captures[0]["capture_id"], "case-17");
    assert_eq!(captures[0]["columns"][9], "Note");
}

#[test]
fn the_columns_that_are_asked_for_are_written() {
    let options = TableOptions::new().columns(vec![Column::Path, Column::Pid]);
    let rows = rows(&written(CSV, &given(), options));
    let names: Vec<_> = rows[0].iter().skip(10).map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["pid", "path", "other", "unread"]);
    assert_eq!(value(&rows[0], "other"), &Field::Null);
}

/// A file of so many events, whose paths and PIDs `of` makes from their numbers.
fn many(count: u64, of: impl Fn(u64) -> (String, u64)) -> SerializedFileReader<File> {
    let columns = Columns::from_known(&[Column::Pid, Column::Path]);
    let clock = Clock::default();
    let mut writer = ParquetWriter::new(Vec::new(), TableOptions::new()).expect("it begins");
    let source = Source { capture_id: Some("x".to_string()), columns: &columns, file: None };
    writer.begin_capture(&source).expect("a capture");
    for number in 1..=count {
        let (path, pid) = of(number);
        let event = EventBuilder::new().number(number).text(Column::Path, path);
        let event = event.text(Column::Pid, pid.to_string()).build();
        writer.write_row(&Row::new(&event, &clock)).expect("a row");
    }
    reader(&writer.finish().expect("an end"))
}

#[test]
fn groups_that_cannot_have_a_value_say_so() {
    let last = ROWS_IN_GROUP as u64;
    let reader = many(last + 10, |number| match number <= last {
        true => (format!("C:\\{}", number % 1000), 8),
        false => ("C:\\Windows".to_string(), 4),
    });
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.iter().map(|it| it.num_rows()).collect::<Vec<_>>(), [last as i64, 10]);
    let place = |name: &str| {
        let columns = groups[0].schema_descr().columns();
        columns.iter().position(|column| column.name() == name).expect("a column")
    };
    let has = |group: usize, path: &str| {
        let group = reader.get_row_group(group).expect("a group");
        group.get_column_bloom_filter(place("path")).expect("a filter").check(path)
    };
    assert!(has(0, "C:\\999") && has(1, "C:\\Windows"));
    assert!(!has(0, "C:\\Windows") && !has(1, "C:\\999"));
    let pids = groups[0].column(place("pid")).statistics().expect("statistics");
    assert_eq!(pids.min_bytes_opt(), Some(&8u32.to_le_bytes()[..]));
    assert_eq!(pids.max_bytes_opt(), Some(&8u32.to_le_bytes()[..]));
    for name in ["path", "pid", "time_quality"] {
        assert!(groups[0].column(place(name)).dictionary_page_offset().is_some(), "{name}");
    }
    let numbers: Vec<i64> = reader
        .get_row_iter(None)
        .expect("rows")
        .map(|row| row.expect("a row").get_long(1).expect("event_number"))
        .collect();
    assert!(numbers.into_iter().eq(1..=last as i64 + 10));
}

#[test]
fn texts_are_read_as_they_were_however_many_differ_and_however_many_rows_have_none() {
    let columns = Columns::from_known(&[Column::Operation, Column::Path, Column::EventClass]);
    let source = Source { capture_id: None, columns: &columns, file: None };
    let (clock, rows) = (Clock::default(), 9_000);
    for distinct in [1, 2, 3, 255, 256, 257, 4_095, 4_096, 4_097, 6_000] {
        for (has_nulls, length) in [(false, 0), (true, 0), (true, 90)] {
            let text = |number: u64| {
                let is_null = has_nulls && number % 7 > 4;
                let of_number = number * 31 % distinct;
                (!is_null).then(|| format!("{of_number:05}{}", "\u{e4}".repeat(length)))
            };
            let mut writer =
                ParquetWriter::new(Vec::new(), TableOptions::new()).expect("it begins");
            writer.begin_capture(&source).expect("a capture");
            for number in 1..=rows {
                let mut event = EventBuilder::new().number(number);
                if let Some(text) = text(number) {
                    event = event.text(Column::Operation, text.clone());
                    event = event.text(Column::Path, text.clone()).text(Column::EventClass, text);
                }
                writer.write_row(&Row::new(&event.build(), &clock)).expect("a row");
            }
            let reader = reader(&writer.finish().expect("an end"));
            let group = reader.metadata().row_group(0);
            let place = |name: &str| {
                let columns = group.schema_descr().columns();
                columns.iter().position(|column| column.name() == name).expect("a column")
            };
            let places = ["operation", "path", "event_class"].map(place);
            let found = reader.get_row_iter(None).expect("rows").map(|row| {
                let row = row.expect("a row");
                places.map(|place| row.get_column_iter().nth(place).expect("it").1.clone())
            });
            let wanted = (1..=rows).map(|number| {
                let field = text(number).map_or(Field::Null, Field::Str);
                places.map(|_| field.clone())
            });
            assert!(found.eq(wanted), "{distinct} {has_nulls} {length}");
            // What a reader passes over groups by.
            let texts: Vec<String> = (1..=rows).filter_map(text).collect();
            let nulls = rows - texts.len() as u64;
            for place in &places[..2] {
                let statistics = group.column(*place).statistics().expect("statistics");
                let lowest = statistics.min_bytes_opt().expect("the lowest");
                let highest = statistics.max_bytes_opt().expect("the highest");
                let are_between =
                    texts.iter().all(|it| (lowest..=highest).contains(&it.as_bytes()));
                assert!(are_between, "{distinct} {has_nulls} {length}");
                assert_eq!(statistics.null_count_opt(), Some(nulls));
                // No more than is needed.
                assert!(lowest.starts_with(b"0000") && highest < &b"1"[..]);
            }
            assert!(group.column(places[2]).statistics().is_none());
            let filter = reader.get_row_group(0).expect("a group");
            let filter = filter.get_column_bloom_filter(places[1]).expect("a filter");
            assert!(texts.iter().all(|text| filter.check(text.as_str())));
            let others = (0..1_000).filter(|other| filter.check(format!("{other}-").as_str()));
            assert!(others.count() < 150);
        }
    }
}

/// The values of the rows, each made for its own.
#[derive(Default)]
struct Fields(Vec<Field>);

impl CellSink for Fields {
    type Error = std::convert::Infallible;

    fn take(&mut self, _: usize, cell: Cell<'_>) -> Result<(), Self::Error> {
        self.0.push(match cell {
            Cell::Null => Field::Null,
            Cell::Text(text) => Field::Str(text.to_string()),
            Cell::Whole(value) => Field::Long(value),
            Cell::Number(value) => Field::UInt(value),
            Cell::Minutes(value) => Field::Int(value),
            Cell::Seconds(value) => Field::Double(value),
            Cell::Truth(value) => Field::Bool(value),
            Cell::Moment(ticks, _) => Field::TimestampMicros(unix_microseconds(ticks)),
        });
        Ok(())
    }
}

#[test]
fn rows_that_repeat_much_are_read_as_they_are_in_captures() {
    let mut writer = ParquetWriter::new(Vec::new(), TableOptions::new()).expect("it begins");
    let (mut table, mut want) = (Table::new(TableOptions::new()), Fields::default());
    for varied in repetitive_captures() {
        let mut input = varied.input();
        let mut capture = input.next_capture().expect("one").expect("a capture");
        writer.begin_capture(&Source::of(&capture)).expect("a capture");
        table.begin(&Source::of(&capture));
        let mut event = Event::default();
        while capture.read_event(&mut event).expect("it is read") {
            let row = Row::new(&event, capture.clock());
            writer.write_row(&row).expect("a row");
            let Ok(()) = table.fill(&row, &mut want);
        }
    }
    // Within a capture, one group ends and another begins.
    let reader = reader(&writer.finish().expect("an end"));
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let mut want = want.0.chunks(table.columns().len());
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let found: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        let want: Vec<&Field> = want.next().expect("a row").iter().collect();
        assert_eq!(found, want);
    }
    assert!(want.next().is_none());
}

#[test]
fn long_texts_make_small_groups() {
    let text = "x".repeat(100_000);
    let reader = many(400, |number| (format!("{number}{text}"), 4));
    let groups = reader.metadata().row_groups();
    // 40 MB of text.
    assert!(groups.len() >= 3, "{}", groups.len());
    for group in groups {
        assert!(group.num_rows() as usize * text.len() <= TEXT_IN_GROUP + 2 * text.len());
    }
    let paths = rows(&reader);
    assert_eq!(paths.len(), 400);
    assert_eq!(value(&paths[399], "path"), &Field::Str(format!("400{text}")));
}

/// A writer that fails after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_of_its_kind() {
    let error =
        ParquetWriter::new(Full(3), TableOptions::new()).expect_err("four bytes come first");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let writer = ParquetWriter::new(Full(100), TableOptions::new()).expect("it begins");
    assert_eq!(writer.finish().map(drop).expect_err("full").kind(), io::ErrorKind::StorageFull);
}
