"""A call of Meta's webhook: its bytes, and its signature over exactly these."""

import hashlib
import hmac
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dev.stack.whatsapp.graph_events import Change
from dev.stack.whatsapp.webhooks import envelope_of, signature_of


def change(account: str, text: str = "") -> Change:
    value: dict[str, Any] = {"messages": [{"text": {"body": text}}]}
    return Change(channel_id="1", account=account, field="messages", kind="messages", value=value)


@given(st.text())
def test_the_bytes_are_escaped_as_meta_escapes_them(text: str) -> None:
    body = envelope_of([change("1", text)], 1790000000)

    assert body.isascii()
    assert not re.search(rb"(?<!\\)/", body)
    [entry] = json.loads(body)["entry"]
    assert entry["changes"][0]["value"]["messages"][0]["text"]["body"] == text


def test_the_digits_of_an_escape_are_small() -> None:
    assert rb"\u00c4\u00ff \ud83d\ude2e" in envelope_of([change("1", "Äÿ 😮")], 1)


def test_changes_stand_in_the_entries_of_their_accounts() -> None:
    body = json.loads(envelope_of([change("1", "a"), change("1", "b"), change("2", "c")], 1790000000))

    assert [(entry["id"], entry["time"], len(entry["changes"])) for entry in body["entry"]] == [
        ("1", 1790000000, 2),
        ("2", 1790000000, 1),
    ]


@given(st.binary(), st.binary(min_size=1))
def test_the_signature_is_over_the_bytes(body: bytes, secret: bytes) -> None:
    assert signature_of(body, secret) == f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
