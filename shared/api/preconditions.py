"""Headers under which a change is made: a key that its repetition is known by, the version that it is meant for."""

import re
from typing import Final

from shared.api.call import Call, Services
from shared.api.exchange import Request
from shared.api.models import Body
from shared.api.operations import Header
from shared.commands.conversation_changes import CallKey
from shared.state.rows import mark_key
from shared.vocabulary.identity import digest
from shared.vocabulary.invisible import shows_nothing

KEY: Final = "Idempotency-Key"
IF_MATCH: Final = "If-Match"
MAX_KEY: Final = 64
ETAG_HEADER: Final = {"ETag": "The conversation's version; it changes with whatever lists or the conversation show."}
KEY_HEADER: Final = {
    KEY: Header(
        "The same key and body do it once, and are answered alike.",
        {"minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]*[!-~][ -~]*$"},
    )
}
IF_MATCH_HEADER: Final = {IF_MATCH: Header("The ETag of what was read: if it has changed since, nothing is done.")}
_ETAG: Final = re.compile(r'(?:W/)?"([0-9]{1,18})"')


async def check_headers(_services: Services, request: Request) -> tuple[tuple[str, str], ...]:
    """Name an Idempotency-Key of the wrong form."""
    key = request.header(KEY)
    if key is None or (0 < len(key) <= MAX_KEY and key.isprintable() and not shows_nothing(key)):
        return ()
    return ((KEY, f"expected 1 to {MAX_KEY} printable characters, one of them visible"),)


def key_of(call: Call, action: str, conversation_id: str) -> CallKey | None:
    """Return the caller's key for what is done to a conversation, if there is one; nobody else's is the same."""
    key = call.request.header(KEY)
    if key is None:
        return None
    caller = call.known_caller.id.lower()
    body = call.body.model_dump_json() if isinstance(call.body, Body) else ""
    return CallKey(mark=mark_key("call", conversation_id, action, caller, key), body_hash=digest(body))


def etag_of(version: int) -> str:
    """Return the ETag of a conversation."""
    return f'"{version}"'


def expected_versions(request: Request) -> frozenset[int] | None:
    """Return the versions of which the conversation should have one; None when any will do.

    An ETag that a proxy made weak, since it compressed the answer, is as good; one that is not ours fits nothing.
    """
    given = request.header(IF_MATCH)
    if given is None or given.strip() == "*":
        return None
    return frozenset(int(found.group(1)) for each in given.split(",") if (found := _ETAG.fullmatch(each.strip())))


def meant_for(request: Request, etag: str | None) -> bool:
    """Tell whether a change is meant for what has this ETag now; None: for what is not there yet."""
    given = request.header(IF_MATCH)
    if given is None:
        return True
    wanted = {each.strip().removeprefix("W/") for each in given.split(",")}
    return etag is not None and (etag in wanted or "*" in wanted)
