"""What many closed conversations come to: how many, and how long things took. Pure; a day that is over is stored so."""

import math
from dataclasses import dataclass, field, fields

from shared.state.closed_conversations import ClosedRow
from shared.state.conversation import SurveyStatus

NOBODY = ""
"""Stands for the agent of conversations that nobody had."""
_EXACT_BELOW = 1_000


@dataclass(slots=True, kw_only=True)
class Spread:
    """How long something took, many times, in seconds.

    Attributes:
        total, longest: To the second.
        times: How often it took how long; from 1,000 seconds on with three digits, so that there are few of them.
    """

    total: int = 0
    longest: int = 0
    times: dict[int, int] = field(default_factory=dict)

    @property
    def mean(self) -> float | None:
        """How long it took on average; None where it never happened."""
        count = sum(self.times.values())
        return round(self.total / count, 1) if count else None

    def percentile(self, percent: int) -> int | None:
        """Return the shortest time that covers so many of a hundred; None where it never happened."""
        left = math.ceil(sum(self.times.values()) * percent / 100)
        for seconds, count in sorted(self.times.items()):
            left -= count
            if left <= 0:
                return min(seconds, self.longest)
        return None

    def add(self, seconds: int | None) -> None:
        """Count one time; None: it did not happen."""
        if seconds is not None:
            self.total += seconds
            self.longest = max(self.longest, seconds)
            kept = _with_three_digits(seconds)
            self.times[kept] = self.times.get(kept, 0) + 1

    def merge(self, other: "Spread") -> None:
        """Count what another counted."""
        self.total += other.total
        self.longest = max(self.longest, other.longest)
        for seconds, count in other.times.items():
            self.times[seconds] = self.times.get(seconds, 0) + count


@dataclass(slots=True, kw_only=True)
class Figures:
    """What closed conversations come to.

    Attributes:
        abandoned: Whose customer wrote, and got no agent's message.
        messages_in: The customers'.
        messages_out, templates, failures: The team's that went out, those of them that were templates, and those that
            did not arrive.
        held, released: The team's that were held back, and those of them that went out as they were written.
        scores, scored: The sum of the surveys' scores, and of how many.
    """

    closed: int = 0
    answered: int = 0
    abandoned: int = 0
    first_response: Spread = field(default_factory=Spread)
    handling: Spread = field(default_factory=Spread)
    messages_in: int = 0
    messages_out: int = 0
    templates: int = 0
    failures: int = 0
    held: int = 0
    released: int = 0
    surveys_asked: int = 0
    surveys_answered: int = 0
    scores: int = 0
    scored: int = 0

    @property
    def average_score(self) -> float | None:
        """The average of the surveys' scores; None where there is none."""
        return round(self.scores / self.scored, 2) if self.scored else None

    def add(self, row: ClosedRow) -> None:
        """Count a conversation."""
        self.closed += 1
        self.answered += row.answered
        self.abandoned += row.abandoned
        self.first_response.add(row.first_response)
        self.handling.add(row.handling)
        self.messages_in += row.counts.received
        self.messages_out += row.counts.sent
        self.templates += row.counts.templates
        self.failures += row.counts.failed
        self.held += row.counts.held
        self.released += row.counts.released
        self.surveys_asked += row.survey not in (None, SurveyStatus.SKIPPED)
        self.surveys_answered += row.survey is SurveyStatus.ANSWERED
        self.scores += row.score or 0
        self.scored += row.score is not None

    def merge(self, other: "Figures") -> None:
        """Count what another counted."""
        self.first_response.merge(other.first_response)
        self.handling.merge(other.handling)
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_COUNTS = tuple(each.name for each in fields(Figures) if each.type is int)


@dataclass(slots=True, kw_only=True)
class ClosedDay:
    """The figures of a day: by queue, by agent and by the channel's id.

    Attributes:
        folded: Whether the day is over and was counted; else its conversations have to be.
    """

    folded: bool = False
    queues: dict[str, Figures] = field(default_factory=dict)
    agents: dict[str, Figures] = field(default_factory=dict)
    channels: dict[str, Figures] = field(default_factory=dict)

    def add(self, row: ClosedRow) -> None:
        """Count a conversation."""
        self.queues.setdefault(row.queue, Figures()).add(row)
        self.agents.setdefault(row.agent or NOBODY, Figures()).add(row)
        self.channels.setdefault(row.channel_id, Figures()).add(row)

    @property
    def whole(self) -> Figures:
        """The figures of all its conversations."""
        whole = Figures()
        for figures in self.queues.values():
            whole.merge(figures)
        return whole


def _with_three_digits(seconds: int) -> int:
    step = 1
    while seconds >= _EXACT_BELOW * step:
        step *= 10
    return round(seconds / step) * step
