"""Conversations that have ended, as reports find them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.state.closed_conversations import ClosedRow, MessageCounts
from shared.state.conversation import Closure
from shared.vocabulary.words import ClosureReason
from tests.fakes.world import CHANNEL, World

DAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def closed(number: int, at: datetime = DAY, **fields: Any) -> ClosedRow:
    """Ana's conversation of that number: answered after 60 seconds, ended at that time."""
    began = at - timedelta(hours=1)
    usual: dict[str, Any] = {
        "revision": 1,
        "conversation_id": f"{number:032x}-{number:026}",
        "contact_id": f"{number:032x}",
        "channel_id": CHANNEL,
        "workstream": "support",
        "queue": "general",
        "agent": "ana",
        "closure": Closure(reason=ClosureReason.AGENT_CLOSED, at=at),
        "created_at": began,
        "last_message_at": at,
        "version": 1,
        "answered_at": began + timedelta(seconds=60),
        "handled_seconds": 600,
        "counts": MessageCounts(received=2, sent=1),
    }
    return ClosedRow(**(usual | fields))


async def put(world: World, *rows: ClosedRow) -> None:
    """Put rows where settling would."""
    for row in rows:
        await world.centre.closed_conversations.put(row)
