//! How much memory a fact takes.

use procmonkey_analysis::{Witness, WitnessTime};

/// The bytes of a fact with its texts. Of a folder, its files are bounded by their
/// number and are not counted here.
pub(crate) fn bytes_of(witness: &Witness) -> usize {
    let texts = match witness {
        Witness::MachineGuid(seen) => {
            seen.source.len() + seen.value.as_str().len() + all(&seen.remarks) + time(&seen.written)
        }
        Witness::Folder(listing) => listing.source.len() + text(&listing.path),
        Witness::Service(event) => {
            let names = [
                &event.provider,
                &event.service,
                &event.display_name,
                &event.depends_on,
                &event.state,
                &event.error_text,
                &event.error_note,
                &event.computer,
            ];
            event.source.len() + names.into_iter().map(text).sum::<usize>() + time(&event.time)
        }
        Witness::KeyOperation(event) => {
            let names = [
                &event.path,
                &event.key_name,
                &event.key_provider,
                &event.operation,
                &event.key_type,
                &event.account,
                &event.computer,
            ];
            event.source.len() + names.into_iter().map(text).sum::<usize>() + time(&event.time)
        }
        Witness::Schannel(event) => {
            let names = [&event.role, &event.error_text, &event.computer];
            event.source.len() + names.into_iter().map(text).sum::<usize>() + time(&event.time)
        }
        Witness::Debug(line) => line.source.len() + line.text.len() + time(&line.time),
        // Kinds that later versions add.
        _ => 0,
    };
    size_of::<Witness>() + texts
}

fn text(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn time(time: &Option<WitnessTime>) -> usize {
    time.as_ref().map_or(0, |time| time.text.len())
}

fn all(texts: &[String]) -> usize {
    texts.iter().map(|text| size_of::<String>() + text.len()).sum()
}
