"""The texts at an agent's hand: chosen by workstream and language, and filled in for a conversation. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.configuration import preferred_languages
from shared.configuration.placeholders import TextTemplate
from shared.configuration.workstreams import Workstream
from shared.state.quick_replies import StoredQuickReply


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedText:
    """A text that an agent may take.

    Attributes:
        unfilled: What it mentions and nobody knows; these placeholders stand in the text as they are written.
    """

    name: str
    tags: tuple[str, ...]
    text: str
    unfilled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    tags: tuple[str, ...]
    texts: Mapping[str, TextTemplate]
    workstream: Workstream | None = None


def offered_texts(
    workstreams: Sequence[Workstream],
    stored: Mapping[str, StoredQuickReply],
    language: str | None,
    values: Mapping[str, str] | None,
) -> list[OfferedText]:
    """Return the texts of workstreams and the stored ones, which stand over those of the same name.

    Args:
        workstreams: Of two texts of one name the first counts.
        language: The one that is wanted most; then a workstream's own.
        values: What placeholders stand for; None leaves all as they are written.
    """
    sources: dict[str, _Source] = {}
    for workstream in workstreams:
        for reply in workstream.quick_replies:
            sources.setdefault(reply.name, _Source(tags=reply.tags, texts=reply.text, workstream=workstream))
    for name, put in stored.items():
        texts = {spoken: TextTemplate.parse(text) for spoken, text in put.texts.items()}
        sources[name] = _Source(tags=put.tags, texts=texts, workstream=workstreams[0] if workstreams else None)
    return [_offered(name, source, language, values) for name, source in sorted(sources.items())]


def _offered(name: str, source: _Source, language: str | None, values: Mapping[str, str] | None) -> OfferedText:
    chosen = source.texts[preferred_languages(source.texts, language, source.workstream)[0]]
    text, unfilled = (chosen.written, tuple(sorted(chosen.names))) if values is None else chosen.fill(values)
    return OfferedText(name=name, tags=source.tags, text=text, unfilled=unfilled)
