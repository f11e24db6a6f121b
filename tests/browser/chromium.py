"""Drives a headless Chromium through its DevTools protocol: opens a page, types, clicks, looks at what is shown."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from dev.tools.picture.browser import CHROMIUM

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--lang=en-GB",
)
_DEADLINE = 20.0


class Page:
    """One open page. `errors` has what its scripts failed with or the browser refused."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self._socket = socket
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def listen(self) -> None:
        """Takes what the browser says, until the page is closed."""
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            elif said["method"] == "Runtime.exceptionThrown":
                self.errors.append(str(said["params"]["exceptionDetails"]))
            elif said["method"] == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.errors.append(said["params"]["entry"]["text"])

    async def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command of the DevTools protocol, with its result."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        answer = self._answers[number]
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(_DEADLINE):
            said = await answer
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        result = await self.command("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, expression: str) -> None:
        """Waits until a JavaScript expression is true."""
        look = f"const look = () => ({expression}) ? done() : setTimeout(look, 20); look();"
        await self.evaluate(f"new Promise((done) => {{ {look} }})")

    async def resize(self, width: int, height: int) -> None:
        """Gives the page the size of a screen."""
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def click(self, selector: str) -> None:
        """Clicks in the middle of an element."""
        middle = await self.evaluate(
            f"(() => {{ const box = document.querySelector({selector!r}).getBoundingClientRect();"
            " return {x: box.x + box.width / 2, y: box.y + box.height / 2}; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.command("Input.dispatchMouseEvent", type=kind, **middle, button="left", clickCount=1)

    async def choose_file(self, selector: str, file: Path) -> None:
        """Chooses a file in a file field."""
        root = await self.command("DOM.getDocument")
        field = await self.command("DOM.querySelector", nodeId=root["root"]["nodeId"], selector=selector)
        await self.command("DOM.setFileInputFiles", files=[str(file)], nodeId=field["nodeId"])

    async def type(self, text: str) -> None:
        """Types into what has the focus."""
        await self.command("Input.insertText", text=text)

    async def press(self, key: str, code: int, text: str = "") -> None:
        """Presses a key, such as Tab (9) or Enter (13, "\\r")."""
        event: Mapping[str, object] = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.command("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **event)


@contextmanager
def chromium(profile: Path) -> Iterator[str]:
    """Starts a browser with a new profile in an empty folder; yields the address of its DevTools."""
    assert CHROMIUM, "Chromium is not installed"
    browser = subprocess.Popen(
        [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{_port(profile / 'DevToolsActivePort')}"
    finally:
        browser.terminate()
        browser.wait()


@asynccontextmanager
async def browse(devtools: str, address: str) -> AsyncIterator[Page]:
    """Opens a page in a tab of its own."""
    async with aiohttp.ClientSession() as session:
        async with session.put(f"{devtools}/json/new?about:blank") as answer:
            tab = await answer.json()
        async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            for domain in ("Page", "Runtime", "Log"):
                await page.command(f"{domain}.enable")
            await page.command("Page.navigate", url=address)
            await page.until("document.readyState === 'complete'")
            yield page
        await listening
        async with session.get(f"{devtools}/json/close/{tab['id']}"):
            pass


def _port(file: Path) -> int:
    """The port that the browser chose, once it wrote it."""
    deadline = time.monotonic() + _DEADLINE
    while not (file.exists() and "\n" in file.read_text()):
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.05)
    return int(file.read_text().splitlines()[0])
