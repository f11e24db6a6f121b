"""Classification sets what its rules say, in order, and route-to-queue rules choose the queue."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from shared.configuration import Skill, Workstream, load_configuration
from shared.hours import QueueHours
from shared.rules import Classification, Facts, QueuesNow, WorkstreamRules
from shared.vocabulary.words import Priority

type Rule = dict[str, Any]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NO_QUEUES = QueuesNow(QueueHours(load_configuration("{version: 1, queues: {}}"), {}), {}, NOW)


def facts(text: str = "hello", language: str | None = None) -> Facts:
    return Facts(
        now=NOW,
        message_kind="text",
        message_text=text,
        channel_name="support_fr",
        channel_id="11111111-1111-1111-1111-111111111111",
        contact_language=language,
    )


def workstream(*rulesets: list[Rule], routes: tuple[Rule, ...] = ()) -> Workstream:
    return Workstream.model_validate(
        {
            "classification": [{"rules": rules} for rules in rulesets],
            "route_to_queue": {"rules": list(routes), "fallback": "general"},
        }
    )


def classify(workstream: Workstream, facts: Facts) -> Classification:
    return WorkstreamRules(workstream, UTC).decide(facts, "a", NO_QUEUES).classification


def says(word: str) -> Rule:
    return {"message.text": {"contains": word}}


class TestClassification:
    def test_without_rules_nothing_is_set(self) -> None:
        assert classify(workstream(), facts()) == Classification(
            variables={}, skills=(), language=None, priority=Priority.NORMAL
        )

    def test_the_first_rule_that_matches_wins(self) -> None:
        rules: list[Rule] = [
            {"when": says("invoice"), "set": {"topic": "billing"}},
            {"when": says("hello"), "set": {"topic": "greeting"}, "priority": "low"},
            {"set": {"topic": "other", "seen": True}},
        ]
        result = classify(workstream(rules), facts("hello"))
        assert (result.variables, result.priority) == ({"topic": "greeting"}, Priority.LOW)

    def test_later_rulesets_see_and_overrule_what_earlier_ones_set(self) -> None:
        topic: list[Rule] = [
            {"when": says("invoice"), "set": {"topic": "billing", "source": 1}, "language": "fr", "priority": "low"}
        ]
        urgency: list[Rule] = [
            {
                "when": {"var.topic": {"equals": "billing"}, "contact.language": {"equals": "fr"}},
                "set": {"source": 2},
                "priority": "urgent",
            }
        ]
        result = classify(workstream(topic, urgency), facts("invoice", language="en"))
        assert result.variables == {"topic": "billing", "source": 2}
        assert (result.language, result.priority) == ("fr", Priority.URGENT)

    def test_a_rule_that_sets_nothing_leaves_the_earlier_results(self) -> None:
        result = classify(workstream([{"language": "fr", "priority": "high", "skills": ["a"]}], [{}]), facts())
        assert (result.language, result.priority, result.skills) == ("fr", Priority.HIGH, (Skill(name="a"),))

    def test_skills_of_several_rulesets_add_up_and_the_later_level_wins(self) -> None:
        first: list[Rule] = [{"skills": ["billing", {"name": "french", "level": 2}]}]
        second: list[Rule] = [{"skills": [{"name": "french", "level": 4}, "refunds"]}]
        result = classify(workstream(first, second), facts())
        assert result.skills == (Skill(name="billing"), Skill(name="french", level=4), Skill(name="refunds"))


class TestRouteToQueue:
    def queue(self, *routes: Rule, text: str = "hello", conversation: str = "a", sets: Rule | None = None) -> str:
        rules = WorkstreamRules(workstream([sets] if sets else [], routes=routes), UTC)
        return rules.decide(facts(text), conversation, NO_QUEUES).queue

    def test_without_a_match_the_fallback_queue_takes_it(self) -> None:
        assert self.queue() == "general"
        assert self.queue({"when": says("invoice"), "to": "billing"}) == "general"

    def test_the_first_rule_that_matches_chooses(self) -> None:
        routes: list[Rule] = [{"when": says("hello"), "to": "first"}, {"to": "second"}]
        assert self.queue(*routes) == "first"
        assert self.queue(*routes, text="bonjour") == "second"

    def test_rules_see_what_classification_set(self) -> None:
        billing = {"when": {"var.topic": {"equals": "billing"}}, "to": "billing"}
        french = {"when": {"contact.language": {"equals": "fr"}}, "to": "paris"}
        assert self.queue(billing, french, sets={"set": {"topic": "billing"}}) == "billing"
        assert self.queue(billing, french, sets={"language": "fr"}) == "paris"

    def test_a_split_gives_a_conversation_the_same_queue_each_time(self) -> None:
        split = {"split": {"a": 50, "b": 50}}
        for conversation in ("1", "2", "3", "4", "5"):
            assert len({self.queue(split, conversation=conversation) for _ in range(3)}) == 1

    def test_a_split_shares_conversations_as_it_says(self) -> None:
        split = {"split": {"a": 70, "b": 30, "none": 0}}
        drawn = Counter(self.queue(split, conversation=str(conversation)) for conversation in range(2000))
        assert set(drawn) == {"a", "b"}
        assert 1300 < drawn["a"] < 1500

    def test_two_splits_draw_independently(self) -> None:
        split = {"a": 50, "b": 50}
        one = [
            self.queue({"name": "one", "split": split}, conversation=str(conversation)) for conversation in range(200)
        ]
        two = [
            self.queue({"name": "two", "split": split}, conversation=str(conversation)) for conversation in range(200)
        ]
        assert 60 < sum(a == b for a, b in zip(one, two, strict=True)) < 140


class Cursed(str):
    """A text that no rule can look at."""

    def __str__(self) -> str:
        raise KeyError(self)


def test_rules_that_fail_set_nothing_and_the_fallback_queue_takes_the_conversation() -> None:
    asking = workstream([{"set": {"topic": 1}}], [{"when": says("x")}], routes=({"to": "billing"},))
    decision = WorkstreamRules(asking, UTC).decide(facts(Cursed("secret")), "a", NO_QUEUES)
    assert (decision.queue, decision.classification) == ("general", Classification())
    assert isinstance(decision.surprise, KeyError)
    assert [(step.rule, step.reason) for step in decision.steps()] == [
        ("fallback", "the rules failed (KeyError): general")
    ]
