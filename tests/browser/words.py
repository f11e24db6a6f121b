"""What the desk says in a language, by what it says in English: both stand in `desk/languages`, and nowhere else.

Where English says two things with one word, a test names the key: `views.held`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "desk" / "languages"
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str

    def __call__(self, english: str, **values: object) -> str:
        """What stands for an English text, such as `Reply to {name}`, or for a key; with its values filled in."""
        words = _file(self.language)
        said = {words[key] for key, text in _file("en").items() if english in (key, text)}
        assert said, f"the desk does not say {english!r}"
        assert len(said) == 1, f"{english!r} is said in several ways: {said}"
        return re.sub(r"{(\w+)}", lambda name: str(values.get(name[1], name[0])), said.pop())

    def start(self, english: str) -> str:
        """What a text says up to its first value."""
        return self(english).partition("{")[0].strip()

    def begin(self, *english: str) -> re.Pattern[str]:
        """Matches a name that begins with one of these, up to their first value."""
        starts = [re.escape(self.start(text)) for text in english]
        return re.compile(f"^({'|'.join(starts)})")


@cache
def _file(language: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return words
