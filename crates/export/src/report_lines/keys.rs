//! Key files, and the containers behind them.

use procmonkey_analysis::report::{
    ContainerSummary, CreationProof, GuidRelation, KeyFileCondition, KeyFileState, KeyFileSummary,
};
use procmonkey_analysis::{KeyFolder, MachineGuid, Step};
use serde::Serialize;

use crate::places::{EventPlace, Places};

#[derive(Serialize)]
pub(super) struct KeyFileRow<'r> {
    #[serde(flatten)]
    first: EventPlace<'r>,
    path: &'r str,
    container: Option<&'r str>,
    container_hash: &'r str,
    folder: KeyFolder,
    guid: &'r MachineGuid,
    relation: GuidRelation,
    exists: bool,
    created: bool,
    created_by: Option<CreationProof>,
    created_event: Option<EventPlace<'r>>,
    first_write_length: Option<u64>,
    first_write_is_empty_container: Option<bool>,
    state: Option<State<'r>>,
    last_there: Option<EventPlace<'r>>,
    last_event: EventPlace<'r>,
    listed_by: Vec<EventPlace<'r>>,
    steps: &'r [Step],
}

/// What is known last of a key file, and what shows it.
#[derive(Serialize)]
struct State<'r> {
    is: KeyFileCondition,
    #[serde(flatten)]
    event: EventPlace<'r>,
    witness: Option<String>,
}

/// One key file of one capture.
pub(super) fn key_file<'r>(places: &Places<'r>, file: &'r KeyFileSummary) -> KeyFileRow<'r> {
    let event = |number: u64| places.event(file.capture, number);
    KeyFileRow {
        first: event(file.first_event),
        path: &file.path,
        container: file.container.as_deref(),
        container_hash: &file.stem,
        folder: file.folder,
        guid: &file.guid,
        relation: file.relation,
        exists: file.exists,
        created: file.created,
        created_by: file.created_by,
        created_event: file.created_event.map(event),
        first_write_length: file.first_write_length,
        first_write_is_empty_container: file.first_write_is_empty_container,
        state: file.state.as_ref().map(|it| state(places, it)),
        last_there: file.last_there.map(event),
        last_event: event(file.last_event),
        listed_by: places.events(file.capture, &file.listed_by),
        steps: &file.steps,
    }
}

fn state<'r>(places: &Places<'r>, state: &KeyFileState) -> State<'r> {
    State {
        is: state.is,
        event: places.maybe_event(state.capture, state.event),
        witness: state.witness.and_then(|index| sentence(places, index)),
    }
}

/// What the witness with this index says.
pub(super) fn sentence(places: &Places<'_>, index: usize) -> Option<String> {
    places.report.witnesses.get(index).map(|entry| entry.witness.sentence())
}

#[derive(Serialize)]
pub(super) struct ContainerRow<'r> {
    container: Option<&'r str>,
    container_hash: &'r str,
    provider: procmonkey_analysis::KeySystem,
    name_source: Option<procmonkey_analysis::NameSource>,
    owner: Option<&'r str>,
    guids: Vec<ContainerGuidRow<'r>>,
}

#[derive(Serialize)]
struct ContainerGuidRow<'r> {
    guid: &'r MachineGuid,
    #[serde(flatten)]
    first: EventPlace<'r>,
    exists: bool,
    created: bool,
    state: Option<State<'r>>,
    witnesses: Vec<String>,
}

/// One key container of the case.
pub(super) fn container<'r>(
    places: &Places<'r>,
    container: &'r ContainerSummary,
) -> ContainerRow<'r> {
    let guids = container.guids.iter().map(|seen| ContainerGuidRow {
        guid: &seen.guid,
        first: places.maybe_event(seen.capture, seen.event),
        exists: seen.exists,
        created: seen.created,
        state: seen.state.as_ref().map(|it| state(places, it)),
        witnesses: seen.witnesses.iter().filter_map(|index| sentence(places, *index)).collect(),
    });
    ContainerRow {
        container: container.name.as_deref(),
        container_hash: &container.stem,
        provider: container.provider,
        name_source: container.name_source,
        owner: container.owner.as_deref(),
        guids: guids.collect(),
    }
}
