"""The HTTP functions answer as in Azure: keys, routes, methods, errors."""

import asyncio
import os
import signal
from functools import partial
from typing import Any

import pytest
from yarl import URL

from tests.contract.host.running_host import APP, KEY, RunningHost, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

THING = "/api/things/11111111-2222-3333-4444-555555555555/parts/left%2Bright"


async def status(host: RunningHost, path: str, method: str = "GET", **options: Any) -> int:
    async with host.http.request(method, host.api + path, **options) as response:
        return response.status


async def test_an_anonymous_function_needs_no_key(host: RunningHost) -> None:
    async with host.http.get(f"{host.api}/api/open") as response:
        assert (response.status, await response.text()) == (200, "open")


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
async def test_an_anonymous_function_hears_every_method_of_its_own_with_its_token(
    host: RunningHost, method: str
) -> None:
    headers = {"Authorization": "Bearer token", "x-functions-key": "wrong"}
    async with host.http.request(method, f"{host.api}/api/webhook", headers=headers) as response:
        assert (response.status, response.headers["WebHook-Allowed-Origin"]) == (200, "all")
        assert await response.json(content_type=None) == {"method": method, "authorization": "Bearer token"}


@pytest.mark.parametrize("headers", [{}, {"x-functions-key": "wrong"}, {"x-functions-key": ""}])
async def test_a_function_with_a_key_is_401_without_it(host: RunningHost, headers: dict[str, str]) -> None:
    async with host.http.get(host.api + THING, headers=headers) as response:
        assert (response.status, await response.text()) == (401, "")


async def test_a_key_of_bytes_that_are_no_text_is_a_wrong_key(host: RunningHost) -> None:
    request = f"GET {THING} HTTP/1.1\r\nHost: host\r\nConnection: close\r\nx-functions-key: ".encode() + b"\xff\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(host.api).port)
    writer.write(request)
    assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
    writer.close()
    await writer.wait_closed()


async def test_the_key_is_taken_from_the_header_or_the_query(host: RunningHost) -> None:
    assert await status(host, THING, headers={"x-functions-key": KEY}) == 201
    assert await status(host, THING, params={"code": KEY}) == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nothing"),
        ("GET", "/open"),
        ("POST", "/api/open"),
        ("GET", "/api/things/no-guid/parts/left"),
    ],
)
async def test_an_unknown_route_or_method_is_404(host: RunningHost, method: str, path: str) -> None:
    assert await status(host, path, method, headers={"x-functions-key": KEY}) == 404


async def test_a_function_gets_the_whole_request_and_its_answer_goes_out(host: RunningHost) -> None:
    headers = {"x-functions-key": KEY, "X-Agent-Id": "ana"}
    async with host.http.put(f"{host.api}{THING}?of=a&of=b", data="grüß", headers=headers) as response:
        seen = await response.json(content_type=None)
    assert response.status == 201
    assert response.headers["X-Made"] == "here"
    assert seen["params"] == {"id": "11111111-2222-3333-4444-555555555555", "part": "left+right"}
    assert seen["query"] == {"of": "a,b"}
    assert (seen["method"], seen["agent"], seen["body"]) == ("PUT", "ana", "grüß")
    assert seen["url"] == f"{host.api}{THING}?of=a&of=b"


async def test_a_body_reaches_the_function_as_it_was_sent_whatever_its_encoding_is_said_to_be(
    host: RunningHost,
) -> None:
    headers = {"x-functions-key": KEY, "Content-Encoding": "gzip"}
    async with host.http.put(host.api + THING, data=b"no gzip", headers=headers) as response:
        assert (await response.json(content_type=None))["body"] == "no gzip"


async def test_a_line_break_in_a_path_is_a_character_like_others(host: RunningHost) -> None:
    path = THING.replace("left%2Bright", "left%0Aright")
    async with host.http.get(URL(host.api + path, encoded=True), headers={"x-functions-key": KEY}) as response:
        assert (await response.json(content_type=None))["params"]["part"] == "left\nright"


async def test_of_the_routes_that_match_the_one_with_the_first_name_wins_whatever_the_case(host: RunningHost) -> None:
    for path, answer in [("/api/Things/Special", "special"), ("/api/things/zebra", "thing zebra")]:
        async with host.http.get(host.api + path, headers={"x-functions-key": KEY}) as response:
            assert await response.text() == answer


async def test_a_cookie_of_a_synchronous_function_reaches_the_client(host: RunningHost) -> None:
    async with host.http.get(f"{host.api}/api/things/special", headers={"x-functions-key": KEY}) as response:
        assert response.cookies["seen"].value == "yes"


async def test_an_error_in_a_function_is_500_without_its_text(host: RunningHost) -> None:
    async with host.http.post(f"{host.api}/api/orders/fail", headers={"x-functions-key": KEY}) as response:
        assert (response.status, await response.text()) == (500, "")


async def test_the_app_comes_last_on_the_path_and_is_the_current_folder(host: RunningHost) -> None:
    async with host.http.get(f"{host.api}/api/path", headers={"x-functions-key": KEY}) as response:
        seen = await response.json(content_type=None)
    assert seen["path"][-1] == str(APP)
    assert seen["path"].count(str(APP)) == 1
    assert [entry for entry in seen["path"] if entry.endswith("site-packages")]
    assert not {"", str(APP.parents[4])} & set(seen["path"])
    assert seen["cwd"] == str(APP)


async def test_a_function_beyond_its_time_is_502_and_another_worker_goes_on(host: RunningHost) -> None:
    before = await host.worker_pid()
    assert await status(host, "/api/orders/hang", "POST", headers={"x-functions-key": KEY}) == 502
    assert await status(host, "/api/open") == 200
    assert await host.worker_pid() != before


async def test_the_functions_are_those_of_the_worker_that_runs(host: RunningHost) -> None:
    """A file that was deployed since may leave a function out, as a bad configuration leaves out `route`."""

    async def answers(status: int) -> bool:
        async with host.http.get(f"{host.api}/api/sometimes") as response:
            return response.status == status

    async def after_another_start(expected: int) -> None:
        os.kill(await host.worker_pid(), signal.SIGKILL)
        await eventually(partial(answers, expected))

    leave_out = host.record.with_suffix(".without")
    assert await answers(200)
    leave_out.touch()
    await after_another_start(404)
    leave_out.unlink()
    await after_another_start(200)
