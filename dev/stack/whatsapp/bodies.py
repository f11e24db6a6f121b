"""JSON bodies, read with every problem named at once."""

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """A JSON object with camelCase names; unknown ones are refused, since they are misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


class WireBody(BaseModel):
    """A JSON object of another party's protocol: unknown names are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


def problems_of(error: ValidationError) -> list[str]:
    """Each problem as `path: what was expected`."""
    return [_sentence(detail["loc"], detail["msg"]) for detail in error.errors(include_url=False)]


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).removeprefix(".")
    text = message.removeprefix("Value error, ")
    return f"{path}: {text}" if path else text
