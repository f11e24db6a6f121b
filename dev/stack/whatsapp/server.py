"""Puts the stand-in together and serves it on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from dev.stack.pages import Page
from dev.stack.play.play import Play
from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.acs_api import AcsApi
from dev.stack.whatsapp.business_api import BusinessApi
from dev.stack.whatsapp.catalogue import Catalogue, Provider
from dev.stack.whatsapp.event_grid import EventGrid
from dev.stack.whatsapp.faults import Faults
from dev.stack.whatsapp.fetching import Fetcher
from dev.stack.whatsapp.graph_api import GraphApi
from dev.stack.whatsapp.meta_app import MetaApp
from dev.stack.whatsapp.network import Network
from dev.stack.whatsapp.phone_api import PhoneApi
from dev.stack.whatsapp.repeatability import Ledger
from dev.stack.whatsapp.webhooks import Webhooks

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
    meta: MetaApp | None = None,
) -> AsyncIterator[str]:
    """Serves ACS, Meta's Graph API, the phones and the pages until the block ends; yields the address.

    `webhook` is where Event Grid posts to, `port` 0 takes a free one, `step_scale` stretches the pauses between tries,
    `without_sent` keeps the status Sent from the webhook, `play` is the page that shows the desk beside a phone, `meta`
    the app at Meta, without which there is no Graph API.
    """
    async with AsyncExitStack() as ends:
        event_grid = EventGrid(webhook, step_scale=step_scale, without_sent=without_sent)
        await ends.enter_async_context(event_grid)
        fetch = await ends.enter_async_context(Fetcher())
        later = asyncio.get_running_loop().call_later
        network = Network(catalogue=catalogue, now=now, publish=event_grid.publish, later=later, fetch=fetch)
        faults, ledger = Faults(), Ledger()
        webhooks = await ends.enter_async_context(_webhooks(meta, step_scale)) if meta else None
        orders = webhooks.orders if webhooks else None
        application = PhoneApi(network).application()
        business = BusinessApi(network=network, faults=faults, ledger=ledger, orders=orders)
        application.add_routes(business.routes())
        acs = AcsApi(network=network, key=key, faults=faults, ledger=ledger, now=now)
        if meta and webhooks:
            network.post = webhooks.post
            if any(Provider.WHATSAPP_CLOUD in each.providers for each in catalogue.channels):
                webhooks.verify()
            application.add_routes(GraphApi(network=network, app=meta, faults=faults, ledger=ledger, now=now).routes())
        application.add_routes(Page(_PHONE_PAGE, beside=[_TOKENS], framed_by="'self'").routes("/", "/page"))
        if play:
            application.add_routes(play.routes())
        application.add_subapp("/messages", acs.application())
        yield await ends.enter_async_context(_served(application, port))


@asynccontextmanager
async def _served(application: web.Application, port: int) -> AsyncIterator[str]:
    """Serves an application on this machine until the block ends; yields the address."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, _HOST, port)
        await site.start()
        yield f"http://{_HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _webhooks(meta: MetaApp, step_scale: float) -> Webhooks:
    return Webhooks(meta.webhook, app_secret=meta.app_secret, verify_token=meta.verify_token, step_scale=step_scale)
