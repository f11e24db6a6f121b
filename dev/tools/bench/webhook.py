"""`python -m dev.tools.bench.webhook --port P`: takes every event of the WhatsApp stand-in and forgets it."""

import argparse
import asyncio

from aiohttp import web


async def _take(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def _serve(port: int) -> None:
    application = web.Application()
    application.router.add_post("/{path:.*}", _take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m dev.tools.bench.webhook", description="A webhook that does nothing."
    )
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
