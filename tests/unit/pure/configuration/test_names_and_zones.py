"""Names of templates are WhatsApp's, time zones mean the same on every machine, and what shows nothing is no text."""

from pathlib import Path

import pytest

from shared.configuration import Configuration, ConfigurationError, load_configuration

COMPLETE = (Path(__file__).parent / "complete.yaml").read_text(encoding="utf-8")


def with_template(name: str) -> Configuration:
    """The complete file with another name for its fallback template."""
    return load_configuration(
        COMPLETE.replace("follow_up, parameters", f"{name}, parameters").replace("  follow_up:", f"  {name}:")
    )


def in_zone(zone: str) -> Configuration:
    return load_configuration(COMPLETE.replace("Europe/Paris", zone))


def problem_after(old: str, new: str) -> str:
    """The only problem once `old` was replaced, without its line."""
    assert old in COMPLETE
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(COMPLETE.replace(old, new, 1))
    (problem,) = caught.value.problems
    return str(problem).partition(": ")[2]


@pytest.mark.parametrize("name", ["a", "_", "order_update_2", "2fa", "x" * 70, "y" * 512])
def test_a_template_may_have_any_name_that_whatsapp_gives(name: str) -> None:
    configuration = with_template(name)

    assert name in configuration.templates
    *_, fallback = configuration.workstreams["support"].replies.fallback_template
    assert fallback.name == name


@pytest.mark.parametrize("name", ["Order-Update", "order-update", "Order", "réponse", "a b", "a.b", "x" * 513])
@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("  csat:", "templates.{}"),
        ("template: csat", "workstreams.support.survey.template"),
        ("{{name: follow_up, param", "workstreams.support.replies.fallback_template[1].name"),
    ],
)
def test_a_name_that_no_template_of_whatsapps_can_have_is_a_problem(name: str, written: str, path: str) -> None:
    old = written.replace("{{", "{")
    new = old.replace("csat", name).replace("follow_up", name)
    text = COMPLETE.replace("template: csat, ", "") if old == "  csat:" else COMPLETE

    with pytest.raises(ConfigurationError) as caught:
        load_configuration(text.replace(old, new, 1))

    (problem,) = caught.value.problems
    said = str(problem).partition(": ")[2]
    assert said.startswith(f"{path.format(name)}: expected a name as WhatsApp has it: at most 512 small letters")


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Kyiv", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "US/Pacific", "GMT"]
)
def test_a_time_zone_is_one_of_ianas(zone: str) -> None:
    assert in_zone(zone).hours["office"].timezone.key == zone


@pytest.mark.parametrize(
    "zone",
    [
        *("localtime", "Factory", "posixrules", "right/Europe/Paris", "right/UTC", "posix/Europe/Paris", "posix/UTC"),
        *(
            "europe/paris",
            "EUROPE/PARIS",
            "tzdata.zi",
            "zone.tab",
            "../Europe/Paris",
            "/etc/localtime",
            "Europe",
            "+01:00",
        ),
    ],
)
def test_a_time_zone_that_depends_on_the_machine_is_a_problem(zone: str) -> None:
    said = problem_after("Europe/Paris", zone)

    assert said.startswith(f'hours.office.timezone: expected a time zone such as Europe/Paris, not "{zone}"')


@pytest.mark.parametrize("text", ["\\u200b", "\\u3164", "\\u2800 ", "\\uFEFF", "\\u00AD\\u2060"])
@pytest.mark.parametrize(
    ("old", "path"),
    [
        ('"We are closed."', "workstreams.support.automated_messages.out_of_hours.en"),
        ("name: french", "workstreams.support.classification[0].rules[0].skills[1].name"),
        ("STOP", "workstreams.support.opt_out.keywords[0]"),
        ("bad", "workstreams.support.survey.buttons[0]"),
    ],
)
def test_a_text_that_shows_nothing_is_a_problem(old: str, path: str, text: str) -> None:
    quoted = f'"{text}"'
    new = {"name: french": f"name: {quoted}", "follow_up}": f"{quoted}}}"}.get(old, quoted)

    assert problem_after(old, new).startswith(f"{path}: expected ")
