"""The contact centre that the flow tests share: the local stack, with Event Grid and Table Storage in a test's hand."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import yaml

from dev.stack.parts import REPOSITORY, Part, azurite, whatsapp
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from dev.stack.running import running_stack
from dev.stack.settings import MEDIA, TABLES, WHATSAPP, app_settings, local_connections
from tests.flow.centre import BLOCKED, HASTY, Centre
from tests.flow.customer import Customer
from tests.flow.event_grid import EventGrid
from tests.flow.table_storage import TableStorage

HOLDS_FOR = "6s"
_PATIENCE = aiohttp.ClientTimeout(total=120)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """One contact centre for all tests; each has customers of its own."""
    async with running_centre(tmp_path_factory.mktemp("flow")) as centre:
        yield centre


@asynccontextmanager
async def running_centre(data: Path, *, configured: str | None = None, **settings: str) -> AsyncIterator[Centre]:
    """A contact centre with its data in a folder.

    `configured` is the text of its configuration; `settings` are its app's, beside those that the stack gives.
    """
    configuration = data / "contact_center.yaml"
    configuration.write_text(configured or configuration_text(), encoding="utf-8")
    base, mark = reserve_range()
    ports = Ports(base)
    async with AsyncExitStack() as ends:
        ends.enter_context(mark)
        http = await ends.enter_async_context(aiohttp.ClientSession(timeout=_PATIENCE))
        event_grid = await ends.enter_async_context(EventGrid.listening(http, ports.api))
        tables = await ends.enter_async_context(TableStorage.in_front_of(f"http://127.0.0.1:{ports.tables}"))
        await _start([azurite(ports, data), whatsapp(ports, configuration)], data, ends)
        given = local_connections(ports)
        given = settings | {
            TABLES: given[TABLES].replace(f":{ports.tables}/", f":{tables.port}/"),
            MEDIA: given[MEDIA],
            WHATSAPP: given[WHATSAPP],
            "CONTACT_CENTER_FILE": str(configuration),
        }
        stack = await ends.enter_async_context(running_stack(data=data, environment=given))
        event_grid.target = stack.ready["eventGrid"]
        connections = given | {"ServiceBusConnection": stack.ready["serviceBus"]}
        yield Centre(
            http=http,
            stack=stack,
            event_grid=event_grid,
            tables=tables,
            whatsapp=f"http://127.0.0.1:{ports.whatsapp}",
            settings=app_settings(REPOSITORY, connections, os.environ),
            configuration=configuration,
        )


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


def configuration_text() -> str:
    """The sample configuration, a template with values in each part, and channels for tests that would disturb others.

    One's workstream holds replies for some seconds only; WhatsApp stops the other.
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
    return json.dumps(document, default=str)  # dates are dates to this reader of YAML


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
