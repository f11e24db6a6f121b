"""The codes of languages, as people write them and as WhatsApp does."""

import re

_SEPARATOR = re.compile(r"[_-]")
_SCRIPT = 4


def whatsapp_spelling(language: str) -> str:
    """Spell a language as WhatsApp does: `pt_BR` for `pt-BR`, `pt_br` and `PT_BR`.

    Two codes are one language if they are spelled alike by this. Source: "Supported languages" of the WhatsApp
    Business Platform's message templates.
    """
    base, *rest = _SEPARATOR.split(language)
    return "_".join((base.lower(), *(part.title() if len(part) == _SCRIPT else part.upper() for part in rest)))


def base_language(language: str) -> str:
    """Return the language without its country: `pt` of `pt_BR`."""
    return _SEPARATOR.split(language, maxsplit=1)[0].lower()
