"""What reaches Application Insights through Microsoft's own distribution, as Azure's worker sets it up."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from dev.stack.parts import REPOSITORY
from dev.stack.running import running_stack
from tests.fakes.ingestion import Ingestion, trace_of
from tests.flow.centre import GREETING
from tests.flow.waiting import eventually, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOMERS = 12
NUMBERS = [f"3361234{number:04}" for number in range(CUSTOMERS)]
QUESTION = "zinnober"
ANSWER = "krapplack"
AGENTS_TRACE = "0af7651916cd43dd8448eb211c80319c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A contact centre with telemetry; all customers wrote at once and were greeted, and one was answered."""

    ingestion: Ingestion
    answered: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    data = tmp_path_factory.mktemp("telemetry")
    async with Ingestion.listening() as ingestion, aiohttp.ClientSession() as http:
        environment = ingestion.settings | _own_folder(data)
        async with running_stack(data=data, environment=environment) as stack:
            await asyncio.gather(*(_write(http, stack.ready["whatsapp"], number) for number in NUMBERS))
            await until(lambda: _at_least(ingestion, "send", CUSTOMERS), "a greeting for everybody")
            answered = ingestion.lines("send")[0]["conversation_id"]
            await _answer(http, stack.ready, answered)
            await until(lambda: _at_least(ingestion, "send", CUSTOMERS + 1), "an answer for one")
            await until(lambda: _at_least(ingestion, "reply", 1), "the line of the answer's call")

            async def out() -> float:
                return ingestion.total("contact_centre.messages.out")

            await eventually(out, CUSTOMERS + 1)
            yield Watched(ingestion=ingestion, answered=answered)


def _own_folder(data: Path) -> dict[str, str]:
    """The exporter keeps what it can't send in the temporary folder."""
    return {"TMPDIR": str(data), "CONTACT_CENTER_FILE": str(REPOSITORY / "contact_center.yaml")}


async def _at_least(ingestion: Ingestion, step: str, count: int) -> bool:
    return len(ingestion.lines(step)) >= count


async def _write(http: aiohttp.ClientSession, whatsapp: str, number: str) -> None:
    body = {"channel": "support_fr", "text": QUESTION}
    async with http.post(f"{whatsapp}/phones/{number}/messages", json=body) as answer:
        assert answer.status == 201


async def _answer(http: aiohttp.ClientSession, ready: dict[str, Any], conversation_id: str) -> None:
    """An agent joins the team and answers; the answer's call is part of a trace of the agent's own."""
    api, common = f"{ready['api']}/api", {"x-functions-key": ready["key"], "X-Agent-Id": "ana"}
    record = {"name": "Ana", "queues": ["general"]}
    async with http.put(f"{api}/agents/ana", json=record, headers=common | {"X-Agent-Role": "Supervisor"}) as answer:
        assert answer.status in (200, 201), await answer.text()
    trace = {"X-Agent-Role": "Agent", "traceparent": f"00-{AGENTS_TRACE}-b7ad6b7169203331-01"}
    url, words = f"{api}/conversations/{conversation_id}/replies", {"kind": "text", "text": ANSWER}
    async with http.post(url, json=words, headers=common | trace) as answer:
        assert answer.status == 201, await answer.text()


async def test_from_the_event_to_the_greeting_a_message_has_one_trace_of_its_own(watched: Watched) -> None:
    """Also when the messages went to the queue in batches."""
    came = {line["message_id"]: line["trace"] for line in watched.ingestion.lines("ingest")}
    routed = {line["message_id"]: line for line in watched.ingestion.lines("route") if line["subject"] == "event"}
    greeted = {line["conversation_id"]: line["trace"] for line in watched.ingestion.lines("send")[:CUSTOMERS]}
    firsts = [line for message_id, line in routed.items() if message_id in came]
    assert len(firsts) == CUSTOMERS
    for line in firsts:
        assert line["trace"] == came[line["message_id"]] == greeted[line["conversation_id"]]
    assert len(set(greeted.values())) == CUSTOMERS
    assert len({trace_of(span) for span in watched.ingestion.spans("route")} & set(greeted.values())) == CUSTOMERS
    assert {trace_of(span) for span in watched.ingestion.spans("send")} >= set(greeted.values())


async def test_a_reply_is_sent_in_the_trace_of_the_call_that_asked_for_it(watched: Watched) -> None:
    (reply,) = watched.ingestion.lines("reply")
    sent = [line["trace"] for line in watched.ingestion.lines("send") if line["outgoing_id"] == reply["outgoing_id"]]
    assert [reply["trace"], *sent] == [AGENTS_TRACE, AGENTS_TRACE]


async def test_the_metrics_arrive_under_their_names_and_add_up(watched: Watched) -> None:
    """Counters come as what was added since the last time, so that a query's sum is right."""
    ingestion, channel = watched.ingestion, "11111111-1111-1111-1111-111111111111"
    out = {"kind": "text", "delivery": "message", "channel": channel}
    assert ingestion.total("contact_centre.messages.in", kind="text", channel=channel) == CUSTOMERS
    assert ingestion.total("contact_centre.messages.out", author="automated", **out) == CUSTOMERS
    assert ingestion.total("contact_centre.messages.out", author="agent", **out) == 1
    assert ingestion.total("contact_centre.sends", outcome="accepted", channel=channel) == CUSTOMERS + 1
    assert ingestion.total("contact_centre.replies", delivery="message") == 1
    assert ingestion.count("contact_centre.queue.wait", queue="general") == 1
    assert ingestion.count("contact_centre.first_response", queue="general") == 1
    assert ingestion.total("contact_centre.queue.wait") > 0
    assert ingestion.count("contact_centre.message.delay", subject="event") >= CUSTOMERS


async def test_every_log_line_arrives_once(watched: Watched) -> None:
    """Neither twice from the worker, nor once more from the app."""
    ingested = Counter(line["event_id"] for line in watched.ingestion.lines("ingest"))
    assert set(ingested.values()) == {1}
    stands = [line for line in watched.ingestion.lines("conversation") if line["conversation_id"] == watched.answered]
    assert [(line["status"], line["assigned"]) for line in stands] == [("open", False), ("active", True)]


async def test_no_number_and_no_words_are_in_anything_that_arrives(watched: Watched) -> None:
    arrived = json.dumps(watched.ingestion.items, ensure_ascii=False)
    assert watched.answered in arrived
    for private in (*NUMBERS, QUESTION, ANSWER, GREETING):
        assert private not in arrived
