//! Failures that a program of Python looks for, beside those of the library.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use procmonkey_analysis::signature::{Facts, Match, Signature};
use procmonkey_analysis::{Case, Confidence, Severity, SignatureText, signatures};
use pyo3::prelude::*;

use crate::error::{Failure, Outcome};
use crate::json::to_python;
use crate::selection::Keywords;

/// The first exception that a signature of Python has raised.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    pub(crate) fn check(&self) -> Outcome<()> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

/// A signature whose `find` is written in Python.
struct OfPython {
    text: &'static SignatureText,
    object: Py<PyAny>,
    raised: Raised,
}

/// The texts of the signatures so far: the library keeps them for ever, so each is kept once.
static TEXTS: Mutex<Option<HashMap<Vec<String>, &'static SignatureText>>> = Mutex::new(None);

/// Adds the signatures of the keyword `signatures` to a case.
pub(crate) fn add_signatures(mut case: Case, keywords: &Keywords<'_>) -> Outcome<(Case, Raised)> {
    let raised = Raised::default();
    let Some(given) = keywords.get("signatures")? else { return Ok((case, raised)) };
    let mut ids: Vec<String> = signatures().map(|known| known.id.to_string()).collect();
    for object in given.try_iter()? {
        let object = object?;
        let module = object.py().import("procmonkey._signature")?;
        let fields: Vec<String> = module.call_method1("fields_of", (&object,))?.extract()?;
        let [id, ..] = &fields[..] else { continue };
        if ids.contains(id) {
            return Err(Failure::Argument(format!("there is a signature {id} already")));
        }
        ids.push(id.clone());
        let text = text_of(&fields);
        let object = object.unbind();
        case = case.with_signature(OfPython { text, object, raised: raised.clone() });
    }
    Ok((case, raised))
}

/// The description with these fields, in the order of `_signature.FIELDS`.
fn text_of(fields: &[String]) -> &'static SignatureText {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = texts.get_or_insert_with(HashMap::new);
    if let Some(text) = known.get(fields) {
        return text;
    }
    let field = |place: usize| -> &'static str {
        fields.get(place).map_or("", |text| Box::leak(text.clone().into_boxed_str()))
    };
    let mut text = SignatureText::new(field(0), field(1));
    text.title_short = field(2);
    text.severity = field(3);
    text.looks_like = field(4);
    text.means = field(5);
    text.look_alike = field(6);
    text.disproved_by = field(7);
    text.remedy = field(8);
    text.confidence = field(9);
    text.confirm = field(10);
    text.avoid = field(11);
    text.source = field(12);
    let text: &'static SignatureText = Box::leak(Box::new(text));
    known.insert(fields.to_vec(), text);
    text
}

impl Signature for OfPython {
    fn text(&self) -> &'static SignatureText {
        self.text
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let found = Python::attach(|py| self.ask(py, facts));
        found.unwrap_or_else(|error| {
            let mut raised = self.raised.0.lock().unwrap_or_else(PoisonError::into_inner);
            raised.get_or_insert(error);
            Vec::new()
        })
    }
}

impl OfPython {
    fn ask(&self, py: Python<'_>, facts: &Facts<'_>) -> PyResult<Vec<Match>> {
        let report = to_python(py, facts.report())?;
        let module = py.import("procmonkey._signature")?;
        let found = module.call_method1("found", (&self.object, report))?;
        found.try_iter()?.map(|item| matched(&item?)).collect()
    }
}

/// A match, from an instance of `procmonkey.Match`.
fn matched(item: &Bound<'_, PyAny>) -> PyResult<Match> {
    let text = |name: &str| item.getattr(name)?.extract::<String>();
    let texts = |name: &str| item.getattr(name)?.extract::<Vec<String>>();
    let severity = match text("severity")?.as_str() {
        "info" => Severity::Info,
        "warning" => Severity::Warning,
        "error" => Severity::Error,
        other => return Err(unknown("severity", other, "info, warning, error")),
    };
    let confidence = match text("confidence")?.as_str() {
        "low" => Confidence::Low,
        "medium" => Confidence::Medium,
        "high" => Confidence::High,
        other => return Err(unknown("confidence", other, "low, medium, high")),
    };
    let mut found = Match::new(severity, confidence);
    for (capture, event) in item.getattr("events")?.extract::<Vec<(usize, u64)>>()? {
        found.evidence.add(capture, event);
    }
    for witness in item.getattr("witnesses")?.extract::<Vec<usize>>()? {
        found.evidence.add_witness(witness);
    }
    texts("raised_by")?.into_iter().for_each(|reason| found.evidence.raise(reason));
    texts("lowered_by")?.into_iter().for_each(|reason| found.evidence.lower(reason));
    found.explanation = text("explanation")?;
    found.does_not_prove = texts("does_not_prove")?;
    found.remedy = text("remedy")?;
    Ok(found)
}

fn unknown(what: &str, value: &str, known: &str) -> PyErr {
    Failure::Argument(format!("{what}: {value} is none of {known}")).into()
}
