"""What a message would do, asked over the API."""

from dataclasses import replace
from typing import Any

import pytest

from shared.configuration import Presence
from shared.state.agent import Agent
from tests.fakes.world import World
from tests.unit.app.api.desk import SUE, Desk

FILE = """
version: 1
channels:
  support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}
  support_be: {id: 22222222-2222-2222-2222-222222222222, workstream: support}
  sales: {id: 33333333-3333-3333-3333-333333333333, workstream: sales}
workstreams:
  support:
    languages: [fr, en]
    classification:
      - name: intent
        rules:
          - name: billing
            when: {any: [{message.text: {contains: facture}}, {message.button: {equals: BILLING}}]}
            set: {topic: billing}
            skills: [{name: billing, level: 3}]
            language: en
      - rules:
          - {when: {var.topic: {equals: billing}, now.hour: {gte: 18}}, priority: high}
    route_to_queue:
      rules:
        - {name: row, when: {message.list: {equals: r1}}, to: billing}
        - {name: belgian, when: {channel.name: {equals: support_be}}, to: billing}
        - {name: rollout, when: {contact.country: {in: [ES]}}, split: {general: 50, billing: 50}}
      fallback: general
    automated_messages: {greeting: {fr: "Bonjour {contact.phone}", en: "Hello {var.topic|you}"}}
    opt_out: {keywords: [STOP], confirm: {fr: "Entendu."}}
  sales: {route_to_queue: {fallback: general}}
  idle: {route_to_queue: {fallback: general}}
queues: {general: {}, billing: {}}
"""
PATH = "/workstreams/support/explain"
ASKED = {"text": "Bonjour", "from": "+33612345678"}


def desk() -> Desk:
    return Desk(World(FILE))


async def explained(**fields: Any) -> Any:
    answer = await desk().post(PATH, ASKED | fields, SUE)
    assert answer.status == 200, answer.json
    return answer.json


async def test_the_answer_holds_all_that_the_message_would_do_and_why() -> None:
    assert await explained(text="Ma FACTURE ?", at="2026-11-20T19:00:00Z") == {
        "variables": {"topic": "billing"},
        "skills": [{"name": "billing", "level": 3}],
        "priority": "high",
        "language": "en",
        "queue": "general",
        "automated": [{"trigger": "greeting", "language": "en", "text": "Hello billing"}],
        "steps": [
            step("classification", "intent", "billing", 'message.text contains "facture"'),
            step("classification", "classification[1]", "rules[0]", 'now.hour gte 18; var.topic equals "billing"'),
            step("route_to_queue", None, "row", 'message.list equals "r1": no, it is not known', matched=False),
            step(
                "route_to_queue",
                None,
                "belgian",
                'channel.name equals "support_be": no, it is "support_fr"',
                matched=False,
            ),
            step("route_to_queue", None, "rollout", 'contact.country in "ES": no, it is "FR"', matched=False),
            step("route_to_queue", None, "fallback", "no rule matches: general"),
            step("automated_messages", None, "greeting", "a conversation starts"),
        ],
    }


def step(stage: str, ruleset: str | None, rule: str, reason: str, *, matched: bool = True) -> dict[str, Any]:
    return {"stage": stage, "ruleset": ruleset, "rule": rule, "matched": matched, "reason": reason}


@pytest.mark.parametrize(
    ("fields", "queue", "language", "automated"),
    [
        ({}, "general", None, ["Bonjour +33612345678"]),
        ({"from": "33612345678"}, "general", None, ["Bonjour +33612345678"]),
        ({"from": "BE.1349"}, "general", None, ["Bonjour "]),
        ({"button": "BILLING"}, "general", "en", ["Hello billing"]),
        ({"button": "BILLING", "kind": "button"}, "general", "en", ["Hello billing"]),
        ({"button": "r1", "kind": "list"}, "billing", None, ["Bonjour +33612345678"]),
        ({"channel": "support_be"}, "billing", None, ["Bonjour +33612345678"]),
        ({"channel": "22222222-2222-2222-2222-222222222222"}, "billing", None, ["Bonjour +33612345678"]),
        ({"kind": "reaction", "text": ""}, "general", None, []),
        ({"distribution": False}, "general", None, ["Bonjour +33612345678"]),
    ],
)
async def test_every_field_of_the_question_counts(
    fields: dict[str, Any], queue: str, language: str | None, automated: list[str]
) -> None:
    answer = await explained(**fields)
    assert (answer["queue"], answer["language"]) == (queue, language)
    assert [each["text"] for each in answer["automated"]] == automated


async def test_a_split_is_shown_with_its_shares_and_drawn_the_same_each_time() -> None:
    answer = await explained(**{"from": "ES.1349"})
    assert answer["queue"] in ("general", "billing")
    assert answer["steps"][-2]["reason"] == f"drawn by conversation from general 50 %, billing 50 %: {answer['queue']}"
    assert await explained(**{"from": "ES.1349"}) == answer


@pytest.mark.parametrize(("hours", "priority"), [(0, "normal"), (9, "high")])
async def test_left_out_the_time_is_now(hours: int, priority: str) -> None:
    nine_in_the_morning = desk()
    nine_in_the_morning.world.clock.step(hours * 3600)
    assert (await nine_in_the_morning.post(PATH, ASKED | {"text": "facture"}, SUE)).json["priority"] == priority


async def test_nothing_is_kept_and_nobody_is_told() -> None:
    asked = desk()
    await asked.post(PATH, ASKED | {"text": "facture"}, SUE)
    assert asked.world.contacts == []
    assert asked.world.phone == []
    assert not asked.world.sender.sent


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"from": "Ana"}, {"from"}),
        ({"from": None, "text": None}, {"from", "text"}),
        ({"text": "a" * 4097, "from": "+33612345678\n"}, {"text", "from"}),
        ({"at": "2026-11-20T19:00:00"}, {"at"}),
        ({"at": "9999-12-31T23:59:59Z"}, {"at"}),
        ({"at": "yesterday", "kind": "letter", "channel": 1}, {"at", "kind", "channel"}),
        ({"kind": "template"}, {"kind"}),
        ({"kind": "image", "button": "x"}, {"button"}),
        ({"channel": "sales"}, {"channel"}),
        ({"channel": "Support_fr"}, {"channel"}),
        ({"distribution": "yes", "to": "x"}, {"distribution", "to"}),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_with_every_path(
    fields: dict[str, Any], paths: set[str]
) -> None:
    answer = await desk().post(PATH, ASKED | fields, SUE)
    assert answer.refusal[0] == 422
    assert answer.paths == paths


async def test_a_text_that_no_customer_can_send_is_too_long() -> None:
    assert (await desk().post(PATH, ASKED | {"text": "a" * 4097}, SUE)).refusal == (422, "text_too_long")


async def test_what_is_left_out_is_named() -> None:
    assert (await desk().post(PATH, {}, SUE)).paths == {"text", "from"}


@pytest.mark.parametrize(
    ("workstream", "refusal"), [("nowhere", (404, "not_found")), ("idle", (422, "invalid_request"))]
)
async def test_a_workstream_has_to_be_there_and_have_a_channel(workstream: str, refusal: tuple[int, str]) -> None:
    assert (await desk().post(f"/workstreams/{workstream}/explain", ASKED, SUE)).refusal == refusal


async def hire(team: Desk, agent_id: str, **fields: Any) -> None:
    usual = Agent(id=agent_id, name=agent_id, queues=("billing",), presence=Presence.AVAILABLE)
    await team.centre.agents.save(agent_id, lambda _: replace(usual, **fields))


async def test_who_would_get_it_is_told_and_why_the_others_would_not() -> None:
    team = desk()
    await hire(team, "ana", capacity=90)
    await hire(team, "bob", capacity=60)
    await hire(team, "cleo", presence=Presence.AWAY)
    await hire(team, "dan", capacity=10)
    await hire(team, "eve", queues=("general",))
    body = ASKED | {"button": "r1", "kind": "list", "distribution": True}
    answer = (await team.post(PATH, body, SUE)).json
    assert (answer["queue"], answer["agent"]) == ("billing", "ana")
    told = {
        each["rule"]: (each["matched"], each["reason"]) for each in answer["steps"] if each["stage"] == "distribution"
    }
    assert told == {
        "ana": (True, "the first who may get it"),
        "bob": (False, "would take it, but comes later"),
        "cleo": (False, "is not there"),
        "dan": (False, "has no room for it"),
    }


async def test_that_nobody_would_get_it_is_told() -> None:
    answer = await explained(distribution=True)
    assert "agent" not in answer
    assert answer["steps"][-1] == step(
        "distribution", None, "nobody", "no agent is in the queue general", matched=False
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "stop !"}, [{"trigger": "opt_out.confirm", "language": "fr", "text": "Entendu."}]),
        ({"kind": "reaction", "text": ""}, []),
    ],
)
async def test_of_a_message_that_nobody_has_to_answer_no_rule_is_asked(fields: dict[str, Any], said: list[Any]) -> None:
    answer = await explained(**fields)
    assert answer["automated"] == said
    reason = "nobody has to answer the message: the rules are not asked"
    expected = [step("route_to_queue", None, "none", reason, matched=False)]
    expected += [step("automated_messages", None, each["trigger"], "the message asks for it") for each in said]
    assert answer["steps"] == expected
