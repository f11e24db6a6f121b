"""Whatever the API's document allows or forbids is answered as it says: requests at random, another seed each time."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
import pytest_asyncio

from shared.adapters.system import SystemClock
from tests.fakes.issuer import API, TENANT_ID, Issuer, bearer, serving
from tests.flow.centre import Centre
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer
from tests.repo import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONFIGURATION = ROOT / "tests" / "flow" / "schemathesis.toml"
SECONDS = 12


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def by_key(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """A contact centre that anything may be done to, with a customer and an agent."""
    async with running_centre(tmp_path_factory.mktemp("any-request")) as centre:
        await staff(centre)
        yield centre


async def staff(centre: Centre) -> None:
    """Have an agent, and a conversation in her queue."""
    record = {"name": "Ana", "queues": ["general", "billing"]}
    assert (await centre.call("PUT", "/agents/ana", record)).status == 200
    await Customer.new(centre).is_greeted()


async def mistakes(centre: Centre, headers: Mapping[str, str]) -> str:
    """What Schemathesis finds, with the seed; nothing if all is well."""
    seed = secrets.randbelow(2**32)
    print(f"seed {seed}")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    command += ["run", f"{centre.api}/api/openapi.json", f"--max-time={SECONDS}", f"--seed={seed}", "--no-color"]
    command += [f"--header={name}: {value}" for name, value in headers.items()]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=centre.configuration.parent, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return said.decode() if process.returncode else ""


async def test_by_key_every_answer_to_an_agent_is_as_the_document_says(by_key: Centre) -> None:
    assert await mistakes(by_key, by_key.key("ana", "Agent")) == ""


async def test_by_token_every_answer_to_an_administrator_is_as_the_document_says(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tenant = Issuer(SystemClock())
    async with serving(tenant):
        settings = {
            "AUTH_MODE": "entra",
            "ENTRA_TENANT_ID": TENANT_ID,
            "ENTRA_AUDIENCE": API,
            "ENTRA_AUTHORITY": tenant.authority,
        }
        async with running_centre(tmp_path_factory.mktemp("any-request-by-token"), **settings) as centre:
            await staff(replace(centre, sign_in=lambda agent, role: bearer(tenant.token(oid=agent, roles=[role]))))
            token = bearer(tenant.token(roles=["Admin"]))
            assert await mistakes(centre, token) == ""
