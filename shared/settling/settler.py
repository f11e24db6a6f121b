"""Settling: what is committed comes to the world. Every change to a contact ends here, whoever made it.

The lists first, then what other contacts have to be told, then the unsent messages: `shared.composition.effects` has
the list.
"""

from collections.abc import Awaitable, Callable, Sequence

from shared.state.contact_store import StoredContact

type Step = Callable[[StoredContact], Awaitable[StoredContact]]
"""Brings one part of a contact's committed state to the world; the contact as it is afterwards.

A step is idempotent: after a crash, or when a message is delivered again, doing it once more is the repair. Raises
Unavailable when something is left to do.
"""


class Settler:
    """Settles contacts.

    Args:
        steps: In the order in which they are taken.
        sending: The one of them that talks to the channel.
    """

    def __init__(self, steps: Sequence[Step], sending: Step) -> None:
        self._steps = steps
        self._sending = sending

    async def settle(self, stored: StoredContact, *, send: bool = True) -> StoredContact:
        """Bring a contact's committed state to the world; the contact as it is afterwards.

        Args:
            send: Whether to send what is unsent, which may take as long as the channel likes. Whoever leaves it out has
                the contact checked.

        Raises:
            Unavailable: Something is left to do; settle again.
        """
        for step in self._steps:
            if send or step != self._sending:
                stored = await step(stored)
        return stored
