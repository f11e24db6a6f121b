"""Reports: what closed conversations come to, by day, queue, agent or channel; or the conversations themselves."""

import asyncio
from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo

from shared.api.call import Call
from shared.api.endpoints.report_views import By, FiguresItem, conversations_table, figures_table, item_of, lines_of
from shared.api.exchange import Response
from shared.api.models import Query, View
from shared.api.operations import Operation
from shared.api.texts import PLAIN_DATE
from shared.commands.reports import Period
from shared.configuration.scalars import TimeZone
from shared.media.file_names import attachment

_MOST_DAYS: Final = 92
_MOST_DAYS_OF_CONVERSATIONS: Final = 7
_YEARS: Final = range(2000, 2100)
_CSV: Final = "text/csv"


class Format(StrEnum):
    """In which form the report comes."""

    JSON = "json"
    CSV = "csv"


def _likely(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError("expected a day from 2000 to 2099")
    return day


def _near(last: date, info: ValidationInfo) -> date:
    first, by = info.data.get("first"), info.data.get("by")
    if first is None:
        return last
    most = _MOST_DAYS_OF_CONVERSATIONS if by is By.CONVERSATION else _MOST_DAYS
    if not timedelta(0) <= last - first < timedelta(days=most):
        of_what = " by conversation" if by is By.CONVERSATION else ""
        raise ValueError(f"expected a day that is not before `from`: at most {most} days{of_what}")
    return last


def _possible(form: Format, info: ValidationInfo) -> Format:
    if form is Format.JSON and info.data.get("by") is By.CONVERSATION:
        raise ValueError("expected csv: a report by conversation comes in no other form")
    return form


_Day = Annotated[date, PLAIN_DATE, AfterValidator(_likely)]


class ReportQuery(Query):
    """Which days, and how they are summed up."""

    by: By = By.DAY
    first: _Day = Field(alias="from", description="The first day, as in 2026-11-01.")
    last: Annotated[_Day, AfterValidator(_near)] = Field(
        alias="to",
        description=f"The last day: at most {_MOST_DAYS} all in all, by conversation {_MOST_DAYS_OF_CONVERSATIONS}.",
    )
    timezone: TimeZone = Field(default=ZoneInfo("UTC"), description="Where the days are; UTC unless it is said.")
    format: Annotated[Format, AfterValidator(_possible)] = Field(
        default=Format.JSON, validate_default=True, description="By conversation there is only csv."
    )


class Report(View):
    """Closed conversations by the day of their end; times in seconds, null where there is none.

    By day each day has an item; by queue, agent and channel those that had any. `agent` is null for those that nobody
    had. From 1,000 seconds on p50 and p90 have three digits.
    """

    items: tuple[FiguresItem, ...]


async def read(call: Call) -> Report | Response:
    """Say what closed conversations come to."""
    query: ReportQuery = call.query
    reports, configuration = call.services.reports, call.services.configuration
    period = Period(first=query.first, last=query.last, zone=query.timezone)
    if query.by is By.CONVERSATION:
        rows = await reports.conversations(period)
        # Beside the loop: as many as one report may hold are written for a second, in which replies would wait.
        return _file(query, await asyncio.to_thread(conversations_table, rows, period, configuration))
    lines = lines_of(await reports.days(period), query.by, configuration)
    if query.format is Format.CSV:
        return _file(query, figures_table(query.by, lines))
    return Report(items=tuple(item_of(query.by, line) for line in lines))


def _file(query: ReportQuery, table: bytes) -> Response:
    name = f"{query.by}-{query.first}-{query.last}.csv"
    headers = {"Content-Type": f"{_CSV}; charset=utf-8", "Content-Disposition": attachment(name)}
    return Response(status=HTTPStatus.OK, headers=headers, body=table)


READ: Final = Operation(
    endpoint=read,
    query=ReportQuery,
    answer=Report,
    text_type=_CSV,
    answer_headers={"Content-Disposition": "With csv: attachment, with a name."},
    patience=timedelta(seconds=60),
    most_a_minute=30,
)
