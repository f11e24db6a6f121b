"""The timer of a contact has fired: what is over is decided."""

from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.deadlines.timer import decide_timer
from shared.queue.messages import TimerFired
from shared.routing.revising import revise_and_settle
from shared.settling.settler import Settler
from shared.state.team import NOBODY_ASKED


class HandleTimer:
    """Decides the deadlines of a contact that are over, and settles it, also when there are none."""

    def __init__(self, committer: Committer, settler: Settler, configuration: Configuration) -> None:
        self._committer = committer
        self._settler = settler
        self._configuration = configuration

    async def __call__(self, message: TimerFired) -> str | None:
        """See `Handler`."""
        return await revise_and_settle(
            self._committer,
            self._settler,
            message.contact_id,
            lambda current, now: decide_timer(current, message.generation, self._configuration, NOBODY_ASKED, now),
        )
