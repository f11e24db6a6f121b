"""How large the body of a request may be."""

from typing import Final

from shared.api.exchange import Request
from shared.api.operations import Operation
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

MAX_BODY: Final = 256 * 1024


def refuse_size(request: Request, operation: Operation) -> None:
    """Refuse a body that is too large, or a file of which nobody says how large it is.

    Raises:
        Refused: `too_large`; of a file `length_required`, `media_too_large`.
    """
    length, most = request.header("Content-Length") or "", operation.raw_bytes
    known = length.isascii() and length.isdecimal()
    if most is not None and not known:
        raise Refused(Code.LENGTH_REQUIRED, "A file needs its size in the header Content-Length.")
    size = max(len(request.body), float(length) if known else 0)
    if most is not None and size > most:
        detail = f"A file that is uploaded may have at most {most:,} bytes."
        raise Refused(Code.MEDIA_TOO_LARGE, detail, status=operation.statuses.get(Code.MEDIA_TOO_LARGE))
    if most is None and size > MAX_BODY:
        raise Refused(Code.TOO_LARGE, f"A body may have at most {MAX_BODY:,} bytes.")
