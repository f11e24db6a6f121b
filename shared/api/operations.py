"""What a route is: a path, its operations, who may call them, and what goes in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from shared.api.call import Check, Endpoint
from shared.api.models import Query
from shared.vocabulary.codes import Code
from shared.vocabulary.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path.

    Attributes:
        role: The lowest role that may call; None lets anyone, and ignores what comes with the request.
        works_misconfigured: Whether it answers although the configuration is bad.
        answer: The view that it answers with; None is an empty answer.
        check: Looks at the path, the headers, and what only storage knows.
        headers: The request headers that are its own, and what they are for.
        codes: The errors that are its own, beside those of every route.
    """

    endpoint: Endpoint
    role: Role | None
    answer: Any
    body: Any = None
    query: type[Query] = Query
    check: Check | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: HTTPStatus = HTTPStatus.OK
    codes: tuple[Code, ...] = ()
    works_misconfigured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path under `/api`, and its operations by method."""

    path: str
    operations: Mapping[str, Operation]
