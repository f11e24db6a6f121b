"""Channels and templates, as the configuration file has them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.stack.whatsapp.catalogue import ConfigurationError, Provider, load_catalogue, whatsapp_code
from dev.stack.whatsapp.templates import Template, TemplateStatus, placeholder_problem

GOOD = """
channels:
  support: {id: 11111111-1111-1111-1111-111111111111, number: "+33123456789", workstream: support}
  sales: {id: 22222222-2222-2222-2222-222222222222, workstream: support}
workstreams: {support: {languages: [fr, no]}}
templates:
  follow_up:
    category: utility
    languages: {fr: "Bonjour {{1}} : {{ 2 }}, {{1}}", no: "Hei {{1}} {{2}}", pt-br: "Oi {{1}} {{2}}"}
  hello: {languages: {fr: Bonjour}}
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "contact_center.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_template_is_approved_as_written_on_every_channel(tmp_path: Path) -> None:
    catalogue = load_catalogue(file(tmp_path, GOOD))

    assert [channel.name for channel in catalogue.channels] == ["support", "sales"]
    for channel in catalogue.channels:
        assert {(each.name, each.language) for each in catalogue.templates(channel)} == {
            ("follow_up", "fr"),
            ("follow_up", "no"),
            ("follow_up", "pt_BR"),
            ("hello", "fr"),
        }
        assert {each.status for each in catalogue.templates(channel)} == {TemplateStatus.APPROVED}


def test_a_template_is_rendered_by_position(tmp_path: Path) -> None:
    catalogue = load_catalogue(file(tmp_path, GOOD))
    template = catalogue.template(catalogue.channels[0], "follow_up", "fr")

    assert template
    assert template.parameter_count == 2
    assert template.render(["Camille", "{{1}}"]) == "Bonjour Camille : {{1}}, Camille"


@pytest.mark.parametrize(
    ("written", "code"),
    [("pt-BR", "pt_BR"), ("pt_br", "pt_BR"), ("pt_BR", "pt_BR"), ("fr", "fr"), ("zh-hans", "zh_Hans")],
)
def test_a_language_has_whatsapps_code(written: str, code: str) -> None:
    assert whatsapp_code(written) == code


@pytest.mark.parametrize("language", ["pt-BR", "pt_br", "PT_BR", "pt"])
def test_a_template_is_found_by_whatsapps_code_alone(tmp_path: Path, language: str) -> None:
    catalogue = load_catalogue(file(tmp_path, GOOD))
    assert catalogue.template(catalogue.channels[0], "follow_up", "pt_BR")
    assert catalogue.template(catalogue.channels[0], "follow_up", language) is None


def test_a_template_may_be_written_in_its_long_form(tmp_path: Path) -> None:
    long_form = """
channels: {a: {id: x}}
templates:
  shipped:
    languages:
      fr: {text: "Colis {{1}}", header: image, footer: F, buttons: [{quick_reply: Oui}, {url: "https://x.example/{{1}}"}]}
      en: {text: "Parcel {{1}}", header: "Hello {{1}}"}
      de: {text: Paket, header: Hallo}
"""
    catalogue = load_catalogue(file(tmp_path, long_form))
    (channel,) = catalogue.channels
    french, english, german = (catalogue.template(channel, "shipped", language) for language in ("fr", "en", "de"))
    assert french
    assert english
    assert german
    assert (french.text, french.header_format, french.footer) == ("Colis {{1}}", "IMAGE", "F")
    assert [(each.bound_as, each.needs_value) for each in french.buttons] == [("quickReply", False), ("url", True)]
    assert [component["type"] for component in french.components] == ["BODY", "HEADER", "FOOTER", "BUTTONS"]
    assert (english.header_format, english.buttons) == ("TEXT", [])
    assert german.header_format is None
    changed = french.with_text("Paquet {{1}}")
    assert (changed.text, changed.header_format, len(changed.buttons)) == ("Paquet {{1}}", "IMAGE", 2)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["channels"]),
        ("channels: [a]", ["channels"]),
        ("channels: {a: {id: [1], number: {}}}", ["channels.a.id", "channels.a.number"]),
        ("channels: {a: {id: x}}\ntemplates: {t: {languages: {fr: '{{name}}'}}}", ["templates.t.languages.fr"]),
        (
            "channels: {a: {id: x}}\ntemplates: {t: {languages: {fr: {header: image}}}}",
            ["templates.t.languages.fr.text"],
        ),
        ("channels: {a: b: c}", ["expected"]),
    ],
)
def test_every_problem_is_named(tmp_path: Path, text: str, problems: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_catalogue(file(tmp_path, text))
    assert all(problem in str(caught.value) for problem in problems)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nothing\.yaml"):
        load_catalogue(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [("", True), ("{{1}} {{2}} {{1}}", True), ("{{2}}", False), ("{{0}} {{1}}", False), ("{{name}}", False)],
)
def test_parameters_count_from_one_without_a_gap(text: str, is_fine: bool) -> None:
    assert (placeholder_problem(text) is None) is is_fine


MOVED = """
channels:
  there: {provider: whatsapp_cloud, id: "106540352242922", account: "102290129340398", number: "+3221234567"}
  moved: {id: "106540352242923", account: "102290129340398", moved_from: AAAAAAAA-1111-1111-1111-111111111111,
          moved_at: 2027-03-01T03:00:00Z}
  back: {id: 22222222-2222-2222-2222-222222222222, moved_from: ["106540352242924"], moved_at: 2027-03-01}
  odd: {id: 33333333-3333-3333-3333-333333333333, moved_at: soon}
"""
BEFORE, MOMENT = datetime(2027, 2, 28, tzinfo=UTC), datetime(2027, 3, 1, 3, tzinfo=UTC)


def test_a_number_is_found_under_every_id_that_it_had(tmp_path: Path) -> None:
    catalogue = load_catalogue(file(tmp_path, MOVED))
    there, moved, back, odd = catalogue.channels

    for sought in ("moved", "106540352242923", "aaaaaaaa-1111-1111-1111-111111111111"):
        assert catalogue.channel(sought) is moved
    assert catalogue.account("102290129340398") is there
    assert catalogue.account("") is None
    assert [each.provider for each in (there, moved, back, odd)] == ["whatsapp_cloud", "whatsapp_cloud", "acs", "acs"]
    assert (moved.id_at(Provider.ACS), moved.id_at(Provider.WHATSAPP_CLOUD)) == (moved.moved_from[0], moved.id)
    assert (there.id_at(Provider.ACS), back.id_at(Provider.WHATSAPP_CLOUD)) == (None, "106540352242924")
    assert [each.key for each in catalogue.channels] == [there.id, moved.moved_from[0], back.id, odd.id]


def test_messages_count_from_the_moment_of_the_move_on(tmp_path: Path) -> None:
    there, moved, back, odd = load_catalogue(file(tmp_path, MOVED)).channels

    assert [moved.provider_at(at) for at in (BEFORE, MOMENT)] == ["acs", "whatsapp_cloud"]
    assert [back.provider_at(at) for at in (BEFORE, MOMENT)] == ["whatsapp_cloud", "acs"]
    assert [each.provider_at(BEFORE) for each in (there, odd)] == ["whatsapp_cloud", "acs"]


def test_channels_of_an_account_have_templates_in_common(tmp_path: Path) -> None:
    catalogue = load_catalogue(file(tmp_path, MOVED))
    there, moved, back, _ = catalogue.channels

    catalogue.put_template(there, Template.of_text("Bonjour", name="hello", language="fr"))

    assert catalogue.template(moved, "hello", "fr")
    assert not catalogue.template(back, "hello", "fr")
