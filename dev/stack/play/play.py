"""`/play` over HTTP: the page, and the team that it begins with."""

import logging
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from dev.stack.pages import Page
from dev.stack.story.addresses import Addresses
from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import client
from dev.stack.story.errors import RefusedError, StoryError

_LOG = logging.getLogger("whatsapp")
_PAGE = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who may sit at the desk of `/play`."""

    id: str
    name: str
    role: str


_ANA = Person(id="ana", name="Ana", role="Agent")
_SAM = Person(id="sam", name="Sam", role="Supervisor")


class Play:
    """The page beside the phones, for the app at the origin `api` that takes `key`."""

    def __init__(self, api: str, key: str) -> None:
        self._desk = f"{api}/api/desk"
        self._addresses = Addresses(api=api, key=key, whatsapp="")
        self._page = Page(_PAGE, frames=f"'self' {api}")

    def routes(self) -> list[web.RouteDef]:
        """The page, its files, and `POST /play/team`."""
        return [*self._page.routes("/play", "/play"), web.post("/play/team", self._team)]

    async def _team(self, _: web.Request) -> web.Response:
        """Makes Ana an agent of every queue and Sam one of the team; says who there is, and where the desk is."""
        try:
            await self._hire()
        except RefusedError as refused:
            _LOG.warning("the team of /play was not made: %s", refused)  # the desk itself says what is wrong
        except StoryError as error:
            return web.json_response({"problems": [str(error)]}, status=503)
        people = [{"id": each.id, "name": each.name, "role": each.role} for each in (_ANA, _SAM)]
        return web.json_response({"desk": self._desk, "people": people})

    async def _hire(self) -> None:
        async with client() as http:
            supervisor = ContactCentre(http, self._addresses, agent=_SAM.id, role=_SAM.role)
            await supervisor.put_agent(_ANA.id, name=_ANA.name, queues=await supervisor.queues())
            await supervisor.put_agent(_SAM.id, name=_SAM.name, queues=[])
