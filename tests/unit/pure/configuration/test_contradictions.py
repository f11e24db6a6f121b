"""What is well written by itself, but contradicts something or is too much: each with its line, path and reason."""

from datetime import timedelta

import pytest

from shared.configuration import ConfigurationError, load_configuration
from tests.unit.pure.configuration.files import problems_of

FILE = """version: 1
channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}
workstreams:
  support:
    languages: [fr, en]
    DISTRIBUTION
    CLASSIFICATION
    route_to_queue: {fallback: general, rules: [ROUTE]}
    REPLIES
    SAID
queues:
  billing: {OVERFLOW}
  general: {}
  other: {}
  q3: {}
  q4: {}
  q5: {}
HOURS
templates:
  follow_up: {languages: {fr: "Bonjour {{1}}"}}
  csat: {languages: {fr: {text: "Content ?", buttons: [{quick_reply: Non}, {quick_reply: Oui}]}}}
  file: {languages: {fr: {text: "Voici", header: document, buttons: [{url: "https://shop.example/{{1}}"}]}OTHER}}
"""
PLACES = ("DISTRIBUTION", "CLASSIFICATION", "ROUTE", "REPLIES", "SAID", "OVERFLOW", "HOURS", "OTHER")


def file_with(place: str, written: str) -> str:
    """The file with something written in one of its places; the others stay empty."""
    text = FILE
    for name in PLACES:
        text = text.replace(name, written if name == place else "")
    return text


def problems_with(place: str, written: str) -> list[str]:
    """The problems of the file, those in the place's line without it."""
    here = f"{FILE[: FILE.index(place)].count(chr(10)) + 1}: "
    return [
        problem.removeprefix(here).removeprefix("workstreams.support.")
        for problem in problems_of(file_with(place, written))
    ]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("accept: manual, presence: [available, away]", "missed_offer_presence: away is in presence: "),
        ("presence: [busy, do_not_disturb], missed_offer_presence: do_not_disturb", "missed_offer_presence: do_not_d"),
        ("offer_timeout: 9s", "offer_timeout: expected 10s or more"),
        ("return_after: 0s", "return_after: expected more than nothing"),
        (
            "return_after: nevr",
            "return_after: expected a duration such as 30s, 5m, 24h or 7d, at most a year, or never",
        ),
        ("missed_offer_presence: busy", "missed_offer_presence: expected away, do_not_disturb, none, not"),
        ("allow_pick: yes", "allow_pick: expected true or false"),
    ],
)
def test_what_is_wrong_with_a_distribution_is_said_at_its_place(written: str, problem: str) -> None:
    (found,) = problems_with("DISTRIBUTION", f"distribution: {{{written}}}")
    assert found.startswith(f"distribution.{problem}")


def test_a_presence_that_is_set_after_a_missed_offer_may_be_in_presence_where_nothing_is_offered() -> None:
    load_configuration(file_with("DISTRIBUTION", "distribution: {presence: [available, away]}"))


KEEP = "keep goes with out_of_hours: true only; expected close or {transfer: <queue>}"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{when: {length: 5}, do: keep}", f"[0].do: {KEEP}"),
        ("{when: {out_of_hours: false}, do: keep}", f"[0].do: {KEEP}"),
        ("{when: {waiting: 5m}, do: keep}", f"[0].do: {KEEP}"),
        (
            "{when: {waiting: 5m, length: 3}, do: close}",
            "[0].when: length is looked at on entry, waiting later: write one rule for each",
        ),
        (
            "{when: {length: 3}, do: {transfer: billing}}",
            "[0].do.transfer: a loop: billing transfers back to billing",
        ),
        ("{when: {length: 3, all: []}, do: close}", "[0].when.all: expected at least one"),
        ("{when: {waiting: 0s}, do: close}", "[0].when.waiting: expected more than nothing"),
    ],
)
def test_what_is_wrong_with_an_overflow_is_said_at_its_place(written: str, problem: str) -> None:
    assert problems_with("OVERFLOW", f"overflow: [{written}]") == [f"queues.billing.overflow{problem}"]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "{split: {billing: 50, general: 10, other: 10, q3: 10, q4: 10, q5: 10}}",
            "[0].split: expected at most 5 queues, not 6",
        ),
        (
            "{split: {billing: 50, general: 10, other: 10, q3: 10, q4: 10, q5: 1}}",
            "[0].split: expected at most 5 queues, not 6; the percentages sum to 91, not to 100",
        ),
        (
            "{to: billing, overflow: [{when: {length: 3}, do: {transfer: general}}]}",
            "[0].overflow: expected a name beside it that no other rule has",
        ),
    ],
)
def test_what_is_wrong_with_a_route_is_said_at_its_place(written: str, problem: str) -> None:
    assert problems_with("ROUTE", written) == [f"route_to_queue.rules{problem}"]


@pytest.mark.parametrize(
    ("survey", "problem"),
    [
        ("{sample: 5}", ": expected a question, a template, or both"),
        (
            "{template: csat, question: {de: x}}",
            ".question.de: de is not one of the workstream's languages; known here: fr, en",
        ),
        ("{question: {fr: a}, answers: {fr: [bof, bien], en: [bad]}}", ".answers.en: 1 answer, but the scale has 2"),
        ("{question: {fr: a}, scale: 3, answers: {fr: [bof, bien]}}", ".answers.fr: 2 answers, but the scale has 3"),
        ("{question: {fr: a}, scale: 3, buttons: [bof, bien]}", ".buttons: 2 answers, but the scale has 3"),
        ("{question: {fr: a}, scale: 11}", ".scale: expected 10 or less, not 11"),
        ("{question: {fr: a}, sample: 101}", ".sample: expected 100 or less, not 101"),
        ("{question: {fr: a}, answers: {fr: [bien, Bien !]}}", ".answers.fr[1]: Bien ! is the answer for 1 already"),
        (
            "{question: {fr: a}, answers: {fr: [mal, bien], en: [bien, good]}}",
            ".answers.en[0]: bien is the answer for 2 already",
        ),
        ("{question: {fr: a}, answers: {fr: ['2', bien]}}", ".answers.fr[0]: 2 is the answer for 2 already"),
        (
            "{question: {fr: a}, answers: {fr: ['!', bien]}}",
            ".answers.fr[0]: expected a letter, a digit or a sign: nothing else is compared",
        ),
        (
            "{question: {fr: a}, answers: {de: [gut, besser]}}",
            ".answers.de: de is not one of the workstream's languages",
        ),
        ("{template: nobody}", ".template: nobody is not defined under templates; known here: follow_up, csat, file"),
        ("{question: {fr: a}, after: open}", ".after: expected 'closed', not \"open\""),
        ("{question: {fr: a}, expires_after: 0s}", ".expires_after: expected more than nothing"),
    ],
)
def test_what_is_wrong_with_a_survey_is_said_at_its_place(survey: str, problem: str) -> None:
    (found,) = problems_with("SAID", f"survey: {survey}")
    assert found.startswith(f"survey{problem}")


def test_a_template_has_as_many_buttons_to_answer_with_as_the_scale_has_scores() -> None:
    (found,) = problems_of(file_with("SAID", "survey: {template: csat, scale: 5}"))
    assert found == "21: templates.csat.languages.fr.buttons: 2 answers, but the scale has 5"


@pytest.mark.parametrize(
    ("opt_out", "problem"),
    [
        ("{keywords: [STOP, '!?']}", "keywords[1]: expected a letter, a digit or a sign: nothing else is compared"),
        ("{keywords: [STOP], resume: [START, 'stop.']}", "resume[1]: stop. stands under keywords, too"),
        ("{keywords: [STOP, Éteint], resume: [eteint]}", "resume[0]: eteint stands under keywords, too"),
        ("{keywords: [Bien]}", "keywords[0]: Bien is an answer to the survey, too"),
        ("{keywords: [STOP], resume: ['2']}", "resume[0]: 2 is an answer to the survey, too"),
        ("{keywords: [STOP], resume: [oui]}", "resume[0]: oui is an answer to the survey, too"),
        ("{keywords: [STOP], resumed: {de: Hallo}}", "resumed.de: de is not one of the workstream's languages"),
    ],
)
def test_opt_out_words(opt_out: str, problem: str) -> None:
    """A survey may be answered by its words, its numbers and the buttons of its template."""
    survey = "survey: {question: {fr: a}, template: csat, answers: {fr: [mal, bien]}}"
    (found,) = problems_of(file_with("SAID", f"{survey}\n    opt_out: {opt_out}"))
    assert found.startswith(f"11: workstreams.support.opt_out.{problem}")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("wrap_up: {required: true}", "wrap_up.required: true, but there are no codes"),
        ("wrap_up: {codes: {solved: {}}}", "wrap_up.codes.solved: expected at least one"),
        ("wrap_up: {codes: {solved: {de: x}}}", "wrap_up.codes.solved.de: de is not one of the workstream's languages"),
        ("wrap_up: {codes: {solved: {fr: x, FR: y}}}", "wrap_up.codes.solved.FR: fr and FR are one language"),
        (f"wrap_up: {{tags: [{'x' * 65}]}}", "wrap_up.tags[0]: longer than 64 characters"),
        ("inactivity: [{silent: agent, after: 59s, do: wait}]", "inactivity[0].after: expected 1m or more"),
        ("timezone: Europe/Pari", "timezone: expected a time zone such as Europe/Paris, not"),
        (
            "quick_replies: [{name: a, text: {fr: x}}, {name: a, text: {fr: y}}]",
            "quick_replies[1].name: a is the name of quick_replies[0]",
        ),
        (
            "quick_replies: [{name: a, text: {fr: '{nobody}'}}]",
            "quick_replies[0].text.fr: unknown placeholder {nobody}",
        ),
        ("quick_replies: [{name: a}]", "quick_replies[0].text: required, but not written"),
        ("lifecycle: {auto_close_active: 0s}", "lifecycle.auto_close_active: expected more than nothing"),
        ("lifecycle: {auto_close_outbound: 400d}", "lifecycle.auto_close_outbound: expected a duration such as"),
        (
            "automated_messages: {agent_joined: {fr: x}}",
            "automated_messages.agent_joined: not known any more; its successor is agent_assigned",
        ),
        (
            "automated_messages: {agent_disconnected: {fr: x}}",
            "automated_messages.agent_disconnected: not known any more; its successor is not_assigned",
        ),
        (
            "automated_messages: {agent_ended: {fr: x}}",
            "automated_messages.agent_ended: not known any more; its successor is conversation_closed",
        ),
        (
            "automated_messages: {opt_out.confirm: {fr: x}}",
            "automated_messages.opt_out.confirm: expected greeting, out_of_hours,",
        ),
    ],
)
def test_what_a_workstream_says_and_closes_by(written: str, problem: str) -> None:
    (found,) = problems_with("SAID", written)
    assert found.startswith(problem)


def test_for_trying_out_a_second_is_enough() -> None:
    text = file_with("SAID", "inactivity: [{silent: agent, after: 1s, do: wait}]").replace(
        "languages: [fr, en]", "languages: [fr, en]\n    distribution: {accept: manual, offer_timeout: 1s}"
    )
    workstream = load_configuration(text, short_durations=True).workstreams["support"]
    assert workstream.inactivity[0].after == workstream.distribution.offer_timeout == timedelta(seconds=1)
    with pytest.raises(ConfigurationError, match="1m or more"):
        load_configuration(text)


@pytest.mark.parametrize(
    ("fallback", "problem"),
    [
        ("[{name: follow_up, parameters: [a]}, {name: nobody}]", "[1].name: nobody is not defined under templates"),
        ("[{name: follow_up}]", "[0].parameters: 0 parameters, but follow_up takes 1"),
        ("{name: follow_up, parametrs: [a]}", ".parametrs: unknown field; did you mean parameters?"),
        ("[{name: follow_up, parametrs: [a]}]", "[0].parametrs: unknown field; did you mean parameters?"),
        ("{name: file, buttons: [a]}", ".header: file takes a value for its header"),
        ("{name: file, header: 'https://x.example/a.pdf'}", ".buttons: 0 values, but file has 1 button that take one"),
        ("{name: csat, header: a}", ".header: csat takes no value for its header"),
        (
            "{name: follow_up, parameters: ['Ici : {reply.text:20}']}",
            ".parameters[0]: {reply.text:20} needs a default, for a file without words: {reply.text:20|…}",
        ),
        (
            "[{name: csat}, {name: follow_up, parameters: ['{reply.text| }']}]",
            "[1].parameters[0]: {reply.text| } needs",
        ),
    ],
)
def test_what_is_wrong_with_a_fallback_template_is_said_at_its_place(fallback: str, problem: str) -> None:
    found = problems_with("REPLIES", f"replies: {{fallback_template: {fallback}}}")
    assert any(each.startswith(f"replies.fallback_template{problem}") for each in found)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{text: a, header: '{{1}} and {{2}}'}", ".header: expected no parameter but {{1}} in a header"),
        (f"{{text: a, header: {'x' * 61}}}", ".header: 61 characters long; WhatsApp takes at most 60"),
        ("{text: a, footer: '{{1}}'}", ".footer: expected no parameter in a footer"),
        ("{text: a, buttons: [{}]}", ".buttons[0]: expected either quick_reply: <text> or url: <address>"),
        (
            "{text: a, buttons: [{quick_reply: a, url: 'https://x.example'}]}",
            ".buttons[0]: expected either quick_reply",
        ),
        ("{text: a, buttons: [{url: 'https://x.example/{{1}}/a'}]}", ".buttons[0].url: expected an address such as"),
        ("{text: a, buttons: [{url: 'x.example'}]}", ".buttons[0].url: expected an address such as"),
        (
            f"{{text: a, buttons: [{{quick_reply: {'x' * 26}}}]}}",
            ".buttons[0].quick_reply: 26 characters long; WhatsApp",
        ),
        ("{header: image}", ".text: required, but not written"),
        ("{text: a, headr: image}", ".headr: unknown field; did you mean header?"),
        ("[a]", ": expected a text"),
    ],
)
def test_the_long_form_of_a_template(written: str, problem: str) -> None:
    (found,) = problems_of(
        file_with("", "").replace('{text: "Content ?", buttons: [{quick_reply: Non}, {quick_reply: Oui}]}', written)
    )
    assert found.startswith(f"21: templates.csat.languages.fr{problem}")


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (
            "{text: Here, footer: a}",
            "neither header nor buttons, but a header of the kind document, buttons url with {{1}} in fr",
        ),
        (
            "{text: Here, header: image, buttons: [{url: 'https://shop.example/{{1}}'}]}",
            "a header of the kind image, buttons url with {{1}}, but a header of the kind document, buttons url with",
        ),
        (
            "{text: Here, header: document, buttons: [{url: 'https://shop.example/'}]}",
            "a header of the kind document, buttons url, but a header of the kind document, buttons url with",
        ),
    ],
)
def test_a_template_asks_for_the_same_values_in_every_language(other: str, problem: str) -> None:
    (found,) = problems_of(file_with("OTHER", f", en: {other}"))
    assert found.startswith(f"22: templates.file.languages.en: {problem}")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("subdivision: '57'", "subdivision: expected a country beside it"),
        ("country: FR, subdivision: '1000'", "subdivision: expected one of FR's, such as"),
        ("country: AC", "country: the holidays of AC are not known; write them under dates"),
        ("dates: [{open: ['09:00-12:00']}]", "dates[0].date: required, but not written"),
        ("dates: [{date: 2026-12-31, open: [9-12]}]", "dates[0].open[0]: expected a range such as 09:00-12:30"),
        ("dates: [2026-12-31, {date: 2026-12-31}]", "dates[1]: 2026-12-31 stands here twice"),
        ("dates: [12-24]", "dates[0]: expected a date such as 2026-12-24"),
    ],
)
def test_what_is_wrong_with_holidays_is_said_at_its_place(written: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(file_with("HOURS", f"hours: {{office: {{holidays: {{{written}}}}}}}"), thorough=True)
    (found,) = caught.value.problems
    assert f"{found.path}: {found.message}".startswith(f"hours.office.holidays.{problem}")


def test_a_part_of_a_country_may_be_named_as_people_know_it() -> None:
    load_configuration(
        file_with("HOURS", "hours: {office: {holidays: {country: FR, subdivision: Moselle}}}"), thorough=True
    )


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("agents: {lost_after: 0s}", "agents.lost_after: expected more than nothing"),
        ("media: {keep: long}", "media.keep: expected a duration such as 30s, 5m, 24h or 7d, at most a year"),
        (
            "media: {allowed_hosts: ['https://x.example']}",
            "media.allowed_hosts[0]: expected the name of a host, such as",
        ),
        ("retention: {closed: 4000d}", "retention.closed: expected a duration such as 30s, 5m, 24h or 7d, at most ten"),
    ],
)
def test_agents_media_and_retention(written: str, problem: str) -> None:
    (found,) = problems_with("HOURS", written)
    assert found.startswith(problem)


def rulesets(count: int, rule: str) -> str:
    return f"classification: [{', '.join(f'{{rules: [{rule}]}}'.replace('#', str(number)) for number in range(count))}]"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (rulesets(101, "{set: {v#: 1}}"), "classification: could set 101 variables; a conversation has at most 100"),
        (rulesets(21, "{skills: [s#]}"), "classification: could ask for 21 skills; a conversation has at most 20"),
        (
            rulesets(5, "{set: {v#: " + "x" * 3500 + "}}"),
            "classification: could set variables of 17,550 bytes; a conversation has at most 16,384",
        ),
        (
            rulesets(1, "{set: {v: " + "x" * 4001 + "}}"),
            "classification[0].rules[0].set.v: expected a text of at most 4,000 characters, a number, true or false",
        ),
        (
            rulesets(1, "{set: {" + "x" * 101 + ": 1}}"),
            f"classification[0].rules[0].set.{'x' * 101}: expected a name of at most 100 characters",
        ),
    ],
)
def test_what_rules_together_may_give_a_conversation(written: str, problem: str) -> None:
    (found,) = problems_with("CLASSIFICATION", written)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "written",
    [
        rulesets(101, "{set: {same: 1}}"),
        rulesets(20, "{skills: [s#]}"),
        "classification: [{rules: ["
        + ", ".join(f"{{when: {{now.hour: {{equals: {n}}}}}, set: {{v{n}: 1}}}}" for n in range(101))
        + "]}]",
    ],
    ids=["one variable again and again", "as many skills as may be", "one rule of many"],
)
def test_only_one_rule_of_a_ruleset_counts_and_each_name_once(written: str) -> None:
    load_configuration(file_with("CLASSIFICATION", written))
