"""The JSON Schema of the file, for editors and for messages about misspelt keys."""

from datetime import timedelta
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.configuration.document import Configuration
from shared.configuration.durations import in_file


class _InTheFilesWords(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Write a default as the file would."""
        return in_file(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


@cache
def file_schema() -> dict[str, Any]:
    """Return the schema; it is shared, and not to be changed."""
    return Configuration.model_json_schema(schema_generator=_InTheFilesWords)
