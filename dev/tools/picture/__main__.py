"""`python -m dev.tools.picture [FILE] [--port-base N]`: runs the stack on a terminal and draws what that shows.

No stack of this repository may be up meanwhile.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.ports import DEFAULT_BASE
from dev.stack.story.errors import StoryError
from dev.tools.picture.drawing import draw
from dev.tools.picture.session import record


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.tools.picture", description="Draw what `make run` shows.")
    parser.add_argument("file", type=Path, nargs="?", default=Path("docs/make-run.png"), metavar="FILE")
    parser.add_argument("--port-base", type=int, default=DEFAULT_BASE, metavar="N")
    arguments = parser.parse_args()
    try:
        shown = asyncio.run(record(arguments.port_base))
    except (StackError, StoryError) as error:
        print(error, file=sys.stderr)
        return 1
    draw(f"\x1b[32m$\x1b[0m make run\r\n{shown}", title="make run").save(arguments.file, optimize=True)
    print(f"{arguments.file}: {arguments.file.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
