"""Every code that the app refuses with has a status."""

import re
from pathlib import Path

from shared.api.problems import STATUS_OF

CODE = re.compile(r'Refused\(\s*"(\w+)"|return "(template_\w+)"')


def test_every_code_that_is_raised_anywhere_has_a_status() -> None:
    sources = (path.read_text(encoding="utf-8") for path in Path("shared").rglob("*.py"))
    raised = {code for source in sources for found in CODE.findall(source) for code in found if code}

    assert raised <= set(STATUS_OF)
    assert {"window_closed", "template_not_approved", "too_large"} <= raised
