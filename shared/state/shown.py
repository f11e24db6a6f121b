"""What a worker knows others to show of a contact: the row of a list, and the agents' rows."""

from dataclasses import dataclass

from shared.state.contact import Released
from shared.state.conversation import NeededSkill
from shared.state.holding import Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The row of a list as this worker wrote it last, or knows it to be.

    Attributes:
        etag: None where only the row in the waiting line was read: it changes whenever the list's row does.
        line: The key of its row in the waiting line, if it has one.
        line_etag: That row's, where it was read.
        skills: What that row asks of an agent.
    """

    queue: str
    conversation_id: str
    version: int
    etag: str | None
    line: str | None = None
    line_etag: str | None = None
    skills: tuple[NeededSkill, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What this worker knows the agents' rows to show: who has the conversation, and who does not any more."""

    holding: Holding | None = None
    released: tuple[Released, ...] = ()
