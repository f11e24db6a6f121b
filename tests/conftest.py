"""What runs in one process where tests run on several cores: a file, and the files that share a server."""

import pytest
from xdist.scheduler import LoadFileScheduling

_SHARE_A_SERVER = (
    "tests/contract/host/",
    "tests/contract/ports/",
    "tests/contract/servicebus/",
    "tests/flow/common_centre/",
)


class _Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((folder for folder in _SHARE_A_SERVER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling:
    """Hand out the tests of a process at once (xdist's hook)."""
    return _Scheduling(config, log)  # type: ignore[arg-type]
