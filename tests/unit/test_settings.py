"""Reading the app settings: every problem named, none with its value; and what works without them."""

import json
from pathlib import Path

import pytest

from shared.adapters.azure import AzurePorts
from shared.composition import ContactCentre
from shared.settings import AuthMode, read_settings
from shared.vocabulary.errors import Unavailable
from tests.fakes.sender import FakeSender
from tests.fakes.world import FakePorts, World

SAMPLE = json.loads((Path(__file__).parents[2] / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]


def test_the_sample_has_no_problem() -> None:
    """What `make setup` copies is complete."""
    settings = read_settings(SAMPLE)
    assert settings.problems == ()
    assert settings.auth_mode is AuthMode.KEY


def test_every_missing_setting_is_named_at_once() -> None:
    """One start shows all that is to be done."""
    assert [problem.split()[0] for problem in read_settings({}).problems] == [
        "ServiceBusConnection",
        "TableStorageConnection",
        "CommunicationServicesConnection",
        "AUTH_MODE",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CommunicationServicesConnection", "endpoint=https://secret.example.com"),
        ("ServiceBusConnection", "secret"),
        ("TableStorageConnection", "AccountName=secret;AccountKey="),
        ("AUTH_MODE", "secret"),
    ],
)
def test_what_is_malformed_is_named_without_its_value(name: str, value: str) -> None:
    """Refused at the start, not at the first message."""
    (problem,) = read_settings(SAMPLE | {name: value}).problems
    assert name in problem
    assert "secret" not in problem


async def test_intake_works_without_table_storage() -> None:
    """A good event needs the queue alone; only what has to go to quarantine comes again."""
    world = World()
    settings = read_settings({name: value for name, value in SAMPLE.items() if name != "TableStorageConnection"})
    sender = FakeSender()
    ports = FakePorts(tables=AzurePorts(settings).tables, sender=sender, channel=world.channel, clock=world.clock)
    centre = ContactCentre(ports, settings, None, settings.problems)
    await centre.ingest(world.inbound("Bonjour"))
    assert len(sender.sent) == 1
    with pytest.raises(Unavailable):
        await centre.ingest(world.inbound("Bonjour", receivedTimestamp="soon"))
