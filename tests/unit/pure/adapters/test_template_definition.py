"""WhatsApp's own JSON of a template, in whatever envelope it comes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.template_definition import read_definition
from shared.vocabulary.templates import Button, Definition, Header

BODY = {"type": "BODY", "text": "Bonjour {{1}}"}
TRACK = {"type": "URL", "text": "Suivre", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/a"]}


@pytest.mark.parametrize(
    ("content", "definition"),
    [
        ([BODY], Definition(body="Bonjour {{1}}")),
        (BODY, Definition(body="Bonjour {{1}}")),
        ({"name": "t", "components": [BODY]}, Definition(body="Bonjour {{1}}")),
        ({"category": "MARKETING", "components": [BODY]}, Definition(body="Bonjour {{1}}", category="marketing")),
        ({"type": "template", "components": [BODY]}, Definition(body="Bonjour {{1}}")),
        ([{"type": "body", "text": "Bonjour"}], Definition(body="Bonjour")),
        (
            [{"type": "HEADER", "format": "image", "example": {"header_handle": ["x"]}}, BODY],
            Definition(body="Bonjour {{1}}", header=Header(format="IMAGE")),
        ),
        (
            [{"type": "HEADER", "format": "TEXT", "text": "N° {{1}}"}, BODY, {"type": "FOOTER", "text": "Contoso"}],
            Definition(body="Bonjour {{1}}", header=Header(format="TEXT", text="N° {{1}}"), footer="Contoso"),
        ),
        ([{"type": "HEADER", "text": "x"}], Definition(body="", header=Header(format="TEXT", text="x"))),
        (
            [
                BODY,
                {"type": "BUTTONS", "buttons": [TRACK, {"type": "COPY_CODE"}, {"type": "QUICK_REPLY", "text": "Oui"}]},
            ],
            Definition(
                body="Bonjour {{1}}",
                buttons=(
                    Button(type="URL", text="Suivre", url="https://shop.example/{{1}}"),
                    Button(type="COPY_CODE"),
                    Button(type="QUICK_REPLY", text="Oui"),
                ),
            ),
        ),
        (
            [BODY, {"type": "CAROUSEL", "cards": [{"components": [{"type": "BODY", "text": "Carte {{1}}"}]}]}],
            Definition(body="Bonjour {{1}}", others=("CAROUSEL",)),
        ),
        (
            [BODY, {"type": "BUTTONS", "buttons": [None, 3]}, {"type": "FOOTER", "text": 3}, "x"],
            Definition(body="Bonjour {{1}}"),
        ),
        ([BODY, {"type": "BUTTONS", "buttons": 3}], Definition(body="Bonjour {{1}}")),
        (None, None),
        ("BODY", None),
        ([], None),
        ({"type": 3}, None),
    ],
)
def test_a_definition_is_read_as_far_as_it_can_be(content: Any, definition: Definition | None) -> None:
    assert read_definition(content) == definition


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["BODY", "HEADER", "BUTTONS", "URL", "{{1}}", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "format", "buttons", "url", "components"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_content_is_too_odd(content: Any) -> None:
    definition = read_definition(content)
    assert definition is None or isinstance(definition.body, str)
