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
    [("default", "events-function"), ("private-network", "events-function"), ("webhook", "events-webhook")],
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
