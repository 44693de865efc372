"""Classes of compare.schema.json, which make_types.py has written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Optional, Union

from ._report_types import (
    Capture,
    GuidSign,
    ProcessPhase,
    TimelineEntry,
)

__all__ = ["Action", "ActionDifference", "ComparisonFields", "Container", "ContainerState",
    "Difference", "Divergence", "Finding", "GuidDifference", "GuidRead", "Instance",
    "PhaseCount", "Side", "StartUp", "StartUpPhases"]


@dataclass(frozen=True)
class ComparisonFields:
    """What `procmonkey compare -f json` writes. Captures, phases and steps have the form that
    report.schema.json gives them. New fields may come at any time; one that goes away or
    changes its meaning needs a new schema_version.

    ``schema_version``:
    ``tool``:
    ``good``:
    ``bad``:
    ``outcome``:
    ``headline``: The result in a few words: where the two part
    ``lead``: What is alike and what differs first, in a few sentences. GUIDs that have a letter
        in `guid_signs` are called by it
    ``bad_finding``: What is wrong with the bad capture, seen by itself; null where that is no
        warning and no error
    ``guid_signs``: The letters that GUIDs have on every page: the same GUID has one letter in
        both captures
    ``remarks``: Why something could not be compared, and what weakens the result
    ``start_ups``:
    ``machine_guids``: Values that the followed processes read on one side only
    ``containers``:
    ``processes``: Names that only one capture has; they do not count
    """

    schema_version: Literal[2]
    tool: str
    good: Optional[Capture]
    bad: Optional[Capture]
    outcome: Literal['same', 'different', 'not_comparable']
    headline: str
    lead: str
    bad_finding: Optional[Finding]
    guid_signs: list[GuidSign]
    remarks: list[str]
    start_ups: list[StartUp]
    machine_guids: Optional[GuidDifference]
    containers: list[Container]
    processes: Optional[Difference]


@dataclass(frozen=True)
class Finding:
    """

    ``signature``:
    ``title``:
    ``severity``:
    ``confidence``:
    ``also_in_good``: Whether the good capture has a finding of the same signature and severity:
        then it does not explain the difference by itself
    """

    signature: str
    title: str
    severity: Literal['warning', 'error']
    confidence: Literal['low', 'medium', 'high']
    also_in_good: bool


@dataclass(frozen=True)
class StartUp:
    """

    ``process``:
    ``good``:
    ``bad``:
    ``phases``:
    ``divergence``:
    ``further``:
    ``minor``:
    ``differences``: Those differences, in the order in which the bad start-up comes to them:
        the further ones, then as many of the minor ones as there is room for
    ``differences_left_out``: How many differences are counted in `further` and `minor` and are
        not in `differences`
    ``common``:
    ``common_by_phase``: The same by the phases that the actions mark, in the order of phases;
        those that mark none stand last
    """

    process: Optional[str]
    good: Instance
    bad: Instance
    phases: Optional[StartUpPhases]
    divergence: Optional[Divergence]
    further: int
    minor: int
    differences: list[ActionDifference]
    differences_left_out: int
    common: int
    common_by_phase: list[PhaseCount]


@dataclass(frozen=True)
class Instance:
    """

    ``pid``:
    ``first_event``:
    ``last_event``:
    ``events``:
    ``starts``:
    ``exits``:
    ``of_instances``:
    ``first_time``:
    ``last_time``:
    ``exit_status``: The status that it ended with, when the capture shows it: 0 is success
    ``phases``: Its phases, in the order in which they begin
    ``timeline``: Its steps at MachineGuid and at key files. Their `process_index` and `link`
        are null and their `findings` are empty, because what these point to is not in a
        comparison
    """

    pid: Optional[int]
    first_event: int
    last_event: int
    events: int
    starts: bool
    exits: bool
    of_instances: int
    first_time: Optional[str]
    last_time: Optional[str]
    exit_status: Optional[int]
    phases: list[ProcessPhase]
    timeline: list[TimelineEntry]


@dataclass(frozen=True)
class StartUpPhases:
    """

    ``good``:
    ``bad``:
    """

    good: list[Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']]
    bad: list[Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']]


@dataclass(frozen=True)
class Divergence:
    """

    ``kind``:
    ``phase``:
    ``good``:
    ``bad``:
    """

    kind: Literal['other_result', 'only_good', 'only_bad']
    phase: Optional[Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']]
    good: Side
    bad: Side


@dataclass(frozen=True)
class Side:
    """

    ``action``:
    ``before``:
    ``after``:
    """

    action: Optional[Action]
    before: list[Action]
    after: list[Action]


@dataclass(frozen=True)
class Action:
    """

    ``event``:
    ``time``:
    ``tid``:
    ``operation``:
    ``path``:
    ``result``:
    ``count``:
    ``common``: Whether the other capture has it with the same result
    ``stem``: Hash of the container's name, for an action on a key file
    ``container``: Name of that container, when it is known
    ``guid``: The GUID: of the key file's name, or the value of MachineGuid that was read or set
    """

    event: int
    time: Optional[str]
    tid: Optional[int]
    operation: str
    path: str
    result: str
    count: int
    common: bool
    stem: Optional[str]
    container: Optional[str]
    guid: Optional[str]


@dataclass(frozen=True)
class ActionDifference:
    """A difference behind the first one

    ``weight``: Whether it matters, or healthy starts have it too
    ``kind``:
    ``phase``:
    ``good``:
    ``bad``:
    """

    weight: Literal['further', 'minor']
    kind: Literal['other_result', 'only_good', 'only_bad']
    phase: Optional[Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']]
    good: Optional[Action]
    bad: Optional[Action]


@dataclass(frozen=True)
class PhaseCount:
    """

    ``phase``:
    ``actions``:
    """

    phase: Optional[Literal['start', 'resources', 'inetsrv', 'configuration', 'crypto_load', 'key_files', 'services', 'exit']]
    actions: int


@dataclass(frozen=True)
class GuidDifference:
    """

    ``good``:
    ``bad``:
    """

    good: list[GuidRead]
    bad: list[GuidRead]


@dataclass(frozen=True)
class GuidRead:
    """The first read of a value of MachineGuid in one capture

    ``guid``:
    ``event``:
    ``time``:
    ``process``:
    ``pid``:
    """

    guid: str
    event: int
    time: Optional[str]
    process: Optional[str]
    pid: Optional[int]


@dataclass(frozen=True)
class Container:
    """

    ``stem``:
    ``name``:
    ``good``:
    ``bad``:
    ``matters``:
    """

    stem: str
    name: Optional[str]
    good: ContainerState
    bad: ContainerState
    matters: bool


@dataclass(frozen=True)
class ContainerState:
    """

    ``guids``:
    ``steps``:
    """

    guids: list[str]
    steps: list[str]


@dataclass(frozen=True)
class Difference:
    """

    ``good``:
    ``bad``:
    """

    good: list[str]
    bad: list[str]
