"""Check a deployed environment from outside; ends 1 if there is a problem.

Signs in as the person who runs it: Azure CLI, else Azure Developer CLI.
"""

import argparse
import asyncio
import os
import sys

import aiohttp
from azure.identity.aio import AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential
from rich.console import Console

from dev.tools.doctor import target
from dev.tools.doctor.examination import examine
from dev.tools.doctor.findings import Level
from dev.tools.doctor.reading import Deployment
from dev.tools.doctor.report import as_json, show
from dev.tools.doctor.rest import AzureRest
from shared.adapters.system import SystemClock

_WRONG_USAGE = 2
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON, at the end")


def run(arguments: argparse.Namespace) -> int:
    try:
        examined = target.target_of(arguments, os.environ)
    except target.TargetError as error:
        print(error, file=sys.stderr)
        return _WRONG_USAGE
    try:
        return asyncio.run(_examine(examined, as_json_only=arguments.json))
    except KeyboardInterrupt:
        return _INTERRUPTED


async def _examine(examined: target.Target, *, as_json_only: bool) -> int:
    console = Console(highlight=False)
    found = []
    async with (
        aiohttp.ClientSession(trust_env=True) as session,
        ChainedTokenCredential(AzureCliCredential(), AzureDeveloperCliCredential()) as credential,
    ):
        clock = SystemClock()
        async for name, finding in examine(Deployment(examined, AzureRest(session, credential, clock), clock)):
            found.append((name, finding))
            if not as_json_only:
                show(name, finding, console)
    if as_json_only:
        print(as_json(found))
    return int(any(finding.level is Level.PROBLEM for _, finding in found))
