"""`python -m dev.tools.picture [FILE]`: starts a stack of its own, uses `/play` in Chromium, and takes a picture."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from dev.stack.errors import StackError
from dev.stack.running import running_stack
from dev.tools.picture.browser import CHROMIUM
from dev.tools.picture.story import take_picture


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.tools.picture", description="Take the picture of /play.")
    parser.add_argument("file", type=Path, nargs="?", default=Path("docs/play.png"), metavar="FILE")
    file: Path = parser.parse_args().file
    if CHROMIUM is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 1
    try:
        asyncio.run(_picture(CHROMIUM, file))
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
    return 0


async def _picture(browser: str, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="contact-centre-") as data:
        async with running_stack(data=Path(data)) as stack, async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            await take_picture(chromium, stack.ready, file)


if __name__ == "__main__":
    sys.exit(main())
