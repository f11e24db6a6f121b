"""The whole story comes true on a stack of its own, and a step that does not is named."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from dev.stack.parts import REPOSITORY
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import client
from dev.stack.story.errors import StepFailedError
from dev.stack.story.scenes import a_customer_is_answered
from dev.stack.story.stage import Customer, Stage
from dev.stack.story.transcript import Transcript
from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.catalogue import Provider, load_catalogue
from dev.stack.whatsapp.server import serve
from tests.flow.commands import finished

NOBODY = "http://127.0.0.1:1"


@pytest.mark.parametrize("provider", Provider)
async def test_each_step_of_the_story_comes_true(provider: Provider) -> None:
    code, printed = await finished("demo", "--provider", provider)
    assert code == 0, printed
    steps = re.findall(r"^  ✓ +(\d+)\.  (.*?) +[\d.]+ s$", printed, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1)), printed
    titles = [title for _, title in steps]
    assert titles[0] == "A supervisor makes Ana an agent of billing, with the skill billing"
    assert "It is back with Ana" in titles
    assert "The phone shows the held words, each once and in order" in titles
    assert "WhatsApp fetches it, and it is on the phone" in titles
    assert "The history says that it failed, and why" in titles
    assert titles[-1] == "Bruno has it in hand"
    assert "✗" not in printed
    assert printed.endswith("Each step came true.\n")


async def test_a_step_that_does_not_come_true_is_crossed_and_told_with_what_is_seen_instead() -> None:
    told = io.StringIO()
    catalogue = load_catalogue(REPOSITORY / "contact_center.yaml")
    async with serve(catalogue=catalogue, key=AccessKey("a2V5"), webhook=NOBODY) as phones, client() as http:
        addresses = Addresses(api=NOBODY, key="local", whatsapp=phones)
        transcript = Transcript(Console(file=told), patience=0.2)
        stage = await Stage.enter(http, addresses, transcript)
        with pytest.raises(StepFailedError, match="Step 2 did not come true: Event Grid brings the event"):
            await a_customer_is_answered(stage, Customer.named("Camille"))
    ticked, crossed = told.getvalue().split("✗")
    assert "✓  1.  Camille writes" in ticked
    assert crossed.startswith("  2.  Event Grid brings the event, and the app takes it")
    assert "Seen instead: on the phone: wrote “Où est ma facture ?” sent" in crossed


async def test_a_demo_on_a_stack_that_is_gone_ends_with_1_and_says_how_to_start_one(tmp_path: Path) -> None:
    code, printed = await finished("demo", "--ready-file", tmp_path / "ready.json")
    assert (code, printed.strip()) == (
        1,
        f"No stack is up: there is no ready file at {tmp_path / 'ready.json'}. Start one with: make run",
    )
