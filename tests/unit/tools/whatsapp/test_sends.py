"""The JSON of a send: what ACS would accept, and that every problem is named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.stack.whatsapp.phones import Kind
from dev.stack.whatsapp.sends import InvalidSend, Parameter, parse_send

CHANNEL = "11111111-1111-1111-1111-111111111111"
ADDRESSED = {"channelRegistrationId": CHANNEL, "to": ["+14255550199"]}


def problems(body: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidSend) as caught:
        parse_send(json.dumps(body).encode())
    return caught.value.problems


def template(**changed: Any) -> dict[str, Any]:
    described = {
        "name": "t",
        "language": "en_us",
        "values": [
            {"kind": "text", "name": "first", "text": "Jane"},
            {"kind": "image", "name": "img", "url": "https://files.example/i.png"},
            {"kind": "location", "name": "loc", "latitude": 1.0, "longitude": 2.0, "locationName": "n"},
            {"kind": "quickAction", "name": "yes", "payload": "P"},
            {"kind": "quickAction", "name": "u", "text": "suffix"},
        ],
        "bindings": {
            "kind": "whatsApp",
            "header": [{"refValue": "img"}],
            "body": [{"refValue": "first"}],
            "buttons": [{"subType": "quickReply", "refValue": "yes"}, {"subType": "url", "refValue": "u"}],
        },
        **changed,
    }
    return {"kind": "template", **ADDRESSED, "template": described}


@pytest.mark.parametrize("to", ["+14255550199", "US.13491208655302741918", "US.ENT.9"])
def test_a_recipient_is_e164_with_plus_or_a_bsuid(to: str) -> None:
    body = {"kind": "text", "channelRegistrationId": CHANNEL, "to": [to], "content": "é"}
    send = parse_send(json.dumps(body).encode())
    assert (send.to, send.kind, send.text) == (to, Kind.TEXT, "é")


@pytest.mark.parametrize("to", ["14255550199", "+0612345678", "us.1", "", "+14255550199\n"])
def test_anything_else_is_no_recipient(to: str) -> None:
    body = {"kind": "text", "channelRegistrationId": CHANNEL, "to": [to], "content": "x"}
    assert [problem.partition(":")[0] for problem in problems(body)] == ["to[0]"]


@pytest.mark.parametrize("to", [[], ["+14255550199", "+14255550198"], "+14255550199"])
def test_there_is_exactly_one_recipient(to: Any) -> None:
    body = {"kind": "text", "channelRegistrationId": CHANNEL, "to": to, "content": "x"}
    assert [problem.partition(":")[0] for problem in problems(body)] == ["to"]


@pytest.mark.parametrize(("length", "accepted"), [(0, False), (1, True), (4096, True), (4097, False)])
def test_a_text_has_up_to_4096_characters(length: int, accepted: bool) -> None:
    body = {"kind": "text", **ADDRESSED, "content": "é" * length}
    if accepted:
        assert parse_send(json.dumps(body).encode()).text == body["content"]
    else:
        assert [problem.partition(":")[0] for problem in problems(body)] == ["content"]


def test_a_template_binds_by_position() -> None:
    use = parse_send(json.dumps(template()).encode()).template
    assert use
    assert use.body == (Parameter(kind="text", text="Jane"),)
    assert use.header == (Parameter(kind="image", url="https://files.example/i.png"),)
    assert use.buttons == (Parameter(kind="quickReply", text="P"), Parameter(kind="url", text="suffix"))


def test_a_template_without_parameters_needs_only_name_and_language() -> None:
    body = {"kind": "template", **ADDRESSED, "template": {"name": "t", "language": "fr"}}
    use = parse_send(json.dumps(body).encode()).template
    assert use
    assert (use.name, use.language, use.body) == ("t", "fr", ())


def test_a_binding_to_a_value_that_is_not_there_is_named() -> None:
    found = problems(template(values=[{"kind": "text", "name": "first", "text": "Jane"}]))
    assert found == (
        "template: header[0].refValue: no value is called 'img'; buttons[0].refValue: no value is called 'yes'; "
        "buttons[1].refValue: no value is called 'u'",
    )


def test_every_problem_is_named_with_its_path() -> None:
    body = template(language=5, values=[{"kind": "text", "name": "first"}, {"kind": "gif", "name": "g"}])
    body["to"] = ["0612"]
    assert {problem.partition(":")[0] for problem in problems(body)} == {
        "to[0]",
        "template.language",
        "template.values[0]",
        "template.values[1].kind",
    }


@pytest.mark.parametrize("kind", ["reaction", "sticker", "interactive", None, 5, ["text"]])
def test_a_kind_that_this_version_lacks_is_named(kind: Any) -> None:
    [problem] = problems({"kind": kind, **ADDRESSED})
    assert problem.startswith("kind: must be one of text, image, document, video, audio, template, image_v0")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidSend, match="JSON"):
        parse_send(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(kind=st.sampled_from(["text", "image", "image_v0", "template"]), to=JSON, content=JSON, filled=JSON)
def test_arbitrary_json_is_a_send_or_invalid(kind: str, to: Any, content: Any, filled: Any) -> None:
    body = {"kind": kind, **ADDRESSED, "to": to, "content": content, "mediaUri": content, "template": filled}
    try:
        send = parse_send(json.dumps(body).encode())
    except InvalidSend:
        return
    assert send.to in to
