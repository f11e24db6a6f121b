"""A real `make run` on a pseudo-terminal, with customers who write and an agent who answers."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import tempfile
import termios
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from dev.commands.up import DEFAULT_READY_FILE
from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY
from dev.stack.story.addresses import Addresses
from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import call, client
from dev.stack.story.phones import Phones

_COLUMNS, _ROWS = 96, 60
_READY = "What happens now"
_READY_SECONDS = 120.0
_BREATH_SECONDS = 1.5
_LEA, _KARIM, _TOM = "+33639980127", "+33639980164", "+442079460018"


async def record(port_base: int) -> str:
    """What the terminal shows, with its escape sequences. Raises StackError and StoryError."""
    if DEFAULT_READY_FILE.exists():
        raise StackError(f"A stack is up, or was killed: end it, or remove {DEFAULT_READY_FILE}.")
    with tempfile.TemporaryDirectory(prefix="contact-centre-") as data:
        terminal = await _Terminal.start(
            *(sys.executable, "-m", "dev", "run", "--data", data, "--port-base", str(port_base))
        )
        try:
            await terminal.wait_for(_READY)
            await _live(Addresses.read(DEFAULT_READY_FILE))
            return terminal.shown
        finally:
            await terminal.end()


async def _live(addresses: Addresses) -> None:
    """A short morning: two questions, an answer, a closed window, a busy channel."""
    async with client() as http:
        phones = Phones(http, addresses.whatsapp)
        ana = ContactCentre(http, addresses, agent="ana", role="Supervisor")
        await phones.write(_LEA, "Ma facture, svp")
        await asyncio.sleep(_BREATH_SECONDS)
        await _answer(ana, _LEA, "La voici.")
        await phones.read(_LEA)
        await asyncio.sleep(_BREATH_SECONDS)
        await phones.write(_KARIM, "Ma commande ?", at=(datetime.now(UTC) - timedelta(hours=25)).isoformat())
        await asyncio.sleep(_BREATH_SECONDS)
        await _answer(ana, _KARIM, "Elle est partie hier.")
        await phones.write(_KARIM, "Merci, dites-moi")
        await asyncio.sleep(_BREATH_SECONDS)
        await call(http, "POST", f"{addresses.whatsapp}/faults", body={"next": 1, "status": 429, "retryAfter": 1})
        await phones.write(_TOM, "Hello?")
        await asyncio.sleep(2 * _BREATH_SECONDS)


async def _answer(ana: ContactCentre, phone: str, text: str) -> None:
    (conversation,) = [each for each in await ana.conversations() if each.phone == phone]
    await ana.reply(conversation.conversation_id, text)
    await asyncio.sleep(_BREATH_SECONDS)


class _Terminal:
    """A command on a pseudo-terminal."""

    def __init__(self, process: asyncio.subprocess.Process, reading: int) -> None:
        self.shown = ""
        self._process = process
        self._reading = reading
        self._news = asyncio.Event()
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(reading, self._read)

    @classmethod
    async def start(cls, *command: str) -> "_Terminal":
        reading, writing = pty.openpty()
        fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=REPOSITORY,
            env=dict(os.environ) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            stdin=writing,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
        )
        os.close(writing)
        return cls(process, reading)

    async def wait_for(self, text: str) -> None:
        """Raises StackError if the command ends or takes too long before it shows that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                while text not in self.shown and not self._closed:
                    await self._news.wait()
                    self._news.clear()
        if text not in self.shown:
            raise StackError(f"It did not come up:\n{self.shown}")

    async def end(self) -> None:
        """Interrupt it, as Ctrl-C does."""
        self._loop.remove_reader(self._reading)
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGINT)
        await self._process.wait()
        os.close(self._reading)

    def _read(self) -> None:
        try:
            self.shown += os.read(self._reading, 65_536).decode(errors="replace")
        except OSError:  # Linux says so when the other end is closed
            self._closed = True
            self._loop.remove_reader(self._reading)
        self._news.set()
