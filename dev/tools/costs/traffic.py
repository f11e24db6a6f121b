"""A month of messages, and the executions that they cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from dev.tools.costs.steps import STEPS

STATUSES_A_MESSAGE = 3
"""Sent, delivered, read."""
STATUSES_FILTERED = 1
"""Sent, unless `SENT_STATUSES` lets it through: the event subscription keeps it out."""
TIMERS_A_CONVERSATION = 3
"""Assumed: one from its opening, one from its assignment, and the one that this arms when it is due."""
TURNS_A_CONVERSATION = 1
"""Assumed: nobody else joins a line in the same second."""
EMPTY_TURNS_A_TURN = 3
"""At most: the next one, the one a minute later, and the one at a full minute; a busy team shares them."""
FILES_A_MESSAGE = 0.1
"""Assumed: one in ten of the customers' messages is a picture, a voice message or a document, and is copied."""
READS_A_MESSAGE = 2
"""Assumed: for each message of a customer the desk asks for the list and for the history."""


SECONDS_AT_WORK = 160 * 3600
"""A month."""
SECONDS_A_POLL = 25
"""Where nothing changes; else an answer comes sooner, and the desk asks again after a second at least."""
DESKS_AN_INSTANCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Messages in and out, as many one way as the other.

    Each conversation is a new customer's, which costs most: its first message is greeted; the team answers the others.

    Attributes:
        messages: In and out together, a month.
        files_a_message: The part of the customers' messages that brings a file.
        desks: Those that wait for changes, all the time that somebody is at work.
        sent_statuses: Whether the status Sent comes to the app, too.
        at_meta: Whether every number is at Meta's Cloud API: Meta calls the app, with every status, and neither ACS
            nor Event Grid is on the way.
    """

    messages: float
    messages_a_conversation: float = 10
    files_a_message: float = FILES_A_MESSAGE
    desks: float = 0
    sent_statuses: bool = False
    at_meta: bool = False

    @property
    def conversations(self) -> float:
        return self.messages / self.messages_a_conversation

    @property
    def incoming(self) -> float:
        return self.messages / 2

    @property
    def outgoing(self) -> float:
        return self.messages / 2

    @property
    def statuses(self) -> float:
        return self.outgoing * STATUSES_A_MESSAGE - self.filtered_events

    @property
    def filtered_events(self) -> float:
        """What Event Grid takes and delivers to nobody."""
        return 0 if self.sent_statuses or self.at_meta else self.outgoing * STATUSES_FILTERED

    @property
    def replies(self) -> float:
        return self.outgoing - self.conversations

    @property
    def checks(self) -> float:
        """Of replies; a timer finds as little to do, or counts with what it does."""
        return self.replies * STEPS["reply"].queue_sends + self.conversations * TIMERS_A_CONVERSATION

    @property
    def turns(self) -> float:
        """Those that give somebody a conversation; each announces it, to be mended."""
        return self.conversations * TURNS_A_CONVERSATION

    @property
    def files(self) -> float:
        """What customers send beside words."""
        return self.incoming * self.files_a_message

    @property
    def timed(self) -> float:
        """Messages that `timers` forwards when due: checks, timers, turns and their announcements, copies of files."""
        return self.checks + self.turns * (1 + EMPTY_TURNS_A_TURN + 1) + self.files

    @property
    def events(self) -> float:
        """What Event Grid delivers, or Meta."""
        return self.incoming + self.statuses

    @property
    def polls(self) -> float:
        """Requests of desks that wait for changes, where there are none."""
        return self.desks * SECONDS_AT_WORK / SECONDS_A_POLL

    @property
    def waiting_s(self) -> float:
        """How long instances are kept active by desks that wait; each reads the log of changes once a second then."""
        return ceil(self.desks / DESKS_AN_INSTANCE) * SECONDS_AT_WORK

    def executions(self) -> Mapping[str, float]:
        """How often each step runs."""
        return {
            "webhook" if self.at_meta else "ingest": self.events,
            "first_message": self.conversations,
            "route": self.incoming - self.conversations,
            "turn": self.turns,
            "empty_turn": self.turns * EMPTY_TURNS_A_TURN,
            "reservations": self.turns,
            "first_status": self.outgoing,
            "status": self.statuses - self.outgoing,
            "check": self.checks,
            "copy": self.files,
            "reply": self.replies,
            "read": self.incoming * READS_A_MESSAGE,
            "poll": self.polls,
        }
