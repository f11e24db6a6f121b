"""Which queues conversations can come to, by rules and by overflow."""

from shared.configuration.document import Configuration
from shared.configuration.overflow import OverflowAction, Transfer
from shared.configuration.workstreams import Workstream


def queues_of(workstream: Workstream, configuration: Configuration) -> set[str]:
    """Return the queues that a workstream's conversations can come to by rules and overflow."""
    route = workstream.route_to_queue
    chosen = {route.fallback, *(queue for rule in route.rules for queue in rule.queues)}
    own = [each.do for rule in route.rules for each in rule.overflow]
    chosen |= {action.transfer for action in own if not isinstance(action, OverflowAction)}
    return {reached for queue in chosen for reached in transfer_targets(configuration, queue)}


def transfer_targets(configuration: Configuration, queue: str) -> set[str]:
    """Return the queue and all to which its overflow can lead."""
    reached: set[str] = set()
    ahead = [queue]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in configuration.queues:
            continue
        reached.add(name)
        actions = [rule.do for rule in configuration.queues[name].overflow]
        ahead += [action.transfer for action in actions if isinstance(action, Transfer)]
    return reached
