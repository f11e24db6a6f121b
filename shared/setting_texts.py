"""App settings one by one: each is read as the text of its kind, and what is wrong with it is noted by name."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from shared.vocabulary.origins import LOOPBACK, as_browsers_write, is_origin

_UNRESOLVED: Final = "@Microsoft.KeyVault("
"""How a reference to Key Vault that could not be followed reaches the app."""
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOPIC: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?")
_QUEUES: Final = ("conversations", "timers")
"""The app's own, whose names no topic can have: it would have to handle what it tells others."""
_PLACEHOLDER: Final = "00000000-0000-0000-0000-000000000000"
_REGISTER: Final = "infra/scripts/register-applications.sh"


class SettingTexts:
    """The texts of the settings in an environment, and what was wrong with those that were read.

    Attributes:
        problems: Everything that is missing or wrong, by name, never by value.
        unfollowed: Which secrets are references to Key Vault that nobody followed.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.unfollowed: list[str] = []

    def text(self, name: str) -> str | None:
        """Return a setting, None when it is missing or empty."""
        return self._environment.get(name, "").strip() or None

    def loopback_origin(self, name: str) -> str | None:
        """Return an address on this machine that has nothing but scheme, host and port."""
        address = self.text(name)
        if address and not (is_origin(address) and urlsplit(address).hostname in LOOPBACK):
            self.problems.append(f"{name} is no address like http://127.0.0.1:7074, on loopback")
            return None
        return address.rstrip("/") if address else None

    def origins(self, name: str) -> frozenset[str]:
        """Return origins, given with commas between them, as browsers write them in the header Origin."""
        given = [each.strip() for each in (self.text(name) or "").split(",") if each.strip()]
        if not all(each.isascii() and "*" not in each and is_origin(each) for each in given):
            self.problems.append(f"{name} has what is no origin like https://crm.example, https or on loopback")
            return frozenset()
        return frozenset(as_browsers_write(each) for each in given)

    def secret(self, name: str) -> str | None:
        """Return a secret; a reference to Key Vault that nobody followed is none."""
        text = self.text(name)
        if text and text.startswith(_UNRESOLVED):
            self.unfollowed.append(name)
            return None
        return text

    def flag(self, name: str) -> bool:
        """Return whether a setting is `true`; left out it is not."""
        text = self.text(name)
        if text not in (None, "true", "false"):
            self.problems.append(f"{name} is neither true nor false")
        return text == "true"

    def topic(self, name: str) -> str | None:
        """Return the name of a topic of Service Bus."""
        text = self.text(name)
        if text and (text.lower() in _QUEUES or not _TOPIC.fullmatch(text)):
            self.problems.append(
                f"{name} is no name of a topic: letters, digits, and . - _ / between them, and none of the app's queues"
            )
            return None
        return text

    def full(self, name: str) -> bool:
        """Return whether a setting is `full`; left out it is not."""
        text = self.text(name)
        if text not in (None, "full"):
            self.problems.append(f"{name} is neither left out nor full")
        return text == "full"

    def guid(self, name: str, *, needed: bool, prefix: str = "") -> str | None:
        """Return a GUID in lower case; it may stand behind `prefix`."""
        text = self.text(name)
        if text is None:
            if needed:
                self.problems.append(f"{name} is missing")
            return None
        guid = text.lower().removeprefix(prefix)
        if not _GUID.fullmatch(guid):
            self.problems.append(f"{name} is no GUID{f', alone or after {prefix}' if prefix else ''}")
            return None
        if guid == _PLACEHOLDER:
            self.problems.append(f"{name} is only a placeholder; register the application first: {_REGISTER}")
            return None
        return guid
