"""`python -m dev.stack.servicebus --port P --control-port C [--queues FILE]`: runs the stand-in until SIGTERM."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web

from dev.stack.log_lines import log_as_json
from dev.stack.servicebus.broker import Broker
from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.control import build_control
from dev.stack.servicebus.queues import DECLARED_QUEUES, DeclarationError, QueueDeclaration, read_declarations
from dev.stack.servicebus.server import Server
from dev.stack.servicebus.topics import DECLARED_TOPICS, read_topics

_HOST = "127.0.0.1"


async def serve(declarations: tuple[QueueDeclaration, ...], port: int, control_port: int) -> None:
    """Serve both ports on loopback until the process is told to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    broker = Broker(declarations, Clock(), read_topics(DECLARED_TOPICS))
    async with Server(broker, _HOST, port) as server:
        runner = web.AppRunner(build_control(broker, server), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, control_port).start()
            await ended.wait()
        finally:
            await runner.cleanup()


def main() -> int:
    """Read the command line and serve; return 2 if queues or ports can't be used."""
    parser = argparse.ArgumentParser(
        prog="python -m dev.stack.servicebus", description="A stand-in for Azure Service Bus."
    )
    parser.add_argument("--port", type=int, required=True, help="AMQP port")
    parser.add_argument("--control-port", type=int, required=True, help="HTTP port for tests and people")
    parser.add_argument("--queues", type=Path, default=DECLARED_QUEUES, help="declared queues, a JSON file")
    arguments = parser.parse_args()
    log_as_json()
    try:
        asyncio.run(serve(read_declarations(arguments.queues), arguments.port, arguments.control_port))
    except (DeclarationError, OSError) as error:
        print(f"Service Bus stand-in: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
