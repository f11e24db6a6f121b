"""What changes, live: a desk asks, and is answered as soon as there is something to say (a long poll)."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from shared.api.call import Call
from shared.api.endpoints.conversation_answers import summaries
from shared.api.endpoints.conversation_views import ConversationSummary
from shared.api.models import SEVERAL, Query, View, absent
from shared.api.operations import Operation
from shared.commands.finding import find_conversation
from shared.distribution.queue_lengths import seconds_waited
from shared.live.places import LONGEST_WAIT
from shared.live.sight import Sight
from shared.live.waiting import Asked, Told
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import CONVERSATION_ID_FORM

_PATIENCE: Final = timedelta(seconds=30)
_POLL_LATER_MS: Final = 5_000
_MOST_OPEN: Final = 5
_LONGEST_CURSOR: Final = 6_000
_DIGITS: Final = StringConstraints(pattern="^[0-9]{1,2}$")


def _in_time(wait: str) -> str:
    if int(wait) > LONGEST_WAIT.total_seconds():
        raise ValueError("expected 0 to 25 seconds")
    return wait


class ChangesQuery(Query):
    """What a desk says of itself: how far it was told, what it has open, and whether its agent is on shift."""

    cursor: Annotated[str, StringConstraints(max_length=_LONGEST_CURSOR)] | None = Field(
        default=None, description="Of the answer before; without one the answer is the cursor of now, at once."
    )
    open: Annotated[
        tuple[Annotated[str, Field(pattern=CONVERSATION_ID_FORM)], ...], SEVERAL, Field(max_length=_MOST_OPEN)
    ] = Field(default=(), description="The ids of conversations that are open, at most five, with commas between.")
    client: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1,64}$")] = Field(
        default="-", description="Chosen at random by each browser: a newer call of the same one ends the older."
    )
    shift: Literal["0", "1"] | None = Field(
        default=None, description="1: the agent is on shift, and is there as long as this is said; 0: no more."
    )
    wait: Annotated[str, _DIGITS, AfterValidator(_in_time)] = Field(
        default="25", description="Seconds, 0 to 25, after which the answer comes even if nothing has changed."
    )


class GoneView(View):
    """A conversation that the caller may not see any more; to be applied if what is shown is older."""

    id: str
    version: int


class ThreadView(View):
    """Messages of an open conversation changed, the oldest of them at `from`."""

    id: str
    revision: int
    from_: AwareDatetime = Field(serialization_alias="from")


class QueueNumbers(View):
    """How many wait in a queue, and how long the first of them has."""

    length: int
    oldest_wait_seconds: int | None


class ChangesView(View):
    """What changed since the cursor. `resync`: too much, or the cursor is too old; read the lists anew."""

    cursor: str
    rows: tuple[ConversationSummary, ...]
    gone: tuple[GoneView, ...]
    threads: tuple[ThreadView, ...]
    viewers: dict[str, tuple[str, ...]] = Field(description="Who else has the open conversations open, by id.")
    queues: dict[str, QueueNumbers]
    resync: bool
    poll_after_ms: int | None = absent()


async def watch(call: Call) -> ChangesView:
    """Say what changed for the caller, as soon as it does."""
    query: ChangesQuery = call.query
    if query.shift is not None and (agent := await call.agent()):
        await call.services.shifts.note(agent, on_shift=query.shift == "1")
    began = call.until - _PATIENCE
    told = await call.services.live.poll(
        Asked(
            caller_id=call.known_caller.id,
            client=query.client,
            cursor=query.cursor or None,
            opened=tuple(dict.fromkeys(query.open)),
            until=began + timedelta(seconds=int(query.wait)),
            sight=lambda: _sight(call),
            may_see=lambda conversation_id: _may_see(call, conversation_id),
        )
    )
    return await _view(call, told)


async def _sight(call: Call) -> Sight:
    visibility = await call.visibility()
    return Sight(queues=visibility.queues, agent=visibility.agent)


async def _may_see(call: Call, conversation_id: str) -> bool:
    visibility = await call.visibility()
    try:
        await find_conversation(call.services.contacts, conversation_id, visibility.sees)
    except Refused:
        return False
    return True


async def _view(call: Call, told: Told) -> ChangesView:
    return ChangesView(
        cursor=told.cursor.encode(),
        rows=await summaries(call, told.rows),
        gone=tuple(GoneView(id=each, version=version) for each, version in told.gone.items()),
        threads=tuple(
            ThreadView(id=each, revision=thread.revision, from_=thread.since) for each, thread in told.threads.items()
        ),
        viewers={each: tuple(agents) for each, agents in told.viewers.items()},
        queues=await _queues(call),
        resync=told.resync,
        poll_after_ms=_POLL_LATER_MS if told.poll_later else None,
    )


async def _queues(call: Call) -> dict[str, QueueNumbers]:
    visible, lengths = (await call.visibility()).queues, call.services.queue_lengths
    names = sorted(each for each in call.services.configuration.queues if visible is None or each in visible)
    now = call.clock.now()
    return {
        each.queue: QueueNumbers(length=each.length, oldest_wait_seconds=seconds_waited(each.oldest_since, now))
        for each in await lengths.of(names)
    }


WATCH: Final = Operation(endpoint=watch, query=ChangesQuery, answer=ChangesView, patience=_PATIENCE, quiet=True)
