"""How tests run: on several cores, what stays in one process and what begins; and for how long one may."""

import re

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

settings.register_profile("unhurried", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("unhurried")

_SHARE_WHAT_TAKES_LONG_TO_MAKE = (
    "tests/browser/test_desk_",
    "tests/contract/host/",
    "tests/contract/package/",
    "tests/contract/ports/",
    "tests/contract/servicebus/",
    "tests/flow/common_centre/",
)


_AT = re.compile(r"\[(acs|whatsapp_cloud)[]-]")
"""Where one test runs at either provider, what is made for one is no use to the other."""


class _Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        shared = next((folder for folder in _SHARE_WHAT_TAKES_LONG_TO_MAKE if file.startswith(folder)), file)
        return f"{shared}{at[1]}" if (at := _AT.search(nodeid)) else shared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest, so that no core is idle at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/flow/", "tests/browser/")))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling:
    """Hand out the tests of a process at once (xdist's hook)."""
    return _Scheduling(config, log)  # type: ignore[arg-type]
