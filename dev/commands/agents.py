"""Bring agents from a file into an environment, or make their loads say what their conversations do."""

import argparse
import asyncio
import sys
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.progress import track

from dev.stack.story.calls import client
from dev.stack.story.errors import RefusedError, StoryError
from dev.tools.agents.csv_file import read
from dev.tools.agents.loads import by_agent
from dev.tools.environment import Environment, add_api_arguments

_MOST_AT_ONCE = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    bring = actions.add_parser(
        "import", help="write the records of agents", description="Write the records of agents; again does no harm."
    )
    bring.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="CSV with the columns id,name,queues,capacity,skills; queues and skills split by ;, a skill is name:level",
    )
    recompute = actions.add_parser(
        "recompute", help="make each agent's load say what the agent's conversations do", description=_recompute.__doc__
    )
    for action in (bring, recompute):
        add_api_arguments(action)


def run(arguments: argparse.Namespace) -> int:
    act = _import if arguments.action == "import" else _recompute
    try:
        return asyncio.run(act(arguments))
    except (OSError, StoryError) as error:
        print(error, file=sys.stderr)
        return 1


async def _import(arguments: argparse.Namespace) -> int:
    try:
        text = arguments.file.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        print(f"{arguments.file}: expected text in UTF-8, as Excel saves it as CSV UTF-8: {error}", file=sys.stderr)
        return 1
    async with client() as http:
        environment = Environment.of(http, arguments)
        queues = [queue["name"] for queue in await environment.items("/queues") if queue["configured"]]
        agents, problems = read(text, queues)
        for problem in problems:
            print(f"{arguments.file}: {problem}", file=sys.stderr)
        if problems:
            print("Nothing was written.", file=sys.stderr)
            return 1
        refused = 0
        for agent in track(agents, "Agents", console=Console(stderr=True)):
            try:
                await environment.call("PUT", _path(agent.agent_id), agent.body)
            except RefusedError as error:
                refused += 1
                print(f"{arguments.file}: line {agent.line}: {error}", file=sys.stderr)
    written = len(agents) - refused
    print(f"{written} {'agent was' if written == 1 else 'agents were'} written.")
    return int(refused > 0)


async def _recompute(arguments: argparse.Namespace) -> int:
    """Compare each agent's load with the conversations; what is younger than a minute is left alone."""
    async with client() as http:
        environment = Environment.of(http, arguments)
        held = by_agent(await environment.items("/conversations", sort="recent"))
        agents = [agent["agentId"] for agent in await environment.items("/agents")]
        mended = 0
        for agent_id in track(agents, "Agents", console=Console(stderr=True)):
            body = {"conversations": held.get(agent_id.lower(), [])[:_MOST_AT_ONCE]}
            mended += (await environment.call("POST", f"{_path(agent_id)}/recompute", body))["mended"]
    found = "nothing was wrong" if mended == 0 else f"{mended} wrong {'entry' if mended == 1 else 'entries'} mended"
    print(f"Loads of {len(agents)} agents compared with their conversations: {found}.")
    return 0


def _path(agent_id: str) -> str:
    return f"/agents/{quote(agent_id, safe='')}"
