"""The queues and the topic: there, in the shape that the app needs; and the queues without dead letters."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dev.tools.doctor import repository
from dev.tools.doctor.deployed import Queue, last_part
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import Deployment

_FIXED: Final = {"requiresSession", "requiresDuplicateDetection", "enablePartitioning"}
_DEPLOY: Final = "deploy infra/main.bicep again"
_MAKE_NEW: Final = (
    "stop the app, let it run empty, delete it and deploy infra/main.bicep again: this is fixed at creation"
)


async def check_queues(deployment: Deployment) -> Finding:
    """Whether the queues are as dev/stack/servicebus/queues.json has them."""
    return judge_queues(repository.queues(), await deployment.queues())


async def check_events_topic(deployment: Deployment) -> Finding:
    """Whether the topic that the settings name is as dev/stack/servicebus/topics.json has it."""
    name = await deployment.events_topic()
    if name is None:
        return Finding(level=Level.OK, text="none: EVENTS_TOPIC is not set, and no other system is told what happens")
    return judge_queues({name: repository.events_topic()}, await deployment.topics())


async def check_dead_letters(deployment: Deployment) -> Finding:
    """Whether something waits in a dead-letter queue."""
    return judge_dead_letters(await deployment.queues())


def judge_queues(wanted: Mapping[str, Mapping[str, Any]], found: Sequence[Queue]) -> Finding:
    """`wanted` holds the properties of each queue or topic by name; further ones and other properties do no harm."""
    by_name = {queue.name: queue.properties for queue in found}
    problems = [f"{name} is missing" for name in wanted if name not in by_name]
    differences = [
        (name, key, value, by_name[name].get(key))
        for name, shape in wanted.items()
        if name in by_name
        for key, value in shape.items()
        if not _is_alike(value, by_name[name].get(key))
    ]
    problems += [f"{name} has {key} {_said(got)}, not {_said(value)}" for name, key, value, got in differences]
    is_fixed = any(key in _FIXED for _, key, _, _ in differences)
    need = "the app needs them" if len(wanted) > 1 else "the app needs it"
    return conclude(well=f"{', '.join(wanted)} as {need}", problems=problems, do=_MAKE_NEW if is_fixed else _DEPLOY)


def judge_dead_letters(found: Sequence[Queue]) -> Finding:
    """The function keep_dead_letter moves dead letters to quarantine, so that none should stay."""
    return conclude(
        well="none waits in a queue",
        warnings=[f"{queue.dead_letters} in {queue.name}" for queue in found if queue.dead_letters],
        do='see whether keep_dead_letter runs and what it logs; docs/operations.md, "Quarantine and dead letters"',
    )


def _is_alike(wanted: Any, found: Any) -> bool:
    """Azure leaves out what is off, and may write another queue as an address."""
    if isinstance(wanted, str):
        return last_part(str(found or "")).lower() == wanted.lower()
    return bool(found == wanted or (wanted is False and found is None))


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
