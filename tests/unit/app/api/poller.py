"""A desk that polls."""

from collections.abc import Mapping
from typing import Any

from tests.unit.app.api.desk import ANA, Answer, Desk


class Poller:
    """A desk that polls: each call goes on where the last one ended."""

    def __init__(self, desk: Desk, caller: Mapping[str, str] = ANA, client: str = "one") -> None:
        self.desk = desk
        self.caller = caller
        self.client = client
        self.cursor: str | None = None

    async def begin(self) -> "Poller":
        """Take the cursor of now."""
        await self.poll()
        return self

    async def poll(self, *opened: str, wait: int = 0, shift: int | None = None) -> Any:
        """The answer to one poll, a second after the one before: as often as the log is read."""
        self.desk.world.clock.step(1)
        answer = await self.ask(*opened, wait=wait, shift=shift)
        assert answer.status == 200, answer.json
        self.cursor = answer.json["cursor"]
        return answer.json

    async def ask(self, *opened: str, wait: int = 0, shift: int | None = None) -> Answer:
        """One poll, whatever comes of it."""
        cursor = f"&cursor={self.cursor}" if self.cursor is not None else ""
        on_shift = f"&shift={shift}" if shift is not None else ""
        path = f"/changes?client={self.client}&open={','.join(opened)}&wait={wait}{cursor}{on_shift}"
        return await self.desk.get(path, self.caller)

    async def told(self, *opened: str, wait: int = 2) -> tuple[list[str], list[str], list[str]]:
        """The ids of (rows, gone, threads) in the next answer."""
        answer = await self.poll(*opened, wait=wait)
        return (
            [row["conversationId"] for row in answer["rows"]],
            [each["id"] for each in answer["gone"]],
            [each["id"] for each in answer["threads"]],
        )
