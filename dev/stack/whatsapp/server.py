"""Puts the stand-in together and serves it on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from dev.stack.pages import Page
from dev.stack.play.play import Play
from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.acs_api import AcsApi
from dev.stack.whatsapp.catalogue import Catalogue
from dev.stack.whatsapp.event_grid import EventGrid
from dev.stack.whatsapp.faults import Faults
from dev.stack.whatsapp.fetching import Fetcher
from dev.stack.whatsapp.network import Network
from dev.stack.whatsapp.phone_api import PhoneApi
from dev.stack.whatsapp.repeatability import Ledger

_HOST = "127.0.0.1"
_PHONE_PAGE = Path(__file__).parent / "page"
_TOKENS = Path(__file__).parents[3] / "desk" / "styles" / "tokens.css"
"""The web desk's colours."""


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def serve(
    *,
    catalogue: Catalogue,
    key: AccessKey,
    webhook: str,
    port: int = 0,
    now: Callable[[], datetime] = utc_now,
    step_scale: float = 1.0,
    without_sent: bool = False,
    play: Play | None = None,
) -> AsyncIterator[str]:
    """Serves ACS, the phones and the pages until the block ends; yields the address.

    `webhook` is where Event Grid posts to, `port` 0 takes a free one, `step_scale` stretches the pauses between tries,
    `without_sent` keeps the status Sent from the webhook, `play` is the page that shows the desk beside a phone.
    """
    async with EventGrid(webhook, step_scale=step_scale, without_sent=without_sent) as event_grid, Fetcher() as fetch:
        later = asyncio.get_running_loop().call_later
        network = Network(catalogue=catalogue, now=now, publish=event_grid.publish, later=later, fetch=fetch)
        faults, ledger = Faults(), Ledger()
        application = PhoneApi(network=network, faults=faults, ledger=ledger).application()
        acs = AcsApi(network=network, key=key, faults=faults, ledger=ledger, now=now)
        application.add_routes(Page(_PHONE_PAGE, beside=[_TOKENS], framed_by="'self'").routes("/", "/page"))
        if play:
            application.add_routes(play.routes())
        application.add_subapp("/messages", acs.application())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            site = web.TCPSite(runner, _HOST, port)
            await site.start()
            yield f"http://{_HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
