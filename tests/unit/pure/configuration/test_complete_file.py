"""A file that uses every field gives a typed, frozen configuration; what is left out has its default."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from shared.configuration import (
    Accept,
    AfterClose,
    Category,
    Configuration,
    Method,
    MissedOfferPresence,
    Mode,
    OverflowAction,
    Presence,
    Skill,
    SkillMatch,
    Transfer,
    WhenWindowClosed,
    load_configuration,
    read_configuration,
)
from shared.configuration.base import Model
from shared.configuration.scalars import TimeRange, Weekday
from shared.vocabulary.words import Priority, Trigger

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
COMPLETE = (HERE / "complete.yaml").read_text(encoding="utf-8")
MINIMAL = """
version: 1
channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}
workstreams: {support: {route_to_queue: {fallback: general}}}
queues: {general: }
"""


@pytest.fixture(name="complete")
def complete_configuration() -> Configuration:
    return load_configuration(COMPLETE)


def models(kind: type[Model] = Model) -> Iterator[type[Model]]:
    """The models of the file, also those that others extend."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("shared."):
            yield each
            yield from models(each)


def declared(kind: type[BaseModel], field: str) -> tuple[str, str]:
    """A field with the model that declares it, which others extend."""
    *_, first = (each for each in kind.mro() if issubclass(each, BaseModel) and field in each.model_fields)
    return first.__name__, field


def written(value: object) -> Iterator[tuple[str, str]]:
    """Every field that the file gives a value, with the model that declares it."""
    if isinstance(value, Model):
        for field in value.model_fields_set:
            yield declared(type(value), field)
            yield from written(getattr(value, field))
    elif isinstance(value, Mapping | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from written(each)


def test_the_file_uses_every_field_and_operator(complete: Configuration) -> None:
    """So that what is held against this file is held against all that a file may say."""
    assert set(written(complete)) == {declared(kind, field) for kind in models() for field in kind.model_fields}


def test_channels_are_found_by_name_and_by_id_in_any_case(complete: Configuration) -> None:
    channel = complete.channel_by_id("2222222A-2222-2222-2222-222222222222")
    assert channel is not None
    assert (channel.name, channel.workstream) == ("support_be", "support")
    assert complete.channels["support_fr"].id == "11111111-1111-1111-1111-111111111111"
    assert complete.channels["support_fr"].number == "+33123456789"
    assert complete.channel_by_id("44444444-4444-4444-4444-444444444444") is None


def test_a_workstream_reads_as_written(complete: Configuration) -> None:
    workstream = complete.workstreams["support"]
    assert workstream.name == "support"
    assert workstream.languages == ("fr", "en")
    offers = workstream.distribution
    assert (offers.accept, offers.offer_timeout, offers.max_declines) == (Accept.MANUAL, timedelta(seconds=90), 2)
    assert workstream.lifecycle.auto_close_open == timedelta(days=30)
    billing, returning = workstream.classification[0].rules
    assert (billing.set, billing.language, billing.priority) == ({"topic": "billing"}, "fr", Priority.HIGH)
    assert billing.skills == (Skill(name="billing"), Skill(name="french", level=3))
    assert returning.priority is None
    assert workstream.route_to_queue.rules[1].split == {"frontline_a": 70, "frontline_b": 30}
    assert [rule.after for rule in workstream.inactivity] == [timedelta(hours=2), timedelta(days=1)]
    assert workstream.opt_out.keywords == ("STOP", "OFF")


def test_replies_and_messages_read_as_written(complete: Configuration) -> None:
    workstream = complete.workstreams["support"]
    replies = workstream.replies
    assert replies.when_window_closed is WhenWindowClosed.TEMPLATE
    assert replies.fallback_template[1].parameters[0].render({}) == "client"
    assert (replies.hold.expires_after, replies.margin) == (timedelta(days=7), timedelta(minutes=1))
    greeting = workstream.automated_messages[Trigger.GREETING]
    assert greeting["fr"].render({"contact.name": "Ana"}) == "Bonjour Ana, nous vous répondons bientôt."


def test_queues_hours_and_templates_read_as_written(complete: Configuration) -> None:
    billing = complete.queues["billing"]
    assert [rule.do for rule in billing.overflow][:2] == [OverflowAction.KEEP, Transfer(transfer="general")]
    assert billing.overflow[2].when.waiting == timedelta(minutes=30)
    (own,) = complete.workstreams["support"].route_to_queue.rules[1].overflow
    assert (own.when.waiting, own.do) == (timedelta(minutes=5), Transfer(transfer="general"))
    office = complete.hours["office"]
    assert office.timezone == ZoneInfo("Europe/Paris")
    assert office.on(Weekday.FRI)[0] == TimeRange(opens=time(9), closes=time(12, 30))
    assert office.on(Weekday.SUN) == ()
    christmas, new_year = office.holidays.dates
    assert (christmas.date, christmas.open) == (date(2026, 12, 24), ())
    assert (new_year.date, new_year.open) == (date(2026, 12, 31), (TimeRange(opens=time(9), closes=time(12)),))
    assert office.holidays.subdivision == "57"
    template = complete.templates["follow_up"]
    assert (template.category, template.parameter_count("fr")) == (Category.UTILITY, 2)
    assert template.languages["en"].text == "Hello {{1}}, we have an answer for you: {{2}}"


def test_what_is_left_out_has_the_default_of_the_contract() -> None:
    configuration = load_configuration(MINIMAL)
    workstream = configuration.workstreams["support"]
    distribution = workstream.distribution
    assert (distribution.mode, distribution.method) == (Mode.PUSH, Method.HIGHEST_CAPACITY)
    assert (distribution.capacity, distribution.presence) == (30, (Presence.AVAILABLE, Presence.BUSY))
    assert (distribution.skill_match, distribution.accept) == (SkillMatch.CLOSEST, Accept.AUTO)
    assert (distribution.affinity, distribution.max_declines) == (True, 3)
    assert distribution.offer_timeout == timedelta(minutes=2)
    assert (distribution.allow_pick, distribution.missed_offer_presence) == (False, MissedOfferPresence.AWAY)
    assert (distribution.affinity_after_close, distribution.return_after) == (timedelta(), timedelta(minutes=15))
    assert workstream.replies.when_window_closed is WhenWindowClosed.HOLD
    assert workstream.replies.hold.enabled is True
    assert workstream.replies.hold.expires_after == timedelta(days=7)
    assert workstream.replies.margin == timedelta(seconds=60)
    assert workstream.lifecycle.auto_close_waiting == timedelta(hours=24)
    assert workstream.lifecycle.auto_close_open == workstream.lifecycle.auto_close_active == timedelta(days=30)
    assert workstream.lifecycle.auto_close_outbound == timedelta(days=7)
    assert workstream.lifecycle.wrap_up == timedelta(minutes=5)
    assert (workstream.timezone, workstream.quick_replies) == (None, ())
    assert (dict(workstream.wrap_up.codes), workstream.wrap_up.tags, workstream.wrap_up.required) == ({}, (), False)
    assert (workstream.replies.hold.after_close, workstream.replies.fallback_template) == (AfterClose.ASK, ())
    assert configuration.agents.lost_after == timedelta(seconds=150)
    assert (configuration.media.keep, configuration.media.allowed_hosts) == (timedelta(days=30), ())
    assert (configuration.retention.closed, configuration.retention.quarantine) == (timedelta(365), timedelta(90))
    assert (workstream.classification, workstream.inactivity, workstream.survey) == ((), (), None)
    assert (dict(workstream.automated_messages), workstream.opt_out.keywords) == ({}, ())
    general = configuration.queues["general"]
    assert (general.name, general.priority, general.hours, general.overflow) == ("general", 1, None, ())


@pytest.mark.parametrize(
    ("distribution", "allowed"),
    [
        ("{mode: pick}", True),
        ("{mode: push}", False),
        ("{}", False),
        ("{mode: pick, allow_pick: false}", False),
        ("{mode: push, allow_pick: true}", True),
    ],
)
def test_agents_may_take_from_the_line_where_nothing_is_pushed(distribution: str, allowed: bool) -> None:
    text = MINIMAL.replace("route_to_queue:", f"distribution: {distribution}, route_to_queue:")
    assert load_configuration(text).workstreams["support"].distribution.allow_pick is allowed


def test_never_is_no_time(complete: Configuration) -> None:
    assert complete.workstreams["support"].distribution.return_after is None


@pytest.mark.parametrize(
    ("survey", "scale", "scores"),
    [
        ("{question: {fr: a}}", 5, {}),
        ("{question: {fr: a}, scale: 3}", 3, {}),
        ("{question: {fr: a}, answers: {fr: [Nul, Très bien !]}}", 2, {"nul": 1, "tres bien": 2}),
        ("{template: csat, question: {fr: a}}", 2, {"non": 1, "oui": 2}),
        (
            "{template: csat, answers: {fr: [mal, bien], en: [bad, good]}}",
            2,
            {"mal": 1, "bien": 2, "bad": 1, "good": 2, "non": 1, "oui": 2},
        ),
    ],
)
def test_a_survey_knows_its_scale_and_what_each_answer_means(survey: str, scale: int, scores: dict[str, int]) -> None:
    buttons = "{text: Content ?, buttons: [{quick_reply: Non}, {quick_reply: Oui}]}"
    text = MINIMAL.replace("route_to_queue:", f"survey: {survey}, route_to_queue:")
    read = (
        load_configuration(f"{text}templates: {{csat: {{languages: {{fr: {buttons}}}}}}}").workstreams["support"].survey
    )
    assert read is not None
    assert (read.scale, read.scores) == (scale, scores)


def test_a_survey_of_the_first_version_keeps_its_meaning() -> None:
    """Its buttons are answers, in whatever language; it asks by its template."""
    text = MINIMAL.replace(
        "route_to_queue:", "survey: {after: closed, template: csat, buttons: [bad, good]}, route_to_queue:"
    )
    survey = load_configuration(f"{text}templates: {{csat: {{languages: {{fr: a}}}}}}").workstreams["support"].survey
    assert survey is not None
    assert (survey.template, survey.question, survey.scale, survey.scores) == ("csat", None, 2, {"bad": 1, "good": 2})


def test_the_long_form_of_a_template_reads_as_written(complete: Configuration) -> None:
    text = complete.templates["shipped"].languages["fr"]
    assert (text.text, text.header, text.footer) == ("Bonjour {{1}}, votre colis est en route.", "image", "Le magasin")
    assert text.quick_replies == ("Merci",)
    assert [button.takes_value for button in text.buttons] == [False, True]
    assert not complete.templates["follow_up"].languages["fr"].long_form


def test_a_fallback_template_makes_template_the_default_policy() -> None:
    text = COMPLETE.replace("      when_window_closed: template\n", "")
    policy = load_configuration(text).workstreams["support"].replies.when_window_closed
    assert policy is WhenWindowClosed.TEMPLATE


def test_hours_without_opening_times_are_open_all_day() -> None:
    configuration = load_configuration(MINIMAL + "hours: {always: {}}")
    assert configuration.hours["always"].on(Weekday.SUN) == (TimeRange(opens=time(0), closes=time(0)),)


def test_days_may_run_over_the_end_of_the_week_and_times_until_midnight() -> None:
    configuration = load_configuration(MINIMAL + 'hours: {bar: {open: {sat-mon: ["18:00-24:00"]}}}')
    assert [day for day in Weekday if configuration.hours["bar"].on(day)] == ["mon", "sat", "sun"]
    assert configuration.hours["bar"].on(Weekday.MON) == (TimeRange(opens=time(18), closes=time(0)),)


def test_a_workstream_has_a_clock_of_its_own_or_of_its_queues_opening_hours(complete: Configuration) -> None:
    assert complete.time_zone(complete.workstreams["support"]) == ZoneInfo("Europe/Brussels")
    without = load_configuration(COMPLETE.replace("    timezone: Europe/Brussels\n", ""))
    assert without.time_zone(without.workstreams["support"]) == ZoneInfo("Europe/Paris")
    minimal = load_configuration(MINIMAL)
    assert minimal.time_zone(minimal.workstreams["support"]) is UTC


def test_nothing_in_a_configuration_can_be_changed(complete: Configuration) -> None:
    with pytest.raises(ValidationError):
        complete.channels["support_fr"].workstream = "other"
    with pytest.raises(TypeError):
        complete.channels["other"] = complete.channels["support_fr"]  # type: ignore[index]  # that is the point


def test_the_version_hash_follows_the_content() -> None:
    assert load_configuration(MINIMAL).version_hash == load_configuration(MINIMAL).version_hash
    assert load_configuration(MINIMAL).version_hash != load_configuration(MINIMAL + "# changed").version_hash
    assert re.fullmatch("[0-9a-f]{12}", load_configuration(MINIMAL).version_hash)


def test_the_sample_at_the_root_is_valid() -> None:
    sample = read_configuration(ROOT / "contact_center.yaml")
    assert sample.channels["support_fr"].workstream == "support"
    assert sample.workstreams["support"].route_to_queue.fallback == "general"
