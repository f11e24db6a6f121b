"""What a report says of closed conversations: as JSON, and as the lines of a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from shared.api.csv_text import csv_text
from shared.api.models import View
from shared.commands.reports import Period
from shared.configuration.document import Configuration
from shared.state.closed_conversations import ClosedRow
from shared.state.closed_figures import NOBODY, ClosedDay, Figures, Spread

type Group = date | str | None
type Line = tuple[Group, Figures]


class By(StrEnum):
    """What a line of a report stands for."""

    DAY = "day"
    QUEUE = "queue"
    AGENT = "agent"
    CHANNEL = "channel"
    CONVERSATION = "conversation"


class SpreadView(View):
    """How long something took, in seconds; null where it never happened."""

    mean: float | None
    p50: int | None
    p90: int | None
    max: int | None


class SurveysView(View):
    """What became of surveys; the average is that of the scores."""

    asked: int
    answered: int
    average: float | None


class FiguresView(View):
    """What closed conversations come to.

    `abandoned`: the customer wrote, and no agent's message went out. `firstResponse` is that of conversations that the
    customer began; `handling` is how long agents had them.
    """

    closed: int
    answered: int
    abandoned: int
    first_response: SpreadView
    handling: SpreadView
    messages_in: int
    messages_out: int
    templates: int
    failures: int
    held: int
    released: int
    surveys: SurveysView


class DayFigures(FiguresView):
    """Of the conversations that were closed on a day."""

    day: date


class QueueFigures(FiguresView):
    """Of the conversations of a queue."""

    queue: str


class AgentFigures(FiguresView):
    """Of the conversations that an agent had last; null: that nobody had."""

    agent: str | None


class ChannelFigures(FiguresView):
    """Of the conversations of a channel, by its name; by its id where the configuration has lost it."""

    channel: str


FiguresItem = DayFigures | QueueFigures | AgentFigures | ChannelFigures

_ITEMS: Final[Mapping[By, type[Any]]] = {
    By.DAY: DayFigures,
    By.QUEUE: QueueFigures,
    By.AGENT: AgentFigures,
    By.CHANNEL: ChannelFigures,
}
_CONVERSATION_COLUMNS: Final = (
    *("conversationId", "contactId", "name", "channel", "workstream", "queue", "agent", "priority", "tags"),
    *("createdAt", "assignedAt", "answeredAt", "closedAt", "reason", "outbound", "firstResponse", "handling"),
    *("messagesIn", "messagesOut", "templates", "failures", "held", "released", "survey", "score", "wrapUpCode"),
)


def lines_of(days: Mapping[date, ClosedDay], by: By, configuration: Configuration) -> list[Line]:
    """Sum the figures of days up, by day or over all of them; what nobody had comes last."""
    match by:
        case By.DAY:
            return [(day, closed.whole) for day, closed in sorted(days.items())]
        case By.QUEUE:
            return [*sorted(_merged(day.queues for day in days.values()).items())]
        case By.AGENT:
            merged = _merged(day.agents for day in days.values())
            nobodys = merged.pop(NOBODY, None)
            return [*sorted(merged.items()), *([(None, nobodys)] if nobodys else [])]
        case _:
            merged = _merged(day.channels for day in days.values())
            names = {channel_id: _channel(channel_id, configuration) for channel_id in merged}
            return [(names[channel_id], merged[channel_id]) for channel_id in sorted(merged, key=names.__getitem__)]


def item_of(by: By, line: Line) -> Any:
    """Return a line as JSON has it."""
    group, figures = line
    return _ITEMS[by](**{by: group}, **dict(_view(figures)))


def figures_table(by: By, lines: Iterable[Line]) -> bytes:
    """Return lines as CSV; a column has the name of its path in JSON, such as firstResponse.mean."""
    return csv_text([by, *_flat(Figures())], ([group, *_flat(figures).values()] for group, figures in lines))


def conversations_table(rows: Iterable[ClosedRow], period: Period, configuration: Configuration) -> bytes:
    """Return conversations as CSV, with times in the time zone of the report; one that was erased names nobody."""
    return csv_text(_CONVERSATION_COLUMNS, (_cells(row, period, configuration) for row in rows))


def _merged(groups: Iterable[Mapping[str, Figures]]) -> dict[str, Figures]:
    merged: dict[str, Figures] = {}
    for group in groups:
        for name, figures in group.items():
            merged.setdefault(name, Figures()).merge(figures)
    return merged


def _channel(channel_id: str, configuration: Configuration) -> str:
    channel = configuration.channel_by_id(channel_id)
    return channel.name if channel else channel_id


def _view(figures: Figures) -> FiguresView:
    return FiguresView(
        closed=figures.closed,
        answered=figures.answered,
        abandoned=figures.abandoned,
        first_response=_spread(figures.first_response),
        handling=_spread(figures.handling),
        messages_in=figures.messages_in,
        messages_out=figures.messages_out,
        templates=figures.templates,
        failures=figures.failures,
        held=figures.held,
        released=figures.released,
        surveys=SurveysView(
            asked=figures.surveys_asked, answered=figures.surveys_answered, average=figures.average_score
        ),
    )


def _spread(spread: Spread) -> SpreadView:
    return SpreadView(
        mean=spread.mean,
        p50=spread.percentile(50),
        p90=spread.percentile(90),
        max=spread.longest if spread.times else None,
    )


def _flat(figures: Figures) -> dict[str, Any]:
    return dict(_paths(_view(figures).model_dump(by_alias=True)))


def _paths(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _cells(row: ClosedRow, period: Period, configuration: Configuration) -> Sequence[object]:
    def moment(at: datetime | None) -> str | None:
        return at.astimezone(period.zone).isoformat(timespec="seconds") if at else None

    counts, known = row.counts, not row.erased
    return (
        *((row.conversation_id, row.contact_id, row.name) if known else (None, None, None)),
        *(_channel(row.channel_id, configuration), row.workstream, row.queue, row.agent, row.priority),
        " ".join(row.tags),
        *(moment(row.created_at), moment(row.assigned_at), moment(row.answered_at), moment(row.closure.at)),
        *(row.closure.reason, "true" if row.outbound else "false", row.first_response, row.handling),
        *(counts.received, counts.sent, counts.templates, counts.failed, counts.held, counts.released),
        *(row.survey, row.score, row.wrap_up_code),
    )
