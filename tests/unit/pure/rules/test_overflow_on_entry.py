"""Which queue a conversation enters where queues overflow, and what their overflow does."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import Configuration, OverflowAction, Transfer, load_configuration
from shared.hours import QueueHours
from shared.rules import Action, Facts, QueuesNow, compile_rules
from shared.rules.decision import Decision

MORNING = datetime(2026, 11, 27, 10, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 20, tzinfo=UTC)
KEEP, CLOSE = OverflowAction.KEEP, OverflowAction.CLOSE


def to(queue: str) -> Transfer:
    return Transfer(transfer=queue)


def configuration(rules: str, **queues: str) -> Configuration:
    """Queues `early` and `late` have hours, by which `early` opens first; `full` may overflow by its length."""
    listed = {
        "early": "{hours: early}",
        "late": "{hours: late}",
        "full": "{overflow: [{when: {length: 2}, do: close}]}",
        "general": "{}",
        "other": "{}",
        **queues,
    }
    return load_configuration(
        f"""
        version: 1
        channels: {{support: {{id: 11111111-1111-1111-1111-111111111111, workstream: support}}}}
        workstreams: {{support: {{route_to_queue: {{rules: {rules}, fallback: general}}}}}}
        queues: {{{", ".join(f"{name}: {queue}" for name, queue in listed.items())}}}
        hours:
          early: {{timezone: UTC, open: {{mon-sun: ["08:00-18:00"]}}}}
          late: {{timezone: UTC, open: {{mon-sun: ["09:00-18:00"]}}}}
        """
    )


def routes(*queues: str, more: str = "") -> str:
    """Rules that all match a message, and perhaps one that does not; `more` stands beside the first's queue."""
    rules = [
        f"{{name: {queue}, when: {{contact.returning: {{equals: false}}, var.n{place}: {{exists: false}}}}, to: {queue}"
        f"{more if place == 0 else ''}}}"
        for place, queue in enumerate(queues)
    ]
    return f"[{', '.join(rules)}]"


def decided(
    file: Configuration,
    now: datetime = MORNING,
    lengths: Mapping[str, int] | None = None,
    closed_until: Mapping[str, datetime] | None = None,
    conversation: str = "c1",
) -> Decision:
    facts = Facts(
        now=now, message_kind="text", message_text="Hello", channel_name="support", channel_id="1", contact_phone="+331"
    )
    queues = QueuesNow(QueueHours(file, closed_until or {}), lengths or {}, now)
    return compile_rules(file)["support"].decide(facts, conversation, queues)


FULL = {"full": 2}


@pytest.mark.parametrize(
    ("rules", "now", "lengths", "queue", "action"),
    [
        ("[]", NIGHT, {}, "general", None),
        ("[{when: {message.text: {equals: no}}, to: other}]", MORNING, {}, "general", None),
        (routes("full", "other"), MORNING, {"full": 1}, "full", None),
        (routes("full", "other"), MORNING, FULL, "other", None),
        (routes("early", "other"), MORNING, {}, "early", None),
        (routes("early", "other"), NIGHT, {}, "other", None),
        (routes("full"), MORNING, FULL, "full", CLOSE),
        (routes("early", "full"), NIGHT, FULL, "full", CLOSE),
        (routes("full", "early"), NIGHT, FULL, "full", CLOSE),
        (routes("late", "early"), NIGHT, {}, "early", KEEP),
        (routes("early", "late"), NIGHT, {}, "early", KEEP),
    ],
    ids=[
        "no rules: the fallback queue",
        "none matches: the fallback queue",
        "a shorter line does not overflow",
        "the first whose queue does not overflow",
        "an open queue does not overflow",
        "a closed queue overflows without an overflow of its own",
        "the only one overflows: its action",
        "all overflow: the one in its hours, though listed later",
        "all overflow: the one in its hours",
        "none in hours: the one that opens first",
        "none in hours: of those too the one that opens first",
    ],
)
def test_the_queue_and_its_action(
    rules: str, now: datetime, lengths: Mapping[str, int], queue: str, action: Action | None
) -> None:
    decision = decided(configuration(rules), now, lengths)
    assert (decision.queue, decision.action) == (queue, action)


def test_of_several_in_hours_that_all_overflow_the_first_is_taken() -> None:
    full = "{overflow: [{when: {length: 1}, do: {transfer: other}}]}"
    file = configuration(routes("second", "full"), second=full)
    decision = decided(file, lengths={"full": 9, "second": 9})
    assert (decision.queue, decision.action) == ("second", to("other"))


def test_the_fallback_queue_ignores_its_overflow_unless_a_rule_chose_it() -> None:
    full = "{overflow: [{when: {length: 1}, do: close}]}"
    by_nothing = decided(configuration("[]", general=full), lengths={"general": 5})
    assert (by_nothing.queue, by_nothing.action) == ("general", None)
    by_rule = decided(configuration(routes("general"), general=full), lengths={"general": 5})
    assert (by_rule.queue, by_rule.action) == ("general", CLOSE)


@pytest.mark.parametrize(
    ("overflow", "now", "length", "action"),
    [
        (
            "[{when: {length: 1}, do: close}, {when: {out_of_hours: true}, do: {transfer: other}}]",
            NIGHT,
            5,
            to("other"),
        ),
        ("[{when: {length: 1}, do: close}, {when: {length: 1}, do: {transfer: other}}]", MORNING, 5, CLOSE),
        ("[{when: {length: 1}, do: close}]", NIGHT, 5, KEEP),
        ("[{when: {out_of_hours: true}, do: {transfer: late}}]", NIGHT, 0, KEEP),
        ("[{when: {out_of_hours: true}, do: {transfer: late}}, {when: {length: 1}, do: close}]", NIGHT, 5, CLOSE),
        ("[{when: {queue.length: {gt: 4}}, do: {transfer: other}}]", MORNING, 5, to("other")),
        ("[{when: {queue.length: {gt: 5}}, do: {transfer: other}}]", MORNING, 5, None),
        ("[{when: {length: 1, contact.phone: {starts_with: '+33'}}, do: close}]", MORNING, 5, CLOSE),
        ("[{when: {length: 1, contact.phone: {starts_with: '+44'}}, do: close}]", MORNING, 5, None),
        ("[{when: {waiting: 5m}, do: close}]", MORNING, 5, None),
    ],
    ids=[
        "hours come before what is listed first",
        "of others the first listed",
        "without a word on hours a closed queue keeps",
        "a transfer to a queue that is closed is passed over, else keep",
        "or the next condition",
        "the length as a field",
        "the length as a field, below its bound",
        "with a condition beside it",
        "with a condition beside it that fails",
        "waiting is nothing of entry",
    ],
)
def test_which_condition_of_a_queue_counts(overflow: str, now: datetime, length: int, action: Action | None) -> None:
    file = configuration(routes("early"), early=f"{{hours: early, overflow: {overflow}}}")
    assert decided(file, now, {"early": length}).action == action


OPENING = MORNING + timedelta(days=1)


@pytest.mark.parametrize(
    ("overflow", "closed_until", "again_at"),
    [
        ("[{when: {out_of_hours: true}, do: {transfer: late}}]", {}, OPENING.replace(hour=9)),
        ("[{when: {length: 1}, do: {transfer: late}}]", {}, None),
        ("[{when: {out_of_hours: true}, do: keep}]", {}, None),
        ("[{when: {out_of_hours: true}, do: {transfer: late}}, {when: {length: 1}, do: close}]", {}, None),
        (
            "[{when: {out_of_hours: true}, do: {transfer: other}}]",
            {"other": NIGHT + timedelta(hours=2)},
            NIGHT + timedelta(minutes=5),
        ),
    ],
    ids=[
        "when the other queue opens",
        "not where hours keep it before",
        "not where nothing was passed over",
        "not where something else was done",
        "soon where a supervisor closed it, who may open it again",
    ],
)
def test_a_transfer_that_was_passed_over_is_looked_at_again(
    overflow: str, closed_until: Mapping[str, datetime], again_at: datetime | None
) -> None:
    file = configuration(routes("early"), early=f"{{hours: early, overflow: {overflow}}}")
    assert decided(file, NIGHT, {"early": 5}, closed_until).choice.overflow_again_at == again_at


def test_a_rule_s_own_overflow_stands_for_its_queue_s() -> None:
    own = ", overflow: [{when: {length: 5}, do: {transfer: other}}]"
    file = configuration(routes("full", more=own))
    assert decided(file, lengths={"full": 4}).action is None
    assert decided(file, lengths={"full": 5}).action == to("other")


def test_a_queue_that_a_supervisor_closed_is_out_of_hours() -> None:
    file = configuration(routes("other", "general"))
    closed = {"other": MORNING + timedelta(hours=1)}
    assert decided(file, closed_until=closed).queue == "general"
    assert decided(configuration(routes("other")), closed_until=closed).action is KEEP


def test_a_split_is_drawn_by_the_conversation_before_a_look_at_overflow() -> None:
    split = "[{name: share, split: {full: 50, other: 50}}, {name: rest, to: general}]"
    file = configuration(split)
    drawn = {f"c{number}": decided(file, conversation=f"c{number}").queue for number in range(20)}
    assert set(drawn.values()) == {"full", "other"}
    for conversation, queue in drawn.items():
        expected = "general" if queue == "full" else "other"
        assert decided(file, lengths=FULL, conversation=conversation).queue == expected


@pytest.mark.parametrize(
    ("overflow", "counted"),
    [
        ("[{when: {length: 100}, do: close}]", 100),
        ("[{when: {queue.length: {gt: 20}}, do: close}]", 21),
        ("[{when: {queue.length: {equals: 20}}, do: close}, {when: {length: 3}, do: close}]", 21),
        ("[{when: {queue.length: {in: [4, 7]}}, do: close}]", 8),
        ("[{when: {queue.length: {lt: 20}}, do: close}]", 20),
        ("[{when: {length: 5000}, do: close}]", 1000),
        ("[{when: {out_of_hours: true}, do: close}]", None),
        ("[{when: {waiting: 5m}, do: close}]", None),
    ],
)
def test_a_line_is_counted_as_far_as_its_overflow_asks(overflow: str, counted: int | None) -> None:
    file = configuration(routes("early"), early=f"{{overflow: {overflow}}}")
    assert wanted(file) == ({"early": counted} if counted else {})


def test_only_queues_are_counted_whose_rule_matches() -> None:
    rules = "[{when: {message.text: {equals: no}}, to: full}, {to: other}]"
    assert wanted(configuration(rules)) == {}
    assert wanted(configuration(routes("other", "full"))) == {"full": 2}


def wanted(file: Configuration) -> Mapping[str, int]:
    facts = Facts(now=MORNING, message_kind="text", message_text="Hello", channel_name="support", channel_id="1")
    return compile_rules(file)["support"].lengths_wanted(facts, "c1")


def test_what_was_asked_is_told_with_hours_and_overflow() -> None:
    file = configuration(
        routes("early", "full"), early="{hours: early, overflow: [{when: {out_of_hours: true}, do: {transfer: other}}]}"
    )
    told = [(step.stage, step.ruleset, step.rule, step.matched, step.reason) for step in decided(file, NIGHT).steps()]
    assert told[1:3] == [
        ("hours", None, "early", False, "closed until 2026-11-28T08:00:00Z"),
        ("overflow", "early", "overflow[0]", True, "out_of_hours equals true"),
    ]
    assert [step[2] for step in told if step[0] == "route_to_queue"] == ["early", "full"]
    last = list(decided(configuration(routes("early")), NIGHT).steps())[-1]
    assert (last.stage, last.rule, last.reason) == ("overflow", "keep", "early overflows; early: keep")


QUEUES = ("q0", "q1", "q2", "q3")
OVERFLOWS = st.lists(
    st.sampled_from(
        [
            "{when: {out_of_hours: true}, do: keep}",
            "{when: {out_of_hours: true}, do: {transfer: target}}",
            "{when: {out_of_hours: true}, do: close}",
            "{when: {length: 2}, do: {transfer: target}}",
            "{when: {length: 3}, do: close}",
            "{when: {waiting: 5m}, do: close}",
        ]
    ),
    max_size=3,
)


@given(
    overflows=st.fixed_dictionaries(dict.fromkeys(QUEUES, OVERFLOWS)),
    hours=st.fixed_dictionaries({queue: st.sampled_from(["", "hours: early, ", "hours: late, "]) for queue in QUEUES}),
    matching=st.lists(st.sampled_from(QUEUES), unique=True),
    lengths=st.fixed_dictionaries({queue: st.integers(0, 3) for queue in QUEUES}),
    target_open=st.booleans(),
    now=st.sampled_from([MORNING, NIGHT]),
)
def test_the_choice_is_the_one_of_the_table(
    overflows: Mapping[str, list[str]],
    hours: Mapping[str, str],
    matching: list[str],
    lengths: Mapping[str, int],
    target_open: bool,
    now: datetime,
) -> None:
    listed = {queue: f"{{{hours[queue]}overflow: [{', '.join(overflows[queue])}]}}" for queue in QUEUES}
    file = configuration(routes(*matching), target="{}", **listed)
    closed = {} if target_open else {"target": now + timedelta(hours=1)}
    decision = decided(file, now, lengths, closed)
    open_ones = [queue for queue in matching if now == MORNING or not hours[queue]]
    actions = {queue: holding(overflows[queue], queue in open_ones, lengths[queue], target_open) for queue in matching}
    calm = [queue for queue in matching if actions[queue] is None]
    by_opening = sorted(matching, key=lambda queue: "late" in hours[queue])
    expected = next(iter([*calm, *open_ones, *by_opening]), "general")
    assert (decision.queue, decision.action) == (expected, actions.get(expected))


def holding(overflow: list[str], is_open: bool, length: int, target_open: bool) -> Action | None:
    """What a queue does: hours first, a closed one keeps by itself, a transfer to a closed one is passed over."""
    by_hours = [each for each in overflow if "out_of_hours" in each and not is_open]
    if not is_open and not by_hours:
        by_hours = ["do: keep"]
    by_length = [each for each in overflow if any(f"length: {n}" in each for n in (2, 3) if length >= n)]
    held = [*by_hours, *by_length]
    for each in held:
        if "transfer" in each and target_open:
            return to("target")
        if "transfer" not in each:
            return CLOSE if "close" in each else KEEP
    return KEEP if held else None


def test_the_names_of_the_rules_that_matched_are_kept_as_far_as_they_fit() -> None:
    assert decided(configuration(routes("full", "other")), lengths=FULL).matched() == ("full", "other")
    long = ", ".join(f"{{name: r{'x' * 4000}{number}, to: full}}" for number in range(2))
    file = configuration(f"[{long.replace('to: full', 'to: full, when: {contact.returning: {equals: false}}', 1)}]")
    assert sum(map(len, decided(file, lengths=FULL).matched())) <= 4096
