"""What the SDKs' transport asks of the environment: a proxy, where one is named, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.rest import HttpRequest

from shared.adapters.http_transport import http_transport
from tests.contract.ports.answering import Answer, AnsweringServer, answering

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    async with answering() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def _get(address: str) -> int:
    async with http_transport(read_seconds=0.2) as transport:
        status: int = (await transport.send(HttpRequest("GET", address))).status_code
        return status


async def test_a_password_in_netrc_goes_nowhere(
    server: AnsweringServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Looking it up, before every request, is what a small call would pay for."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert await _get(server.origin) == 200
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
async def test_a_proxy_that_the_environment_names_is_used(
    server: AnsweringServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As in a network from which nothing else leads out."""
    monkeypatch.setenv(name, server.origin)
    server.answer = Answer(status=202)
    assert await _get("http://account.invalid/contacts") == 202
    assert server.asked[0].headers["Host"] == "account.invalid"


async def test_a_service_that_does_not_answer_is_not_waited_for_longer_than_said(server: AnsweringServer) -> None:
    """A client hands its time-outs to a transport of its own making only."""
    server.answer = Answer(hangs=True)
    with pytest.raises(ServiceResponseTimeoutError):
        await _get(server.origin)
