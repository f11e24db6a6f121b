"""The file that uses every key, and what is found in it once something was replaced."""

from pathlib import Path

import pytest

from shared.configuration import ConfigurationError, load_configuration

COMPLETE = (Path(__file__).parent / "complete.yaml").read_text(encoding="utf-8")


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(text)
    return [str(problem) for problem in caught.value.problems]


def problems_after(old: str, new: str, text: str = COMPLETE) -> list[str]:
    """Return the problems once `old` was replaced; those in the first line that changed are marked `here`."""
    assert text.count(old) == 1, f"{old} is not there once"
    here = f"{text[: text.index(old)].count(chr(10)) + 1}: "
    return [problem.replace(here, "here: ", 1) for problem in problems_of(text.replace(old, new))]


def line(written: str) -> int:
    """The line of the complete file in which something first stands."""
    return COMPLETE[: COMPLETE.index(written)].count("\n") + 1
