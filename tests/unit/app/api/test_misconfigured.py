"""A bad configuration: identity is still checked, nothing but health works, and readiness names the problems."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from shared.api.exchange import Request
from shared.api.routes import ROUTES
from shared.composition import ContactCentre, compose
from tests.fakes.world import World
from tests.unit.app.api.desk import ADA, ANA, SUE, Desk

PROBLEMS = ("contact_center.yaml:3: queues: is missing", "AZURE is odd")
WORKS = {"health", "ready", "desk", "desk_config", "desk_file"}
DEAD = [(method, f"/{route.path}") for name, route in ROUTES.items() for method in route.methods if name not in WORKS]


def misconfigured(*, auth_mode_known: bool = True) -> Desk:
    """A desk of an app whose configuration is bad."""
    world = World()
    settings = world.centre.settings
    if not auth_mode_known:
        settings = replace(settings, auth_mode=None)
    return Desk(world, centre=ContactCentre(world.centre.ports, settings, None, PROBLEMS))


@pytest.mark.parametrize(("method", "path"), DEAD)
async def test_every_route_but_health_says_misconfigured(method: str, path: str) -> None:
    answer = await misconfigured().call(method, path, b"{" * 300_000, ADA)

    assert answer.refusal == (503, "misconfigured")
    assert answer.paths == set()


@pytest.mark.parametrize(("method", "path"), [each for each in DEAD if each[1] != "/openapi.json"])
async def test_identity_is_checked_first(method: str, path: str) -> None:
    assert (await misconfigured().call(method, path, {}, {})).refusal == (401, "unauthenticated")


async def test_a_role_that_is_too_low_learns_nothing() -> None:
    desk = misconfigured()

    assert (await desk.get("/quarantine", SUE)).refusal == (403, "forbidden")
    assert (await desk.get("/health/ready", ANA)).refusal == (403, "forbidden")


async def test_readiness_names_every_problem() -> None:
    answer = await misconfigured().get("/health/ready", SUE)

    assert answer.refusal == (503, "misconfigured")
    assert [error["message"] for error in answer.json["errors"]] == list(PROBLEMS)


async def test_the_app_says_that_it_lives() -> None:
    assert (await misconfigured().get("/health", {})).status == 200


@pytest.mark.parametrize("path", ["/conversations", "/health/ready", "/openapi.json"])
async def test_without_a_known_mode_nobody_can_be_known(path: str) -> None:
    desk = misconfigured(auth_mode_known=False)

    for headers in ({}, ADA):
        assert (await desk.get(path, headers)).refusal == (503, "misconfigured")
    assert (await desk.get("/health", {})).status == 200


async def test_what_is_wrong_at_the_start_is_logged_and_does_not_stop_the_app(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "contact_center.yaml").write_text("version: 1\nqueus: {}\n", encoding="utf-8")

    with caplog.at_level(logging.ERROR):
        centre = compose(tmp_path, {})

    assert len([line for line in caplog.messages if '"misconfigured"' in line]) == len(centre.problems)
    assert any("AUTH_MODE" in line for line in caplog.messages)
    assert any("contact_center.yaml:2: queus" in line for line in caplog.messages)
    assert (await centre.api("health", Request(method="GET"))).status == 200
