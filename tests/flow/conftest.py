"""The contact centres that the flow tests share: local stacks, with events and Table Storage in a test's hand."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import yaml

from dev.stack.at_meta import at_meta
from dev.stack.parts import REPOSITORY, Part, azurite, whatsapp
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from dev.stack.running import running_stack
from dev.stack.settings import MEDIA, META, TABLES, WHATSAPP, app_settings, local_connections, meta_settings
from dev.stack.whatsapp.catalogue import Provider, is_at
from tests.flow.centre import BLOCKED, HASTY, Centre
from tests.flow.customer import Customer
from tests.flow.event_grid import EventGrid
from tests.flow.events import Events
from tests.flow.meta_webhook import MetaWebhook
from tests.flow.table_storage import TableStorage

HOLDS_FOR = "6s"
_APP_SECRET = "WHATSAPP_APP_SECRET"
_PATIENCE = aiohttp.ClientTimeout(total=120)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_centre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Centre]:
    """One contact centre for all tests at a provider; each test has customers of its own."""
    provider: Provider = request.param
    async with running_centre(tmp_path_factory.mktemp(f"flow-{provider}"), provider) as centre:
        yield centre


@asynccontextmanager
async def running_centre(
    data: Path, provider: Provider = Provider.ACS, /, *, configured: str | None = None, **settings: str
) -> AsyncIterator[Centre]:
    """A contact centre with its data in a folder.

    `configured` is the text of its configuration; else all its numbers are at `provider`, whose events tests have in
    their hand. `settings` are its app's, beside those that the stack gives.
    """
    configuration = data / "contact_center.yaml"
    configuration.write_text(configured or configuration_text(provider), encoding="utf-8")
    base, mark = reserve_range()
    ports = Ports(base)
    async with AsyncExitStack() as ends:
        ends.enter_context(mark)
        http = await ends.enter_async_context(aiohttp.ClientSession(timeout=_PATIENCE))
        feeds = await ends.enter_async_context(_feeds(http, ports))
        tables = await ends.enter_async_context(TableStorage.in_front_of(f"http://127.0.0.1:{ports.tables}"))
        await _start([azurite(ports, data), whatsapp(ports, configuration)], data, ends)
        given = settings | _given(ports, tables, configuration)
        stack = await ends.enter_async_context(running_stack(data=data, environment=given))
        feeds[Provider.ACS].target = stack.ready["eventGrid"]
        feeds[Provider.WHATSAPP_CLOUD].target = stack.ready["webhook"]
        connections = given | {"ServiceBusConnection": stack.ready["serviceBus"]}
        yield Centre(
            http=http,
            stack=stack,
            provider=provider,
            feeds=feeds,
            tables=tables,
            whatsapp=f"http://127.0.0.1:{ports.whatsapp}",
            settings=app_settings(REPOSITORY, connections, os.environ),
            configuration=configuration,
        )


def _given(ports: Ports, tables: TableStorage, configuration: Path) -> dict[str, str]:
    """What its app is told of where the parts of the stack are; its tables are behind the test's."""
    local = local_connections(ports)
    at_meta_too = meta_settings(ports) if is_at(Provider.WHATSAPP_CLOUD, configuration) else {}
    return {
        TABLES: local[TABLES].replace(f":{ports.tables}/", f":{tables.port}/"),
        MEDIA: local[MEDIA],
        WHATSAPP: local[WHATSAPP],
        "CONTACT_CENTER_FILE": str(configuration),
        **at_meta_too,
    }


@asynccontextmanager
async def _feeds(http: aiohttp.ClientSession, ports: Ports) -> AsyncIterator[Mapping[Provider, Events]]:
    """What either provider tells of, where the stand-in thinks that the app is."""
    webhook = MetaWebhook(os.environ.get(_APP_SECRET) or META[_APP_SECRET])
    async with Events.listening(http, ports.api, EventGrid(), webhook) as (event_grid, meta):
        yield {Provider.ACS: event_grid, Provider.WHATSAPP_CLOUD: meta}


@pytest_asyncio.fixture(loop_scope="session")
async def centre(shared_centre: Centre) -> AsyncIterator[Centre]:
    """The contact centre; no test may leave anything in its queue, a dead letter, or a phone number in the log."""
    yield shared_centre
    await shared_centre.mend_channel()
    await shared_centre.is_idle()
    assert await shared_centre.dead_letters() == []
    assert shared_centre.logged_numbers() == []


@pytest.fixture
def customer(centre: Centre) -> Customer:
    """Somebody who has never written."""
    return Customer.new(centre)


def configuration_text(provider: Provider = Provider.ACS) -> str:
    """The sample configuration with its numbers at a provider, and with more.

    There is a template with values in each part, and channels for tests that would disturb others: one's
    workstream holds replies for some seconds only, WhatsApp stops the other.
    """
    document = yaml.safe_load((REPOSITORY / "contact_center.yaml").read_text(encoding="utf-8"))
    document["channels"][HASTY] = {
        "id": "22222222-2222-2222-2222-222222222222",
        "number": "+33199000001",
        "workstream": HASTY,
    }
    document["channels"][BLOCKED] = {"id": "33333333-3333-3333-3333-333333333333", "workstream": "support"}
    hasty = deepcopy(document["workstreams"]["support"])
    hasty["replies"] |= {"when_window_closed": "hold", "hold": {"enabled": True, "expires_after": HOLDS_FOR}}
    document["workstreams"][HASTY] = hasty
    document["templates"]["shipped"] = {"languages": {"fr": _shipped("Votre colis"), "en": _shipped("Your parcel")}}
    text = json.dumps(document, default=str)  # dates are dates to this reader of YAML
    return at_meta(text) if provider is Provider.WHATSAPP_CLOUD else text


def _shipped(words: str) -> dict[str, object]:
    """A template that asks for a value in each of its parts."""
    buttons = [{"quick_reply": "Merci"}, {"url": "https://shop.example/{{1}}"}]
    return {"text": f"{words} {{{{1}}}}", "header": "N° {{1}}", "footer": "Contoso", "buttons": buttons}


async def _start(parts: list[Part], data: Path, ends: AsyncExitStack) -> None:
    """Start parts of a stack, which end with `ends`, and wait until they answer."""
    processes = []
    for number, part in enumerate(parts):
        process = await PartProcess.start(replace(part, output=data / f"part{number}.log"), os.environ)
        ends.push_async_callback(process.end)
        processes.append(process)
    for process in processes:
        await process.wait_ready()
