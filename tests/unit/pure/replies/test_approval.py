"""What keeps a template of the configuration from going out, by what the channel lists."""

import pytest

from shared.configuration.templates import TemplateText
from shared.replies.approval import Listing
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate

TEXT = "Bonjour {{1}}, {{2}}"
WRITTEN = TemplateText(text=TEXT)
BODY = Definition(body=TEXT)


def listed(definition: Definition | None = BODY, status: str = "approved", language: str = "fr") -> ListedTemplate:
    return ListedTemplate(name="follow_up", language=language, status=status, definition=definition)


def defined(
    body: str = TEXT, *, header: Header | None = None, button: Button | None = None, other: str = ""
) -> Definition:
    return Definition(body=body, header=header, buttons=(button,) if button else (), others=(other,) if other else ())


def url(address: str) -> Button:
    return Button(type="URL", text="Suivre", url=address)


@pytest.mark.parametrize(
    ("definition", "obstacle"),
    [
        (None, None),
        (BODY, None),
        (defined("Salut {{1}} : {{2}}, {{1}}"), None),
        (defined(header=Header(format="TEXT", text="Contoso")), None),
        (defined(header=Header(format="IMAGE")), None),
        (defined(header=Header(format="LOCATION")), None),
        (defined(header=Header(format="GIF")), "has a header of the kind gif"),
        (defined(header=Header(format="TEXT", text="N° {{1}}")), None),
        (defined(header=Header(format="TEXT", text="{{nom}}")), "has a header with {{nom}}"),
        (defined(button=Button(type="QUICK_REPLY", text="Oui")), None),
        (defined(button=Button(type="PHONE_NUMBER", text="Appeler")), None),
        (defined(button=url("https://shop.example")), None),
        (defined(button=url("https://shop.example/{{1}}")), None),
        (defined(button=url("https://shop.example/{{2}}")), "has a URL button with {{2}}"),
        (defined(button=Button(type="COPY_CODE")), "has a copy-code button"),
        (defined(button=Button(type="OTP")), "has a one-time password button"),
        (defined(other="CAROUSEL"), "has a carousel"),
        (defined(other="SOMETHING_NEW"), None),
        (defined("Bonjour {{1}}"), "has 1 parameter at WhatsApp instead of 2"),
        (defined("{{1}} {{2}} {{3}}"), "has 3 parameters at WhatsApp instead of 2"),
        (defined("Bonjour {{prenom}}, {{nom}}"), "has named parameters (prenom, nom)"),
    ],
)
def test_a_part_that_needs_a_value_is_named(definition: Definition | None, obstacle: str | None) -> None:
    found = Listing.of([listed(definition)]).obstacles("follow_up", "fr", WRITTEN)
    assert [each.startswith(obstacle) for each in found if obstacle] == ([True] if obstacle else [])
    assert len(found) == bool(obstacle)


def test_all_parts_that_need_a_value_are_named() -> None:
    definition = Definition(
        body="Bonjour",
        header=Header(format="GIF"),
        buttons=(url("https://a.example/{{name}}"), Button(type="COPY_CODE")),
    )
    found = Listing.of([listed(definition)]).obstacles("follow_up", "fr", WRITTEN)
    assert [each.split(",")[0] for each in found] == [
        "has a header of the kind gif",
        "has a URL button with {{name}}",
        "has a copy-code button",
        "has 0 parameters at WhatsApp instead of 2",
    ]


@pytest.mark.parametrize("status", ["paused", "rejected", "pending", "disabled", "in_appeal"])
def test_only_what_is_approved_goes_out(status: str) -> None:
    assert Listing.of([listed(status=status)]).obstacles("follow_up", "fr", WRITTEN) == [f"is {status}, not approved"]
    assert Listing.of([listed(status="APPROVED")]).obstacles("follow_up", "fr", WRITTEN) == []


def test_what_is_not_listed_does_not_go_out_unless_the_channel_could_not_be_asked() -> None:
    assert Listing.of([listed()]).obstacles("follow_up", "en", WRITTEN) == ["is not listed"]
    assert Listing.of([]).obstacles("follow_up", "fr", WRITTEN) == ["is not listed"]
    assert Listing().obstacles("follow_up", "fr", WRITTEN) == []


@pytest.mark.parametrize("spelled", ["pt_BR", "pt-BR", "pt_br"])
def test_a_language_is_found_as_the_channel_spells_it(spelled: str) -> None:
    found = Listing.of([listed(language=spelled)]).find("follow_up", "pt_BR")
    assert found is not None
    assert found.language == spelled


def test_of_two_spellings_the_approved_one_is_found() -> None:
    paused, approved = listed(status="paused", language="pt_br"), listed(language="pt_BR")
    for templates in ([paused, approved], [approved, paused]):
        assert Listing.of(templates).find("follow_up", "pt-BR") == approved


def test_what_was_refused_is_refused_as_long_as_it_is_listed_alike() -> None:
    listing = Listing.of([listed()], refused=[listed()])
    (obstacle,) = listing.obstacles("follow_up", "fr", WRITTEN)
    assert obstacle.startswith("is refused by WhatsApp")
    changed = listed(defined("Salut {{1}}, {{2}}"))
    assert Listing.of([changed], listing.refused).obstacles("follow_up", "fr", WRITTEN) == []
    assert Listing.of([listed()], listing.refused).obstacles("follow_up", "fr", WRITTEN) == [obstacle]
