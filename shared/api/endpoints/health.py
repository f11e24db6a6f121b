"""Whether the app lives, and whether it can do its work."""

from enum import StrEnum
from typing import Final

from shared.api.call import Call
from shared.api.models import View
from shared.api.operations import Operation
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused


class Health(StrEnum):
    """How the app or a dependency is."""

    OK = "ok"


class HealthView(View):
    """The app answers."""

    status: Health


class ReadyView(View):
    """The app can do its work: what it depends on, and the version of the configuration that it works by.

    `warnings` are in plain words: what keeps nobody from writing, and should be put right.
    """

    status: Health
    configuration: str
    dependencies: dict[str, Health]
    warnings: list[str]


async def live(_call: Call) -> HealthView:
    """Tell whether the app answers; asks nothing of anybody."""
    return HealthView(status=Health.OK)


async def ready(call: Call) -> ReadyView:
    """Tell whether the app can do its work; else what keeps it from it."""
    services = call.services
    if services.problems:
        errors = tuple(("configuration", problem) for problem in services.problems)
        raise Refused(Code.MISCONFIGURED, "The settings or the configuration are bad.", errors=errors)
    found = await services.readiness()
    version = services.configuration.version_hash
    if errors := tuple((name, problem) for name, problem in found.items() if problem):
        extra = {"configuration": version}
        raise Refused(Code.UNAVAILABLE, "The app can't do its work now.", errors=errors, extra=extra)
    return ReadyView(
        status=Health.OK,
        configuration=version,
        dependencies=dict.fromkeys(found, Health.OK),
        warnings=services.templates.warnings(),
    )


LIVE: Final = Operation(endpoint=live, answer=HealthView, works_misconfigured=True)
READY: Final = Operation(endpoint=ready, answer=ReadyView, works_misconfigured=True)
