"""Texts at an agent's hand that supervisors put over the API (table `settings`), beside those in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.state.settings_rows import SettingsRows

PARTITION: Final = "quick-reply"
ANY_LANGUAGE: Final = ""
"""Where a language is expected: the text is for whoever reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuickReply:
    """A text by language, with its placeholders as they are written in the file."""

    texts: Mapping[str, str]
    tags: tuple[str, ...] = ()


type StoredQuickReplies = SettingsRows[StoredQuickReply]
"""What supervisors put, by name."""
