"""A deployed environment, and the doctor that looks at it."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
import pytest_asyncio
import yaml
from azure.core.credentials import AccessToken

from dev.tools.doctor.examination import examine
from dev.tools.doctor.findings import Finding
from dev.tools.doctor.reading import Deployment
from dev.tools.doctor.rest import AzureRest
from dev.tools.doctor.target import Target
from tests.contract.doctor.stand_in import StandIn, certificate, running
from tests.contract.doctor.world import SUBSCRIPTION
from tests.fakes.clock import FakeClock


class Examination(Protocol):
    """Examine what is deployed, or an app of another name: what each check found."""

    async def __call__(self, azure: StandIn, *, app: str | None = None) -> dict[str, Finding]: ...


class Person:
    """Somebody who is signed in; a token names what it is for."""

    async def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return AccessToken(f"for {scopes[0].removesuffix('/.default')}", 4_102_444_800)


@pytest.fixture(scope="session")
def certificate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of the stand-in."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest_asyncio.fixture
async def azure(certificate_file: Path) -> AsyncIterator[StandIn]:
    """The usual deployment."""
    async with running("default", "events-function", certificate_file) as stand_in:
        yield stand_in


@pytest_asyncio.fixture
async def azure_and_meta(certificate_file: Path) -> AsyncIterator[StandIn]:
    """A deployment whose numbers are all at Meta."""
    async with running("whatsapp-cloud", "", certificate_file) as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def target_at(azure: StandIn, folder: Path) -> Target:
    """The deployed app, with its configuration in a file."""
    file = folder / "contact_center.yaml"
    file.write_text(yaml.safe_dump(azure.world.configuration, allow_unicode=True), encoding="utf-8")
    _, _, subscription, _, group, *_, app = azure.world.app["id"].split("/")
    assert f"/subscriptions/{subscription}" == SUBSCRIPTION
    return Target(
        subscription=subscription,
        resource_group=group,
        app=app,
        resource_manager=azure.address,
        file=file,
        graph=azure.address,
    )


@pytest.fixture
def findings(certificate_file: Path, tmp_path: Path, clock: FakeClock) -> Examination:
    async def examination(azure: StandIn, *, app: str | None = None) -> dict[str, Finding]:
        target = target_at(azure, tmp_path)
        trusted = ssl.create_default_context(cafile=certificate_file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session:
            examined = replace(target, app=app or target.app)
            deployment = Deployment(examined, AzureRest(session, Person(), clock), clock)
            return {name: finding async for name, finding in examine(deployment)}

    return examination
