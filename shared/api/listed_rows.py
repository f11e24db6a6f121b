"""The rows of lists that a caller may see: of queues, of an agent, of those that failed, or were closed on a day."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from shared.api.access import lies_with, visibility_of
from shared.api.call import Call
from shared.state.agent import Agent, LoadKind
from shared.state.agents import ME, NOBODY
from shared.state.list_row import ListRow
from shared.vocabulary.identity import same_agent


async def rows_of(call: Call, queues: Sequence[str], agent_id: str | None) -> Sequence[ListRow]:
    """Return the conversations that are not closed, of these queues (none: of all) or with this agent.

    An agent sees its own queues, and what it has in hand or is offered, whatever the queue.
    """
    if agent_id and not same_agent(agent_id, NOBODY):
        return await _of_agent(call, agent_id)
    # What a desk was told of before is not told again: the list has it, be it given to the caller just now.
    own = await replace(call, agent_read_anew=True).agent()
    visibility = visibility_of(call.known_caller, own)
    if visibility.queues is None:
        return await _of_queues(call, queues or await _all_queues(call))
    wanted = visibility.queues & set(queues) if queues else visibility.queues
    listed, elsewhere = await asyncio.gather(_of_queues(call, wanted), _of_load(call, own, besides=wanted))
    return [*listed, *(row for row in elsewhere if visibility.sees(row))]


async def failed_rows(call: Call, queues: Sequence[str]) -> Sequence[ListRow]:
    """Return the closed conversations of these queues (none: of all) whose message failed, and nobody has seen it.

    Every list is looked through, an agent's own or not: one that was its own may have been in another queue.
    """
    visibility = await call.visibility()
    wanted = queues or await _all_queues(call)
    lists = await asyncio.gather(*(call.services.conversation_lists.list_closed(queue) for queue in wanted))
    return [row for rows in lists for row in rows if visibility.sees(row)]


async def closed_rows(call: Call, day: date) -> Sequence[ListRow]:
    """Return the conversations that were closed on a day (UTC), unless their customer was erased."""
    visibility = await call.visibility()
    closed = await call.services.closed_conversations.of_day(day)
    rows = [each.listed for each in closed if not each.erased]
    return [row for row in rows if visibility.sees(row)]


def is_agents(row: ListRow, asked: str, caller_id: str) -> bool:
    """Tell whether a conversation is that agent's, or offered to that agent; `none`: whether it is nobody's."""
    if same_agent(asked, NOBODY):
        return row.agent is None
    return lies_with(row, caller_id if same_agent(asked, ME) else asked)


async def _of_queues(call: Call, queues: Iterable[str]) -> Sequence[ListRow]:
    lists = await asyncio.gather(*(call.services.conversation_lists.list(queue) for queue in queues))
    return [row for rows in lists for row in rows]


async def _all_queues(call: Call) -> Iterable[str]:
    """Return the queues of the configuration, and those that it has lost and that may still hold conversations."""
    return call.services.configuration.queues.keys() | await call.services.queue_names.known()


async def _of_load(call: Call, agent: Agent | None, besides: Collection[str] = ()) -> Sequence[ListRow]:
    """Return what an agent has in hand, is offered, or has set aside, in other queues than these: a point read each."""
    if agent is None:
        return ()
    has = [(agent.load[each].queue, each) for each in agent.conversations(LoadKind.HELD, LoadKind.PARKED)]
    lists = call.services.conversation_lists
    rows = await asyncio.gather(*(lists.find(queue, each) for queue, each in has if queue not in besides))
    return [row for row in rows if row]


async def _of_agent(call: Call, agent_id: str) -> Sequence[ListRow]:
    """Return what an agent has, by the agent's load, as far as the caller may see it."""
    visibility, caller_id = await call.visibility(), call.known_caller.id
    wanted = caller_id if same_agent(agent_id, ME) else agent_id
    rows = await _of_load(call, await call.services.agents.find(wanted))
    return [row for row in rows if visibility.sees(row)]
