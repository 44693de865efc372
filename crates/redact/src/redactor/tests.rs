use super::*;

fn redactor() -> Redactor {
    Redactor::new(Key::new([7; 32]))
}

fn text(text: &str) -> String {
    redactor().text(text)
}

#[test]
fn what_is_public_stays() {
    for same in [
        r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
        r"C:\Windows\System32\inetsrv\inetinfo.exe",
        r"C:\Program Files (x86)\Common Files\Microsoft Shared",
        r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid",
        r"HKLM\System\CurrentControlSet\Control\Session Manager",
        r"C:\PROGRA~1\x",
        r"NT AUTHORITY\SYSTEM",
        "%SystemRoot%\\system32;%windir%",
        "c2319c42033a5ca7f44e731bfd3fa2b5",
        "S-1-5-18",
        "6:59:13.0390001 PM",
        "3/5/2026",
        "0x7ff8d8c31b2a",
        "",
    ] {
        assert_eq!(text(same), same);
    }
}

/// A name, and all of its forms that a capture may have.
fn forms(name: &str) -> Vec<String> {
    let hex = |bytes: &[u8], between: &str| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(between)
    };
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let escaped: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let short: String = name.chars().take(6).collect();
    vec![
        name.to_string(),
        name.to_uppercase(),
        name.to_lowercase(),
        hex(name.as_bytes(), " "),
        hex(name.as_bytes(), ","),
        hex(name.as_bytes(), "-"),
        hex(name.as_bytes(), ""),
        hex(&wide, " "),
        hex(&wide, ""),
        format!("0x{}", hex(name.as_bytes(), "")),
        escaped.replace('%', "%25"),
        escaped,
        format!("{}%20x", name),
        format!("{}~1", short.to_uppercase()),
        name.chars().flat_map(|c| [c, '\0']).collect(),
        format!("{name}@{name}.com"),
        format!("https://{name}.{name}.local/{name}?{name}={name}"),
        format!(r"\\{name}\{name}$\{name} {name}.{name}"),
        format!("{name}_{name}-{name}+{name}"),
    ]
}

#[test]
fn a_name_is_left_in_none_of_its_forms() {
    for name in ["contosoxy", "Zürichberg", "Иванов", "qwertzuio77"] {
        let search = crate::Search::new([name]);
        for form in forms(name) {
            for around in [
                "{}",
                "a {} b",
                "\\{}\\",
                "({})",
                "\"{}\"",
                "x={};",
                "\t{}\r\n",
                "_{}_",
                "C:\\{}.exe",
            ] {
                let given = around.replace("{}", &form);
                let made = text(&given);
                let found = search.search(made.as_bytes());
                assert!(found.is_empty(), "{given:?} became {made:?}: {found:?}");
            }
        }
    }
}

#[test]
fn names_agree_in_every_place_and_case() {
    let mut redactor = redactor();
    let name = redactor.text("contoso");
    assert!(name.len() == 13 && name.starts_with("anon-"));
    for given in ["CONTOSO", "\\Contoso\\", "x=cOnToSo", "contoso.exe", "%63ontoso"] {
        assert!(redactor.text(given).contains(&name), "{given}");
    }
    assert_eq!(redactor.text("contoso%20x"), format!("{name}%20x"));
    assert_ne!(redactor.text("contosa"), name);
    assert_ne!(Redactor::new(Key::new([8; 32])).text("contoso"), name);
}

#[test]
fn key_files_keep_their_form() {
    let guid = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    let own = text(&format!(r"MachineKeys\d6d986f09a1ee04e24c949879fdb506d_{guid}"));
    let public = text(&format!(r"MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5_{guid}"));
    let made = text(guid);
    assert!(own.ends_with(&format!("_{made}")) && public.ends_with(&format!("_{made}")));
    assert!(public.contains("c2319c42033a5ca7f44e731bfd3fa2b5"));
    assert!(!own.contains("d6d986f0") && own.len() == public.len());
    assert_eq!(
        text(&format!("{{{}}}", guid.to_uppercase())),
        format!("{{{}}}", made.to_uppercase())
    );
}

#[test]
fn addresses_become_addresses() {
    let made = text("10.20.30.40:443, fe80::12:34 and 00-1A-2B-3C-4D-5E");
    assert!(made.starts_with("10.") && made.contains(":443, fe80:"), "{made}");
    for old in ["10.20.30.40", "12:34", "1A-2B"] {
        assert!(!made.contains(old), "{made}");
    }
}

#[test]
fn long_numbers_become_numbers_of_the_same_length() {
    let made = text(r"C:\Users\4711081500");
    let digits = made.rsplit('\\').next().unwrap();
    assert!(digits.len() == 10 && digits != "4711081500" && digits.parse::<u64>().is_ok());
    assert_eq!(text("Length: 28,672 of 471108"), "Length: 28,672 of 471108");
}

#[test]
fn learned_names_are_replaced_though_their_words_are_public() {
    let mut redactor = redactor();
    redactor.learn_account(r"SQL-SERVER\Web");
    redactor.learn_account(r"NT AUTHORITY\SYSTEM");
    let made = redactor.text(r"\\sql-server\web\system");
    assert!(made.starts_with(r"\\anon-") && made.ends_with(r"\system"), "{made}");
    assert!(!made.contains("web"), "{made}");
    assert_eq!(
        redactor.text("sql-server-2"),
        "sql-server-2".replace("sql-server", &redactor.text("SQL-SERVER"))
    );
    assert_eq!(redactor.text("webs") == "webs", is_public_word("webs"));
}

#[test]
fn what_was_replaced_is_counted_by_kind() {
    let mut redactor = redactor();
    redactor.text("contoso CONTOSO fabrikam 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1 windows 10.1.2.3");
    let report = redactor.report();
    let of = |kind| report.iter().find(|it| it.kind == kind).map(|it| (it.different, it.times));
    assert_eq!(of(Kind::Name), Some((2, 3)));
    assert_eq!(of(Kind::Guid), Some((1, 1)));
    assert_eq!(of(Kind::Ipv4), Some((1, 1)));
    assert_eq!(of(Kind::Sid), Some((0, 0)));
    assert_eq!(report.len(), Kind::ALL.len());
}

#[test]
fn any_text_is_taken() {
    let pieces = [
        "%",
        "é",
        "\0",
        "S-1-5",
        "-",
        "0x",
        "::",
        "1.2.3.4",
        "a\0b\0",
        "{",
        "~1",
        "\u{fffd}",
        "%zz",
        "41 42 43 44",
        "ß",
        "😀",
        " ",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let given = format!("{a}{b}{c}{a}");
                assert_eq!(text(&given), text(&given), "{given:?}");
            }
        }
    }
}
