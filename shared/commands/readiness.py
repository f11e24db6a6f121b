"""Whether the app can do its work: each dependency is asked something cheap that changes nothing."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Final

from shared.configuration.channels import Channel, provider_of
from shared.media.blobs import Blobs
from shared.queue.sender import Sender
from shared.queue.topic import Topic
from shared.sending.template_list import TemplateLists
from shared.state.tables import Table, Tables
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider

_ANSWER_WITHIN: Final = 5.0
_NO_ROW: Final = "readiness"


class Readiness:
    """Asks the dependencies.

    Args:
        blobs: None where no files are kept.
        topic: None where no other system is told what happens.
    """

    def __init__(
        self,
        tables: Tables,
        sender: Sender,
        templates: TemplateLists,
        channels: Collection[Channel],
        clock: Clock,
        blobs: Blobs | None,
        topic: Topic | None,
    ) -> None:
        self._tables = tables
        self._sender = sender
        self._templates = templates
        self._channels = channels
        self._clock = clock
        self._blobs = blobs
        self._topic = topic

    async def __call__(self) -> Mapping[str, str | None]:
        """Return what is wrong with each dependency, None when it answers."""
        checks: dict[str, list[Awaitable[object]]] = {
            "tableStorage": [self._tables.get(table, _NO_ROW, _NO_ROW) for table in Table],
            "serviceBus": [self._sender.reach()],
        }
        at_acs, at_meta = self._at(Provider.ACS), self._at(Provider.WHATSAPP_CLOUD)
        if at_acs or not at_meta:
            checks["communicationServices"] = [self._templates.read(channel_id) for channel_id in at_acs]
        if at_meta:
            checks["whatsappCloud"] = [self._templates.reach(channel_id) for channel_id in at_meta]
        if self._blobs:
            checks["blobStorage"] = [self._blobs.find(_NO_ROW)]
        if self._topic:
            checks["eventsTopic"] = [self._topic.reach()]
        answers = await asyncio.gather(*(_problem_of(of_one) for of_one in checks.values()))
        return dict(zip(checks, answers, strict=True))

    def _at(self, provider: Provider) -> list[str]:
        """Return the keys of the channels that a provider has now."""
        now = self._clock.now()
        return [channel.key for channel in self._channels if provider_of(channel.id_at(now)) is provider]


async def _problem_of(checks: Sequence[Awaitable[object]]) -> str | None:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            await asyncio.gather(*checks)
    except Unavailable as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {_ANSWER_WITHIN:g} seconds"
    return None
