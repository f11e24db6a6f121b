"""Settings are named alike in code, sample and docs."""

import json
import re
from collections.abc import Iterator, Mapping

from shared.settings import read_settings
from tests.repo import ROOT

OF_OTHERS = {
    "FUNCTIONS_WORKER_RUNTIME",
    "AzureWebJobsStorage",
    "ServiceBusConnection__credential",
    "ServiceBusConnection__clientId",
}


class Recording(Mapping[str, str]):
    """An environment that notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_by_the_app() -> set[str]:
    """The names of the settings that the app reads."""
    environment = Recording()
    read_settings(environment)
    return environment.asked


def documented() -> set[str]:
    """The settings in the tables of docs/settings.md."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_setting_is_documented_and_no_other() -> None:
    """docs/settings.md lists what the app reads, and what host, SDKs and platform read."""
    assert documented() == read_by_the_app() | OF_OTHERS


def test_every_setting_has_a_safe_local_value() -> None:
    """Of a pair of connection settings the sample has the connection string."""
    sample = set(json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"])
    expected = {name for name in read_by_the_app() if "__" not in name}
    assert sample == expected | {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"}


def test_the_sample_holds_no_secret() -> None:
    """Only the emulators' well-known keys, on loopback."""
    values = json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]
    for name, value in values.items():
        hosts = re.findall(r"(?:https?|sb)://([^:/;]+)", value)
        assert set(hosts) <= {"127.0.0.1"}, name
