"""`python -m dev config-check` against an older file and an environment: what goes, what hangs on it, the way out."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from dev.__main__ import main

CHANNELS = {"support_fr": "11111111-1111-1111-1111-111111111111", "support_be": "22222222-2222-2222-2222-222222222222"}
OLD = f"""version: 1
channels:
  support_fr: {{id: {CHANNELS["support_fr"]}, workstream: support}}
  support_be: {{id: {CHANNELS["support_be"]}, workstream: support}}
workstreams:
  support: {{languages: [fr, en], route_to_queue: {{fallback: general}}, opt_out: {{keywords: [STOP]}}}}
queues: {{general: , billing: }}
"""
NEW = OLD.replace(", billing: ", "").replace("[fr, en]", "[fr]").replace(OLD.splitlines()[3] + "\n", "")


def conversation(queue: str, channel: str, language: str) -> dict[str, object]:
    """As the list of conversations shows it."""
    return {
        "queue": queue,
        "workstream": "support",
        "channel": {"id": CHANNELS[channel], "name": channel},
        "contact": {"language": language},
    }


class Api(BaseHTTPRequestHandler):
    """Lists conversations, one a page, to whoever has the key."""

    conversations: list[dict[str, object]]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if self.headers["x-functions-key"] != "let-me-in" or address.path != "/api/conversations":
            self.send_error(401)
            return
        at = int(parse_qs(address.query).get("cursor", ["0"])[0])
        following = str(at + 1) if at + 1 < len(self.conversations) else None
        body = json.dumps({"items": self.conversations[at : at + 1], "nextCursor": following}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(name="api")
def running_api() -> Iterator[str]:
    Api.conversations = []
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(name="check")
def check_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Check":
    return Check(tmp_path, monkeypatch)


class Check:
    """Calls the command in a folder with two files."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.old, self.new = folder / "old.yaml", folder / "new.yaml"
        self.old.write_text(OLD, encoding="utf-8")
        self.new.write_text(NEW, encoding="utf-8")

    def __call__(self, *arguments: str) -> int:
        self._monkeypatch.setattr("sys.argv", ["dev", "config-check", str(self.new), *arguments])
        return main()


def test_without_an_environment_it_says_what_goes(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--against", str(check.old)) == 0
    said = capsys.readouterr().out
    for gone in ("queue billing: ", "channel support_be: ", "language en of workstream support: "):
        assert f"  {gone}" in said
    assert "API=url" in said


def test_a_queue_that_goes_with_conversations_in_it_ends_with_1_and_the_way_out(
    api: str, check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    Api.conversations = [
        conversation("billing", "support_fr", "fr"),
        conversation("billing", "support_be", "en"),
        conversation("general", "support_fr", "en"),
    ]
    assert check("--against", str(check.old), "--api", api, "--key", "let-me-in") == 1
    said = capsys.readouterr().out
    assert "  queue billing: 2 running conversations; " in said
    assert "  channel support_be: 1 running conversation; " in said
    assert "  language en of workstream support: 2 running conversations; " in said
    assert 'POST /queues/billing/drain {"to": "<queue>"}' in said


def test_queues_that_are_empty_may_go(api: str, check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    Api.conversations = [conversation("general", "support_be", "fr")]
    assert check("--against", str(check.old), "--api", f"{api}/api/", "--key", "let-me-in") == 0
    said = capsys.readouterr().out
    assert "  queue billing: 0 running conversations; " in said
    assert "drain" not in said


def test_what_takes_nothing_away_asks_nobody(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    check.new.write_text(OLD, encoding="utf-8")
    assert check("--against", str(check.old), "--api", "http://127.0.0.1:1") == 0
    assert f"{check.new} takes nothing away from {check.old}" in capsys.readouterr().out


def test_the_key_of_the_stack_that_is_up_need_not_be_given(api: str, check: Check, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps({"api": api, "key": "let-me-in", "whatsapp": "http://127.0.0.1:1"}), encoding="utf-8")
    Api.conversations = [conversation("billing", "support_fr", "fr")]
    assert check("--against", str(check.old), "--api", f"{api}/", "--ready-file", str(ready)) == 1


@pytest.mark.parametrize("key", ["wrong", ""])
def test_an_environment_that_refuses_is_told(
    key: str, api: str, check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("--against", str(check.old), "--api", api, "--key", key) == 1
    assert "401" in capsys.readouterr().err


def test_a_bad_file_is_not_compared(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    check.new.write_text(NEW.replace("version: 1", "version: 2"), encoding="utf-8")
    assert check("--against", str(check.old)) == 1
    assert "takes away" not in capsys.readouterr().out


def test_an_old_file_that_is_not_there_is_named(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--against", f"{check.old}.nowhere") == 1
    assert "old.yaml.nowhere" in capsys.readouterr().err


META = 'provider: whatsapp_cloud, id: "106540352242922", account: "102290129340398"'
MOVED = OLD.replace(
    f"id: {CHANNELS['support_be']}", f"{META}, moved_from: {CHANNELS['support_be']}, moved_at: 2999-03-01T03:00:00Z"
)


@pytest.mark.parametrize(
    ("old", "new", "hints"),
    [
        (OLD, MOVED, []),
        (OLD, MOVED.replace("2999", "2020"), ["That time has passed"]),
        (MOVED, OLD, ["goes to quarantine"]),
    ],
)
def test_a_number_that_moves_is_told_and_nothing_goes(
    check: Check, capsys: pytest.CaptureFixture[str], old: str, new: str, hints: list[str]
) -> None:
    check.old.write_text(old, encoding="utf-8")
    check.new.write_text(new, encoding="utf-8")

    assert check("--against", str(check.old)) == 0

    _, first, *rest, last = capsys.readouterr().out.splitlines()
    assert first.startswith("channel support_be moves from ")
    assert [hint in line for hint, line in zip(hints, rest, strict=True)] == [True] * len(hints)
    assert last == f"{check.new} takes nothing away from {check.old}"
