"""Whether the app lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable
from enum import StrEnum
from typing import Final

from shared.api.models import View
from shared.api.parts import Call
from shared.state.tables import Table
from shared.vocabulary.errors import Refused, Unavailable

_PATIENCE: Final = 5.0


class Health(StrEnum):
    """How the app is."""

    OK = "ok"


class HealthView(View):
    """The app answers."""

    status: Health


class ReadyView(View):
    """The app can do its work: what it depends on, and the version of the configuration that it works by."""

    status: Health
    configuration: str
    dependencies: dict[str, Health]


async def live(_call: Call) -> HealthView:
    """Whether the app answers; asks nothing of anybody."""
    return HealthView(status=Health.OK)


async def ready(call: Call) -> ReadyView:
    """Ask each dependency.

    Raises:
        Refused: `misconfigured` and `unavailable`, naming each problem.
    """
    parts = call.parts
    if parts.problems:
        problems = tuple(("configuration", problem) for problem in parts.problems)
        raise Refused("misconfigured", "The settings or the configuration are bad.", errors=problems)
    channels = parts.configuration.channels.values()
    dependencies: dict[str, list[Awaitable[object]]] = {
        "tableStorage": [parts.ports.tables.get(table, "ready", "ready") for table in Table],
        "serviceBus": [parts.ports.sender.reach()],
        "communicationServices": [parts.ports.channel.templates(channel.id) for channel in channels],
    }
    answers = await asyncio.gather(*(_problem_of(checks) for checks in dependencies.values()))
    problems = tuple((name, problem) for name, problem in zip(dependencies, answers, strict=True) if problem)
    version = parts.configuration.version_hash
    if problems:
        extra = {"configuration": version}
        raise Refused("unavailable", "The app can't do its work now.", errors=problems, extra=extra)
    return ReadyView(status=Health.OK, configuration=version, dependencies=dict.fromkeys(dependencies, Health.OK))


async def _problem_of(checks: list[Awaitable[object]]) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*checks)
    except Unavailable as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {_PATIENCE:g} seconds"
    return None
