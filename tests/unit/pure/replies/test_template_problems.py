"""The values of a template's header and buttons: checked by place, and put in the order of the definition."""

from typing import Any

import pytest

from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import template_content
from shared.replies.template_problems import value_problems
from shared.vocabulary.message import ButtonValue, HeaderValue, Location, Media, TemplateUse
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate
from shared.vocabulary.words import MessageKind
from tests.fakes.sample import configuration_of, sample

LONG_FORM: Any = {
    "text": "Bonjour",
    "header": "N° {{1}}",
    "buttons": [{"quick_reply": "Oui"}, {"url": "https://shop.example/{{1}}"}],
}
YES, NO = (Button(type="QUICK_REPLY", text=text) for text in ("Oui", "Non"))
TRACK = Button(type="URL", text="Suivre", url="https://shop.example/{{1}}")
SHOP = Button(type="URL", text="Voir", url="https://shop.example")
PAYLOAD, SUFFIX = ButtonValue(payload="P"), ButtonValue(url_suffix="a/17")
FILE = HeaderValue(media=Media(uri="https://files.example/a"))
UPLOAD = HeaderValue(media=Media(upload="01JDF8ZJ000000000000000009"))
TEXT = HeaderValue(text="A-17")
PLACE = HeaderValue(location=Location(latitude=48.1, longitude=2.5))


def context_with(definition: Definition | None) -> ReplyContext:
    """The channel lists that; nothing, if it could not be asked."""
    configuration = configuration_of(sample(templates={"hello": {"fr": "Bonjour"}, "long": {"fr": LONG_FORM}}))
    if definition is None:
        return ReplyContext(configuration, Listing())
    listed = ListedTemplate(name="hello", language="fr", status="approved", definition=definition)
    return ReplyContext(configuration, Listing.of([listed]))


def use(header: HeaderValue | None = None, *buttons: ButtonValue, name: str = "hello") -> TemplateUse:
    return TemplateUse(name=name, language="fr", header=header, buttons=buttons)


def paths(use: TemplateUse, definition: Definition | None) -> list[str]:
    return [path for path, _ in value_problems(use, context_with(definition))]


@pytest.mark.parametrize(
    ("header", "value", "problems"),
    [
        (None, None, []),
        (None, TEXT, ["header"]),
        (Header(format="TEXT", text="Contoso"), None, []),
        (Header(format="TEXT", text="Contoso"), TEXT, ["header"]),
        (Header(format="TEXT", text="N° {{1}}"), TEXT, []),
        (Header(format="TEXT", text="N° {{1}}"), None, ["header"]),
        (Header(format="TEXT", text="N° {{1}}"), FILE, ["header"]),
        (Header(format="TEXT", text="N° {{1}}"), HeaderValue(text=""), ["header.text"]),
        (Header(format="TEXT", text="N° {{1}}"), HeaderValue(text="x" * 57), []),
        (Header(format="TEXT", text="N° {{1}}"), HeaderValue(text="x" * 58), ["header.text"]),
        (Header(format="TEXT", text="N° {{1}}"), HeaderValue(text="👍" * 29), ["header.text"]),
        *((Header(format=kind), FILE, []) for kind in ("IMAGE", "VIDEO", "DOCUMENT")),
        (Header(format="IMAGE"), UPLOAD, []),
        (Header(format="IMAGE"), None, ["header"]),
        (Header(format="IMAGE"), TEXT, ["header"]),
        (Header(format="IMAGE"), PLACE, ["header"]),
        (Header(format="LOCATION"), PLACE, []),
        (Header(format="LOCATION"), FILE, ["header"]),
        (Header(format="LOCATION"), None, ["header"]),
    ],
)
def test_a_header_gets_the_value_that_it_takes(
    header: Header | None, value: HeaderValue | None, problems: list[str]
) -> None:
    assert paths(use(value), Definition(body="Bonjour", header=header)) == problems


@pytest.mark.parametrize(
    ("buttons", "given", "problems", "placed"),
    [
        ((), (), [], ()),
        ((), (PAYLOAD,), ["buttons[0]"], None),
        ((SHOP,), (SUFFIX,), ["buttons[0]"], None),
        ((YES, NO), (), [], ()),
        ((YES, NO), (PAYLOAD,), [], (PAYLOAD,)),
        ((YES, NO), (PAYLOAD, PAYLOAD), [], (PAYLOAD, PAYLOAD)),
        ((YES,), (PAYLOAD, PAYLOAD), ["buttons[1]"], None),
        ((TRACK,), (SUFFIX,), [], (SUFFIX,)),
        ((TRACK,), (), ["buttons[0]"], None),
        ((TRACK,), (PAYLOAD,), ["buttons[0]"], None),
        ((TRACK,), (SUFFIX, SUFFIX), ["buttons[1]"], None),
        ((YES, TRACK), (PAYLOAD, SUFFIX), [], (PAYLOAD, SUFFIX)),
        ((YES, TRACK), (SUFFIX,), [], (ButtonValue(payload="Oui"), SUFFIX)),
        ((YES, TRACK), (PAYLOAD,), ["buttons[1]"], None),
        ((YES, TRACK), (), ["buttons[1]"], None),
        ((YES, TRACK), (SUFFIX, PAYLOAD), ["buttons[1]"], None),
        ((TRACK, YES), (PAYLOAD, SUFFIX), ["buttons[0]", "buttons[1]"], None),
        ((TRACK, YES), (SUFFIX,), [], (SUFFIX,)),
        ((SHOP, TRACK, NO), (SUFFIX, PAYLOAD), [], (SUFFIX, PAYLOAD)),
    ],
)
def test_each_button_gets_the_value_of_its_place(
    buttons: tuple[Button, ...],
    given: tuple[ButtonValue, ...],
    problems: list[str],
    placed: tuple[ButtonValue, ...] | None,
) -> None:
    definition = Definition(body="Bonjour", buttons=buttons)
    assert paths(use(None, *given), definition) == problems
    if placed is not None:
        content = template_content(use(None, *given), context_with(definition))
        assert content.template
        assert content.template.buttons == placed


@pytest.mark.parametrize(
    ("buttons", "given", "places"),
    [
        ((), (), ()),
        ((YES, TRACK), (PAYLOAD, SUFFIX), ()),
        ((SHOP, TRACK, NO), (SUFFIX, PAYLOAD), (1, 2)),
        ((SHOP, TRACK, NO), (SUFFIX,), (1,)),
        ((TRACK, SHOP, NO), (SUFFIX, PAYLOAD), (0, 2)),
    ],
)
def test_values_that_are_not_for_the_first_buttons_say_which_they_are_for(
    buttons: tuple[Button, ...], given: tuple[ButtonValue, ...], places: tuple[int, ...]
) -> None:
    """Meta counts all buttons, also those that take nothing."""
    content = template_content(use(None, *given), context_with(Definition(body="Bonjour", buttons=buttons)))
    assert content.template
    assert content.template.button_places == places


def test_what_nobody_lists_is_checked_by_the_files_long_form() -> None:
    assert paths(use(name="long"), None) == ["header", "buttons[1]"]
    assert paths(use(TEXT, SUFFIX, name="long"), None) == []


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (Header(format="VIDEO"), MessageKind.VIDEO),
        (Header(format="DOCUMENT"), MessageKind.DOCUMENT),
    ],
)
def test_a_file_goes_out_as_what_the_header_is(header: Header, kind: MessageKind) -> None:
    content = template_content(use(FILE), context_with(Definition(body="Bonjour", header=header)))
    assert content.template
    assert content.template.header
    assert content.template.header.kind is kind


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (Media(uri="https://files.example/a.PNG?sig=1"), MessageKind.IMAGE),
        (Media(uri="https://files.example/a.mp4"), MessageKind.VIDEO),
        (Media(upload="01JDF8ZJ000000000000000009", mime_type="image/jpeg"), MessageKind.IMAGE),
        (Media(uri="https://files.example/a"), MessageKind.DOCUMENT),
    ],
)
def test_where_nobody_says_what_the_template_asks_for_its_values_are_taken(file: Media, kind: MessageKind) -> None:
    given = use(HeaderValue(media=file), SUFFIX)
    assert paths(given, None) == []
    content = template_content(given, context_with(None))
    assert content.template
    assert content.template.header == HeaderValue(media=file, kind=kind)
    assert content.template.buttons == (SUFFIX,)
