"""The shape of a template in the file against the one at WhatsApp: parameters, header and buttons."""

from typing import Any

import pytest

from shared.configuration.templates import TemplateText
from shared.replies.template_shape import mismatches
from shared.vocabulary.templates import Button, Definition, Header

TEXT = "Bonjour {{1}}"
IMAGE, FIXED = Header(format="IMAGE"), Header(format="TEXT", text="Boutique")
NUMBER = Header(format="TEXT", text="N° {{1}}")
YES, NO = (Button(type="QUICK_REPLY", text=text) for text in ("Oui", "Non"))
TRACK = Button(type="URL", text="Suivre", url="https://shop.example/{{1}}")
SHOP = Button(type="URL", text="Voir", url="https://shop.example/")
CALL = Button(type="PHONE_NUMBER", text="Appeler")


def found(listed: Definition, **long_form: Any) -> list[str]:
    """What differs; without a long form header and buttons may be anything."""
    return list(mismatches(TemplateText.model_validate({"text": TEXT, **long_form}), listed))


def defined(header: Header | None = None, *buttons: Button) -> Definition:
    return Definition(body=TEXT, header=header, buttons=buttons)


@pytest.mark.parametrize("listed", [defined(), defined(IMAGE), defined(NUMBER, YES, TRACK), defined(FIXED, CALL)])
def test_the_short_form_leaves_header_and_buttons_open(listed: Definition) -> None:
    assert found(listed) == []


@pytest.mark.parametrize(
    ("header", "listed", "there", "here"),
    [
        ("image", IMAGE, None, None),
        ("N° {{1}}", NUMBER, None, None),
        ("N° {{1}}", Header(format="TEXT", text="{{1}} !"), None, None),
        ("Boutique", Header(format="TEXT", text="Autre"), None, None),
        ("image", Header(format="VIDEO"), "a header of the kind video", "a header of the kind image"),
        ("image", None, "no header", "a header of the kind image"),
        ("Boutique", NUMBER, "a header with {{1}}", "a header of fixed text"),
        (None, IMAGE, "a header of the kind image", "no header"),
        (None, FIXED, "a header of fixed text", "no header"),
    ],
)
def test_the_long_form_says_which_header_there_is(
    header: str | None, listed: Header | None, there: str | None, here: str | None
) -> None:
    said = found(defined(listed), footer="Boutique", **({"header": header} if header else {}))
    assert said == ([f"has {there} at WhatsApp instead of {here}"] if there else [])


@pytest.mark.parametrize(
    ("listed", "there"),
    [
        ((YES, TRACK), None),
        ((NO, TRACK), None),
        ((TRACK, YES), "the buttons url with {{1}}, quick_reply"),
        ((YES,), "the buttons quick_reply"),
        ((YES, TRACK, NO), "the buttons quick_reply, url with {{1}}, quick_reply"),
        ((YES, SHOP), "the buttons quick_reply, url"),
        ((YES, CALL), "the buttons quick_reply, phone_number"),
        ((), "no buttons"),
    ],
)
def test_the_long_form_says_which_buttons_there_are_and_in_which_order(
    listed: tuple[Button, ...], there: str | None
) -> None:
    buttons = [{"quick_reply": "Oui"}, {"url": "https://shop.example/{{1}}"}]
    said = found(defined(None, *listed), buttons=buttons)
    here = "the buttons quick_reply, url with {{1}}"
    assert said == ([f"has {there} at WhatsApp instead of {here}"] if there else [])
