//! Names of key files, and error codes.

use procmonkey_analysis::{CodeAnswer, KeyAnswer, KeyQuestion, KeySystem, KnownContainer};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;

use crate::case::{container_names, machine_guid};
use crate::error::Failure;
use crate::json::to_python;
use crate::selection::Keywords;

/// An answer, and what is known of its container beside.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    answer: KeyAnswer,
    known: Option<&'static KnownContainer>,
}

fn answers(text: &str, keywords: &Keywords<'_>) -> PyResult<Vec<KeyAnswer>> {
    keywords.check(&["machine_guid", "names"])?;
    let names = container_names(keywords)?;
    Ok(KeyQuestion::new(text).answer(&names, machine_guid(keywords)?.as_ref()))
}

/// What is known of a container or of a key file: what `procmonkey key -f json` writes.
#[pyfunction]
#[pyo3(signature = (text, /, **keywords))]
pub(crate) fn key(
    py: Python<'_>,
    text: &str,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let listed = |answer: KeyAnswer| Listed { known: answer.known(), answer };
    let answers = answers(text, &Keywords(keywords))?;
    to_python(py, &answers.into_iter().map(listed).collect::<Vec<_>>())
}

/// The name of the container of a key file; None where no known name gives its stem.
#[pyfunction]
#[pyo3(signature = (key_file, /, **keywords))]
pub(crate) fn container_name(
    key_file: &str,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<Option<String>> {
    if matches!(KeyQuestion::new(key_file), KeyQuestion::Name(_)) {
        let message = format!(
            "{key_file} is not the name of a key file, its path, or the 32 hexadecimal digits before \
             the underscore"
        );
        return Err(Failure::Argument(message).into());
    }
    let answers = answers(key_file, &Keywords(keywords))?;
    Ok(answers.into_iter().find_map(|answer| answer.container))
}

/// The name of the file of a container; `system` is `capi` or `cng`.
#[pyfunction]
#[pyo3(signature = (container, machine_guid, /, *, system="capi"))]
pub(crate) fn key_file_name(
    py: Python<'_>,
    container: &str,
    machine_guid: &str,
    system: &str,
) -> PyResult<String> {
    let system = match system {
        "capi" => KeySystem::Capi,
        "cng" => KeySystem::Cng,
        other => {
            return Err(Failure::Argument(format!("system: {other} is none of capi, cng")).into());
        }
    };
    let keywords = PyDict::new(py);
    keywords.set_item("machine_guid", machine_guid)?;
    let guid = crate::case::machine_guid(&Keywords(Some(keywords)))?;
    let stem = system.stem(container);
    match (stem, guid) {
        (Some(stem), Some(guid)) => Ok(format!("{stem}_{guid}")),
        _ => {
            let message = format!(
                "{container}: which code page Windows takes for a name outside ASCII is not \
                 established"
            );
            Err(Failure::Argument(message).into())
        }
    }
}

/// What an error code means: an item of what `procmonkey code -f json` writes.
#[pyfunction]
#[pyo3(signature = (code, /))]
pub(crate) fn code(py: Python<'_>, code: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    // A number that Python shows in decimal digits means the same as its hexadecimal form.
    let text: String = match code.extract::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => code.extract()?,
    };
    to_python(py, &CodeAnswer::new(&text))
}
