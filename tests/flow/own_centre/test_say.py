"""`make run` plays a first story on fresh data, and `say` writes the next message."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dev.stack.parts import REPOSITORY
from dev.stack.story.calls import call, client
from dev.stack.story.looks import received, taken
from dev.stack.story.phones import Phones
from dev.stack.story.transcript import Transcript
from tests.flow.commands import finished, interrupted, kept_up, printed_until

NUMBER = "+33612345678"
QUESTION = "Où est ma facture ?"


async def test_the_first_story_is_played_once_and_the_next_message_is_one_command_away(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    async with kept_up(tmp_path) as process:
        printed = await printed_until(process, "-m dev say")
        ready = json.loads(ready_file.read_text())
        assert re.findall(r"http://\S+", printed.partition("Addresses")[2])[0] == ready["play"]
        assert f"Write as a customer and answer as an agent: {ready['play']}\n" in printed
        for address in (
            ready["desk"],
            f"{ready['api']}/api",
            f"{ready['whatsapp']}/",
            f"{ready['api']}/api/openapi.json",
        ):
            assert f" {address}\n" in printed
        assert "✓ 28.  The conversation is closed, with its answer" in printed
        assert await at_work(ready) == []
        assert f'-m dev say "{NUMBER}" "{QUESTION}" --ready-file "{ready_file}"\n' in printed

        assert '"step"' not in printed

        code, said = await finished("say", NUMBER, QUESTION, "--ready-file", ready_file)
        assert code == 0
        await the_greeting_follows(ready["whatsapp"], message_id=said.strip())
        told = (await printed_until(process, "stored, greeting delivered")).splitlines()[-1]
        assert re.fullmatch(r"[\d:]{8}  \+33 6•• ••• •78 → billing: stored, greeting delivered +\d+\.\d\d s", told)
        assert await interrupted(process) == 0
    (log,) = (tmp_path / "log").glob("*.jsonl")
    assert f" {log}\n" in printed
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {"ingest", "send", "route", "reply"} <= {line.get("step") for line in lines}
    assert NUMBER.removeprefix("+") not in log.read_text(encoding="utf-8")

    async with kept_up(tmp_path) as process:
        printed = await printed_until(process, "-m dev say")
        assert "The tables hold data of an earlier run, so no first story is played. The whole story: " in printed
        assert "-m dev demo\n" in printed
        assert f'To start empty, end this, and: rm -r "{tmp_path / "azurite"}"\n' in printed
        assert "Camille" not in printed
        assert await interrupted(process) == 0


async def test_with_a_bad_configuration_its_problems_are_shown_and_no_story_is_played(tmp_path: Path) -> None:
    file, ready_file = tmp_path / "bad.yaml", tmp_path / "ready.json"
    good = (REPOSITORY / "contact_center.yaml").read_text(encoding="utf-8")
    line = good.partition("fallback: general")[0].count("\n") + 1
    file.write_text(good.replace("fallback: general", "fallback: genral"), encoding="utf-8")
    async with kept_up(tmp_path, {"CONTACT_CENTER_FILE": str(file)}) as process:
        printed = await printed_until(process, "-m dev say")
        told = printed.partition("\nAddresses\n")[2]
        assert f"{file}:{line}: workstreams.support.route_to_queue.fallback: genral is not defined under queues" in told
        assert "so no story is played" in told
        assert "The stack stays up all the same, and takes what customers write." in told
        assert "Camille" not in told

        code, said = await finished("say", NUMBER, QUESTION, "--ready-file", ready_file)
        assert code == 0
        async with client() as http:
            phones = Phones(http, json.loads(ready_file.read_text())["whatsapp"])
            await Transcript(Console(quiet=True), patience=30).see("taken", taken(phones, NUMBER, said.strip()))
        assert await interrupted(process) == 0


async def at_work(ready: dict[str, Any]) -> list[str]:
    """The agents who would be given what a customer writes, so that whoever sits down at the desk would not."""
    headers = {"x-functions-key": ready["key"], "X-Agent-Id": "sam", "X-Agent-Role": "Supervisor"}
    async with client() as http:
        team = await call(http, "GET", f"{ready['api']}/api/agents", headers=headers)
    return [agent["agentId"] for agent in team["items"] if agent["presence"] != "offline"]


async def the_greeting_follows(whatsapp: str, message_id: str) -> None:
    """The app took the message, and the customer got the greeting."""
    transcript = Transcript(Console(quiet=True), patience=30)
    async with client() as http:
        phones = Phones(http, whatsapp)
        message = await transcript.see("taken", taken(phones, NUMBER, message_id))
        greeting = await transcript.see("greeted", received(phones, NUMBER))
    assert (message.text, greeting.text) == (QUESTION, "Bonjour, nous vous répondons bientôt.")


async def test_without_a_stack_one_line_says_how_to_start_one(tmp_path: Path) -> None:
    nowhere = tmp_path / "ready.json"
    code, printed = await finished("say", NUMBER, QUESTION, "--ready-file", nowhere)
    assert code == 1
    assert printed == f"No stack is up: there is no ready file at {nowhere}. Start one with: make run\n"


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"whatsapp": "http://127.0.0.1:1"}', '{"api": "http://127.0.0.1:1"}', "?"]
)
async def test_a_file_that_is_no_ready_file_is_as_none(tmp_path: Path, content: str) -> None:
    other = tmp_path / "ready.json"
    other.write_text(content)
    code, printed = await finished("say", NUMBER, QUESTION, "--ready-file", other)
    assert code == 1
    assert printed == f"No stack is up: there is no ready file at {other}. Start one with: make run\n"


@pytest.mark.parametrize("sender", ["../../faults", "336/12?x#", "0612345678", "Camille", NUMBER + "\n"])
async def test_a_sender_without_a_number_is_told_in_one_line(tmp_path: Path, sender: str) -> None:
    code, printed = await finished("say", sender, QUESTION, "--ready-file", tmp_path / "ready.json")
    assert code == 1
    assert printed == f"FROM has to be a number such as +33612345678, or a BSUID such as US.1349, not {sender!r}\n"


async def test_a_ready_file_that_outlived_its_stack_is_told_in_one_line(tmp_path: Path) -> None:
    stale = tmp_path / "ready.json"
    stale.write_text(json.dumps({"api": "http://127.0.0.1:1", "key": "local", "whatsapp": "http://127.0.0.1:1"}))
    code, printed = await finished("say", NUMBER, QUESTION, "--ready-file", stale)
    assert code == 1
    assert printed == ("Nothing answers at http://127.0.0.1:1 (ClientConnectorError). Start a stack with: make run\n")


async def test_a_stack_without_phones_is_told_in_one_line(tmp_path: Path) -> None:
    elsewhere = tmp_path / "ready.json"
    elsewhere.write_text(json.dumps({"api": "http://127.0.0.1:1", "key": "local", "whatsapp": None}))
    code, printed = await finished("say", NUMBER, QUESTION, "--ready-file", elsewhere)
    assert code == 1
    assert printed.startswith("This stack has no phones")
    assert printed.count("\n") == 1
