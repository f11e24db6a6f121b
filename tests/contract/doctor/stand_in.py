"""Azure Resource Manager, the list of templates of Communication Services, and the app's health, over https."""

import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dev.tools.doctor.deployed import is_within
from tests.contract.doctor.world import World

_PAGE = 2
_MESSAGES_TOKEN = "Bearer for https://communication.azure.com/"


class StandIn:
    """Serves a world.

    Attributes:
        denied: What the path of a request ends with, if the person may not read it.
        busy: How often a path of that end is answered with 429 before it is answered.
        odd: The body of the answer to a path of that end, instead of the usual one.
    """

    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.address = address
        self.denied: set[str] = set()
        self.busy: dict[str, int] = {}
        self.odd: dict[str, str] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Any request."""
        path = request.path
        if path == "/api/health":
            return web.json_response({"status": "ok"}, status=self.world.health)
        if path.startswith("/v"):
            return self._graph(request)
        token = request.headers.get("Authorization", "").rstrip("/")
        is_messages = path.startswith("/messages/")
        if path.startswith("/secrets/"):
            return self._secret(request, token)
        if token != (_MESSAGES_TOKEN if is_messages else f"Bearer for {self.address}").rstrip("/"):
            return _error(401, "InvalidAuthenticationToken")
        if any(path.endswith(end) for end in self.denied):
            return _error(403, "AuthorizationFailed")
        for end, body in self.odd.items():
            if path.endswith(end):
                return web.Response(text=body, content_type="application/json")
        for end, left in self.busy.items():
            if path.endswith(end) and left > 0:
                self.busy[end] = left - 1
                return web.json_response({}, status=429, headers={"Retry-After": "7"})
        if "api-version" not in request.query:
            return _error(400, "MissingApiVersionParameter")
        if is_messages:
            return self._page(request, self.world.templates[path.split("/")[3]])
        return self._managed(request)

    def _graph(self, request: web.Request) -> web.Response:
        """Meta's."""
        for end, body in self.odd.items():
            if request.path.endswith(end):
                return web.Response(text=body, content_type="application/json")
        return self.world.meta.answer(request)

    def _secret(self, request: web.Request, token: str) -> web.Response:
        """The Key Vault's."""
        name = request.path.rpartition("/")[2]
        if token != "Bearer for https://vault.azure.net":
            return _error(401, "Unauthorized")
        if any(request.path.endswith(end) for end in self.denied):
            return _error(403, "Forbidden")
        if name not in self.world.secrets:
            return _error(404, "SecretNotFound")
        return web.json_response({"value": self.world.secrets[name], "attributes": {"enabled": True}})

    def _managed(self, request: web.Request) -> web.Response:
        path, world = request.path, self.world
        if request.method == "POST":
            assert path.endswith("/config/appsettings/list")
            return web.json_response({"properties": world.settings})
        if resource := world.resources.get(path.lower()):
            return self._of_version(request, *_versions([resource])) or web.json_response(resource)
        if path.endswith("/config/configreferences/appsettings"):
            return self._page(
                request,
                [{"name": name, "properties": {"status": state}} for name, state in world.references.items()],
            )
        if path.endswith("/Microsoft.Insights/metrics"):
            return web.json_response(
                {"value": [_metric(name, world.given_up) for name in request.query["metricnames"].split(",")]}
            )
        if path.endswith("/Microsoft.Authorization/roleAssignments"):
            group, principal = path.partition("/providers/")[0], request.query["$filter"].split("'")[1]
            return self._page(request, _assignments(world, group, principal))
        return self._collection(request)

    def _collection(self, request: web.Request) -> web.Response:
        """The resources of a type: the children of one, those of a group, or those of the subscription."""
        parent, _, kind = request.path.rpartition("/providers/" if request.path.count("/") < 8 else "/")
        members = [
            each
            for each in self.world.resources.values()
            if is_within(each["id"], parent) and each["type"].lower().endswith(kind.lower())
        ]
        refused = self._of_version(request, *_versions(members))
        holder = parent.lower()
        if not members and holder.count("/") > 4 and holder not in self.world.resources:
            return _error(404, "ResourceNotFound")
        return refused or self._page(request, members)

    def _of_version(self, request: web.Request, *versions: str) -> web.Response | None:
        """The doctor asks in the versions that are deployed with."""
        if versions and request.query["api-version"] not in versions:
            return _error(400, "InvalidApiVersionParameter")
        return None

    def _page(self, request: web.Request, members: list[Any]) -> web.Response:
        start = int(request.query.get("$skiptoken", "0"))
        page: dict[str, Any] = {"value": members[start : start + _PAGE]}
        if start + _PAGE < len(members):
            page["nextLink"] = str(request.url.update_query({"$skiptoken": str(start + _PAGE)}))
        return web.json_response(page)


def _versions(resources: list[Any]) -> set[str]:
    """In which versions of their interface resources are deployed."""
    return {each["apiVersion"] for each in resources if "apiVersion" in each}


def _assignments(world: World, group: str, principal: str) -> list[Any]:
    """Those of a principal at, above or below a scope."""
    return [
        each
        for each in world.all("Microsoft.Authorization/roleAssignments")
        if each["properties"]["principalId"] == principal
        and (is_within(each["properties"]["scope"], group) or is_within(group, each["properties"]["scope"]))
    ]


def _metric(name: str, totals: dict[str, int]) -> dict[str, Any]:
    data = [{"timeStamp": "2026-11-23T00:00:00Z"}, {"timeStamp": "2026-11-24T00:00:00Z", "total": float(totals[name])}]
    return {"name": {"value": name}, "timeseries": [{"data": data}]}


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "as Azure says it"}}, status=status)


def certificate(folder: Path) -> Path:
    """A file with a certificate for 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "stand-in.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@asynccontextmanager
async def running(main: str, events: str, certificate_file: Path) -> AsyncIterator[StandIn]:
    """A stand-in of the world of two snapshots, on a free port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file)
    served: list[StandIn] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        return await served[0].answer(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        host = f"127.0.0.1:{runner.addresses[0][1]}"
        served.append(StandIn(World(main, events, host), f"https://{host}"))
        yield served[0]
    finally:
        await runner.cleanup()
