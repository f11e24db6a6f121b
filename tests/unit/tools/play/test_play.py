"""What `/play` makes of the contact centre, and what it says when that is not ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web

from dev.stack.play.play import Play

QUEUES = [{"name": "billing", "configured": True}, {"name": "gone", "configured": False}]


@asynccontextmanager
async def serving(routes: list[web.RouteDef]) -> AsyncIterator[str]:
    """A server on a free port; its origin."""
    application = web.Application()
    application.add_routes(routes)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def team(api: str) -> tuple[int, Any]:
    """What the page is told when it asks for the team."""
    async with (
        serving(Play(api, "key").routes()) as play,
        ClientSession() as http,
        http.post(f"{play}/play/team") as answer,
    ):
        return answer.status, await answer.json()


async def test_ana_gets_every_queue_that_there_is_and_sam_a_record() -> None:
    hired: dict[str, Any] = {}

    async def queues(_: web.Request) -> web.Response:
        return web.json_response({"items": QUEUES, "nextCursor": None})

    async def hire(request: web.Request) -> web.Response:
        assert request.headers["X-Agent-Role"] == "Supervisor"
        hired[request.match_info["id"]] = await request.json()
        return web.json_response({})

    async with serving([web.get("/api/queues", queues), web.put("/api/agents/{id}", hire)]) as api:
        status, said = await team(api)

    assert hired == {"ana": {"name": "Ana", "queues": ["billing"]}, "sam": {"name": "Sam", "queues": []}}
    assert (status, said["desk"]) == (200, f"{api}/api/desk")
    assert said["people"] == [
        {"id": "ana", "name": "Ana", "role": "Agent"},
        {"id": "sam", "name": "Sam", "role": "Supervisor"},
    ]


async def test_a_contact_centre_that_refuses_still_has_a_desk_which_says_why() -> None:
    async def misconfigured(_: web.Request) -> web.Response:
        return web.json_response({"code": "misconfigured"}, status=503)

    async with serving([web.get("/api/queues", misconfigured)]) as api:
        assert (await team(api))[0] == 200


async def test_one_that_does_not_answer_is_told_of(unused_tcp_port: int) -> None:
    status, said = await team(f"http://127.0.0.1:{unused_tcp_port}")

    assert status == 503
    assert "Nothing answers" in said["problems"][0]
