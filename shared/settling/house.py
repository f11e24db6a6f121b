"""Settling: the first of a day that a worker settles asks for the day's housekeeping."""

from shared.queue.house_requests import HouseRequests
from shared.state.contact_store import StoredContact


class AskForHouse:
    """Asks once a day."""

    def __init__(self, requests: HouseRequests) -> None:
        self._requests = requests

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Ask, unless this worker has today."""
        await self._requests.ask()
        return stored
