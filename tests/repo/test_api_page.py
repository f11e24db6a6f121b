"""The page about the API lists every route, who may call it and how often, and why a conversation waits."""

import re

from shared.api.problems import STATUS_OF
from shared.api.routes import ROUTES
from shared.distribution.wait_reasons import WaitReason
from shared.vocabulary.codes import Code
from tests.repo import ROOT

ROW = re.compile(r"^\| `([A-Z]+)` \| `(/[^`]*)` \| (\w+) \|", re.MULTILINE)
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_route_is_listed_with_the_lowest_role() -> None:
    served = {
        (verb, f"/{route.path}", str(method.role or "anyone"))
        for route in ROUTES.values()
        for verb, method in route.methods.items()
        if verb != "HEAD"
    }
    section = PAGE.partition("\n## Who may do what\n")[2].partition("\n## ")[0]
    assert set(ROW.findall(section)) == served


def test_the_calls_that_are_bounded_are_listed_with_how_many_there_may_be() -> None:
    bounded = {
        (verb, f"/{route.path}", str(method.operation.most_a_minute))
        for route in ROUTES.values()
        for verb, method in route.methods.items()
        if method.operation.most_a_minute
    }
    section = PAGE.partition("\n## How often\n")[2].partition("\n## ")[0]
    assert set(ROW.findall(section)) == bounded


def test_the_reasons_for_waiting_are_listed_in_their_order() -> None:
    paragraph = PAGE.partition("(`waitReason`)")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", paragraph) == list(WaitReason)


def test_every_code_of_a_problem_is_listed_with_its_status() -> None:
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \| ([\d, ]+) \|", page, re.MULTILINE))
    elsewhere: dict[Code, set[int]] = {}
    for route in ROUTES.values():
        for method in route.methods.values():
            for code, status in method.operation.statuses.items():
                elsewhere.setdefault(code, set()).add(int(status))

    assert listed == {
        code: ", ".join(str(status) for status in [int(STATUS_OF[code]), *sorted(elsewhere.get(code, ()))])
        for code in Code
    }
