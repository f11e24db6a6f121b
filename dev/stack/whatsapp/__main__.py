"""`python -m dev.stack.whatsapp`: runs the stand-in until SIGINT or SIGTERM."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from dev.stack.log_lines import log_as_json
from dev.stack.play.play import Play
from dev.stack.settings import META
from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.catalogue import Catalogue, ConfigurationError, load_catalogue
from dev.stack.whatsapp.meta_app import MetaApp
from dev.stack.whatsapp.server import serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dev.stack.whatsapp", description="ACS, Meta's Graph API and WhatsApp."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--event-grid", required=True, metavar="URL", help="webhook that gets the events")
    parser.add_argument(
        "--without-sent", action="store_true", help="keep the status Sent from the webhook, as the filter in Azure does"
    )
    parser.add_argument("--configuration", type=Path, default=Path("contact_center.yaml"), metavar="FILE")
    parser.add_argument("--play-with", metavar="URL", help="origin of the app whose desk /play shows beside a phone")
    parser.add_argument("--play-key", default="", metavar="KEY", help="the key of that app")
    parser.add_argument(
        "--webhook",
        metavar="URL",
        help="where Meta's webhooks go to; the app's secrets are those in the environment, else the local ones",
    )
    parser.add_argument("--access-key", required=True, metavar="KEY", help="the ACS access key, base64")
    return parser.parse_args()


async def _run(catalogue: Catalogue, key: AccessKey, arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serve(
        catalogue=catalogue,
        key=key,
        webhook=arguments.event_grid,
        port=arguments.port,
        without_sent=arguments.without_sent,
        play=Play(arguments.play_with, arguments.play_key) if arguments.play_with else None,
        meta=_app_at_meta(arguments.webhook) if arguments.webhook else None,
    ) as address:
        logging.getLogger("whatsapp").info("listening on %s/, the phone page", address)
        await stopped.wait()


def _app_at_meta(webhook: str) -> MetaApp:
    token, secret, verify_token = (os.environ.get(name) or value for name, value in META.items())
    return MetaApp(access_token=token, app_secret=secret, verify_token=verify_token, webhook=webhook)


def main() -> int:
    """Runs the stand-in; 2 if it cannot start, with the reason on stderr."""
    arguments = _arguments()
    log_as_json()
    try:
        key = AccessKey(arguments.access_key)
        catalogue = load_catalogue(arguments.configuration)
        asyncio.run(_run(catalogue, key, arguments))
    except (ConfigurationError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"port {arguments.port} cannot be used: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
