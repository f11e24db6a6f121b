"""An average day on a stack: what the app's worker spends of the processor on a customer's message.

Customers write to conversations that are open, some are answered, and they read the answer. Nothing is asked of the app
meanwhile that a day would not bring.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import call
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.tools.day import REPLIES

MESSAGES = 100
_AT_ONCE = 8
_LOOK_AGAIN_SECONDS = 0.02
_DELIVERED_WITHIN_SECONDS = 20.0
_QUIET_SECONDS = 1.0
_QUIET_WITHIN_SECONDS = 60.0
_TICKS_A_SECOND = 100  # of /proc, on every Linux machine
_USER, _SYSTEM = 11, 12  # where they stand behind the name, in proc_pid_stat(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The process that runs the app; `address` tells its id."""

    http: aiohttp.ClientSession
    address: str

    async def cpu_seconds(self) -> float:
        """What it has used of the processor, once it has nothing to do. Raises StoryError if it never has."""
        before = await self._used()
        for _ in range(round(_QUIET_WITHIN_SECONDS / _QUIET_SECONDS)):
            await asyncio.sleep(_QUIET_SECONDS)
            used = await self._used()
            if used - before <= 1 / _TICKS_A_SECOND:
                return used
            before = used
        raise StoryError("The app's worker does not come to rest.")

    async def _used(self) -> float:
        return _cpu_seconds_of((await call(self.http, "GET", self.address))["pid"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Customers with open conversations, by phone and conversation, and who answers them."""

    conversations: Sequence[tuple[str, str]]
    phones: Phones
    supervisor: ContactCentre
    channel: str

    async def cost(self, worker: Worker) -> float:
        """Milliseconds of the processor, a message of a customer's. Raises StoryError if it can't be measured."""
        before = await worker.cpu_seconds()
        slots = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._message(turn, slots) for turn in range(MESSAGES)))
        return 1000 * (await worker.cpu_seconds() - before) / MESSAGES

    async def _message(self, turn: int, slots: asyncio.Semaphore) -> None:
        phone, conversation_id = self.conversations[turn % len(self.conversations)]
        async with slots:
            await self.phones.write(phone, "Une question", channel=self.channel)
            if int((turn + 1) * REPLIES) > int(turn * REPLIES):
                await self.supervisor.reply(conversation_id, text := f"Réponse {turn}")
                await self._delivered(phone, text)
                await self.phones.read(phone)

    async def _delivered(self, phone: str, text: str) -> None:
        for _ in range(round(_DELIVERED_WITHIN_SECONDS / _LOOK_AGAIN_SECONDS)):
            if any(each.text == text and each.is_delivered for each in await self.phones.messages(phone)):
                return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        raise StoryError(f"A reply was not delivered within {_DELIVERED_WITHIN_SECONDS:.0f} s.")


def _cpu_seconds_of(pid: int) -> float:
    """What a process has used of the processor, as Linux knows it. Raises StoryError elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError as error:
        raise StoryError(f"only Linux tells what the app's worker used of the processor ({error})") from error
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_A_SECOND
