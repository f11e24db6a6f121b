"""What Bicep deploys is what the doctor wants: every snapshot passes."""

from pathlib import Path

import pytest

from dev.tools.doctor.examination import CHECKS
from dev.tools.doctor.findings import Level
from tests.contract.doctor.conftest import Examination
from tests.contract.doctor.stand_in import running

WELL = dict.fromkeys(CHECKS, Level.OK) | {"retirement": Level.NOTE}


@pytest.mark.parametrize(
    ("main", "events"),
    [
        ("default", "events-function"),
        ("private-network", "events-function"),
        ("webhook", "events-webhook"),
        ("whatsapp-both", "events-function"),
    ],
)
async def test_a_deployment_as_bicep_predicts_it_is_well(
    main: str, events: str, certificate_file: Path, findings: Examination
) -> None:
    """Every check says so, over several pages of every list."""
    async with running(main, events, certificate_file) as azure:
        found = await findings(azure)
    assert {name: finding.level for name, finding in found.items()} == WELL


async def test_an_existing_topic_that_serves_all_channels_is_a_warning(
    certificate_file: Path, findings: Examination
) -> None:
    """Its subscriptions have no filter, as the parameters say; everything else is well."""
    async with running("existing-topic", "events-existing-topic", certificate_file) as azure:
        found = await findings(azure)
    levels = {name: finding.level for name, finding in found.items()}
    assert levels == WELL | {"received events": Level.WARNING, "status events": Level.WARNING}
    assert found["received events"].text == "lets the events of all channels through"


async def test_a_trial_warns_of_what_it_does_without(certificate_file: Path, findings: Examination) -> None:
    """No identity that keeps dead letters, nobody who is told by an alert."""
    async with running("trial", "events-function", certificate_file) as azure:
        for name in ("whatsapp-received", "whatsapp-status"):
            del azure.world.subscription(name)["deadLetterWithResourceIdentity"]
        found = await findings(azure)
    warned = {"role of the topic", "received events", "status events", "alerts"}
    assert {name: finding.level for name, finding in found.items()} == WELL | dict.fromkeys(warned, Level.WARNING)


async def test_a_deployment_that_tells_other_systems_is_well(certificate_file: Path, findings: Examination) -> None:
    """But for its alerts, of which nobody is told."""
    async with running("telling", "events-function", certificate_file) as azure:
        found = await findings(azure)
    assert {name: finding.level for name, finding in found.items()} == WELL | {"alerts": Level.WARNING}
    assert found["topic for other systems"].text == "contact-centre-events as the app needs it"


@pytest.mark.parametrize("main", ["whatsapp-cloud", "whatsapp-cloud-private"])
async def test_a_deployment_whose_numbers_are_all_at_meta_is_well(
    main: str, certificate_file: Path, findings: Examination
) -> None:
    """Nothing of Communication Services is missed, and its end is no concern."""
    async with running(main, "", certificate_file) as azure:
        found = await findings(azure)
    assert {name: finding.level for name, finding in found.items()} == dict.fromkeys(CHECKS, Level.OK)
    none = {"role of the topic", "received events", "status events", "other subscriptions", "dead-lettered events"}
    for name in {*none, "retirement"}:
        assert found[name].text == "none: no number is at Communication Services"
    assert found["WhatsApp token"].text == "valid without an end, with the permissions that the app needs"


async def test_a_number_that_moved_is_well_as_long_as_events_of_its_former_id_arrive(
    certificate_file: Path, findings: Examination
) -> None:
    """Statuses of what was sent before still come from Communication Services, and it may move back."""
    async with running("whatsapp-both", "events-function", certificate_file) as azure:
        channels = azure.world.configuration["channels"]
        former = channels.pop("channel_2")["id"]
        channels["channel_3"] |= {"moved_from": former, "moved_at": "2026-03-01T03:00:00Z"}
        moved = await findings(azure)
        for name in ("whatsapp-received", "whatsapp-status"):
            azure.world.subscription(name)["filter"]["advancedFilters"][0]["values"].remove(former)
        lost = await findings(azure)
    assert {name: finding.level for name, finding in moved.items()} == WELL
    for name in ("received events", "status events"):
        assert lost[name].text == f"lets no event of channel {former} through"
