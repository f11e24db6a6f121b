"""The local stack as one command: what it starts, what it says, and that nothing of it is left."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from azure.data.tables.aio import TableServiceClient
from azure.storage.blob.aio import BlobServiceClient

from dev.stack.blobs import CONTAINER
from dev.stack.parts import REPOSITORY
from dev.stack.ports import Ports, reserve_range
from dev.stack.running import RunningStack, running_stack
from dev.stack.settings import MEDIA, SERVICE_BUS, TABLES, WHATSAPP
from dev.stack.tables import TABLES as TABLE_NAMES
from dev.stack.whatsapp.catalogue import Provider

APP = Path(__file__).parent / "app"
ELSEWHERE = {
    SERVICE_BUS: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true",
    WHATSAPP: "endpoint=http://127.0.0.1:1/;accesskey=aw==",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def first(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """A stack that another one meets: it has tables and a host, and its folder is that of its log."""
    async with running_stack(data=tmp_path_factory.mktemp("first"), app=APP, environment=ELSEWHERE) as stack:
        yield stack


async def test_every_part_answers_where_the_ready_file_says(tmp_path: Path) -> None:
    async with running_stack(data=tmp_path, app=APP) as stack, aiohttp.ClientSession() as http:
        ready = stack.ready
        assert await settings_of_the_app(http, ready) == {
            SERVICE_BUS: ready["serviceBus"],
            TABLES: ready["tables"],
            MEDIA: ready["blobs"],
            WHATSAPP: f"endpoint={ready['whatsapp']}/;accesskey=bG9jYWwtc3RhY2sta2V5LW9mLXRoZS1zdGFuZC1pbg==",
            "AUTH_MODE": "key",
            "FUNCTIONS_WORKER_RUNTIME": "python",
            "ONLY_IN_THE_SAMPLE": "from the sample",
        }
        for url in (f"{ready['whatsapp']}/", f"{ready['serviceBusControl']}/queues", ready["worker"]):
            assert (await http.get(url)).status == 200
        event = {"id": "1", "source": "s", "type": "t", "specversion": "1.0", "time": "2026-11-24T12:00:00Z"}
        headers = {"Content-Type": "application/cloudevents+json"}
        assert (await http.post(ready["eventGrid"], data=json.dumps(event), headers=headers)).status == 202
        assert await tables_at(ready["tables"]) == set(TABLE_NAMES)
        async with BlobServiceClient.from_connection_string(ready["blobs"]) as service:
            assert [container.name async for container in service.list_containers()] == [CONTAINER]
        assert await stack.worker_pid() in pids_of(stack.group)
    assert pids_of(stack.group) == set()
    assert not (tmp_path / "ready.json").exists()


async def test_numbers_at_meta_have_an_app_there(first: RunningStack, tmp_path: Path) -> None:
    given = {SERVICE_BUS: ELSEWHERE[SERVICE_BUS], TABLES: first.ready["tables"], "WHATSAPP_ACCESS_TOKEN": "given"}
    async with (
        running_stack(data=tmp_path, app=APP, environment=given, provider=Provider.WHATSAPP_CLOUD) as stack,
        aiohttp.ClientSession() as http,
    ):
        ready = stack.ready
        assert await settings_of_the_app(http, ready, "meta") == {
            "WHATSAPP_ACCESS_TOKEN": "given",
            "WHATSAPP_APP_SECRET": "local-app-secret",
            "WHATSAPP_VERIFY_TOKEN": "local-verify-token",
            "WHATSAPP_GRAPH_URL": ready["whatsapp"],
        }
        assert (ready["graph"], ready["webhook"]) == (ready["whatsapp"], f"{ready['api']}/api/whatsapp")
        [channel] = (await (await http.get(f"{ready['whatsapp']}/channels")).json())["channels"]
        assert (channel["provider"], channel["number"]) == ("whatsapp_cloud", "+33123456789")
        number = f"{ready['graph']}/v27.0/{channel['id']}"
        assert (await http.get(number, headers={"Authorization": "Bearer given"})).status == 200
        assert (await http.get(number, headers={"Authorization": "Bearer local-access-token"})).status == 401
        assert await settings_of_the_app(http, first.ready, "meta") == {}


async def test_a_given_graph_api_is_used(first: RunningStack, tmp_path: Path) -> None:
    given = {SERVICE_BUS: ELSEWHERE[SERVICE_BUS], TABLES: first.ready["tables"], "WHATSAPP_GRAPH_URL": "http://[::1]:1"}
    async with (
        running_stack(data=tmp_path, app=APP, environment=given, provider=Provider.WHATSAPP_CLOUD) as stack,
        aiohttp.ClientSession() as http,
    ):
        seen = await settings_of_the_app(http, stack.ready, "meta")
        assert seen["WHATSAPP_GRAPH_URL"] == "http://[::1]:1"
        assert "graph" not in stack.ready


async def test_a_given_connection_wins_and_its_part_is_not_started(first: RunningStack, tmp_path: Path) -> None:
    given = ELSEWHERE | {TABLES: first.ready["tables"], "ONLY_IN_THE_SAMPLE": "from the environment"}
    async with TableServiceClient.from_connection_string(first.ready["tables"]) as service:
        await service.delete_table("inbox")
    async with (
        running_stack(data=tmp_path, app=APP, environment=given) as second,
        aiohttp.ClientSession() as http,
    ):
        seen = await settings_of_the_app(http, second.ready)
        assert (given | {MEDIA: ""}).items() <= seen.items()
        assert {name for name, value in second.ready.items() if value is None} == {
            *("serviceBus", "serviceBusControl", "tables", "blobs", "whatsapp", "play")
        }
        assert await tables_at(first.ready["tables"]) == set(TABLE_NAMES)


async def test_an_interrupt_ends_everything_with_code_0_and_keeps_the_tables(tmp_path: Path) -> None:
    async with up(tmp_path, ELSEWHERE) as process:
        connection = (await ready(process, tmp_path))["tables"]
        async with TableServiceClient.from_connection_string(connection) as service:
            await service.create_table("mine")
        assert len(pids_of(process.pid)) >= 4
        os.killpg(process.pid, signal.SIGINT)
        async with asyncio.timeout(20):
            assert await process.wait() == 0
        assert pids_of(process.pid) == set()
        assert not (tmp_path / "ready.json").exists()
    async with running_stack(data=tmp_path, app=APP, environment=ELSEWHERE) as stack:
        assert await tables_at(stack.ready["tables"]) == {"mine", *TABLE_NAMES}


async def test_an_interrupt_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    async with up(tmp_path, ELSEWHERE) as process:
        await eventually(lambda: len(pids_of(process.pid)) > 1)
        os.killpg(process.pid, signal.SIGINT)
        async with asyncio.timeout(20):
            assert await process.wait() == 0
        assert pids_of(process.pid) == set()


async def test_killing_the_parent_ends_its_parts_and_ports_and_data_can_be_used_again(tmp_path: Path) -> None:
    async with up(tmp_path, ELSEWHERE) as process:
        before = await ready(process, tmp_path)
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        await eventually(lambda: pids_of(process.pid) == set())
    (tmp_path / "ready.json").unlink()
    async with up(tmp_path, ELSEWHERE, "--port-base", before["api"].rpartition(":")[2]) as process:
        assert await ready(process, tmp_path) == before


async def test_a_part_that_dies_is_named_and_ends_the_stack_with_code_1(tmp_path: Path) -> None:
    async with up(tmp_path, {WHATSAPP: ELSEWHERE[WHATSAPP]}) as process:
        await ready(process, tmp_path)
        (broker,) = [pid for pid in pids_of(process.pid) if "dev.stack.servicebus" in command_of(pid)]
        os.kill(broker, signal.SIGKILL)
        printed = await printed_until_end(process, 1)
        assert "The Service Bus stand-in ended by itself with code -9, so the stack ends." in printed
        assert pids_of(process.pid) == set()


async def test_an_app_that_is_refused_ends_the_stack_with_its_reason(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "host.json").write_text("{}")
    (app / "function_app.py").write_text("import no_such_module")
    async with up(tmp_path, ELSEWHERE, "--app", str(app)) as process:
        printed = await printed_until_end(process, 1)
    assert "ModuleNotFoundError: No module named 'no_such_module'" in printed
    assert "The Functions host ended by itself with code 1, so the stack ends." in printed


async def test_a_used_port_is_one_line_that_names_port_part_and_remedy(tmp_path: Path) -> None:
    base, mark = reserve_range()
    with mark, socket.socket() as taken:
        taken.bind(("127.0.0.1", Ports(base).whatsapp))
        taken.listen()
        async with up(tmp_path, {}, "--port-base", str(base)) as process:
            printed = await printed_until_end(process, 1)
    assert printed == (
        f"Port {Ports(base).whatsapp} is in use by another program, and the WhatsApp stand-in needs it. "
        f"Is another stack running? End it, or start this one apart: "
        f".venv/bin/python -m dev run --port-base {base + 1000} --data DIR --ready-file FILE\n"
    )


@pytest.mark.parametrize("command", ["up", "run"])
async def test_a_second_stack_on_the_same_ports_leaves_the_first_its_ready_file(
    first: RunningStack, tmp_path: Path, command: str
) -> None:
    ready_file, base = first.log.with_name("ready.json"), first.ready["api"].rpartition(":")[2]
    before = ready_file.read_text()
    options = ("--port-base", base, "--ready-file", str(ready_file))
    async with up(tmp_path, ELSEWHERE, *options, command=command) as second:
        assert "is in use by another program" in await printed_until_end(second, 1)
    assert ready_file.read_text() == before


async def test_a_second_stack_on_the_same_data_is_one_line_and_leaves_the_first_its_ready_file(
    first: RunningStack,
) -> None:
    folder = first.log.parent
    before = (folder / "ready.json").read_text()
    async with up(folder, ELSEWHERE) as second:
        printed = await printed_until_end(second, 1)
    assert (folder / "ready.json").read_text() == before
    assert printed == (
        f"Another stack keeps its tables in {folder / 'azurite'}. "
        "End it, or start this one apart: .venv/bin/python -m dev run --port-base N --data DIR --ready-file FILE\n"
    )


@pytest.mark.parametrize("base", ["70000", "65517", "1023", "-5"])
async def test_ports_that_there_are_not_are_one_line(tmp_path: Path, base: str) -> None:
    async with up(tmp_path, {}, "--port-base", base) as process:
        printed = await printed_until_end(process, 1)
    assert printed == f"--port-base {base} is not possible: the first of the 20 ports has to be from 1024 to 65516.\n"


@pytest.mark.parametrize(("option", "content"), [("--data", "tables"), ("--ready-file", "addresses")])
async def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path, option: str, content: str) -> None:
    file = tmp_path / "file"
    file.touch()
    for place in (file / "below", Path("/proc/nothing/below")):
        async with up(tmp_path, ELSEWHERE, option, str(place)) as process:
            printed = await printed_until_end(process, 1)
        assert printed.startswith(f"The {content} can't be kept in {place} (")
        assert printed.endswith(f"). Choose another place with {option}.\n")
        assert printed.count("\n") == 1


async def test_without_azurite_one_line_says_how_to_set_it_up(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY / "dev", copy / "dev", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    async with up(tmp_path, ELSEWHERE, repository=copy) as process:
        printed = await printed_until_end(process, 1)
    assert printed == "Azurite, which keeps the tables, is not installed. Set up what is missing with: make setup\n"


async def test_core_tools_that_are_missing_are_one_line(tmp_path: Path) -> None:
    async with up(tmp_path, {"PATH": str(tmp_path)}, "--host", "func") as process:
        printed = await printed_until_end(process, 1)
    assert printed.startswith("Azure Functions Core Tools (func) are not installed.")
    assert printed.count("\n") == 1


@asynccontextmanager
async def up(
    data: Path, environment: Mapping[str, str], *options: str, command: str = "up", repository: Path = REPOSITORY
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m dev up` as a person starts it, in a process group of its own; killed at the end if it still runs."""
    base, mark = reserve_range()
    defaults = ("--ready-file", data / "ready.json", "--data", data / "azurite", "--port-base", base, "--app", APP)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev", command, *map(str, defaults), *options),
        cwd=repository,
        env=dict(os.environ) | dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        mark.close()


async def ready(process: asyncio.subprocess.Process, data: Path) -> dict[str, Any]:
    """What the ready file says, once it is there."""
    file = data / "ready.json"
    await eventually(file.exists)
    assert process.returncode is None
    content: dict[str, Any] = json.loads(file.read_text())
    return content


async def printed_until_end(process: asyncio.subprocess.Process, code: int) -> str:
    async with asyncio.timeout(30):
        printed, _ = await process.communicate()
    assert process.returncode == code
    return printed.decode()


async def settings_of_the_app(
    http: aiohttp.ClientSession, ready: Mapping[str, Any], route: str = "settings"
) -> dict[str, str]:
    async with http.get(f"{ready['api']}/api/{route}", headers={"x-functions-key": ready["key"]}) as response:
        settings: dict[str, str] = await response.json(content_type=None)
        return settings


async def tables_at(connection: str) -> set[str]:
    async with TableServiceClient.from_connection_string(connection) as service:
        return {table.name async for table in service.list_tables()}


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)


def pids_of(group: int) -> set[int]:
    """The processes of a process group that still run."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            state, _, member_of = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(member_of) == group and state != "Z":
            found.add(int(entry.name))
    return found


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
