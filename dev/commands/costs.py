"""Reckon what a month of messages costs, from counted operations and list prices.

Prints the tables of docs/costs.md; quiet and busy are the two ends between which the bill lies.
"""

import argparse

from dev.tools.costs.bill import Deployment
from dev.tools.costs.prices import read_prices
from dev.tools.costs.report import tables
from dev.tools.costs.traffic import Traffic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--messages", type=_positive, default=1_000_000, metavar="N", help="a month, in and out (default: %(default)s)"
    )
    parser.add_argument(
        "--provider", choices=("acs", "whatsapp_cloud"), default="acs", help="of all numbers (default: %(default)s)"
    )
    parser.add_argument("--always-ready", choices=("on", "off"), default="on", help="(default: %(default)s)")
    parser.add_argument(
        "--memory", type=int, choices=(512, 2048, 4096), default=2048, help="MB of an instance (default: %(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    deployment = Deployment(always_ready=arguments.always_ready == "on", memory_mb=arguments.memory)
    traffic = Traffic(messages=arguments.messages, at_meta=arguments.provider == "whatsapp_cloud")
    for title, table in tables(traffic, deployment, read_prices()).items():
        print(f"{title}\n\n{table}\n")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
