"""Classes of report.schema.json, which make_types.py has written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Optional, Union

__all__ = ["Capture", "CaptureProcess", "CaptureStoredFile", "CitedEvent", "CodeTouch",
    "Computer", "ComputerName", "ComputerVolume", "Confirmation", "ConfirmationAnswer",
    "Container", "ContainerGuid", "Density", "DoFirst", "ErrorCode", "FailedOperation",
    "FileTouch", "Finding", "FindingEvidence", "Folder", "FolderTouch", "GuidRead", "GuidSign",
    "HardwareKeyTouch", "Holder", "KeyFile", "Link", "Loss", "Losses", "MachineGuidTouch",
    "MasterKeyTouch", "NamedGuid", "NamedGuidSince", "Placed", "Process", "ProcessPhase",
    "ProviderTouch", "Renaming", "ReportFields", "ReportFieldsInputsUnread", "ReportFieldsMade",
    "ReportFieldsPhaseWord", "State", "TimelineEntry", "Toucher", "Touches",
    "TouchesDependencyChange", "UnknownKind", "Verdict", "VerdictEvidence", "VerdictMissing",
    "Witness", "WitnessKey", "WitnessSource", "WitnessTime"]


@dataclass(frozen=True)
class ReportFields:
    """What `procmonkey analyze -f json` writes: everything found in one case, which is one
    capture or several that belong together. Events are numbered from 1 within their capture;
    the header does not count. New fields may come at any time, so do not take an unknown field
    for an error; `schema_version` grows when a field goes away or changes its meaning.

    ``guid_signs``: The letters that GUIDs have on every page of this report: the older one
        before the newer one, then in the order in which they were first seen. GUIDs beyond four
        have none.
    ``cited_events``: The rows that the report refers to by their numbers, in the order of
        captures and events: those of the findings, and of key files, containers and touches as
        many as may be.
    ``cited_events_left_out``: How many further rows the report refers to that are not in
        `cited_events`.
    ``inputs_unread``: Inputs, and members of archives, that could not be read at all.
    ``phase_words``: The phases in words.
    ``schema_version``: Version of the report's form.
    ``tool``: Name and version of the program that made it.
    ``made``: By which command line it was made, and when; null unless that was asked for, so
        that the same input gives the same report.
    ``process_selection``: Which processes are judged: inetinfo.exe and whoever is met at key
        files; all; or those of `processes_asked`.
    ``processes_asked``: The names, patterns and PIDs that were asked for; empty where none was.
    ``captures``: The captures, in the order of their dates; those whose times cannot be
        compared with those of the others at the places at which they were given.
    ``processes``: The process instances that are judged.
    ``machine_guid_reads``: Each logical read of MachineGuid.
    ``timeline``: Every step of the processes that were asked for, and of others about whom
        something was found, in the order of captures and events.
    ``key_files``: Every key file that was touched or listed.
    ``containers``: The containers behind them, with the GUIDs that each was seen under.
    ``touches``: What any process did around key files: the witnesses of the findings.
    ``witnesses``: What was told of the computer beside the captures.
    ``witnesses_left_out``: How many witnesses are left out, because they are far from the
        captures and of other services, or too many.
    ``witness_sources``: What the witnesses were read from, in the order in which it was read,
        also where it gave none.
    ``findings``: What was found, worst first.
    ``findings_left_out``: How many further findings there are that are not in `findings`,
        because those of the same signature and severity are too many.
    ``verdict``: What all of it comes to.
    """

    guid_signs: list[GuidSign]
    cited_events: list[CitedEvent]
    cited_events_left_out: int
    inputs_unread: list[ReportFieldsInputsUnread]
    phase_words: list[ReportFieldsPhaseWord]
    schema_version: Literal[2]
    tool: str
    made: Optional[ReportFieldsMade]
    process_selection: Literal['at_the_keys', 'all', 'named']
    processes_asked: list[str]
    captures: list[Capture]
    processes: list[Process]
    machine_guid_reads: list[GuidRead]
    timeline: list[TimelineEntry]
    key_files: list[KeyFile]
    containers: list[Container]
    touches: Touches
    witnesses: list[Witness]
    witnesses_left_out: int
    witness_sources: list[WitnessSource]
    findings: list[Finding]
    findings_left_out: int
    verdict: Verdict


@dataclass(frozen=True)
class GuidSign:
    """The letter of a GUID.

    ``letter``: The letter.
    ``guid``: The GUID.
    """

    letter: Literal['A', 'B', 'C', 'D']
    guid: str


@dataclass(frozen=True)
class CitedEvent:
    """A row that the report refers to by its number.

    ``capture``: Index into `captures`.
    ``event``: Number of the event.
    ``time``: When, as far as it is known.
    ``time_text``: The time as the capture writes it.
    ``time_quality``: How well the time is known.
    ``process``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``tid``: TID, when it is known.
    ``operation``: Operation, as written.
    ``path``: Path, as written.
    ``result``: Result, as written.
    ``detail``: Detail, as written; only the beginning of a long one.
    ``detail_left_out``: How many characters of Detail are left out at its end.
    """

    capture: int
    event: int
    time: Optional[str]
    time_text: Optional[str]
    time_quality: Literal['full', 'date_inferred', 'date_ambiguous', 'time_only', 'order_only']
    process: Optional[str]
    pid: Optional[int]
    tid: Optional[int]
    operation: str
    path: str
    result: str
    detail: str
    detail_left_out: int


@dataclass(frozen=True)
class ReportFieldsInputsUnread:
    """One of them.

    ``path``: Path or name of it.
    ``error``: Why.
    """

    path: str
    error: str


@dataclass(frozen=True)
class ReportFieldsPhaseWord:
    """A phase.

    ``id``: The phase.
    ``name``: Its name for people.
    ``what``: What happens in it.
    """

    id: Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']
    name: str
    what: str


@dataclass(frozen=True)
class ReportFieldsMade:
    """By which command line it was made, and when; null unless that was asked for, so that the
    same input gives the same report.

    ``argv``: The program and its arguments.
    ``at``: When, in UTC.
    """

    argv: list[str]
    at: str


@dataclass(frozen=True)
class Capture:
    """One capture of the case.

    ``bytes``: How many bytes the input has as it was given; null for a stream and for a member
        of an archive.
    ``packing``: The compressions around it, the outermost first.
    ``zone``: Whether the time zone is known: `utc` counts in UTC, `known` has one, `unknown`
        has wall clock times of an unknown zone.
    ``events_expected``: How many events the header of a native log in one file says that it
        has; null where nothing says it.
    ``capture_id``: A short name that it has by its bytes, the same for copies of it: the first
        128 bits of BLAKE3 over the length, the first and the last 64 KiB, and the name in an
        archive. For a stream, 'stream-' and that of its first 64 KiB. What --capture-id has set
        stays as it is, with the name in an archive behind it. Null where the program was built
        without the feature capture-id.
    ``stored_files``: The files that it was read from, with --hash sha256 only: several of a
        native log in several parts, and of what is packed, the file that is stored.
    ``density``: How its events are spread over the time from `first_time` to `last_time`; null
        where its times do not say it.
    ``broke_off``: Why reading ended before the end; null where it did not.
    ``role``: What it is in the case: to be judged, or from when all was well.
    ``path``: Path or name of the input; for a member of an archive followed by its name.
    ``format``: What the capture was told to be by its content.
    ``columns``: Header texts of its columns, in order.
    ``events_read``: How many events were read.
    ``events_kept``: How many of them are of processes that are judged; of one that nobody asked
        for, those at the keys.
    ``events_undecided``: How many the filter could not decide on.
    ``first_time``: Time of the first event, as far as it is known.
    ``last_time``: Time of the last event, as far as it is known.
    ``time_quality``: How well times are known.
    ``computer``: What the capture says about the computer that it was made on.
    ``losses``: What could not be read.
    ``processes``: The processes by number of events, most first. Events that do not name their
        process are counted under an empty name.
    ``guid_reads_without_value``: Attempts to read MachineGuid whose value the capture does not
        show.
    ``remarks``: Things a reader of the report should know about this capture, in sentences.
    """

    bytes: Optional[int]
    packing: list[str]
    zone: Literal['utc', 'known', 'unknown']
    events_expected: Optional[int]
    capture_id: Optional[str]
    density: Optional[Density]
    broke_off: Optional[str]
    role: Literal['case', 'baseline']
    path: str
    format: Literal['csv', 'xml', 'pml', 'pasted']
    columns: list[str]
    events_read: int
    events_kept: int
    events_undecided: int
    first_time: Optional[str]
    last_time: Optional[str]
    time_quality: Literal['full', 'date_inferred', 'date_ambiguous', 'time_only', 'order_only']
    computer: Computer
    losses: Losses
    processes: list[CaptureProcess]
    guid_reads_without_value: int
    remarks: list[str]
    stored_files: Optional[list[CaptureStoredFile]] = None


@dataclass(frozen=True)
class CaptureStoredFile:
    """

    ``path``: Its path, or `standard input`.
    ``bytes``: How many bytes it has.
    ``sha256``: Their SHA-256.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Density:
    """How events are spread over a time.

    ``bins``: How many stretches of the same length the time is divided into.
    ``all``: How many events fall into each stretch.
    ``followed``: How many of them are of processes that were asked for; of inetinfo.exe, where
        none was.
    ``basis``: What the numbers stand on: the time of every event, or those of some events,
        between which the others are taken to be spread evenly.
    """

    bins: int
    all: list[int]
    followed: list[int]
    basis: Literal['every_event', 'some_events']


@dataclass(frozen=True)
class Computer:
    """What a capture says about its computer. Captures that name different computers are not
    compared with each other.

    ``names``: Names of the computer.
    ``authorities``: What the SIDs of accounts of the computer, or of its domain, begin with.
    ``volumes``: Its volumes.
    """

    names: list[ComputerName]
    authorities: list[str]
    volumes: list[ComputerVolume]


@dataclass(frozen=True)
class ComputerName:
    """A name.

    ``name``: The name.
    ``source``: Where it was found.
    """

    name: str
    source: str


@dataclass(frozen=True)
class ComputerVolume:
    """A volume.

    ``drive``: Its drive.
    ``serial``: Its serial number.
    """

    drive: str
    serial: str


@dataclass(frozen=True)
class Losses:
    """What could not be read of a capture, or of what witnesses were read from.

    ``count``: How many losses there were.
    ``unknown``: How many things were of a kind that is not known; they are kept as written and
        are no losses.
    ``first``: The first of them, and the first of each kind that is not known.
    ``unknown_kinds``: The kinds that are not known, in the order in which they were met.
    """

    count: int
    unknown: int
    first: list[Loss]
    unknown_kinds: list[UnknownKind]


@dataclass(frozen=True)
class Loss:
    """One thing that could not be read.

    ``kind``: Why, in one word.
    ``byte``: Offset in bytes in the decoded text, from 0.
    ``line``: Line, from 1, where the format has lines.
    ``record``: Record (event), from 1.
    ``message``: What was needed and what was there.
    """

    kind: Literal['truncated', 'damaged_record', 'damaged_field', 'invalid_text', 'decompression', 'unknown']
    byte: int
    line: Optional[int]
    record: Optional[int]
    message: str


@dataclass(frozen=True)
class UnknownKind:
    """A kind of thing that is not known.

    ``what``: Its names and numbers.
    ``count``: How often it occurs.
    ``byte``: Offset in bytes of the first one, from 0.
    ``record``: The first event that has it.
    """

    what: str
    count: int
    byte: int
    record: Optional[int]


@dataclass(frozen=True)
class CaptureProcess:
    """How many events a process has.

    ``name``: Process Name.
    ``events``: Number of events.
    """

    name: str
    events: int


@dataclass(frozen=True)
class Process:
    """One instance of a process: from its start to its exit, as far as the capture shows them.

    ``first_time``: When its first event was, as far as the capture shows it.
    ``last_time``: When its last event was, as far as the capture shows it.
    ``image``: Path of its image, as far as the capture shows it.
    ``started_by``: Process Name of the process that started it, as far as the capture shows it.
    ``file_event``: Its first event on a file, of a process that was asked for; null where what
        it did with files is not in the capture.
    ``starts``: The event in which it starts; null where the capture does not show it.
    ``exits``: The event in which it exits; null where the capture does not show it.
    ``capture``: Index into `captures`.
    ``name``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``account``: The account that it runs as, when the capture tells it.
    ``acts_for``: The account that it acted for, for the part of lsass.exe that opened the keys
        of that account.
    ``judged_as``: Why it is judged: it was asked for, or none was and it is inetinfo.exe; or it
        touched a key file or a key folder, or failed at MachineGuid.
    ``first_event``: First event of the instance.
    ``last_event``: Last event of the instance.
    ``events``: How many events it has. Of a process that was not asked for, those at the keys.
    ``exit_status``: The status that it ended with, when the capture shows it: 0 is success.
    ``phases``: Its phases, in the order in which they begin.
    """

    first_time: Optional[str]
    last_time: Optional[str]
    image: Optional[str]
    started_by: Optional[str]
    file_event: Optional[int]
    starts: Optional[int]
    exits: Optional[int]
    capture: int
    name: Optional[str]
    pid: Optional[int]
    account: Optional[str]
    acts_for: Optional[str]
    judged_as: Literal['asked', 'at_the_keys']
    first_event: int
    last_event: int
    events: int
    exit_status: Optional[int]
    phases: list[ProcessPhase]


@dataclass(frozen=True)
class ProcessPhase:
    """One phase of one process.

    ``phase``: Which phase.
    ``first_event``: First event that marks it.
    ``last_event``: Last event that marks it.
    ``events``: How many events mark it.
    ``last_time``: When the last event that marks it was, as far as the capture shows it.
    ``time``: When it began, as far as the capture tells.
    """

    phase: Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']
    first_event: int
    last_event: int
    events: int
    last_time: Optional[str]
    time: Optional[str]


@dataclass(frozen=True)
class GuidRead:
    """One logical read of MachineGuid: what a program asked for once, though the capture may
    show it as up to four events.

    ``capture``: Index into `captures`.
    ``process_index``: Index into `processes`, when the process is one of those that are judged.
    ``process``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``tid``: TID, when it is known.
    ``events``: The events of the read, ascending.
    ``value``: The value that was given.
    ``view``: Through which view of the registry: `wow6432` is the 32-bit one, where the value
        normally does not exist.
    ``full_chain``: Whether it is the four-event read of the crypto provider.
    ``time``: Time of the first event, as far as it is known.
    ``time_quality``: How well the time is known.
    """

    capture: int
    process_index: Optional[int]
    process: Optional[str]
    pid: Optional[int]
    tid: Optional[int]
    events: list[int]
    value: str
    view: Literal['native', 'wow6432']
    full_chain: bool
    time: Optional[str]
    time_quality: Literal['full', 'date_inferred', 'date_ambiguous', 'time_only', 'order_only']


@dataclass(frozen=True)
class TimelineEntry:
    """One step of the timeline.

    ``failed``: Whether it failed in a way that matters to a key.
    ``group``: The number of its mark in a drawing: steps on one file that follow each other at
        once have the same.
    ``findings``: Indexes into `findings` of those that cite it.
    ``events``: Its events: several for a read of MachineGuid.
    ``capture``: Index into `captures`.
    ``event``: Number of the event; for a read of several events the first.
    ``time``: When, as far as it is known.
    ``time_text``: The time as the capture writes it.
    ``time_quality``: How well the time is known.
    ``delta_seconds``: Seconds since the entry before, when both times are known.
    ``process_index``: Index into `processes`, when the process is one of those that are judged.
    ``process``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``tid``: TID, when it is known.
    ``phase``: The phase of the process that the step belongs to.
    ``step``: What was done.
    ``path``: The path, as seen.
    ``result``: The result, as seen.
    ``guid``: The GUID: of the key file's name, or the value that was read or set.
    ``relation``: How a key file's GUID relates to the MachineGuid in effect.
    ``in_effect``: Where that MachineGuid comes from: the value that the same process read last,
        the only value that the capture shows, the last one that anybody read or set before, or
        the one of the registry.
    ``folder``: Folder of the key file.
    ``stem``: Hash of the container's name.
    ``container``: Name of the container, when it is known.
    ``offset``: Offset in bytes of what was read or written.
    ``length``: Length in bytes of what was read or written.
    ``new_path``: The new path of a renamed file.
    ``note``: What the event means, where it is easily misread.
    ``link``: The read of MachineGuid before it.
    """

    failed: bool
    group: int
    findings: list[int]
    events: list[int]
    capture: int
    event: int
    time: Optional[str]
    time_text: Optional[str]
    time_quality: Literal['full', 'date_inferred', 'date_ambiguous', 'time_only', 'order_only']
    delta_seconds: Optional[float]
    process_index: Optional[int]
    process: Optional[str]
    pid: Optional[int]
    tid: Optional[int]
    phase: Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']
    step: Literal['guid_read', 'guid_missing', 'guid_set', 'guid_removed', 'probed', 'queried', 'opened', 'created', 'overwritten', 'written', 'read', 'renamed', 'deleted', 'undeleted', 'denied', 'sharing_violation', 'collision', 'pending', 'failed']
    path: str
    result: str
    guid: Optional[str]
    relation: Optional[Literal['current', 'other', 'unknown']]
    in_effect: Optional[Literal['process_read', 'only_value', 'last_seen', 'registry']]
    folder: Optional[Folder]
    stem: Optional[str]
    container: Optional[str]
    offset: Optional[int]
    length: Optional[int]
    new_path: Optional[str]
    note: Optional[str]
    link: Optional[Link]


@dataclass(frozen=True)
class Folder:
    """The kind of a key folder.

    ``provider``: The key system.
    ``scope``: Whose keys.
    ``root``: Where the folder stands.
    ``store``: Folder below `Microsoft\\Crypto`.
    """

    provider: Literal['capi', 'cng']
    scope: Literal['machine', 'local_system', 'local_service', 'network_service', 'user']
    root: Literal['common_data', 'windows_profiles', 'system32', 'service_profile', 'user_profile', 'other']
    store: Literal['RSA\\MachineKeys', 'DSS\\MachineKeys', 'RSA\\<SID>', 'DSS\\<SID>', 'Keys', 'SystemKeys']


@dataclass(frozen=True)
class Link:
    """The read of MachineGuid that precedes a step.

    ``read``: Index into `machine_guid_reads`.
    ``via``: How the two belong together: the same thread, the same process, or only the same
        capture.
    ``elapsed_seconds``: Seconds from the read to the step, when both times are known.
    """

    read: int
    via: Literal['thread', 'process', 'capture']
    elapsed_seconds: Optional[float]


@dataclass(frozen=True)
class KeyFile:
    """One key file of the case.

    ``capture``: Index into `captures`.
    ``path``: Path, as first seen.
    ``folder``: Folder.
    ``stem``: Hash of the container's name.
    ``container``: Name of the container, when it is known.
    ``guid``: GUID behind the underscore, as first seen.
    ``relation``: How it relates to the MachineGuid in effect.
    ``first_event``: First event that touched or listed it.
    ``last_event``: Last event that touched or listed it.
    ``created``: Whether it was made within the capture.
    ``created_by``: What proves that: CreateFile with `OpenResult: Created`, or a first write at
        offset 0 to a file that was not opened before.
    ``created_event``: Event that proves it.
    ``first_write_length``: Length in bytes of the first write at offset 0.
    ``first_write_is_empty_container``: Whether that is just the length of the container without
        keys; null when the name or the length is not known.
    ``exists``: Whether the file was there: opened, made, listed. False when it was only looked
        for and not found.
    ``listed_by``: Events of folder listings that name it.
    ``last_there``: Last event that shows that it was there; a deletion does not count.
    ``state``: What the capture shows last of it.
    ``steps``: The steps taken on it, without repetition, in their order.
    """

    capture: int
    path: str
    folder: Folder
    stem: str
    container: Optional[str]
    guid: str
    relation: Literal['current', 'other', 'unknown']
    first_event: int
    last_event: int
    created: bool
    created_by: Optional[Literal['open_result', 'first_write']]
    created_event: Optional[int]
    first_write_length: Optional[int]
    first_write_is_empty_container: Optional[bool]
    exists: bool
    listed_by: list[int]
    last_there: Optional[int]
    state: Optional[State]
    steps: list[Literal['guid_read', 'guid_missing', 'guid_set', 'guid_removed', 'probed', 'queried', 'opened', 'created', 'overwritten', 'written', 'read', 'renamed', 'deleted', 'undeleted', 'denied', 'sharing_violation', 'collision', 'pending', 'failed']]


@dataclass(frozen=True)
class State:
    """What is known last of a key file, and what shows it; null where nothing does.

    ``is_``: What is known.
    ``capture``: Index into `captures`; null where only a witness shows it.
    ``event``: The event that shows it.
    ``witness``: Index into `witnesses`, where one shows it.
    """

    is_: Literal['exists', 'created', 'access_denied', 'not_made', 'in_use', 'damaged', 'not_found', 'deleted', 'renamed']
    capture: Optional[int]
    event: Optional[int]
    witness: Optional[int]


@dataclass(frozen=True)
class Container:
    """One key container of the case.

    ``stem``: Hash of the name.
    ``provider``: The key system.
    ``name``: The name, when it is known.
    ``name_source``: Where the name comes from.
    ``owner``: Who uses it.
    ``guids``: The GUIDs that its files were seen under, the one seen first in front.
    """

    stem: str
    provider: Literal['capi', 'cng']
    name: Optional[str]
    name_source: Optional[Literal['known', 'user']]
    owner: Optional[str]
    guids: list[ContainerGuid]


@dataclass(frozen=True)
class ContainerGuid:
    """One GUID that a container was seen under.

    ``guid``: The GUID, as first seen.
    ``capture``: Index into `captures` of the first sighting; null where only a witness has it.
    ``event``: Event of the first sighting in a capture.
    ``witnesses``: Indexes into `witnesses` of listings and audited operations that name the
        file.
    ``exists``: Whether a file of this name was there, or was only looked for.
    ``created``: Whether it was made within the case.
    ``state``: What is known last of the file.
    """

    guid: str
    capture: Optional[int]
    event: Optional[int]
    witnesses: list[int]
    exists: bool
    created: bool
    state: Optional[State]


@dataclass(frozen=True)
class Touches:
    """What all processes did around key files, one entry for each process and thing.

    ``files``: What each process did with each key file.
    ``folders``: What each process did with each key folder, and with folders on the way to one.
    ``master_keys``: The DPAPI master keys, and their folders, that processes looked for.
    ``providers``: The crypto providers that the followed processes looked for.
    ``code``: Programs below a key folder.
    ``machine_guid``: How each process fared at MachineGuid, where it asked for it.
    ``hardware_keys``: What each process did with keys of the TPM and of Windows Hello.
    ``dependency_changes``: What was changed of the things that keys need beside their files:
        master keys of DPAPI, folders of them, registrations of crypto providers.
    ``left_out``: How many events were left out, because there were too many files, folders,
        master keys or programs.
    """

    files: list[FileTouch]
    folders: list[FolderTouch]
    master_keys: list[MasterKeyTouch]
    providers: list[ProviderTouch]
    code: list[CodeTouch]
    machine_guid: list[MachineGuidTouch]
    hardware_keys: list[HardwareKeyTouch]
    dependency_changes: list[TouchesDependencyChange]
    left_out: int


@dataclass(frozen=True)
class FileTouch:
    """What one process did with one key file.

    ``by``: Who.
    ``path``: Path, as first seen.
    ``folder``: Folder.
    ``stem``: Hash of the container's name.
    ``guid``: GUID behind the underscore.
    ``container``: Name of the container, when it is known.
    ``first_event``: First event.
    ``last_event``: Last event.
    ``missing``: First time that it was looked for and not there.
    ``last_missing``: Last time that it was looked for and not there.
    ``misses``: How often it was looked for and not there.
    ``path_missing``: First time that not even its folder was there.
    ``opened``: First time that it was opened as an existing file.
    ``created``: When it was made.
    ``written``: First write.
    ``last_written``: Last write.
    ``emptied``: Last time that its content was cut off: by an open that overwrites it, or by
        setting its length to zero.
    ``read``: First read that gave bytes.
    ``last_use``: Last time that it was opened, made, read, written or asked about with success.
    ``read_to``: How many bytes reads reached, counted from the beginning of the file.
    ``size``: Size in bytes that was first told for it.
    ``size_event``: Event that told the size.
    ``end_of_file``: First read that met the end of the file: event and offset.
    ``denied``: First time that access was denied.
    ``create_denied``: First time that making it was denied: that is up to the rights of its
        folder.
    ``create_without_path``: First time that making it failed because a folder on the way is
        missing.
    ``impersonating``: The account on whose behalf access was denied, where the process acted
        for another one than its own.
    ``collision``: First time that it could not be made because it exists.
    ``sharing_violation``: First time that another handle kept this process out.
    ``holders``: The processes that had it open then, as far as their opening is in the capture.
    ``succeeded_later``: First time that it was opened or made after access had been denied or
        another handle had kept it out.
    ``deleted``: When it was deleted, or marked for deletion.
    ``not_deleted``: First time that it could not be deleted.
    ``last_not_deleted``: Last time that it could not be deleted.
    ``rights_changed``: Last time that its rights were changed.
    ``ended``: When the process ended, or another one with its PID began, as far as the capture
        shows it.
    ``renamed``: When it got another name, and which.
    ``failures``: Operations that failed for another reason than these, the first few of them.
    """

    by: Toucher
    path: str
    folder: Folder
    stem: str
    guid: str
    container: Optional[str]
    first_event: int
    last_event: int
    missing: Optional[int]
    last_missing: Optional[int]
    misses: int
    path_missing: Optional[int]
    opened: Optional[int]
    created: Optional[int]
    written: Optional[int]
    last_written: Optional[int]
    emptied: Optional[int]
    read: Optional[int]
    last_use: Optional[int]
    read_to: int
    size: Optional[int]
    size_event: Optional[int]
    end_of_file: Optional[tuple[int, int]]
    denied: Optional[int]
    create_denied: Optional[int]
    create_without_path: Optional[int]
    impersonating: Optional[str]
    collision: Optional[int]
    sharing_violation: Optional[int]
    holders: list[Holder]
    succeeded_later: Optional[int]
    deleted: Optional[int]
    not_deleted: Optional[int]
    last_not_deleted: Optional[int]
    rights_changed: Optional[int]
    ended: Optional[int]
    renamed: Optional[Renaming]
    failures: list[FailedOperation]


@dataclass(frozen=True)
class Toucher:
    """A process as an event names it.

    ``acts_for``: The account that it acted for, where it did: lsass.exe opens the keys of
        others.
    ``capture``: Index into `captures`.
    ``process_index``: Index into `processes`, when the process is one of those that are judged.
    ``name``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``account``: The account that it runs as, when it is known.
    """

    acts_for: Optional[str]
    capture: int
    process_index: Optional[int]
    name: Optional[str]
    pid: Optional[int]
    account: Optional[str]


@dataclass(frozen=True)
class Holder:
    """A process that had a file open.

    ``name``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``opened``: Event in which it opened the file.
    """

    name: Optional[str]
    pid: Optional[int]
    opened: int


@dataclass(frozen=True)
class Renaming:
    """A file or a folder got another name; null where none did.

    ``event``: The event.
    ``to``: The new path, when the event tells it.
    """

    event: int
    to: Optional[str]


@dataclass(frozen=True)
class FailedOperation:
    """An operation that failed because of the disk, or of what guards it, or with a result that
    is not known.

    ``event``: The event.
    ``operation``: Operation, as written.
    ``result``: Result, as written.
    ``kind``: What the result means.
    """

    event: int
    operation: str
    result: str
    kind: Literal['disk_full', 'quota', 'damaged', 'device', 'delete_pending', 'write_protected', 'infected', 'encrypted', 'resources', 'undeletable', 'other', 'unknown']


@dataclass(frozen=True)
class FolderTouch:
    """What one process did with one folder of `Microsoft\\Crypto`.

    ``by``: Who.
    ``path``: Path of the folder, as first seen.
    ``folder``: The kind of key folder; null for a folder on the way to one.
    ``root``: Where it stands.
    ``missing``: First time that it, or a folder above it, was not there.
    ``denied``: First time that access was denied.
    ``opened``: First time that it was opened.
    ``last_success``: Last time that it was opened, listed or made.
    ``listed``: First time that it was listed.
    ``created``: When it was made.
    ``rights_changed``: Last time that its rights were changed.
    ``create_denied``: First time that making it, or a folder in it, was denied.
    ``short_name_denied``: First time that a file in it was denied that the event calls by its
        short name.
    ``last_missing``: Last time that it, or a folder above it, was not there.
    ``deleted``: When it was deleted, or marked for deletion.
    ``renamed``: When it got another name, and which.
    ``failures``: Operations that failed for another reason, the first few of them.
    """

    by: Toucher
    path: str
    folder: Optional[Folder]
    root: Literal['common_data', 'windows_profiles', 'system32', 'service_profile', 'user_profile', 'other']
    missing: Optional[int]
    denied: Optional[int]
    opened: Optional[int]
    last_success: Optional[int]
    listed: Optional[int]
    created: Optional[int]
    rights_changed: Optional[int]
    create_denied: Optional[int]
    short_name_denied: Optional[int]
    last_missing: Optional[int]
    deleted: Optional[int]
    renamed: Optional[Renaming]
    failures: list[FailedOperation]


@dataclass(frozen=True)
class MasterKeyTouch:
    """A DPAPI master key, or a folder of them, that a process looked for.

    ``by``: Who.
    ``path``: Path, as first seen.
    ``name``: Name of the master key: a GUID that has nothing to do with MachineGuid. Empty for
        a folder.
    ``owner``: Whose it is: the SID in the path.
    ``impersonating``: The account that the process acted for, where the event says so.
    ``denied``: First time that access was denied.
    ``missing``: First time that it was not there.
    ``found``: Last time that it was opened, in this folder or a neighbouring one.
    ``after_read``: The last read of a key file before it was missing.
    ``seconds_after_read``: Seconds from that read, when both times are known.
    """

    by: Toucher
    path: str
    name: str
    owner: str
    impersonating: Optional[str]
    denied: Optional[int]
    missing: Optional[int]
    found: Optional[int]
    after_read: Optional[int]
    seconds_after_read: Optional[float]


@dataclass(frozen=True)
class ProviderTouch:
    """How a followed process looked for crypto providers.

    ``by``: Who.
    ``missing``: Registry keys and values of providers that were not there: event and path.
    ``found``: Providers whose registry values were found.
    ``dll_missing``: Searches for the provider's DLL that did not find it: event and path.
    ``denied``: Registry keys and values of providers, of CNG too, and the provider's DLL, where
        access was denied and not granted later: event and path.
    ``dll_found``: First event in which the DLL was found.
    ``cng_missing``: Registry keys of providers of CNG that were not there: event and path.
    ``cng_found``: Providers of CNG whose registry keys were found, in lower case.
    """

    by: Toucher
    missing: list[tuple[int, str]]
    found: list[str]
    dll_missing: list[tuple[int, str]]
    denied: list[tuple[int, str]]
    dll_found: Optional[int]
    cng_missing: list[tuple[int, str]]
    cng_found: list[str]


@dataclass(frozen=True)
class CodeTouch:
    """A program below a key folder.

    ``by``: Who.
    ``event``: The event.
    ``path``: Path of the program.
    ``was``: What was done: it was loaded or started, or made or written.
    """

    by: Toucher
    event: int
    path: str
    was: Literal['ran', 'written']


@dataclass(frozen=True)
class MachineGuidTouch:
    """How one process fared at MachineGuid in the 64-bit view, the one that names key files.

    ``by``: Who.
    ``missing``: First time that the value was not there.
    ``key_missing``: First time that the key that holds it was not there.
    ``denied``: First time that access to the value or its key was denied.
    ``failed``: First failure for another reason.
    ``last_failure``: Last of all these.
    ``rights_changed``: Last time that it changed the rights of the key.
    ``last_read``: Last time that the value was read.
    ``malformed``: First read of a value that Windows would not write so: the event and the
        value.
    """

    by: Toucher
    missing: Optional[int]
    key_missing: Optional[int]
    denied: Optional[int]
    failed: Optional[FailedOperation]
    last_failure: Optional[int]
    rights_changed: Optional[int]
    last_read: Optional[int]
    malformed: Optional[tuple[int, str]]


@dataclass(frozen=True)
class HardwareKeyTouch:
    """What one process did with one file or folder of the keys of the TPM or of Windows Hello.

    ``by``: Who.
    ``path``: Path, as first seen.
    ``store``: Which store.
    ``first_event``: First event.
    ``missing``: First time that it was not there.
    ``path_missing``: First time that not even its folder was there.
    ``misses``: How often it was not there.
    ``denied``: First time that access was denied.
    ``last_failure``: Last time that it was not there or that access was denied.
    ``last_use``: Last time that it was opened, read, written, made or listed with success.
    ``deleted``: When it was deleted, or marked for deletion.
    ``renamed``: When it got another name, and which.
    ``failures``: Operations that failed for another reason, the first few of them.
    """

    by: Toucher
    path: str
    store: Literal['tpm', 'hello']
    first_event: int
    missing: Optional[int]
    path_missing: Optional[int]
    misses: int
    denied: Optional[int]
    last_failure: Optional[int]
    last_use: Optional[int]
    deleted: Optional[int]
    renamed: Optional[Renaming]
    failures: list[FailedOperation]


@dataclass(frozen=True)
class TouchesDependencyChange:
    """One change.

    ``by``: Who.
    ``event``: The event.
    ``path``: Path of the file, folder, registry key or value.
    ``change``: What was done.
    """

    by: Toucher
    event: int
    path: str
    change: Literal['rights_changed', 'deleted', 'renamed']


@dataclass(frozen=True)
class Witness:
    """A fact from outside the captures, and its place among their events.

    ``kind``: The kind of fact, which tells the fields that it has.
    ``source``: Where it was read.
    ``placed``: Its place on the timeline; null for what has no time, or none that can be
        compared.
    ``unplaced``: Why it has no place, for a fact that should have one.
    ``notes``: What it says beyond its own words.
    ``keys``: folder: its files whose containers have a name that is known.
    ``value``: machine_guid: the value as it stands there.
    ``written``: machine_guid: when the registry key was last written.
    ``remarks``: machine_guid: what a reader of it should know.
    ``path``: folder, key_operation: the path of the folder or of the key file.
    ``folder``: folder: the kind of folder.
    ``files``: folder: its files with name, size, dates, owner, access rules, and what their
        headers say.
    ``access``: folder: the access rules of the folder itself, a line each.
    ``is_excerpt``: folder: whether it stands in a text that people have put together, and may
        be a part of a listing: then it does not show that a file is missing.
    ``id``: service: the event id; null for the dialog of the Services window.
    ``id_from_wording``: service: whether the id was told by the wording.
    ``provider``: service: name of the provider, as written.
    ``service``: service: short name, the same in any language.
    ``display_name``: service: the name that people see.
    ``depends_on``: service: the service that it depends on and that failed.
    ``state``: service: the state that it entered, as written.
    ``error_text``: service, schannel: the error as written.
    ``error``: service, schannel: the error as a code.
    ``error_note``: service: what was taken for granted to tell the code.
    ``time``: When it happened; null where nothing says so.
    ``computer``: Name of the computer.
    ``record``: Number of the record in its log.
    ``key_name``: key_operation: the name of the key.
    ``key_provider``: key_operation: the key storage provider.
    ``operation``: key_operation: what was done.
    ``key_type``: key_operation: whose key it is.
    ``result``: key_operation: the result, 0 for success.
    ``account``: key_operation: the account that did it.
    ``role``: schannel: whose credential it was, as written.
    ``sequence``: debug: its number in the log.
    ``pid``: debug: the process that wrote it.
    ``text``: debug: its text.
    """

    kind: Literal['machine_guid', 'folder', 'service', 'key_operation', 'schannel', 'debug']
    source: str
    placed: Optional[Placed]
    unplaced: Optional[str]
    notes: list[str]
    keys: list[WitnessKey]
    value: Optional[str] = None
    written: Optional[WitnessTime] = None
    remarks: Optional[list[str]] = None
    path: Optional[str] = None
    folder: Optional[Folder] = None
    files: Optional[list[dict[str, Any]]] = None
    access: Optional[list[str]] = None
    is_excerpt: Optional[bool] = None
    id: Optional[int] = None
    id_from_wording: Optional[bool] = None
    provider: Optional[str] = None
    service: Optional[str] = None
    display_name: Optional[str] = None
    depends_on: Optional[str] = None
    state: Optional[str] = None
    error_text: Optional[str] = None
    error: Optional[ErrorCode] = None
    error_note: Optional[str] = None
    time: Optional[WitnessTime] = None
    computer: Optional[str] = None
    record: Optional[int] = None
    key_name: Optional[str] = None
    key_provider: Optional[str] = None
    operation: Optional[str] = None
    key_type: Optional[str] = None
    result: Optional[ErrorCode] = None
    account: Optional[str] = None
    role: Optional[str] = None
    sequence: Optional[int] = None
    pid: Optional[int] = None
    text: Optional[str] = None


@dataclass(frozen=True)
class Placed:
    """The place of a fact on the timeline.

    ``time``: When it happened, by the clock of the capture.
    ``capture``: Index into `captures`.
    ``after_event``: The last event of the timeline that is not later; null in front of all.
    ``seconds``: Seconds since the first event of the capture.
    ``assumption``: What was taken for granted about the clocks.
    """

    time: Optional[str]
    capture: int
    after_event: Optional[int]
    seconds: float
    assumption: Optional[str]


@dataclass(frozen=True)
class WitnessKey:
    """A key file of the folder.

    ``file``: Index into `files`.
    ``container``: Name of the container.
    ``guid``: GUID behind the underscore.
    """

    file: int
    container: str
    guid: str


@dataclass(frozen=True)
class WitnessTime:
    """A time as it was written, and as far as it could be told.

    ``text``: As it was written.
    ``ticks``: Ticks of 100 ns since 1601-01-01 on `clock`.
    ``clock``: The clock that it was read from.
    """

    text: str
    ticks: Optional[int]
    clock: Literal['utc', 'local', 'unknown']


@dataclass(frozen=True)
class ErrorCode:
    """An error code of Windows.

    ``value``: The number.
    ``hex``: The number in hexadecimal digits.
    ``name``: Its name in Windows' headers.
    """

    value: int
    hex: str
    name: Optional[str]


@dataclass(frozen=True)
class WitnessSource:
    """Something that facts were to be read from, beside the captures.

    ``path``: Path or name of it.
    ``given_as``: As what it was given.
    ``facts``: How many facts it gave.
    ``events``: How many events it holds, those that are no facts too; 0 for what is no log.
    ``error``: Why no fact was read from it: it could not be read, or does not hold what it
        should; null otherwise.
    ``losses``: What of it could not be read.
    ``remarks``: Things a reader of the report should know about it, such as that an event log
        was copied while it was in use.
    """

    path: str
    given_as: Literal['baseline', 'keys_dir', 'hive', 'reg_export', 'event_log', 'debugview', 'live', 'pasted']
    facts: int
    events: int
    error: Optional[str]
    losses: Losses
    remarks: list[str]


@dataclass(frozen=True)
class Finding:
    """A signature that fired. It always cites something.

    ``stems``: Hashes of the names of the containers that its events are about.
    ``group_count``: How many findings of the same signature and severity there are, this one
        included, and those that are left out.
    ``signature``: Id of the signature.
    ``title``: Its title.
    ``title_short``: The title in at most forty characters, for lists.
    ``process_index``: The one of `processes` that it is about first; null where it is about the
        computer, or about a process that is not judged.
    ``severity``: How much it matters: worth knowing, not as it should be, broken. `warning` and
        `error` make the exit status 1.
    ``confidence``: How sure it is: one possible reading, the likeliest reading, no other
        reading known.
    ``raised_by``: What makes it surer than its rows alone.
    ``lowered_by``: What makes it less sure.
    ``evidence``: The events that support it, by capture. Empty only where witnesses support it.
    ``witnesses``: Indexes into `witnesses` that support it.
    ``processes``: Indexes into `processes` of those that its events are of.
    ``guids``: The GUIDs that it is about.
    ``put_back``: The value of MachineGuid that the advice names to be put back. Null unless it
        is proved that it is the older one, and that the other is still in effect.
    ``explanation``: What was seen, and what it is consistent with.
    ``does_not_prove``: What it does not prove, and what would disprove it: a sentence each.
    ``remedy``: What to do first. Advice only; nothing is ever executed.
    ``confirm``: A command that changes nothing and would confirm it; null where that of the
        signature does.
    """

    stems: list[str]
    group_count: int
    signature: str
    title: str
    title_short: str
    process_index: Optional[int]
    severity: Literal['info', 'warning', 'error']
    confidence: Literal['low', 'medium', 'high']
    raised_by: list[str]
    lowered_by: list[str]
    evidence: list[FindingEvidence]
    witnesses: list[int]
    processes: list[int]
    guids: list[NamedGuid]
    put_back: Optional[str]
    explanation: str
    does_not_prove: list[str]
    remedy: str
    confirm: Optional[str]


@dataclass(frozen=True)
class FindingEvidence:
    """Events of one capture.

    ``capture``: Index into `captures`.
    ``events``: Numbers of the events, ascending.
    """

    capture: int
    events: list[int]


@dataclass(frozen=True)
class NamedGuid:
    """A GUID that a finding is about.

    ``guid``: The GUID, as seen.
    ``role``: What it is to the finding. `older` and `newer` only where the order is proved;
        `unordered` where it is not. `expected` is what the user gave, `present` what is in
        effect now.
    ``since``: The event that shows it in this role.
    """

    guid: str
    role: Literal['older', 'newer', 'unordered', 'expected', 'present']
    since: Optional[NamedGuidSince]


@dataclass(frozen=True)
class NamedGuidSince:
    """

    ``capture``: Index into `captures`.
    ``event``: Number of the event.
    """

    capture: int
    event: int


@dataclass(frozen=True)
class Verdict:
    """The most likely cause in a few lines, or that none was found.

    ``headline``: What it comes to, in a few words.
    ``lead``: Who did what, and what follows, in a few sentences. GUIDs that have a letter in
        `guid_signs` are called by it.
    ``at_stake``: What stops working.
    ``evidence``: What shows it: five rows or facts at most.
    ``does_not_show``: What it does not show, a sentence each.
    ``settles``: What would settle what is left open.
    ``confirm``: A command that confirms or disproves it and changes nothing; null where there
        is none.
    ``do_first``: What to do first, in order.
    ``do_not``: What not to do, a sentence each.
    ``looked_for``: What was looked for, where nothing was found that is wrong.
    ``state``: What it comes to: `broken` is an error of medium or high confidence, `suspect` a
        warning or an error of low confidence, `note` something worth knowing; `nothing_known`
        means that at least one process was judged with what it did at key files; else nothing
        was judged, or only a part was read and nothing is wrong in it.
    ``main_process``: How it stands with inetinfo.exe: others were asked for; it has no event;
        it touched no key file; it opened or made key files and nothing is wrong with it;
        something is.
    ``judged``: Indexes into `processes` of those that were judged with what they did at key
        files.
    ``missing``: Why nothing could be judged; empty unless `state` is `not_judged`.
    ``guids``: The GUIDs that it is about.
    ``signature``: Id of the signature that explains most; null when nothing is wrong as far as
        the captures show.
    ``cause``: The most likely cause, in a sentence.
    ``confidence``: How sure that is.
    ``confidence_text``: The same in words, with what raises or lowers it.
    ``not_shown``: What the captures could not show.
    """

    headline: str
    lead: str
    at_stake: Optional[str]
    evidence: list[VerdictEvidence]
    does_not_show: list[str]
    settles: list[str]
    confirm: Optional[Confirmation]
    do_first: list[DoFirst]
    do_not: list[str]
    looked_for: list[str]
    state: Literal['broken', 'suspect', 'note', 'nothing_known', 'not_judged']
    main_process: Literal['not_asked', 'absent', 'no_key_file', 'healthy', 'affected']
    judged: list[int]
    missing: list[VerdictMissing]
    guids: list[NamedGuid]
    signature: Optional[str]
    cause: str
    confidence: Optional[Literal['low', 'medium', 'high']]
    confidence_text: str
    not_shown: list[str]


@dataclass(frozen=True)
class VerdictEvidence:
    """A row, or a fact from outside the captures, that a verdict rests on.

    ``rank``: Its place among the rows of the verdict by how much it says by itself: 0 says
        most.
    ``capture``: Index into `captures`; null for a fact from outside.
    ``event``: Number of the event.
    ``witness``: Index into `witnesses`, for a fact from outside.
    ``time``: When, as far as it is known.
    ``process``: Process Name, when it is known.
    ``pid``: PID, when it is known.
    ``step``: What was done, for a step of the timeline.
    ``stem``: Hash of the container's name.
    ``guid``: The GUID of the key file's name, or the value that was read or set.
    ``result``: The result, as written.
    ``text``: What it shows, in a few words.
    """

    rank: int
    capture: Optional[int]
    event: Optional[int]
    witness: Optional[int]
    time: Optional[str]
    process: Optional[str]
    pid: Optional[int]
    step: Optional[str]
    stem: Optional[str]
    guid: Optional[str]
    result: Optional[str]
    text: str


@dataclass(frozen=True)
class Confirmation:
    """A command that changes nothing, and what its answers mean.

    ``command``: The command.
    ``answers``: What it can answer.
    """

    command: str
    answers: list[ConfirmationAnswer]


@dataclass(frozen=True)
class ConfirmationAnswer:
    """An answer.

    ``guid``: The GUID that it answers.
    ``answer``: The answer in words, where it is no GUID.
    ``means``: What it means.
    """

    guid: Optional[str]
    answer: Optional[str]
    means: str


@dataclass(frozen=True)
class DoFirst:
    """One step of what to do first.

    ``text``: What to do.
    ``commands``: Commands for a Command Prompt, in order. A step that changes the computer has
        none.
    ``effect``: What the step does to the computer.
    """

    text: str
    commands: list[str]
    effect: Literal['copies', 'reads', 'changes']


@dataclass(frozen=True)
class VerdictMissing:
    """Something that is missing.

    ``kind``: What kind of thing: no event at all; none of a process that was asked for; a
        filter removed them; a column; no event at a key file; only a part was read, and what is
        wrong may be in the rest.
    ``text``: What is missing, in a sentence.
    ``remedy``: What to capture, or which flag to use.
    """

    kind: Literal['no_event', 'no_such_process', 'filtered_out', 'no_column', 'no_key_event', 'not_read_whole']
    text: str
    remedy: str
