"""Channels and templates, as the configuration file has them."""

from pathlib import Path

import pytest

from dev.stack.whatsapp.catalogue import ConfigurationError, load_catalogue, whatsapp_code
from dev.stack.whatsapp.templates import TemplateStatus, placeholder_problem

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
