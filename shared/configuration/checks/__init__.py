"""Checks between the parts of the file: names that refer to nothing, numbers that do not fit, policies that conflict.

They run on the sound part of the file. `damaged` are the places where the models already found a problem; a finding
that such a problem may have caused is left out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from shared.configuration.checks.channels import check_channels
from shared.configuration.checks.findings import Finding, Names, touches
from shared.configuration.checks.holidays import check_holidays
from shared.configuration.checks.limits import check_durations, check_limits
from shared.configuration.checks.places import as_written
from shared.configuration.checks.reachability import unreachable_rules
from shared.configuration.checks.routes import check_queues, check_routes
from shared.configuration.checks.surveys import check_keywords, check_survey
from shared.configuration.checks.templates import check_template_uses, check_templates
from shared.configuration.checks.texts import check_languages, check_written_twice
from shared.configuration.checks.warnings import find_warnings
from shared.configuration.checks.workstreams import check_window_policy, check_workstream
from shared.configuration.document import Configuration
from shared.configuration.problems import Location
from shared.configuration.workstreams import Workstream

__all__ = ["check", "warnings_of"]


def check(
    configuration: Configuration,
    tree: Mapping[str, Any],
    damaged: Collection[Location],
    *,
    short_durations: bool,
    thorough: bool,
) -> dict[Location, str]:
    """Return what is wrong between the parts of the file, by location. `tree` is the file as written."""
    names = {section: list(entries) for section, entries in tree.items() if isinstance(entries, Mapping)}
    findings: list[Finding] = [
        *check_channels(configuration, names, damaged),
        *check_queues(configuration, names),
        *check_holidays(configuration, thorough=thorough),
        *check_templates(configuration),
        *unreachable_rules(configuration, damaged),
    ]
    for workstream in configuration.workstreams.values():
        findings += _of_workstream(configuration, workstream, names)
        findings += check_window_policy(workstream, damaged)
        findings += check_durations(workstream, short_durations=short_durations)
    findings += check_written_twice(configuration, tree)
    return _by_place(findings, tree, damaged)


def warnings_of(
    configuration: Configuration, tree: Mapping[str, Any], damaged: Collection[Location]
) -> dict[Location, str]:
    """Return what is worth a warning, by location, where nothing is wrong."""
    return _by_place(find_warnings(configuration), tree, damaged)


def _of_workstream(configuration: Configuration, workstream: Workstream, names: Names) -> Iterator[Finding]:
    yield from check_routes(configuration, workstream, names)
    yield from check_languages(workstream)
    yield from check_template_uses(configuration, workstream, names)
    yield from check_workstream(workstream)
    yield from check_survey(configuration, workstream)
    yield from check_keywords(workstream)
    yield from check_limits(workstream)


def _by_place(findings: Iterable[Finding], tree: Any, damaged: Collection[Location]) -> dict[Location, str]:
    found: dict[Location, str] = {}
    for place, message in findings:
        at = as_written(tree, place)
        if not any(touches(at, other) for other in damaged):
            found[at] = f"{found[at]}; {message}" if at in found else message
    return found
