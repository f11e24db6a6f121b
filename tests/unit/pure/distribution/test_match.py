"""Who gets whom: the rules of distribution, as tables, and what holds for any line and any team."""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import Configuration
from shared.configuration.workstreams import Presence
from shared.distribution.match import Line, explain_choice, match
from shared.distribution.roster import WhyNot
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.loads import MOST_HELD
from shared.state.waiting_lines import InLine
from tests.unit.pure.distribution.lines import NOW, agent, configuration, lines, waiting

LONG_AGO, LATELY = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
SOON = timedelta(minutes=1)


def pairs(
    everybody: list[InLine], team: list[Agent], queues: Mapping[str, Any] | None = None, **distribution: Any
) -> list[tuple[str, str]]:
    matched = match(lines(*everybody), team, configuration(queues, **distribution), NOW)
    return [(each.row.conversation_id, each.agent.id) for each in matched.given]


class TestWhoIsNext:
    def test_the_more_urgent_one_then_the_one_that_waits_longer(self) -> None:
        everybody = [waiting("a", minutes=1), waiting("b", minutes=9), waiting("c", urgency=0), waiting("d", urgency=3)]
        assert [one for one, _ in pairs(everybody, [agent("ana", capacity=900)])] == ["c", "b", "a", "d"]

    def test_the_queue_with_the_smaller_number(self) -> None:
        queues = {"general": {"priority": 2}, "vip": {"priority": 1}}
        everybody = [waiting("a", minutes=60, urgency=0), waiting("v", urgency=3, queue="vip")]
        team = [agent("ana", queues=("general", "vip"), capacity=30)]
        assert pairs(everybody, team, queues) == [("v", "ana")]

    def test_of_equal_queues_the_one_whose_first_waits_longest_each_time_anew(self) -> None:
        everybody = [
            waiting("g1", minutes=9),
            waiting("g2", minutes=2),
            waiting("b1", minutes=5, queue="billing"),
            waiting("b2", minutes=1, queue="billing"),
        ]
        team = [agent("ana", queues=("general", "billing"), capacity=900)]
        served = [one for one, _ in pairs(everybody, team, {"general": {}, "billing": {}})]
        assert served == ["g1", "b1", "g2", "b2"]

    def test_what_nobody_can_serve_keeps_nobody_behind_it(self) -> None:
        everybody = [waiting("a", minutes=9, skills={"billing": None}), waiting("b")]
        assert pairs(everybody, [agent("ana")], skill_match="exact") == [("b", "ana")]

    @pytest.mark.parametrize(
        "passed_over",
        [
            waiting("a", minutes=9, workstream="pick"),
            waiting("a", minutes=9, workstream="removed"),
            waiting("a", minutes=9, queue="removed"),
            replace(waiting("a", minutes=9), row=None),
        ],
        ids=["pick mode", "no such workstream", "no such queue", "unreadable"],
    )
    def test_what_is_not_given_to_anybody_is_passed_over(self, passed_over: InLine) -> None:
        team = [agent("ana", queues=("general", "removed"))]
        assert pairs([passed_over, waiting("b")], team) == [("b", "ana")]

    def test_one_that_stands_in_two_lines_is_given_once(self) -> None:
        everybody = [waiting("a"), waiting("a", queue="billing")]
        team = [agent("ana", queues=("general", "billing"), capacity=900)]
        assert len(pairs(everybody, team, {"general": {}, "billing": {}})) == 1


class TestWhoMayGetIt:
    @pytest.mark.parametrize(
        "fields",
        [
            {"queues": ("billing",)},
            {"active": False},
            {"presence": Presence.AWAY},
            {"presence": Presence.DO_NOT_DISTURB},
            {"presence": Presence.OFFLINE},
            {"used": 71},
            {"capacity": 29},
        ],
        ids=str,
    )
    def test_not_who_is_elsewhere_away_or_full(self, fields: dict[str, Any]) -> None:
        assert pairs([waiting("a")], [agent("ana", **fields)]) == []

    @pytest.mark.parametrize("fields", [{"used": 70}, {"presence": Presence.BUSY}, {"capacity": 30}], ids=str)
    def test_who_is_there_and_has_room(self, fields: dict[str, Any]) -> None:
        assert pairs([waiting("a")], [agent("ana", **fields)]) == [("a", "ana")]

    def test_presences_are_those_of_the_workstream(self) -> None:
        team = [agent("ana"), agent("bob", presence=Presence.AWAY)]
        assert pairs([waiting("a")], team, presence=["away"]) == [("a", "bob")]

    def test_nobody_with_two_hundred_conversations(self) -> None:
        entry = LoadEntry(kind=LoadKind.HELD, version=1, queue="general", at=NOW, units=0)
        full = agent("ana", load={str(number): entry for number in range(MOST_HELD)})
        assert pairs([waiting("a")], [full]) == []

    def test_three_places_of_one_agent_take_three(self) -> None:
        everybody = [waiting(name, minutes=number) for number, name in enumerate("dcba")]
        assert [one for one, _ in pairs(everybody, [agent("ana", capacity=90)])] == ["a", "b", "c"]

    def test_what_was_reserved_for_the_conversation_itself_counts_as_free(self) -> None:
        reserved = LoadEntry(kind=LoadKind.HELD, version=4, queue="general", at=NOW, units=30)
        assert pairs([waiting("a")], [agent("ana", capacity=30, load={"a": reserved})]) == [("a", "ana")]
        assert pairs([waiting("b")], [agent("ana", capacity=30, load={"a": reserved})]) == []


class TestSkills:
    TEAM = (
        agent("none", skills={"spanish": 5}),
        agent("below", skills={"billing": 2}),
        agent("above", skills={"billing": 9}),
        agent("equal", skills={"billing": 3}),
    )

    def order(self, skill_match: str, needed: Mapping[str, int | None], team: tuple[Agent, ...] = TEAM) -> list[str]:
        """In which order agents with room for one conversation get equal ones."""
        everybody = [waiting(str(number), skills=needed) for number in range(len(team))]
        full = [replace(each, capacity=30) for each in team]
        return [name for _, name in pairs(everybody, full, skill_match=skill_match)]

    def test_closest_is_the_level_then_above_then_below_then_without(self) -> None:
        assert self.order("closest", {"billing": 3}) == ["equal", "above", "below", "none"]

    def test_exact_is_at_the_level_or_above_and_nobody_else(self) -> None:
        assert self.order("exact", {"billing": 3}) == ["above", "equal"]

    def test_without_a_level_whoever_has_it_fits(self) -> None:
        assert self.order("exact", {"billing": None}) == ["above", "below", "equal"]

    def test_none_looks_at_no_skill(self) -> None:
        assert self.order("none", {"billing": 3}) == ["above", "below", "equal", "none"]

    def test_of_several_as_few_as_possible_are_lacking(self) -> None:
        team = (
            agent("one", skills={"billing": 3}),
            agent("low", skills={"billing": 1, "french": 1}),
            agent("both", skills={"billing": 9, "french": 9}),
        )
        assert self.order("closest", {"billing": 3, "french": 3}, team) == ["both", "low", "one"]

    def test_ties_go_round(self) -> None:
        team = [agent("ana", capacity=900), agent("bob", capacity=900)]
        everybody = [waiting(str(number), skills={"billing": None}) for number in range(4)]
        assert [name for _, name in pairs(everybody, team)] == ["ana", "bob", "ana", "bob"]


class TestMethods:
    @pytest.mark.parametrize(
        ("method", "first", "second"),
        [
            ("highest_capacity", {"used": 10}, {"used": 40}),
            ("highest_capacity", {"last_assigned": {}}, {"last_assigned": {"general": LONG_AGO}}),
            ("round_robin", {"last_assigned": {}}, {"last_assigned": {"general": LONG_AGO}}),
            ("round_robin", {"last_assigned": {"general": LONG_AGO}}, {"last_assigned": {"general": LATELY}}),
            ("round_robin", {"last_assigned": {"billing": LATELY}}, {"last_assigned": {"general": LONG_AGO}}),
            (
                "round_robin",
                {"last_assigned": {"general": LONG_AGO}, "used": 60},
                {"last_assigned": {"general": LATELY}},
            ),
            ("least_active", {"freed_at": None}, {"freed_at": LONG_AGO}),
            ("least_active", {"freed_at": LONG_AGO}, {"freed_at": LATELY}),
            ("least_active", {"last_assigned": {"general": LONG_AGO}}, {"last_assigned": {"general": LATELY}}),
        ],
    )
    @pytest.mark.parametrize("names", [("ana", "bob"), ("bob", "ana")])
    def test_who_is_asked_first(
        self, method: str, first: dict[str, Any], second: dict[str, Any], names: tuple[str, str]
    ) -> None:
        team = [agent(names[0], **first), agent(names[1], **second)]
        assert pairs([waiting("a")], team, method=method) == [("a", names[0])]

    def test_in_one_turn_everybody_has_a_turn(self) -> None:
        team = [agent(name, capacity=900) for name in ("ana", "bob", "eve")]
        everybody = [waiting(str(number), minutes=9 - number) for number in range(6)]
        for method in ("highest_capacity", "round_robin", "least_active"):
            assert [name for _, name in pairs(everybody, team, method=method)] == ["ana", "bob", "eve"] * 2

    def test_who_was_given_the_last_one_of_a_turn_is_the_last_in_the_next(self) -> None:
        team = [agent(name, capacity=900) for name in ("ana", "bob")]
        first = match(lines(waiting("a", minutes=2), waiting("b")), team, configuration(method="round_robin"), NOW)
        later = [replace(given.agent, last_assigned={"general": given.at}) for given in first.given]
        assert pairs([waiting("c")], later, method="round_robin") == [("c", "ana")]


class TestDeclines:
    @pytest.mark.parametrize(
        ("declines", "chosen"),
        [
            ({}, "ana"),
            ({"ana": (1, 1)}, "bob"),
            ({"ana": (1, 6)}, "bob"),
            ({"ana": (1, 6), "bob": (1, 6)}, "ana"),
            ({"ana": (1, 6), "bob": (1, 4)}, "ana"),
            ({"ana": (1, 4), "bob": (1, 4)}, None),
            ({"ana": (3, 60), "bob": (2, 60)}, "bob"),
            ({"ana": (3, 60), "bob": (3, 60)}, None),
        ],
    )
    def test_who_declined_comes_after_the_others_or_not_at_all(
        self, declines: dict[str, tuple[int, float]], chosen: str | None
    ) -> None:
        found = dict(pairs([waiting("a", declines=declines)], [agent("Ana"), agent("bob", used=10)]))
        assert (found.get("a") or "").lower() == (chosen or "")

    def test_it_says_nothing_of_other_conversations(self) -> None:
        everybody = [waiting("a", minutes=2, declines={"ana": (3, 1)}), waiting("b")]
        assert pairs(everybody, [agent("ana")]) == [("b", "ana")]


class TestShort:
    def test_more_is_wanted_of_a_line_while_somebody_has_room(self) -> None:
        found = match(lines(waiting("a"), after="a"), [agent("ana")], configuration(), NOW)
        assert found.short == {"general"}

    @pytest.mark.parametrize("team", [[agent("ana", capacity=30)], [agent("bob", queues=("billing",))], []])
    def test_not_where_nobody_of_the_queue_has(self, team: list[Agent]) -> None:
        assert match(lines(waiting("a"), after="a"), team, configuration(), NOW).short == frozenset()

    def test_not_of_a_line_that_was_read_to_its_end(self) -> None:
        assert match(lines(waiting("a")), [agent("ana")], configuration(), NOW).short == frozenset()


class TestExplained:
    def test_it_says_who_and_why_the_others_not(self) -> None:
        team = [
            agent("ana", skills={"billing": 1}),
            agent("free", skills={"billing": 1}, used=10),
            agent("full", skills={"billing": 1}, used=90),
            agent("away", presence=Presence.AWAY),
            agent("gone", active=False),
            agent("elsewhere", queues=("billing",)),
            agent("unskilled"),
            agent("declined", skills={"billing": 1}),
            agent("never", skills={"billing": 1}),
        ]
        one = waiting("a", skills={"billing": 1}, declines={"declined": (1, 1), "never": (3, 60)})
        assert one.row
        choice = explain_choice(one, one.row, team, configuration(skill_match="exact"), NOW)
        assert choice
        assert choice.agent == "ana"
        assert choice.why_not == {
            "free": WhyNot.OTHERS_FIRST,
            "full": WhyNot.CAPACITY,
            "away": WhyNot.PRESENCE,
            "gone": WhyNot.INACTIVE,
            "elsewhere": WhyNot.NOT_IN_QUEUE,
            "unskilled": WhyNot.SKILLS,
            "declined": WhyNot.DECLINED,
            "never": WhyNot.DECLINED_TOO_OFTEN,
        }

    @pytest.mark.parametrize("workstream", ["pick", "removed"])
    def test_nothing_of_what_is_given_to_nobody(self, workstream: str) -> None:
        one = waiting("a", workstream=workstream)
        assert one.row
        assert explain_choice(one, one.row, [agent("ana")], configuration(), NOW) is None


SKILLS = st.dictionaries(st.sampled_from(["billing", "french"]), st.integers(1, 3), max_size=2)
QUEUES = ("general", "billing")
AGENTS = st.lists(
    st.builds(
        lambda queues, presence, used, capacity, skills: {
            "queues": tuple(queues),
            "presence": presence,
            "used": used,
            "capacity": capacity,
            "skills": skills,
        },
        st.sets(st.sampled_from(QUEUES)),
        st.sampled_from([Presence.AVAILABLE, Presence.BUSY, Presence.AWAY]),
        st.integers(0, 120),
        st.integers(0, 150),
        SKILLS,
    ),
    max_size=6,
)
WAITING = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 60), st.sampled_from(QUEUES), SKILLS),
    max_size=25,
)
METHODS = st.sampled_from(["highest_capacity", "round_robin", "least_active"])
MATCHES = st.sampled_from(["exact", "closest", "none"])


@given(AGENTS, WAITING, METHODS, MATCHES)
def test_whatever_waits_and_whoever_is_there(
    team_fields: list[dict[str, Any]],
    rows: list[tuple[int, int, str, dict[str, int]]],
    method: str,
    skill_match: str,
) -> None:
    """Nobody over capacity; the oldest first inside a priority; nobody left free who could take one that waits."""
    team = [agent(f"agent{number}", **fields) for number, fields in enumerate(team_fields)]
    everybody = [
        waiting(f"c{number}", urgency=urgency, minutes=minutes, queue=queue, skills=skills)
        for number, (urgency, minutes, queue, skills) in enumerate(rows)
    ]
    settings = configuration({"general": {}, "billing": {}}, method=method, skill_match=skill_match)
    found = match(lines(*everybody), team, settings, NOW).given

    got = {each.row.conversation_id for each in found}
    assert len(got) == len(found)
    left = {one.id: one.capacity - one.units for one in team}
    for each in found:
        left[each.agent.id] -= each.units
        assert left[each.agent.id] >= 0
    served = [one for one in everybody if one.row and one.row.conversation_id in got]
    team_afterwards = [_with_units(one, one.capacity - left[one.id]) for one in team]
    for one in everybody:
        if one in served or one.row is None:
            continue
        assert all(_nobody_takes(one, [free], settings) for free in team_afterwards)
        assert not any(_of_one_class(one, other) and other.key > one.key for other in served)


def _with_units(one: Agent, units: int) -> Agent:
    return replace(one, load={"all": LoadEntry(kind=LoadKind.HELD, version=1, queue="q", at=NOW, units=units)})


def _nobody_takes(one: InLine, team: list[Agent], settings: Configuration) -> bool:
    return match(lines(one), team, settings, NOW).given == ()


def _of_one_class(one: InLine, other: InLine) -> bool:
    assert one.row
    assert other.row
    return (one.queue, one.row.skills) == (other.queue, other.row.skills)


def test_a_hundred_who_wait_and_a_thousand_agents_take_less_than_a_tenth_of_a_second() -> None:
    """The best of three: the machine has other work as well, and measuring coverage would be most of it."""
    team = [
        agent(f"agent{number}", skills={f"skill{number % 10}": number % 5 + 1}, used=number % 70)
        for number in range(1_000)
    ]
    everybody = [waiting(f"c{number}", minutes=number, skills={f"skill{number % 10}": 3}) for number in range(100)]
    settings, given_lines = configuration(), lines(*everybody)

    def seconds() -> float:
        started = time.process_time()
        match(given_lines, team, settings, NOW)
        return time.process_time() - started

    assert len(match(given_lines, team, settings, NOW).given) == 100
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        assert min(seconds() for _ in range(3)) < 0.1
    finally:
        sys.settrace(tracing)


def test_lines_may_be_empty() -> None:
    assert match({"general": Line()}, [agent("ana")], configuration(), NOW).given == ()
