"""Other systems are told what happens, on a topic of the running stack: the program of docs/events.md listens."""

import asyncio
import re
import sys
from ast import literal_eval
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dev.stack.parts import REPOSITORY
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer

PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@asynccontextmanager
async def listening(service_bus: str, folder: Path) -> AsyncIterator[asyncio.StreamReader]:
    """What the program prints."""
    (program,) = PROGRAM.findall((REPOSITORY / "docs" / "events.md").read_text(encoding="utf-8"))
    (folder / "listen.py").write_text(program, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, folder / "listen.py", service_bus, "events", "everything", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def heard(printed: asyncio.StreamReader, last: str) -> dict[str, list[dict[str, Any]]]:
    """The data of all events by their type, until one of type `last` came."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with asyncio.timeout(60):
        while last not in found:
            line = (await printed.readline()).decode()
            assert line, f"it ended after {list(found)}"
            _, kind, data = line.split(maxsplit=2)
            found.setdefault(kind, []).append(literal_eval(data))
    return found


async def test_a_program_that_listens_hears_a_conversation_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    async with (
        running_centre(tmp_path, EVENTS_TOPIC="events") as centre,
        listening(centre.stack.ready["serviceBus"], tmp_path) as printed,
    ):
        ready = await centre.call("GET", "/health/ready")
        assert ready.body["dependencies"]["eventsTopic"] == "ok"
        customer = Customer.new(centre)
        await customer.is_greeted()
        conversation_id = await customer.conversation_id()
        assert (await centre.call("POST", f"/conversations/{conversation_id}/close", {})).status == 200

        events = await heard(printed, "conversation.closed")

        assert list(events)[:3] == ["conversation.opened", "conversation.queued", "message.received"]
        assert "message.sent" in events
        told = [data for each in events.values() for data in each]
        assert {data["conversationId"] for data in told} == {conversation_id}
        assert not any(customer.number in str(data) for data in told)
        assert centre.logged_numbers() == []
