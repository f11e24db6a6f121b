"""What Azure does not tell: one check says so and whom to ask; what depends on it is skipped."""

import pytest

from dev.tools.doctor.findings import Level
from tests.contract.doctor.conftest import Examination
from tests.contract.doctor.stand_in import StandIn
from tests.fakes.clock import FakeClock

DENIED = {
    "sites/func-contact-centre-bnv64xcqxpsd4": ("app", "Reader"),
    "/config/appsettings/list": ("settings", "Website Contributor"),
    "/queues": ("queues", "Reader"),
    "/tables": ("storage", "Reader"),
    "/roleAssignments": ("roles", "Reader"),
    "/eventSubscriptions": ("received events", "Reader"),
    "/templates": ("templates", "Communication and Email Service Owner"),
    "/metrics": ("dead-lettered events", "Reader"),
}


@pytest.mark.parametrize("end", DENIED)
async def test_what_may_not_be_read_is_named_with_the_role_that_is_needed(
    end: str, azure: StandIn, findings: Examination
) -> None:
    """HTTP 403, once, however many checks need it."""
    check, role = DENIED[end]
    azure.denied.add(end)
    found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {check}
    assert found[check].text.startswith("you may not read ")
    assert f"ask for the role {role} on /subscriptions/" in found[check].do


async def test_an_app_that_is_not_there_is_named_once(azure: StandIn, findings: Examination) -> None:
    """HTTP 404: probably a wrong name."""
    found = await findings(azure, app="func-nobody")
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"app"}
    assert found["app"].text == "the function app func-nobody: not there"
    assert "az functionapp list" in found["app"].do
    assert found["settings"].level is Level.SKIPPED


async def test_throttling_is_waited_out(azure: StandIn, findings: Examination, clock: FakeClock) -> None:
    """HTTP 429 with Retry-After."""
    azure.busy["/queues"] = 2
    found = await findings(azure)
    assert {finding.level for finding in found.values()} == {Level.OK, Level.NOTE}
    assert clock.slept == [7.0, 7.0]


async def test_throttling_without_end_is_a_problem(azure: StandIn, findings: Examination) -> None:
    azure.busy["/queues"] = 1_000
    found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"queues"}
    assert "try again in a few minutes" in found["queues"].do


@pytest.mark.parametrize(
    "body",
    [
        '{"properties": "x"}',
        '{"properties": {"AUTH_MODE": 5}}',
        pytest.param("[" * 100_000, id="deep"),
    ],
)
async def test_settings_of_an_unexpected_form_are_named_once(body: str, azure: StandIn, findings: Examination) -> None:
    azure.odd["/config/appsettings/list"] = body
    found = await findings(azure)
    odd = [name for name, finding in found.items() if finding.text == "Azure's answer has an unexpected form"]
    assert odd == ["settings"]
    assert found["settings"].level is Level.PROBLEM
    assert found["settings"].do == "run it again; if it stays, report it with the check's name"
    assert found["alerts"].level is not Level.PROBLEM


@pytest.mark.parametrize("members", ["null", '{"a": 1}', '["a"]', "[{}]", '[{"name": "x", "properties": null}]'])
async def test_members_of_an_unexpected_form_are_named(members: str, azure: StandIn, findings: Examination) -> None:
    azure.odd["/queues"] = f'{{"value": {members}}}'
    found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"queues"}
    assert found["queues"].text == "Azure's answer has an unexpected form"
