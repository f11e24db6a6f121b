"""What all models of the file have in common."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr, model_validator

_Key = TypeVar("_Key")
_Entry = TypeVar("_Entry")


class Model(BaseModel):
    """A mapping of the file: unknown fields are refused, and what was left empty counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, value: Any) -> Any:
        return {} if value is None else value


class Named(Model):
    """A mapping that stands under a name; it knows that name."""

    _name: str = PrivateAttr(default="")

    @property
    def name(self) -> str:
        """The name under which it stands in the file."""
        return self._name

    def _named(self, name: str) -> None:
        self._name = name


def _read_only[Key, Entry](table: Mapping[Key, Entry]) -> Mapping[Key, Entry]:
    for name, entry in table.items():
        if isinstance(entry, Named):
            entry._named(str(name))  # noqa: SLF001 - of this module
    return MappingProxyType(dict(table))


def no_entries() -> Mapping[Any, Any]:
    """Return the default of a table: nothing in it."""
    return MappingProxyType({})


Table = Annotated[Mapping[_Key, _Entry], AfterValidator(_read_only)]
"""A read-only mapping, whose entries know their names."""
