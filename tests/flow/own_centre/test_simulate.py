"""A load of customers: nothing is lost on a real stack, and what a bad contact centre does to texts is counted."""

import re
import struct
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from dev.stack.story.addresses import Addresses
from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import client
from dev.stack.story.phones import Phones
from dev.tools.simulation.load import Load, new_customers, numbered
from dev.tools.simulation.simulation import Outcome, Simulation
from dev.tools.simulation.tally import Tally
from tests.flow.commands import finished

LOST, DOUBLED, LATE = 2, 3, 4


async def test_nothing_is_lost_doubled_or_disordered_on_a_stack(tmp_path: Path) -> None:
    picture = tmp_path / "latency.png"
    load = ("--customers", "20", "--rate", "20", "--seconds", "6")
    code, printed = await finished("simulate", *load, "--plot", picture)
    assert code == 0, printed
    assert "120/120" in printed
    assert row(printed, "texts") == ["120", "0", "0", "0"]
    assert row(printed, "greetings") == ["20", "0", "0", "0"]
    for measured in ("event accepted", "stored (GET messages)", "greeting on the phone"):
        seen, *milliseconds = (float(value.replace(",", "")) for value in row(printed, measured))
        assert seen > 0
        assert 0 < milliseconds[0] <= milliseconds[1] <= milliseconds[2] <= milliseconds[3]
    assert width_and_height(picture) == (1500, 825)
    (figure,) = re.findall(r"One core sustains (\d+) .* the bare calls (\d+) \(ratio ([\d.]+)\)\.$", printed.strip())
    app, bare, ratio = map(float, figure)
    assert app > 1
    assert ratio == pytest.approx(bare / app, rel=0.1)


async def test_texts_that_a_contact_centre_loses_doubles_and_disorders_are_counted() -> None:
    outcome = await simulated(BadCentre())
    assert outcome.texts == Tally(expected=5, lost=1, doubled=1, disordered=1)
    assert outcome.greetings == Tally(expected=1, lost=1)
    assert not outcome.is_clean


@dataclass(slots=True, kw_only=True)
class BadCentre:
    """Phones and a contact centre in one, which spoils three texts of each customer and greets nobody."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/phones/{number}/messages", self.write)
        application.router.add_get("/phones/{number}/messages", self.on_phone)
        application.router.add_get("/api/conversations", self.conversations)
        application.router.add_get("/api/conversations/{number}/messages", self.history)
        return application

    async def write(self, request: web.Request) -> web.Response:
        number, text = request.match_info["number"], (await request.json())["text"]
        self.texts[number].append(text)
        return web.json_response({"messageId": f"{number}-{text}"}, status=201)

    async def on_phone(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        shown = [message("in", f"{number}-{text}", text) for text in self.texts[number]]
        return web.json_response({"messages": shown})

    async def conversations(self, _: web.Request) -> web.Response:
        items = [
            {"conversationId": number, "status": "open", "queue": "general", "agent": None}
            | {"contact": {"phone": f"+{number}"}, "unread": len(self.kept(number))}
            for number in self.texts
        ]
        return web.json_response({"items": items, "nextCursor": None})

    async def history(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        items = [{"messageId": f"{number}-{text}", "direction": "in", "text": text} for text in self.kept(number)]
        return web.json_response({"items": items[::-1], "nextCursor": None})

    def kept(self, number: str) -> list[str]:
        texts = self.texts[number]
        kept = [text for text in texts if text not in (numbered(LOST), numbered(LATE))]
        return kept + [text for text in texts if text in (numbered(DOUBLED), numbered(LATE))]


def message(direction: str, message_id: str, text: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    shown = {"direction": direction, "messageId": message_id, "text": text, "kind": "text", "template": None}
    return shown | {"status": "delivered", "at": at}


async def simulated(centre: BadCentre) -> Outcome:
    """What a simulation says of a centre: one customer, five texts."""
    load = Load(customers=1, rate=1, seconds=5)
    async with serving(centre) as address, client() as http:
        simulation = Simulation(
            load,
            customers=new_customers(1),
            phones=Phones(http, address),
            supervisor=ContactCentre(
                http, Addresses(api=address, key="local", whatsapp=address), agent="sofia", role="Supervisor"
            ),
            channel="support",
            drain_seconds=2.0,
        )
        return await simulation.run()


@asynccontextmanager
async def serving(centre: BadCentre) -> AsyncIterator[str]:
    runner = web.AppRunner(centre.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def row(printed: str, name: str) -> list[str]:
    """The values of a table's row."""
    (line,) = [line for line in printed.splitlines() if line.startswith(f"│ {name} ")]
    return [cell.strip() for cell in line.strip("│").split("│")[1:]]


def width_and_height(picture: Path) -> tuple[int, ...]:
    """The size of a PNG in pixels."""
    signature, header = (content := picture.read_bytes())[:8], content[16:24]
    assert signature == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", header)
