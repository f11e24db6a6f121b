"""A desk of the contact centre under test, as it learns of changes: polls that follow each other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from tests.flow.centre import Answer, Centre, Json
from tests.flow.waiting import DEADLINE


@dataclass(kw_only=True)
class LiveDesk:
    """Somebody of the team waits for changes, each call from where the last one ended.

    Attributes:
        client: Which of the person's browsers it is.
    """

    centre: Centre
    agent: str
    role: str = "Agent"
    client: str = "desk"
    cursor: str | None = None

    async def begin(self) -> Self:
        """Take the cursor of now."""
        await self.poll()
        return self

    async def poll(self, *opened: str, wait: int = 25) -> Json:
        """The next answer."""
        answer = await self.ask(*opened, wait=wait)
        assert answer.status == 200, answer
        self.cursor = str(answer.body["cursor"])
        return answer.body

    async def ask(self, *opened: str, wait: int = 25) -> Answer:
        """One call, whatever comes of it."""
        cursor = f"&cursor={self.cursor}" if self.cursor else ""
        path = f"/changes?client={self.client}&open={','.join(opened)}&wait={wait}{cursor}"
        return await self.centre.call("GET", path, role=self.role, agent=self.agent)

    async def told[T](self, look: Callable[[Json], T | None], *opened: str, wait: int = 25) -> T:
        """Poll until an answer has what is looked for; nothing that comes before may ask to read all anew.

        The numbers of queues come with answers, and end no wait: who looks for them asks for a shorter one.
        """
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            answer = await self.poll(*opened, wait=wait)
            assert not answer["resync"], answer
            if found := look(answer):
                return found
        raise AssertionError(f"{self.agent} was not told")

    async def is_shown(self, conversation_id: str) -> Json:
        """The next row of a conversation."""
        return await self.told(lambda answer: row_of(answer, conversation_id))


def row_of(answer: Json, conversation_id: str) -> Json | None:
    """The row of a conversation in an answer, if it has one."""
    rows: list[Json] = answer["rows"]
    return next((row for row in rows if row["conversationId"] == conversation_id), None)


def is_gone(answer: Json, conversation_id: str) -> bool:
    """Whether an answer takes a conversation away."""
    return conversation_id in [each["id"] for each in answer["gone"]]
