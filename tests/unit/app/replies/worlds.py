"""Worlds in which replies are written."""

from typing import Any

from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World

PING = "Bonjour client, nous avons une réponse pour vous : {}"


async def silent_for(seconds: float, **replies: Any) -> World:
    """The customer wrote that long ago."""
    world = World(sample(**replies))
    await world.customer("Bonjour")
    await world.pass_time(seconds)
    return world


async def closed(**replies: Any) -> World:
    """The window of the only contact is closed."""
    return await silent_for(25 * HOURS, **replies)
