"""The web desk as it is served: to whom, with what kept for how long, and what it is told before sign-in."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.api.exchange import Request, Response
from shared.composition import ContactCentre
from shared.settings import AuthMode
from tests.fakes.issuer import API, DESK, SETTINGS, TENANT_ID
from tests.fakes.world import World

HERE = {"Host": "127.0.0.1:7071"}
LOCAL: dict[str, Any] = {"desk_local_key": "local"}
ENTRA = {**SETTINGS, "desk_client_id": DESK}


async def get(world: World, name: str, headers: Mapping[str, str] = HERE, **params: str) -> Response:
    """The answer of a route of the desk."""
    return await world.centre.api(name, Request(method="GET", headers=headers, params=params))


async def statuses(world: World, headers: Mapping[str, str]) -> set[int]:
    """With what page, files and what it is told before sign-in are answered."""
    file = {"version": world.centre.desk.version, "path": "vendor/preact.js"}
    assert file["path"] in world.centre.desk.by_path
    answers = [await get(world, "desk", headers), await get(world, "desk_config", headers)]
    return {answer.status for answer in [*answers, await get(world, "desk_file", headers, **file)]}


async def config(world: World) -> Any:
    """What the desk is told."""
    return json.loads((await get(world, "desk_config")).body)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7071", "localhost:7071", "LOCALHOST", "[::1]:7071", "[::1]"])
async def test_in_key_mode_a_browser_of_this_machine_has_the_desk(host: str) -> None:
    assert await statuses(World(**LOCAL), {"Host": host, "Origin": f"http://{host}"}) == {200}


@pytest.mark.parametrize(
    "host",
    [
        *("", "desk.example.com", "127.0.0.1.example.com", "localhost.example.com", "localhost@example.com"),
        *("10.0.0.1:7071", "[::1", "127.0.0.2", "[::2]"),
    ],
)
async def test_in_key_mode_no_other_host_has_it(host: str) -> None:
    assert await statuses(World(**LOCAL), {"Host": host}) == {404}


async def test_in_key_mode_nobody_has_it_without_the_setting() -> None:
    assert await statuses(World(), HERE) == {404}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:7074"},
        {"Origin": "http://127.0.0.1:7071.example.com"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_in_key_mode_pages_of_others_are_refused(headers: Mapping[str, str]) -> None:
    assert await statuses(World(**LOCAL), {**HERE, **headers}) == {403}


async def test_who_signs_in_may_come_from_anywhere() -> None:
    """The tenant sends people back to the page, from its own."""
    assert await statuses(World(**ENTRA), {"Host": "desk.example.com", "Sec-Fetch-Site": "cross-site"}) == {200}


async def test_the_page_is_asked_for_each_time_and_sent_once() -> None:
    world = World(**LOCAL)
    first = await get(world, "desk")
    again = await get(world, "desk", {**HERE, "If-None-Match": f"W/{first.headers['ETag']}"})

    assert (first.headers["Cache-Control"], first.headers["Content-Type"]) == ("no-cache", "text/html; charset=utf-8")
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


async def test_with_a_slash_behind_it_is_sent_on_to_where_its_addresses_lead() -> None:
    """`/api/desk/` is the same route; what its page names by `desk/…` would be asked for one folder too deep."""
    request = Request(method="GET", url="http://127.0.0.1:7071/api/desk/?lang=fr", headers=HERE)

    answer = await World(**LOCAL).centre.api("desk", request)

    assert (answer.status, answer.headers["Location"], answer.body) == (307, "../desk?lang=fr", b"")


async def test_every_file_that_the_page_names_is_there_for_ever() -> None:
    world = World(**LOCAL)
    page = (await get(world, "desk")).body.decode()
    named = re.findall(r'(?:href|src)="desk/([^/"]+)/([^"]+)"', page)

    assert named
    for version, path in named:
        file = await get(world, "desk_file", version=version, path=path)
        assert (file.status, file.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable"), path
        assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["", "none.js", "../shared/settings.py", "..", "/etc/passwd", "index.html", "start.js/", "tsconfig.json"]
)
async def test_what_is_not_in_the_table_is_not_there(path: str) -> None:
    world = World(**LOCAL)
    assert (await get(world, "desk_file", version=world.centre.desk.version, path=path)).status == 404
    assert (await get(world, "desk_file", version="0" * 16, path="start.js")).status == 404


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("identity", False),
        ("", False),
    ],
)
async def test_it_is_sent_in_gzip_to_who_takes_it(accepted: str, zipped: bool) -> None:
    answer = await get(World(**LOCAL), "desk", {**HERE, "Accept-Encoding": accepted})

    assert (answer.headers.get("Content-Encoding") == "gzip", answer.headers["Vary"]) == (zipped, "Accept-Encoding")


async def test_the_page_runs_loads_and_asks_nothing_that_is_not_its_own() -> None:
    policy = (await get(World(**LOCAL), "desk")).headers["Content-Security-Policy"]

    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


async def test_only_the_setting_lets_a_page_frame_it_and_only_sign_in_lets_it_ask_elsewhere() -> None:
    usual = (await get(World(**LOCAL), "desk")).headers["Content-Security-Policy"]
    framed = (await get(World(**LOCAL, desk_framed_by="http://127.0.0.1:7074"), "desk")).headers
    signed_in = (await get(World(**ENTRA), "desk")).headers

    assert framed["Content-Security-Policy"] == usual.replace(
        "frame-ancestors 'none'", "frame-ancestors http://127.0.0.1:7074"
    )
    assert signed_in["Content-Security-Policy"] == usual.replace(
        "connect-src 'self'", "connect-src 'self' https://login.microsoftonline.com"
    )


async def test_it_is_told_its_key_in_key_mode_alone() -> None:
    world = World(**LOCAL)

    assert await config(world) == {
        "mode": "key",
        "configuration": "ok",
        "version": world.centre.desk.version,
        "languages": list(world.centre.desk.languages),
        "limits": {"text": 4096, "parts": 10, "upload": None},
        "key": "local",
    }
    assert "key" not in await config(World(**ENTRA, **LOCAL))
    assert "key" not in await config(World(**LOCAL, auth_mode=None))


async def test_it_is_told_where_people_sign_in() -> None:
    told = await config(World(**ENTRA))

    assert {name: told.get(name) for name in ("mode", "authority", "clientId", "scope")} == {
        "mode": "entra",
        "authority": f"https://login.microsoftonline.com/{TENANT_ID}/v2.0",
        "clientId": DESK,
        "scope": f"api://{API}/access_as_user",
    }


@pytest.mark.parametrize("mode", [*AuthMode, None])
async def test_while_the_configuration_is_bad_it_is_there_and_says_so(mode: AuthMode | None) -> None:
    world = World(**{**ENTRA, **LOCAL, "auth_mode": mode})
    world.centre = ContactCentre(world.centre.ports, replace(world.settings), None, ("queues: is missing",))

    assert await statuses(world, HERE) == {200}
    assert (await config(world))["configuration"] == "bad"
