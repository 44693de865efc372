//! How large pages are.

use crate::common::*;
use crate::page_of;

/// The page without the part that has the rows.
fn without_rows(page: &str) -> usize {
    let start = page.find("<section id=\"events\"").unwrap();
    let end = page.find("<section id=\"record\"").unwrap();
    page.len() - (end - start)
}

#[test]
fn a_page_is_small() {
    for name in ["guid-changed.csv", "restart.csv", "signatures/mk-04-access-denied.csv"] {
        let page = page_of(&[sample(name)]);
        let bare = without_rows(&page);
        assert!(bare <= 60_000, "{name}: {bare} bytes without rows");
        assert!(page.len() <= 200_000, "{name}: {} bytes", page.len());
    }
}

/// A capture whose rows of inetinfo.exe are those of the sample, several times over.
fn long_capture(times: usize) -> Vec<u8> {
    let text = String::from_utf8(read(sample("guid-changed.csv"))).unwrap();
    let (header, rows) = text.split_once("\r\n").unwrap();
    let own: Vec<&str> =
        rows.split("\r\n").filter(|row| row.contains(",\"inetinfo.exe\",\"5236\",")).collect();
    assert_eq!(own.len(), 257);
    let mut capture = format!("{header}\r\n");
    for _ in 0..times {
        own.iter().for_each(|row| capture.push_str(&format!("{row}\r\n")));
    }
    capture.into_bytes()
}

#[test]
fn five_thousand_rows_are_shown_and_the_rest_is_counted() {
    let folder = temp();
    let input = write(folder.path(), "long.csv", long_capture(25));
    let page = page_of(&[input.as_os_str()]);
    assert!(page.len() <= 1_500_000, "{} bytes", page.len());
    // 25 times 257 are 6,425. Those that the report refers to are shown beyond 5,000, too.
    let rows = page.matches("<tr id=e").count();
    assert!((5_000..5_400).contains(&rows), "{rows}");
    assert!(page.contains("Not shown: 1,425 further rows. All: `procmonkey events`."));
    let all = page_of(&[input.as_os_str(), "--all-events".as_ref()]);
    assert_eq!(all.matches("<tr id=e").count(), 6_425);
    assert!(!all.contains("further row"));
}
