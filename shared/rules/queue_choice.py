"""Route to queue: ordered rules that choose the queue of a conversation; the fallback queue takes the rest."""

import hashlib
from collections.abc import Mapping

from shared.configuration.workstreams import Workstream
from shared.rules.classification import Classification, first_match
from shared.rules.facts import Facts


def choose_queue(workstream: Workstream, facts: Facts, classification: Classification, contact_id: str) -> str:
    """Return the queue of the first rule that matches, else the fallback queue.

    A rule that splits draws by a hash of the contact, so that deciding twice decides the same.
    """
    route = workstream.route_to_queue
    rule = first_match(route.rules, classification.added_to(facts))
    if rule is None:
        return route.fallback
    return rule.to or _draw(rule.split, f"{workstream.name}/{rule.name}/{contact_id}")


def _draw(split: Mapping[str, int], key: str) -> str:
    """Return the queue on whose share of 100 percent the key falls."""
    point = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % sum(split.values())
    for queue, share in split.items():
        if point < share:
            return queue
        point -= share
    raise AssertionError("the point lies within the sum of the shares")
