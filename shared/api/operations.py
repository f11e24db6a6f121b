"""What a route is: a path, its methods, who may call each, what it takes and answers, and the endpoint that does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from shared.api.call import Check, Endpoint
from shared.api.models import Query
from shared.vocabulary.codes import Code
from shared.vocabulary.words import Role


@dataclass(frozen=True, slots=True)
class Header:
    """A request header: what it is for, and what JSON Schema says of its text."""

    description: str
    form: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method of one path does; declared beside its endpoint.

    Attributes:
        most_a_minute: How often one caller may call it within a minute; None: as often as it likes.
        works_misconfigured: Whether it answers although the configuration is bad.
        quiet: Whether the log has a line of it only where something went wrong here.
        answer: The view that it answers with; None is an empty answer, bytes a file in the endpoint's own Response.
        answer_types: The media types of its answer.
        text_type: The media type in which it gives its answer as a text instead, to who asks for that.
        raw_bytes: The most bytes of a body that is a file; None: the body is JSON, or there is none.
        check: Looks at the path, the headers, and what only storage knows.
        headers: The request headers that are its own.
        other_status: With which it answers where it found done what was asked for.
        answer_headers: The headers of its answer that are its own, and what they are for.
        patience: For how long what a dependency did not do is tried again.
        codes: The errors that are its own, beside those of every route.
        statuses: The HTTP status of those that have another one here than elsewhere.
    """

    endpoint: Endpoint
    answer: Any
    answer_types: tuple[str, ...] = ("application/json",)
    text_type: str | None = None
    body: Any = None
    raw_bytes: int | None = None
    query: type[Query] = Query
    check: Check | None = None
    headers: Mapping[str, Header] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    patience: timedelta = timedelta(seconds=10)
    status: HTTPStatus = HTTPStatus.OK
    other_status: HTTPStatus | None = None
    codes: tuple[Code, ...] = ()
    statuses: Mapping[Code, HTTPStatus] = field(default_factory=dict)
    most_a_minute: int | None = None
    works_misconfigured: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """An operation, and the lowest role that may call it; None lets anyone, and ignores what comes with the request."""

    role: Role | None
    operation: Operation


@dataclass(frozen=True, slots=True)
class Route:
    """One path under `/api`, and its methods by name.

    Attributes:
        name: That of its function in Azure; it stands in logs and metrics.
    """

    name: str
    path: str
    methods: Mapping[str, Method]

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it, which has no `{*name}` for the rest of a path as Azure has."""
        return self.path.replace("{*", "{")

    @property
    def open_to_anyone(self) -> bool:
        """Whether the host must not ask for a key."""
        return any(method.role is None for method in self.methods.values())
