"""`python -m dev.stack.whatsapp` as a process."""

import asyncio
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.contract.whatsapp.stand_in import CHANNEL, KEY

CONFIGURATION = f"""
version: 1
channels:
  support: {{id: {CHANNEL}, number: "+33123456789", workstream: support}}
templates:
  follow_up: {{category: utility, languages: {{no: "Hei {{{{1}}}}"}}}}
"""


async def start(configuration: Path, *more: str) -> asyncio.subprocess.Process:
    arguments = ["--event-grid", "http://127.0.0.1:9/events", "--configuration", str(configuration), *more]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dev.stack.whatsapp",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_and_ends_cleanly_with_events_under_way(tmp_path: Path, stop: signal.Signals) -> None:
    (tmp_path / "contact_center.yaml").write_text(CONFIGURATION)
    process = await start(tmp_path / "contact_center.yaml", "--access-key", KEY)
    assert process.stdout
    address = re.findall(r"http://[\d.:]+", (await process.stdout.readline()).decode())[0]
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{address}/phones/33612345678/messages", json={"text": "Bonjour"}) as answer:
            assert answer.status == 201
        async with session.get(f"{address}/channels/support/templates/follow_up/no") as answer:
            assert await answer.json() == {"status": "approved", "text": "Hei {{1}}"}

    process.send_signal(stop)
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_it_does_not_start_with_a_bad_file_and_names_every_problem(tmp_path: Path) -> None:
    bad = "channels: {support: {number: 1}}\ntemplates: {hello: {languages: {fr: 'Bonjour {{2}}'}}}\n"
    (tmp_path / "bad.yaml").write_text(bad)

    process = await start(tmp_path / "bad.yaml", "--access-key", KEY)
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 2
    assert b"channels.support.id" in errors
    assert b"templates.hello.languages.fr" in errors


async def test_a_key_that_is_no_base64_is_named(tmp_path: Path) -> None:
    (tmp_path / "contact_center.yaml").write_text(CONFIGURATION)

    process = await start(tmp_path / "contact_center.yaml", "--access-key", "é")
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert (process.returncode, errors) == (2, b"the access key must be base64\n")


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    (tmp_path / "contact_center.yaml").write_text(CONFIGURATION)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await start(tmp_path / "contact_center.yaml", "--access-key", KEY, "--port", str(port))
        _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 2
    assert f"port {port} cannot be used" in errors.decode()
    assert "Traceback" not in errors.decode()
