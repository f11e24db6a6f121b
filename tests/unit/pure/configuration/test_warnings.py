"""What is probably not wanted is said, with its line, and keeps nobody from deploying."""

import pytest

from shared.configuration import ConfigurationError, load_configuration

FILE = """version: 1
channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}
workstreams:
  support:
    languages: [fr, en]
    opt_out: {keywords: [STOP]}
    ANYTHING
    route_to_queue: {fallback: general, rules: [ROUTE]}
queues:
  general: {OVERFLOW}
  billing: {overflow: [{when: {length: 9}, do: {transfer: full}}]}
  full: {}
templates:
  both: {languages: {fr_CA: "{{1}}", en: "{{1}}"}}
  one: {languages: {en: "Happy?"}}
  csat: {languages: {fr: {text: a, buttons: [{quick_reply: a}, {quick_reply: b}]}, en: b}}
"""
UNSAID = "the customer is told nothing: support has no text for overflow_closed"
MANUAL = "acts with accept: manual only"
TYPED = "customers have to type their answer"
BY_PHONE = "every rule asks for the phone number: who has none matches nothing; add a rule for the rest"


def file_with(place: str = "", written: str = "") -> str:
    text = FILE
    for name in ("ANYTHING", "ROUTE", "OVERFLOW"):
        text = text.replace(name, written if name == place else "")
    return text


def warnings_with(place: str, written: str) -> list[str]:
    return [str(warning) for warning in load_configuration(file_with(place, written)).warnings]


def test_a_file_may_be_without_a_warning() -> None:
    assert load_configuration(file_with()).warnings == ()


@pytest.mark.parametrize(
    ("written", "warnings"),
    [
        ("distribution: {offer_timeout: 1m}", [f"distribution.offer_timeout: {MANUAL}"]),
        ("distribution: {max_declines: 3, accept: auto}", [f"distribution.max_declines: {MANUAL}"]),
        ("distribution: {missed_offer_presence: none}", [f"distribution.missed_offer_presence: {MANUAL}"]),
        ("distribution: {accept: manual, offer_timeout: 1m, max_declines: 2}", []),
        (
            "inactivity: [{silent: customer, after: 24h, do: send, message: {fr: a}}]",
            ["inactivity[0].after: nothing is sent: 24h after the customer's message the window is closed"],
        ),
        ("inactivity: [{silent: customer, after: 23h, do: send, message: {fr: a}}]", []),
        ("inactivity: [{silent: customer, after: 2d, do: close}]", []),
        ("replies: {fallback_template: {name: both, parameters: [a]}}", []),
        (
            "replies: {fallback_template: [{name: both, parameters: [a]}, {name: one}]}",
            ["replies.fallback_template[1].name: one has no text in fr"],
        ),
        ("replies: {fallback_template: {name: one}}", ["replies.fallback_template.name: one has no text in fr"]),
        (
            "survey: {template: one}",
            [f"survey.template: one has no text in fr; one has no quick_reply buttons: {TYPED}"],
        ),
        ("survey: {template: csat}", [f"survey.template: csat has no quick_reply buttons in en: {TYPED}"]),
    ],
)
def test_warnings_of_a_workstream(written: str, warnings: list[str]) -> None:
    assert warnings_with("ANYTHING", written) == [f"7: workstreams.support.{warning}" for warning in warnings]


def test_a_workstream_without_opt_out_words() -> None:
    (warning,) = load_configuration(file_with().replace("{keywords: [STOP]}", "{resume: [START]}")).warnings
    assert str(warning) == "6: workstreams.support.opt_out: there are no keywords: customers can't opt out by a word"


def test_closing_by_overflow_without_a_word_to_the_customer() -> None:
    """A queue is reached by rules, as fallback and by overflow; what no workstream leads to tells nobody anything."""
    assert warnings_with("OVERFLOW", "overflow: [{when: {length: 9}, do: close}]") == [
        f"10: queues.general.overflow[0].do: {UNSAID}"
    ]
    closing = file_with().replace("full: {}", "full: {overflow: [{when: {waiting: 1h}, do: close}]}")
    assert load_configuration(closing).warnings == ()
    reached = closing.replace("rules: []", "rules: [{to: billing}]")
    assert [str(each) for each in load_configuration(reached).warnings] == [f"12: queues.full.overflow[0].do: {UNSAID}"]
    said = reached.replace("opt_out:", "automated_messages: {overflow_closed: {fr: Complet}}\n    opt_out:")
    assert load_configuration(said).warnings == ()
    own = "{name: a, to: billing, overflow: [{when: {length: 1}, do: close}]}"
    assert warnings_with("ROUTE", own) == [f"8: workstreams.support.route_to_queue.rules[0].overflow[0].do: {UNSAID}"]


@pytest.mark.parametrize(
    ("conditions", "warned"),
    [
        (["contact.phone: {starts_with: '+33'}"], True),
        (["contact.phone: {starts_with: '+33'}", "contact.phone: {starts_with: '+32'}, now.hour: {gt: 8}"], True),
        (["any: [{contact.phone: {equals: '1'}}, {contact.phone: {equals: '2'}}]"], True),
        (["all: [{contact.phone: {exists: true}}, {now.hour: {gt: 8}}]"], True),
        (["contact.phone: {not_in: ['1'], starts_with: '+33'}"], True),
        (["contact.phone: {starts_with: '+33'}", ""], False),
        (["contact.phone: {starts_with: '+33'}", "now.hour: {gt: 8}"], False),
        (["any: [{contact.phone: {equals: '1'}}, {now.hour: {gt: 8}}]"], False),
        (["contact.phone: {not_equals: '1'}"], False),
        (["contact.phone: {exists: false}"], False),
        (["not: {contact.phone: {equals: '1'}}"], False),
        (["contact.country: {equals: FR}"], False),
        ([], False),
    ],
)
def test_rules_that_all_ask_for_the_phone_number(conditions: list[str], warned: bool) -> None:
    """Whoever writes under a user name only has none."""
    rules = ", ".join(f"{{to: general, when: {{{condition}}}}}" for condition in conditions)
    assert warnings_with("ROUTE", rules) == [f"8: workstreams.support.route_to_queue.rules: {BY_PHONE}"] * warned
    rulesets = f"classification: [{{rules: [{rules.replace('to: general, ', '')}]}}]"
    assert (
        warnings_with("ANYTHING", rulesets) == [f"7: workstreams.support.classification[0].rules: {BY_PHONE}"] * warned
    )


def test_a_bad_file_has_its_warnings_too_but_not_where_it_is_damaged() -> None:
    text = file_with("ANYTHING", "distribution: {offer_timeout: 1m, max_declines: x}").replace(
        "full: {}", "full: {a: 1}"
    )
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(text)
    assert [problem.path for problem in caught.value.problems] == [
        "workstreams.support.distribution.max_declines",
        "queues.full.a",
    ]
    assert [warning.path for warning in caught.value.warnings] == ["workstreams.support.distribution.offer_timeout"]
