"""The quarantine over the API: read, replayed and forgotten by administrators."""

import json

import pytest

from shared.intake.quarantined import Source
from tests.events import load
from tests.unit.app.api.desk import ADA, Desk

NOWHERE = "2026-11-" + "0" * 32


async def quarantined(desk: Desk, name: str = "e", source: Source = Source.EVENT, body: str | None = None) -> str:
    """An item in quarantine; its id."""
    text = json.dumps(load("event_grid_received__text")) if body is None else body
    return await desk.centre.quarantine.keep(source=source, name=name, reasons=("no such channel",), body=text)


async def test_an_item_is_listed_with_its_reasons_and_its_raw_body() -> None:
    desk = Desk()
    item_id = await quarantined(desk, body="{}")

    answer = await desk.get("/quarantine", ADA)

    assert answer.json == {
        "items": [
            {
                "id": item_id,
                "at": "2026-11-24T09:00:00Z",
                "source": "event",
                "reasons": ["no such channel"],
                "body": "{}",
                "replayed": False,
                "replayedAt": None,
            }
        ],
        "nextCursor": None,
    }


async def test_items_are_listed_by_source_and_in_pages() -> None:
    desk = Desk()
    events = {await quarantined(desk, f"e{number}") for number in range(3)}
    letter = await quarantined(desk, "d", Source.DEAD_LETTER)

    first = (await desk.get("/quarantine?source=event&limit=2", ADA)).json
    second = (await desk.get(f"/quarantine?source=event&limit=2&cursor={first['nextCursor']}", ADA)).json
    letters = (await desk.get("/quarantine?source=dead_letter", ADA)).json

    assert {item["id"] for item in first["items"] + second["items"]} == events
    assert [item["id"] for item in letters["items"]] == [letter]


async def test_a_list_that_cannot_be_made_is_refused_with_every_reason() -> None:
    answer = await Desk().get("/quarantine?source=mars&cursor=nonsense&limit=1000&x=1", ADA)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"source", "cursor", "limit", "x"}


async def test_a_cursor_that_names_no_item_is_refused() -> None:
    answer = await Desk().get("/quarantine?cursor=quarantine.x", ADA)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"cursor"}


@pytest.mark.parametrize("body", [None, b" ", {}])
async def test_a_replay_needs_no_body_and_takes_an_empty_one(body: object) -> None:
    desk = Desk()
    item_id = await quarantined(desk)

    assert (await desk.post(f"/quarantine/{item_id}/replay", body, ADA)).status == 200


@pytest.mark.parametrize(("body", "paths"), [({"foo": 1, "bar": 2}, {"foo", "bar"}), ([], {""}), (b"{", {""})])
async def test_a_replay_with_anything_in_its_body_is_refused_and_not_done(body: object, paths: set[str]) -> None:
    desk = Desk()
    item_id = await quarantined(desk)

    answer = await desk.post(f"/quarantine/{item_id}/replay", body, ADA)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths
    assert desk.world.sender.sent == []


async def test_a_replayed_item_is_sent_and_marked() -> None:
    desk = Desk()
    item_id = await quarantined(desk)

    answer = await desk.post(f"/quarantine/{item_id}/replay", None, ADA)

    assert (answer.status, answer.json["replayed"]) == (200, True)
    assert answer.json["replayedAt"] == "2026-11-24T09:00:00Z"
    assert len(desk.world.sender.sent) == 1


async def test_an_item_that_still_cannot_be_understood_is_not_replayed() -> None:
    desk = Desk()
    item_id = await quarantined(desk, body="{}")

    answer = await desk.post(f"/quarantine/{item_id}/replay", None, ADA)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"body"}


async def test_a_forgotten_item_is_gone() -> None:
    desk = Desk()
    item_id = await quarantined(desk)

    answer = await desk.delete(f"/quarantine/{item_id}", ADA)

    assert (answer.status, answer.json) == (204, None)
    assert (await desk.get("/quarantine", ADA)).json["items"] == []


@pytest.mark.parametrize("item_id", [NOWHERE, "nonsense"])
async def test_an_item_that_never_was_is_not_found(item_id: str) -> None:
    desk = Desk()

    assert (await desk.post(f"/quarantine/{item_id}/replay", None, ADA)).refusal == (404, "not_found")
    assert (await desk.delete(f"/quarantine/{item_id}", ADA)).refusal == (404, "not_found")
