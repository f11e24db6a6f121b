"""Whether the app lives, and whether it can do its work."""

import asyncio
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime

from shared.api.call import Call, Services
from shared.api.models import View
from shared.api.operations import Operation
from shared.state.channel_stops import Stop
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused


class Health(StrEnum):
    """How the app or a dependency is."""

    OK = "ok"


class HealthView(View):
    """The app answers."""

    status: Health


class ReadyChannelView(View):
    """A channel; where WhatsApp has stopped it, with WhatsApp's code and the time of the next try."""

    name: str
    id: str
    stopped: bool
    code: str | None
    until: AwareDatetime | None


class ReadyView(View):
    """The app can do its work: what it depends on, and the version of the configuration that it works by.

    `dependencies` has `communicationServices` where a number is at ACS, `whatsappCloud` where one is at Meta.
    `channels` says which channels send; the others keep what is to be sent. `warnings` are in plain words: what keeps
    nobody from writing, and should be put right, in the configuration, among the agents and at WhatsApp.
    """

    status: Health
    configuration: str
    dependencies: dict[str, Health]
    channels: list[ReadyChannelView]
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
    channels = [] if found["tableStorage"] else await _channels(services)
    if errors := tuple((name, problem) for name, problem in found.items() if problem):
        named = [channel.model_dump(mode="json", by_alias=True) for channel in channels]
        extra = {"configuration": version, "channels": named}
        raise Refused(Code.UNAVAILABLE, "The app can't do its work now.", errors=errors, extra=extra)
    return ReadyView(
        status=Health.OK,
        configuration=version,
        dependencies=dict.fromkeys(found, Health.OK),
        channels=channels,
        warnings=[*_of_the_file(services), *await _unserved_queues(services), *services.templates.warnings()],
    )


async def _channels(services: Services) -> list[ReadyChannelView]:
    configured = services.configuration.channels
    states = await asyncio.gather(*(services.channel_stops.read(channel.key) for channel in configured.values()))
    return [_channel(name, configured[name].key, state.stop) for name, state in zip(configured, states, strict=True)]


def _channel(name: str, channel_id: str, stop: Stop | None) -> ReadyChannelView:
    code, until = (stop.code, stop.until) if stop else (None, None)
    return ReadyChannelView(name=name, id=channel_id, stopped=stop is not None, code=code, until=until)


def _of_the_file(services: Services) -> list[str]:
    return [warning.in_file(services.settings.configuration_file) for warning in services.configuration.warnings]


async def _unserved_queues(services: Services) -> list[str]:
    """Say which queues no agent serves who works here, whether at the moment or not."""
    served = {queue for agent in await services.agents.list() if agent.active for queue in agent.queues}
    return [f"queue {queue} is served by no agent" for queue in services.configuration.queues if queue not in served]


LIVE: Final = Operation(endpoint=live, answer=HealthView, works_misconfigured=True)
READY: Final = Operation(endpoint=ready, answer=ReadyView, works_misconfigured=True)
