"""Rules: pure evaluation of what the configuration says about a conversation that starts."""

from shared.rules.classification import Classification, classify
from shared.rules.countries import country_of
from shared.rules.facts import Facts
from shared.rules.queue_choice import choose_queue

__all__ = ["Classification", "Facts", "choose_queue", "classify", "country_of"]
