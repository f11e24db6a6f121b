"""A small configuration for tests, as it is or with other replies."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.configuration import Configuration, load_configuration

SAMPLE = Path(__file__).parent / "sample.yaml"


@cache
def configuration_of(text: str) -> Configuration:
    """The configuration in a text, read once."""
    return load_configuration(text)


def sample(
    *,
    greeting: bool = False,
    languages: Sequence[str] | None = None,
    templates: Mapping[str, Mapping[str, str]] | None = None,
    opt_out: Mapping[str, Any] | None = None,
    **replies: Any,
) -> str:
    """The sample configuration, with other `replies` in its workstream, and texts of templates by language."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    support = document["workstreams"]["support"]
    support["replies"] |= replies
    support["languages"] = languages or support["languages"]
    support["opt_out"] = opt_out or {}
    for name, texts in (templates or {}).items():
        document["templates"][name] = {"languages": texts}
    if not greeting:
        del support["automated_messages"]
    return json.dumps(document)


def without_billing() -> str:
    """The sample configuration after somebody took the queue `billing` out of it."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    del document["queues"]["billing"]
    route = document["workstreams"]["support"]["route_to_queue"]
    route["rules"] = [rule for rule in route.get("rules", ()) if rule.get("to") != "billing"]
    return json.dumps(document)
