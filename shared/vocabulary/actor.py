"""Who does something to a conversation."""

from dataclasses import dataclass

from shared.vocabulary.identity import same_agent
from shared.vocabulary.message import Author
from shared.vocabulary.words import AuthorType


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person of the team.

    Attributes:
        id: As the agent's record writes it.
        name: None without a record.
        is_agent: Else a supervisor, who may act on conversations of others.
    """

    id: str
    name: str | None
    is_agent: bool

    @property
    def shown(self) -> str:
        """What the history calls this person."""
        return self.name or self.id

    @property
    def author(self) -> Author:
        """Who wrote a line of the history, if this person did."""
        return Author(type=AuthorType.AGENT, id=self.id, name=self.name)

    def same_as(self, agent: str | None) -> bool:
        """Tell whether this is the agent with an id."""
        return same_agent(self.id, agent)
