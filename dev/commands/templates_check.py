"""Compare the templates of contact_center.yaml with what the channels of an environment list; ends 1 on a mismatch."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dev.stack.story.calls import client
from dev.stack.story.errors import RefusedError, StoryError
from dev.tools.environment import Environment, add_api_arguments
from shared.configuration import Channel, Configuration, ConfigurationError, Template, read_configuration
from shared.configuration.template_texts import HeaderKind
from shared.replies.approval import Listing
from shared.replies.template_overview import overview
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=Path("contact_center.yaml"))
    add_api_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    try:
        configuration = read_configuration(file)
        return asyncio.run(_check(configuration, arguments))
    except ConfigurationError as error:
        for problem in error.problems:
            print(f"{file}: {problem}", file=sys.stderr)
    except StoryError as error:
        print(error, file=sys.stderr)
    return 1


async def _check(configuration: Configuration, arguments: argparse.Namespace) -> int:
    wrong = False
    async with client() as http:
        environment = Environment.of(http, arguments)
        await _have_them_asked(environment)
        for channel in configuration.channels.values():
            wrong |= await _check_channel(environment, channel, configuration.templates)
    return int(wrong)


async def _have_them_asked(environment: Environment) -> None:
    """The readiness check asks the channels, Meta's once in ten minutes; what was listed last is compared."""
    try:
        await environment.call("GET", "/health/ready")
    except RefusedError as error:
        print(f"What was read last is compared: {error}", file=sys.stderr)


async def _check_channel(environment: Environment, channel: Channel, templates: Mapping[str, Template]) -> bool:
    """Print what is not as the file says; whether something can't be sent."""
    if not (await environment.call("GET", f"/templates?limit=1&channel={channel.name}"))["listedAt"]:
        print(f"{channel.name}: the channel could not be asked for its templates")
        return True
    listing = Listing.of(_listed(await environment.items("/templates", channel=channel.name)))
    states = [state for states in overview(templates, listing).values() for state in states if state.written]
    for state in states:
        for found, sign in [*((each, "✗") for each in state.obstacles), *((each, "!") for each in state.differences)]:
            print(f"{sign} {channel.name}: {state.name} ({state.language}) {found}")
    unusable = sum(bool(state.obstacles) for state in states)
    print(f"{channel.name}: {len(states) - unusable} of {len(states)} texts of templates can be sent")
    return unusable > 0


def _listed(items: Sequence[Mapping[str, Any]]) -> Iterator[ListedTemplate]:
    """What the channel lists, out of what the API shows of both sides."""
    for item in items:
        for side in item["languages"].values():
            if side["channelLanguage"]:
                yield ListedTemplate(
                    name=item["name"],
                    language=side["channelLanguage"],
                    status=side["status"],
                    definition=_definition(side["channel"]) if side["channel"] else None,
                )


def _definition(parts: Mapping[str, Any]) -> Definition:
    return Definition(
        body=parts["text"],
        header=_header(parts["header"]) if parts["header"] else None,
        footer=parts["footer"] or "",
        buttons=tuple(
            Button(
                type=each["kind"].upper(), text=each.get("quickReply") or each.get("text", ""), url=each.get("url", "")
            )
            for each in parts["buttons"]
        ),
        others=tuple(parts["others"]),
        category=parts.get("category", ""),
    )


def _header(shown: str) -> Header:
    return Header(format=shown.upper()) if shown in tuple(HeaderKind) else Header(format="TEXT", text=shown)
