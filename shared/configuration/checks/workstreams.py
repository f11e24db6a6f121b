"""What a workstream says of agents, closing and replies: settings that contradict each other."""

from collections.abc import Collection, Iterator

from shared.configuration.checks.findings import Finding, touches
from shared.configuration.lifecycle import InactivityAction
from shared.configuration.problems import Location
from shared.configuration.workstreams import Accept, WhenWindowClosed, Workstream


def check_workstream(workstream: Workstream) -> Iterator[Finding]:
    """Find what contradicts itself in a workstream."""
    place = ("workstreams", workstream.name)
    distribution = workstream.distribution
    missed = distribution.missed_offer_presence
    acts = distribution.accept is Accept.MANUAL or "missed_offer_presence" in distribution.model_fields_set
    if acts and missed.value in [presence.value for presence in distribution.presence]:
        at = (*place, "distribution", "missed_offer_presence")
        yield at, f"{missed} is in presence: who misses an offer would be offered the next one"
    if workstream.wrap_up.required and not workstream.wrap_up.codes:
        yield (*place, "wrap_up", "required"), "true, but there are no codes"
    for index, rule in enumerate(workstream.inactivity):
        if (rule.message is not None) != (rule.do is InactivityAction.SEND):
            yield (*place, "inactivity", index), "expected a message with do: send, and only with it"
    first: dict[str, int] = {}
    for index, reply in enumerate(workstream.quick_replies):
        if first.setdefault(reply.name, index) != index:
            yield (
                (*place, "quick_replies", index, "name"),
                f"{reply.name} is the name of quick_replies[{first[reply.name]}]",
            )


def check_window_policy(workstream: Workstream, damaged: Collection[Location]) -> Iterator[Finding]:
    """Find a policy that can't be followed. A template that is there but damaged is a problem of its own only."""
    place = ("workstreams", workstream.name, "replies")
    replies = workstream.replies
    policy = replies.when_window_closed
    if policy is WhenWindowClosed.HOLD and not replies.hold.enabled:
        yield (*place, "hold", "enabled"), "false, but replies are to be held while the window is closed"
    missing = policy is WhenWindowClosed.TEMPLATE and not replies.fallback_template
    if missing and not any(touches(other, (*place, "fallback_template")) for other in damaged):
        yield (*place, "when_window_closed"), "template, but there is no fallback_template"
