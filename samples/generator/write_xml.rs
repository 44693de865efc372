//! The XML export: the process list with its modules, then the events.

use crate::files::{image_base, image_size};
use crate::locale::Locale;
use crate::model::{Event, Process, Ticks, Trace};
use crate::write_csv::field;

/// Writes the capture. Stacks are added to the rows that matter when `stacks` is set.
pub fn write(trace: &Trace, locale: Locale, columns: &[&str], stacks: bool) -> Vec<u8> {
    let mut text = String::from("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
    text.push_str("<procmon><processlist>");
    for (index, process) in trace.processes.iter().enumerate() {
        write_process(&mut text, trace, index, process, locale);
    }
    text.push_str("</processlist><eventlist>\r\n");
    let first = trace.events.first().map_or(0, |event| event.time);
    for event in &trace.events {
        text.push_str("<event>\r\n");
        leaf(&mut text, "ProcessIndex", &event.process.to_string());
        for column in columns {
            let value = match *column {
                // The line feed of CRLF becomes CRLF again when the file is written as text.
                "Detail" => locale.detail(&event.detail, "\r\r\n"),
                column => field(trace, event, locale, column, first),
            };
            leaf(&mut text, &column.replace(' ', "_"), &value);
        }
        if stacks && !event.note.is_empty() {
            write_stack(&mut text, event);
        }
        text.push_str("</event>\r\n");
    }
    text.push_str("</eventlist></procmon>");
    text.into_bytes()
}

fn write_process(
    text: &mut String,
    trace: &Trace,
    index: usize,
    process: &Process,
    locale: Locale,
) {
    text.push_str("<process>\r\n");
    leaf(text, "ProcessIndex", &index.to_string());
    leaf(text, "ProcessId", &process.pid.to_string());
    leaf(text, "ParentProcessId", &trace.processes[process.parent].pid.to_string());
    leaf(text, "ParentProcessIndex", &process.parent.to_string());
    leaf(text, "AuthenticationId", process.account.logon);
    leaf(text, "CreateTime", &process.started.to_string());
    leaf(text, "FinishTime", &process.finished.to_string());
    leaf(text, "IsVirtualized", "0");
    leaf(text, "Is64bit", if process.is_64bit { "1" } else { "0" });
    leaf(text, "Integrity", locale.integrity(process.account.integrity));
    leaf(text, "Owner", locale.account(process.account.user));
    leaf(text, "ProcessName", process.name);
    leaf(text, "ImagePath", process.image);
    leaf(text, "CommandLine", process.command);
    leaf(text, "CompanyName", process.company);
    leaf(text, "Version", process.version);
    leaf(text, "Description", process.description);
    text.push_str("<modulelist>\r\n");
    for (path, loaded) in modules(trace, index, process) {
        text.push_str("<module>\r\n");
        leaf(text, "Timestamp", &loaded.to_string());
        leaf(text, "BaseAddress", &format!("0x{:x}", image_base(&path)));
        leaf(text, "Size", &image_size(&path).to_string());
        leaf(text, "Path", &path);
        let own = path == process.image;
        leaf(
            text,
            "Version",
            if own { process.version } else { "10.0.17763.1 (WinBuild.160101.0800)" },
        );
        leaf(text, "Company", if own { process.company } else { "Microsoft Corporation" });
        leaf(text, "Description", if own { process.description } else { describe(&path) });
        text.push_str("</module>\r\n");
    }
    text.push_str("</modulelist></process>\r\n");
}

/// The images of a process: those that the capture saw, after a few that were there before.
fn modules(trace: &Trace, index: usize, process: &Process) -> Vec<(String, Ticks)> {
    let mut found: Vec<(String, Ticks)> = Vec::new();
    let started_here = trace
        .events
        .iter()
        .any(|event| event.process == index && event.operation == "Process Start");
    // Idle and System have no program file; their name stands in its place.
    if !started_here && process.image.contains('\\') {
        let loaded = process.started;
        found.push((process.image.to_owned(), loaded));
        for name in ["ntdll.dll", "kernel32.dll", "KernelBase.dll"] {
            found.push((format!("C:\\Windows\\System32\\{name}"), loaded));
        }
    }
    let loads = trace
        .events
        .iter()
        .filter(|event| event.process == index && event.operation == "Load Image");
    for event in loads {
        if found.iter().all(|(path, _)| *path != event.path) {
            found.push((event.path.clone(), event.time));
        }
    }
    found
}

fn describe(path: &str) -> &'static str {
    match path.rsplit('\\').next().unwrap_or(path) {
        "ntdll.dll" => "NT Layer DLL",
        "kernel32.dll" | "KernelBase.dll" => "Windows NT BASE API Client DLL",
        "rsaenh.dll" => "Microsoft Enhanced Cryptographic Provider",
        "cryptsp.dll" => "Cryptographic Service Provider API",
        "cryptbase.dll" => "Base cryptographic API DLL",
        "bcryptprimitives.dll" => "Windows Cryptographic Primitives Library",
        "rpcrt4.dll" => "Remote Procedure Call Runtime",
        "advapi32.dll" => "Advanced Windows 32 Base API",
        "ws2_32.dll" => "Windows Socket 2.0 32-Bit DLL",
        _ => "",
    }
}

/// The way down to the provider. The frames are invented, only their order is typical.
fn write_stack(text: &mut String, event: &Event) {
    let (kernel, call) = match event.operation {
        "RegQueryValue" => ("ntoskrnl.exe", "NtQueryValueKey + 0x14"),
        "WriteFile" => ("FLTMGR.SYS", "NtWriteFile + 0x14"),
        "ReadFile" => ("FLTMGR.SYS", "NtReadFile + 0x14"),
        "CreateFile" => ("FLTMGR.SYS", "NtCreateFile + 0x14"),
        _ => return,
    };
    let drivers = "C:\\Windows\\System32\\drivers\\";
    let system = "C:\\Windows\\System32\\";
    let key_work = event.path.contains("Cryptography") || event.path.contains("MachineKeys");
    let mut frames = match kernel {
        "FLTMGR.SYS" => vec![(drivers, "FLTMGR.SYS", "FltDecodeParameters + 0x1c3a")],
        _ => vec![(system, "ntoskrnl.exe", "CmUnRegisterCallback + 0x2e4")],
    };
    frames.push((system, "ntoskrnl.exe", "setjmpex + 0x7b62"));
    frames.push((system, "ntdll.dll", call));
    if key_work {
        frames.push((system, "rsaenh.dll", "CPAcquireContext + 0x3d1"));
        frames.push((system, "cryptsp.dll", "CryptAcquireContextW + 0x5f8"));
        frames.push((system, "inetsrv\\metadata.dll", "DllRegisterServer + 0x91c4"));
    }
    frames.push((system, "kernel32.dll", "BaseThreadInitThunk + 0x14"));
    frames.push((system, "ntdll.dll", "RtlUserThreadStart + 0x21"));
    text.push_str("<stack>\r\n");
    for (depth, (folder, file, location)) in frames.into_iter().enumerate() {
        let path = format!("{folder}{file}");
        let in_kernel = file.ends_with("SYS") || file == "ntoskrnl.exe";
        let base = if in_kernel { 0xffff_f801_0000_0000 } else { image_base(&path) };
        let address = base + 0x1_2c40 + depth as u64 * 0x1a4;
        text.push_str("<frame>\r\n");
        leaf(text, "depth", &depth.to_string());
        leaf(text, "address", &format!("0x{address:x}"));
        leaf(text, "path", &path);
        leaf(text, "location", location);
        text.push_str("</frame>\r\n");
    }
    text.push_str("</stack>\r\n");
}

fn leaf(text: &mut String, name: &str, value: &str) {
    text.push_str(&format!("<{name}>"));
    for letter in value.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            letter => text.push(letter),
        }
    }
    text.push_str(&format!("</{name}>\r\n"));
}
