"""The port `Web`: a host is asked where it was checked to be, once, by its name, and whatever it does is an answer."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.adapters.web import PublicWeb
from shared.media.web import Told, Web
from tests.fakes.web import FakeWeb

HOST = "files.shop.example"
LOOPBACK = "127.0.0.1"


class Host:
    """A host of files over TLS, which answers every request alike and notes it."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, str, str]] = []
        self.status = 200
        self.headers = {"Content-Type": "image/jpeg", "Content-Length": "1234"}
        self.hangs = False

    @property
    def address(self) -> str:
        """That of one of its files."""
        return f"https://{HOST}:{self.port}/a%2Fb.jpg?sig=a%2Bb"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append((request.method, request.host, request.raw_path))
        if self.hangs:
            await asyncio.Event().wait()
        return web.Response(status=self.status, headers=self.headers)


def _certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The two sides of a connection to a host of that name."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "host.pem"
    file.write_bytes(secret + written)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=written.decode())


@asynccontextmanager
async def serving(host: Host, folder: Path, name: str = HOST) -> AsyncIterator[PublicWeb]:
    """The host under a certificate for `name`, and the web in which that certificate is trusted."""
    server, client = _certificate(folder, name)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", host.handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0, ssl_context=server)
    await site.start()
    host.port = runner.addresses[0][1]
    adapter = PublicWeb(trusted=client, answer_within=1.0)
    try:
        yield adapter
    finally:
        await adapter.close()
        await runner.cleanup()


@pytest_asyncio.fixture(params=["fake", "adapter"])
async def hosted(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Web, Host]]:
    """A web with one host."""
    host = Host()
    if request.param == "fake":
        fake = FakeWeb()
        fake.files[host.address] = Told(content_type="image/jpeg", size=1234)
        fake.places["localhost"] = (LOOPBACK,)
        fake.places["nowhere.invalid"] = ()
        yield fake, host
        return
    async with serving(host, tmp_path) as adapter:
        yield adapter, host


async def test_a_host_tells_the_type_and_the_size_of_a_file(hosted: tuple[Web, Host]) -> None:
    network, host = hosted

    assert await network.ask(host.address, LOOPBACK) == Told(content_type="image/jpeg", size=1234)


async def test_a_name_leads_to_addresses_or_nowhere(hosted: tuple[Web, Host]) -> None:
    network, _ = hosted

    assert LOOPBACK in await network.resolve("localhost")
    assert await network.resolve("nowhere.invalid") == ()


async def test_a_name_that_can_not_be_one_leads_nowhere() -> None:
    network = PublicWeb()

    assert await network.resolve("a" * 64 + ".example") == ()

    await network.close()


async def test_names_that_are_never_found_keep_nobody_else_from_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait(10) and [])
    network = PublicWeb(answer_within=0.05)

    many = range(40)
    assert await asyncio.gather(*(network.resolve(f"h{each}.example") for each in many)) == [() for _ in many]
    async with asyncio.timeout(2):
        assert await asyncio.to_thread(lambda: "a thread") == "a thread"

    found.set()
    await network.close()


async def test_it_is_asked_by_its_name_where_it_was_checked_to_be(tmp_path: Path) -> None:
    """The name resolves to nothing here, and could lead anywhere by now: that is not looked at."""
    host = Host()
    async with serving(host, tmp_path) as adapter:
        await adapter.ask(host.address, LOOPBACK)

        assert host.asked == [("HEAD", f"{HOST}:{host.port}", "/a%2Fb.jpg?sig=a%2Bb")]
        assert await adapter.ask(host.address, "127.0.0.2") is None, "no other address is tried"


async def test_a_host_with_the_certificate_of_another_tells_nothing(tmp_path: Path) -> None:
    host = Host()
    async with serving(host, tmp_path, name="other.example") as adapter:
        assert await adapter.ask(host.address, LOOPBACK) is None

    assert host.asked == []


@pytest.mark.parametrize("status", [204, 301, 302, 307, 403, 404, 405, 500])
async def test_any_other_answer_tells_nothing_and_a_redirect_is_not_followed(tmp_path: Path, status: int) -> None:
    host = Host()
    async with serving(host, tmp_path) as adapter:
        host.status, host.headers = status, {"Location": f"https://{LOOPBACK}:{host.port}/inside"}

        assert await adapter.ask(host.address, LOOPBACK) is None

    assert len(host.asked) == 1


async def test_a_host_that_does_not_answer_tells_nothing(tmp_path: Path) -> None:
    host = Host()
    async with serving(host, tmp_path) as adapter:
        host.hangs = True
        assert await adapter.ask(host.address, LOOPBACK) is None
        host.hangs = False
        assert await adapter.ask(host.address, LOOPBACK)


async def test_no_proxy_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    host = Host()
    async with serving(host, tmp_path) as adapter:
        assert await adapter.ask(host.address, LOOPBACK)


async def test_a_size_that_is_none_is_not_known(tmp_path: Path) -> None:
    host = Host()
    async with serving(host, tmp_path) as adapter:
        host.headers = {"Content-Type": "image/png"}
        told = await adapter.ask(host.address, LOOPBACK)

    assert told
    assert told.content_type == "image/png"
