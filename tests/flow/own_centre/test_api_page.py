"""The page about the API: its walk through works as it stands, and so does the Python client that it tells of."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import pytest_asyncio

from tests.flow.centre import Centre
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer
from tests.repo import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7071/api"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """A contact centre by the file of the repository, as `make run` starts it."""
    configured = (ROOT / "contact_center.yaml").read_text(encoding="utf-8")
    async with running_centre(tmp_path_factory.mktemp("api-page"), configured=configured) as centre:
        yield centre


def blocks(section: str, kind: str, centre: Centre) -> list[str]:
    """The blocks of one kind in a section of the page, with the addresses of this centre."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [block.replace(ADDRESS, f"{centre.api}/api") for block in found]


async def run(*command: str | Path, folder: Path) -> str:
    """What a command says; it has to succeed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_the_walk_through_works_as_it_stands(centre: Centre, tmp_path: Path) -> None:
    customer = Customer.new(centre)
    await customer.writes("Où est ma facture ?")
    conversation_id = await customer.conversation_id()
    first, *rest = blocks("A walk through", "sh", centre)
    assert "-m dev say" in first

    said = await run("bash", "-euo", "pipefail", "-c", "\n".join(rest), folder=tmp_path)

    assert f'"threads":[{{"id":"{conversation_id}"' in said
    assert '"code":"changed_meanwhile"' in said.replace('": "', '":"')
    assert said.count("somebody was quicker") == 1
    conversation = (await centre.call("GET", f"/conversations/{conversation_id}")).body
    assert (conversation["status"], conversation["tags"], conversation["agent"]) == ("closed", ["vip"], "ana")
    assert (await customer.received()).count("Bonjour, voici votre facture.") == 1


async def test_every_answer_says_when_it_was_given_and_what_it_is_called_and_is_kept_nowhere(centre: Centre) -> None:
    for path, status in (("health", 200), ("queues", 200), ("queues?x=1", 422), ("agents/nobody", 404)):
        async with centre.http.get(f"{centre.api}/api/{path}", headers=centre.key("sam", "Supervisor")) as answer:
            assert answer.status == status
            assert abs(parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)) < timedelta(seconds=30)
            assert answer.headers["Cache-Control"] == "no-store"
            assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-Id"])


async def test_the_python_client_is_generated_whole_and_calls(centre: Centre, tmp_path: Path) -> None:
    customer = Customer.new(centre)
    await customer.writes("Encore moi")
    await customer.conversation_id()
    (generate,) = [block for block in blocks("Clients", "sh", centre) if "openapi-python-client" in block]
    (program,) = blocks("Clients", "python", centre)

    await run("sh", "-c", f"{generate.strip().removeprefix('uvx ')} --fail-on-warning", folder=tmp_path)
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    said = await run(sys.executable, "program.py", folder=tmp_path)

    assert said.splitlines() == ["sent"]
    assert "Bonjour, un instant." in await customer.received()
