"""Every mistake in a file is named with its line, its path and what was expected, and all of them at once."""

import re
from pathlib import Path

import pytest

from shared.configuration import ConfigurationError, load_configuration, read_configuration
from tests.unit.pure.configuration.files import COMPLETE, line, problems_after, problems_of

ROUTE = "workstreams.support.route_to_queue"
INTENT = "workstreams.support.classification[0].rules"
REPLIES = "workstreams.support.replies"
UNKNOWN = "biling is not defined under queues; did you mean billing?"
LOOP = "a loop: frontline_b transfers back to frontline_b"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "workstream: support}\n  support_be",
            "workstream: suport}\n  support_be",
            "here: channels.support_fr.workstream: suport is not defined under workstreams; did you mean support?",
        ),
        ("to: billing}", "to: biling}", f"here: {ROUTE}.rules[0].to: biling is not defined under queues"),
        ("frontline_b: 30}", "front: 30}", f"here: {ROUTE}.rules[1].split.front: front is not defined under queues"),
        ("fallback: general", "fallback: genral", f"here: {ROUTE}.fallback: genral is not defined under queues"),
        (
            "{transfer: general}}\n      - {when: {waiting",
            "{transfer: nobody}}\n      - {when: {waiting",
            "here: queues.billing.overflow[1].do.transfer: nobody is not defined under queues",
        ),
        ("hours: office", "hours: night", "here: queues.billing.hours: night is not defined under hours"),
        (
            "{name: follow_up, param",
            "{name: folow_up, param",
            f"here: {REPLIES}.fallback_template[1].name: folow_up is not defined under templates",
        ),
        ("template: csat", "template: cast", "here: workstreams.support.survey.template: cast is not defined"),
        ("language: fr", "language: de", f"here: {INTENT}[0].language: de is not one of the workstream's languages"),
        (
            'en: "We are closed."',
            'de: "Zu."',
            "here: workstreams.support.automated_messages.out_of_hours.de: de is not one of the workstream's languages",
        ),
    ],
)
def test_a_name_that_is_not_defined_is_a_problem(old: str, new: str, expected: str) -> None:
    (problem,) = problems_after(old, new)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mode: push", "mood: push", "workstreams.support.distribution.mood: unknown field; did you mean mode?"),
        ("version: 1", "version: 1\nquues: {}", "quues: unknown field; did you mean queues?"),
        (
            "{message.button: ",
            "{message.buton: ",
            f"{INTENT}[0].when.any[1].message.buton: unknown field; did you mean",
        ),
        ("{equals: BILLING}", "{equal: BILLING}", f"{INTENT}[0].when.any[1].message.button.equal: unknown operator"),
        (
            "{name: french, level",
            "{name: french, lvel",
            f"{INTENT}[0].skills[1].lvel: unknown field; did you mean level",
        ),
    ],
)
def test_an_unknown_field_is_a_problem_with_a_suggestion(old: str, new: str, expected: str) -> None:
    (problem,) = problems_after(old, new)
    assert f": {expected}" in problem


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{contact.returning: {equals: true}}", "{contact.returning: {contains: x}}", "contains: unknown operator"),
        ("{contact.returning: {equals: true}}", "{now.hour: {starts_with: 1}}", "starts_with: unknown operator"),
        ("{contact.returning: {equals: true}}", "{message.text: {gt: 1}}", "gt: unknown operator"),
        ("{contact.returning: {equals: true}}", "{now.hour: {gt: nine}}", "gt: expected a number"),
        ("{contact.returning: {equals: true}}", "{message.kind: {equals: imge}}", "equals: expected text, image"),
        ("{contact.returning: {equals: true}}", "{contact.country: {in: [UK]}}", "in[0]: the United Kingdom is GB"),
        ("{contact.returning: {equals: true}}", "{now.weekday: {in: [monday]}}", "in[0]: expected mon, tue"),
        ("{contact.returning: {equals: true}}", "{message.text: {}}", "message.text: expected at least one operator"),
        ("{contact.returning: {equals: true}}", "{message.text: hello}", "message.text: expected a mapping"),
        ("{contact.returning: {equals: true}}", "{any: []}", "any: expected at least one"),
        ("{contact.returning: {equals: true}}", '{message.text: {matches: "(a"}}', "matches: not a regular expression"),
        (
            "{contact.returning: {equals: true}}",
            '{message.text: {matches: "[[a]"}}',
            "matches: not a regular expression",
        ),
        (
            "{contact.returning: {equals: true}}",
            '{var.x: {matches: "a(?=b)"}}',
            "matches: not a regular expression that rules can use: look-around",
        ),
    ],
)
def test_a_condition_that_does_not_fit_its_field_is_a_problem(old: str, new: str, expected: str) -> None:
    (problem,) = problems_after(old, new)
    assert problem.startswith(f"here: {INTENT}[1].when.")
    assert expected in problem


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: 2222222a-2222-2222-2222-222222222222, ", "", "here: channels.support_be.id: required, but not written"),
        (", workstream: support}\n\n", "}\n\n", "here: channels.support_be.workstream: required, but not written"),
        ("      fallback: general\n", "", f"{line('route_to_queue:')}: {ROUTE}.fallback: required, but not written"),
        ("version: 1\n", "\n", "here: version: required, but not written"),
        ("version: 1", "version: 2", "here: version: expected 1, not 2"),
        ("{out_of_hours: true}", "{}", "here: queues.billing.overflow[0].when: expected a condition, such as"),
        ("do: keep", "do: stay", "here: queues.billing.overflow[0].do: expected keep, close or {transfer: <queue>}"),
        ("mode: push", "mode: pull", "here: workstreams.support.distribution.mode: expected push, pick, not"),
        ("affinity: true", "affinity: yes", "here: workstreams.support.distribution.affinity: expected true or false"),
        ("capacity: 30", "capacity: 0", "here: workstreams.support.distribution.capacity: expected 1 or more, not 0"),
        ("[available, busy]", "[]", "here: workstreams.support.distribution.presence: expected at least one"),
        ("margin: 60s", "margin: 60", f"here: {REPLIES}.margin: expected a duration such as 30s, 5m, 24h or 7d"),
        ("after: 1d", "after: 0d", "here: workstreams.support.inactivity[1].after: expected more than nothing"),
        ("do: close}", "do: send}", "here: workstreams.support.inactivity[1]: expected a message with do: send"),
        ('number: "+33123456789"', "number: 0123", "here: channels.support_fr.number: expected a phone number such as"),
        (
            "id: 2222222a-2222",
            "id: 2222",
            "here: channels.support_be.id: expected the GUID of the channel registration",
        ),
        ("frontline_a: {}", '"façade": {}', "here: queues.façade: expected a name of at most 64 letters"),
        ("Europe/Paris", "Europe/Pari", "here: hours.office.timezone: expected a time zone such as Europe/Paris, not"),
        ("country: FR", "country: FRA", "here: hours.office.holidays.country: expected a country in two letters"),
        ("2026-12-24", "2026-02-30", "here: hours.office.holidays.dates[0]: expected a date such as 2026-12-24, not"),
        ("{mon-fri: [", "{mon-fry: [", "here: hours.office.open.mon-fry: expected a day such as mon, or days such as"),
        ('"09:00-12:30"', '"9h-12h"', "here: hours.office.open.mon-fri[0]: expected a range such as 09:00-12:30"),
        ("sat: [", "fri: [", "here: hours.office.open: written twice: fri"),
        (
            "category: utility",
            "category: utilty",
            "here: templates.follow_up.category: expected marketing, utility, aut",
        ),
        ('"We are closed."', '""', "here: workstreams.support.automated_messages.out_of_hours.en: expected some text"),
        (
            "      greeting: {",
            "      greting: {",
            "here: workstreams.support.automated_messages.greting: expected greet",
        ),
    ],
)
def test_a_value_that_is_missing_or_not_what_was_expected_is_a_problem(old: str, new: str, expected: str) -> None:
    assert any(problem.startswith(expected) for problem in problems_after(old, new))


def test_two_channels_with_the_same_id_are_a_problem_in_any_case() -> None:
    text = COMPLETE.replace("11111111-1111-1111-1111-111111111111", "2222222A-2222-2222-2222-222222222222")
    assert problems_of(text) == ["6: channels.support_be.id: the id of channel support_fr; each channel has its own"]


def test_a_split_that_does_not_sum_to_100_is_a_problem() -> None:
    (problem,) = problems_after("frontline_b: 30}", "frontline_b: 20}")
    assert problem == f"here: {ROUTE}.rules[1].split: the percentages sum to 90, not to 100"


def test_a_route_goes_either_to_a_queue_or_to_a_split() -> None:
    for change in ("", "to: billing, split: {general: 100}"):
        (problem,) = problems_after("to: billing}", change + "}")
        assert problem == f"here: {ROUTE}.rules[0]: expected either to: <queue> or split: {{<queue>: <percent>, …}}"


def test_a_template_whose_languages_take_different_parameters_is_a_problem() -> None:
    assert problems_after("an answer for you: {{2}}", "an answer for you") == [
        "here: templates.follow_up.languages.en: 1 parameter, but 2 in fr",
    ]


def test_a_template_used_with_another_number_of_parameters_is_a_problem() -> None:
    assert problems_after(', "{reply.text:200|…}"]', "]") == [
        f"here: {REPLIES}.fallback_template[1].parameters: 1 parameter, but follow_up takes 2",
    ]


def test_a_template_without_a_text_cannot_be_used() -> None:
    (problem,) = problems_after(
        '    languages: {fr: "Êtes-vous content ?", en: "Are you happy?"}', "    category: utility"
    )
    assert problem == f"{line('{after: closed')}: workstreams.support.survey.template: csat has no languages"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'en: "Are you happy',
            'FR: "Content ?", en: "Are you happy',
            "here: templates.csat.languages.FR: fr and FR are one language",
        ),
        (
            '"Nous sommes fermés."',
            '"Fermé.", en-US: "Closed.", en_us: "Shut."',
            "here: workstreams.support.automated_messages.out_of_hours.en_us: en-US and en_us are one language",
        ),
        (
            'fr: "C\'est noté."',
            'fr: "Noté.", Fr: "Noté."',
            "here: workstreams.support.opt_out.confirm.Fr: fr and Fr are one language",
        ),
    ],
)
def test_one_language_in_two_spellings_is_a_problem(old: str, new: str, problem: str) -> None:
    text = COMPLETE.replace("languages: [fr, en]", "languages: [fr, en, en-us]")
    assert problems_after(old, new, text) == [problem]


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        ("[fr, fr_FR, FR-fr, en]", ["here: workstreams.support.languages[2]: fr_FR and FR-fr are one language"]),
        ("[fr, en, fr]", ["here: workstreams.support.languages[2]: fr stands here twice"]),
        (
            "[fr, pt_BR, en, pt-br, EN]",
            [
                "here: workstreams.support.languages[3]: pt_BR and pt-br are one language",
                "here: workstreams.support.languages[4]: en and EN are one language",
            ],
        ),
    ],
)
def test_a_workstream_lists_each_of_its_languages_once(written: str, problems: list[str]) -> None:
    assert problems_after("languages: [fr, en]", f"languages: {written}") == problems


def test_a_language_is_found_in_whatever_spelling_it_is_written() -> None:
    """A problem in it keeps its line."""
    text = COMPLETE.replace("languages: [fr, en]", "languages: [fr-ca, en_US]")
    text = re.sub(r"\bfr:", "fr_ca:", text.replace("language: fr", "language: fr_CA"))
    text = re.sub(r"\ben: ", "en-us: ", text)
    assert load_configuration(text).workstreams["support"].languages == ("fr_CA", "en_US")
    assert problems_after("an answer for you: {{2}}", "an answer for you", text) == [
        "here: templates.follow_up.languages.en-us: 1 parameter, but 2 in fr_CA",
    ]


def test_the_text_of_a_template_is_no_longer_than_whatsapp_takes() -> None:
    """An emoji beyond the basic plane counts twice."""
    old = "Êtes-vous content ?"
    load_configuration(COMPLETE.replace(old, "é" * 1024))
    for text in ("é" * 1025, "👍" * 513, "x" * 5000):
        (problem,) = problems_after(old, text)
        assert problem.startswith("here: templates.csat.languages.fr: ")
        assert "1,024" in problem


@pytest.mark.parametrize("text", ["Bonjour {{1}} {{3}}", "Bonjour {{prenom}}", "Bonjour {{ 1 }}"])
def test_template_parameters_are_numbered_without_a_gap(text: str) -> None:
    (problem, *_) = problems_after("Bonjour {{1}}, nous avons une réponse pour vous : {{2}}", text)
    assert problem.startswith("here: templates.follow_up.languages.fr: expected the parameters {{1}}, {{2}}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{contact.nam}", "unknown placeholder {contact.nam}; did you mean contact.name?"),
        ("{reply.text}", "unknown placeholder {reply.text}; known here: contact.name"),
        ("a { b", "a single {; write {{ for a brace"),
        ("a } b", "a single }; write }} for a brace"),
        ("{contact.name:0}", "{contact.name:0} is no placeholder"),
        ("{}", "{} is no placeholder"),
        ("{a} }", "unknown placeholder {a}"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_in_is_a_problem(text: str, expected: str) -> None:
    (problem,) = problems_after("{contact.name|}", text)
    assert problem.startswith("here: workstreams.support.automated_messages.greeting.fr: ")
    assert expected in problem


def test_holding_replies_while_holding_is_switched_off_is_a_problem() -> None:
    text = COMPLETE.replace("when_window_closed: template", "when_window_closed: hold")
    (problem,) = problems_after("enabled: true", "enabled: false", text)
    assert problem == f"here: {REPLIES}.hold.enabled: false, but replies are to be held while the window is closed"


def test_falling_back_to_a_template_that_is_not_named_is_a_problem() -> None:
    before, _, rest = COMPLETE.partition("      fallback_template:\n")
    (problem,) = problems_of(before + rest[rest.index("      hold:") :])
    assert (
        problem
        == f"{line('when_window_closed')}: {REPLIES}.when_window_closed: template, but there is no fallback_template"
    )


def test_overflow_that_transfers_in_a_loop_is_a_problem() -> None:
    assert problems_after("  general: {}", "  general: {overflow: [{when: {length: 5}, do: {transfer: billing}}]}") == [
        f"{line('{length: 100}')}: queues.billing.overflow[1].do.transfer: a loop: general transfers back to billing",
        f"{line('{waiting: 30m}')}: queues.billing.overflow[2].do.transfer: a loop: general transfers back to billing",
        f"{line('{queue.length')}: queues.billing.overflow[3].do.transfer: a loop: general transfers back to billing",
        "here: queues.general.overflow[0].do.transfer: a loop: billing transfers back to general",
    ]


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("transfer: general}}]}", "transfer: biling}}]}", "[0].do.transfer", UNKNOWN),
        ("transfer: general}}]}", "transfer: frontline_b}}]}", "[0].do.transfer", LOOP),
        ("{waiting: 5m}", "{}", "[0].when", "expected a condition, such as {length: 100}"),
        ("{name: rollout, ", "{", "", "expected a name beside it that no other rule has"),
        ("{name: rollout, ", "{name: billing, ", "", "expected a name beside it that no other rule has"),
    ],
)
def test_the_overflow_of_a_rule_is_checked_like_that_of_a_queue(old: str, new: str, at: str, message: str) -> None:
    assert problems_after(old, new) == [f"here: {ROUTE}.rules[1].overflow{at}: {message}"]


class TestUnreachableRules:
    def test_a_rule_behind_one_that_matches_everything(self) -> None:
        (problem,) = problems_after(
            'when: {any: [{message.text: {matches: "(?i)facture|invoice"}}, {message.button: {equals: BILLING}}]}',
            "when: {}",
        )
        assert (
            problem == f"{line('- name: returning')}: {INTENT}[1]: never reached: billing before it matches everything"
        )

    def test_a_rule_behind_one_with_the_same_condition(self) -> None:
        rule = "        - {name: rollout,"
        (problem,) = problems_after(rule, "        - {when: {contact.country: {in: [fr, BE]}}, to: general}\n" + rule)
        assert (
            problem == f"{line(rule) + 1}: {ROUTE}.rules[2]: never reached: rules[1] before it has the same condition"
        )

    def test_a_route_behind_a_queue_that_can_overflow_on_entry_is_reached(self) -> None:
        everything = COMPLETE.replace("{name: billing, when: {var.topic: {equals: billing}}", "{name: billing")
        assert load_configuration(everything).workstreams["support"].route_to_queue.rules[0].when.always_holds
        without_overflow = everything.replace("to: billing}", "to: general}")
        (problem,) = problems_of(without_overflow)
        assert (
            problem
            == f"{line('{name: rollout')}: {ROUTE}.rules[1]: never reached: billing before it matches everything"
        )
        load_configuration(
            without_overflow.replace("to: general}", "to: general, overflow: [{when: {length: 9}, do: close}]}", 1)
        )

    def test_a_route_behind_a_queue_that_can_be_closed_is_reached(self) -> None:
        text = COMPLETE.replace("{name: billing, when: {var.topic: {equals: billing}}, to: billing}", "{to: general}")
        (problem,) = problems_of(text)
        assert "never reached" in problem
        load_configuration(text.replace("  general: {}", "  general: {hours: office}"))

    def test_a_misspelt_condition_does_not_make_the_following_rules_unreachable(self) -> None:
        (problem,) = problems_after("when: {any: [", "wenn: {any: [")
        assert problem == f"here: {INTENT}[0].wenn: unknown field; did you mean when?"


def test_all_problems_are_reported_together_in_the_order_of_the_lines() -> None:
    text = (
        COMPLETE.replace("id: 2222222a-2222-2222-2222-222222222222, workstream: support", "workstream: nowhere")
        .replace("mode: push", "mode: psuh")
        .replace("to: billing}", "to: biling}")
        .replace("      fallback: general\n", "")
        .replace("60s", "sixty")
        .replace("hours: office", "hours: ofice")
        .replace("Europe/Paris", "Mars")
    )
    assert [problem.partition(": ")[2].partition(": ")[0] for problem in problems_of(text)] == [
        "channels.support_be.id",
        "channels.support_be.workstream",
        "workstreams.support.distribution.mode",
        f"{ROUTE}.fallback",
        f"{ROUTE}.rules[0].to",
        f"{REPLIES}.margin",
        "queues.billing.hours",
        "hours.office.timezone",
    ]


def test_the_error_can_be_read_as_it_is() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration("version: 2")
    assert str(caught.value) == (
        "2 problems in the configuration:\n1: queues: required, but not written\n1: version: expected 1, not 2"
    )


def test_a_file_that_is_missing_or_not_text_is_a_problem(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"version: 1\xff")
    for path, expected in (
        (tmp_path / "none.yaml", "cannot be read: "),
        (tmp_path, "cannot be "),
        (binary, "not UTF-8"),
    ):
        with pytest.raises(ConfigurationError, match=expected):
            read_configuration(path)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "contact_center.yaml"
    path.write_text(COMPLETE, encoding="utf-8-sig")
    assert read_configuration(path).channels["support_be"].workstream == "support"
