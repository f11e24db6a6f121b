"""The port `Channel` on Meta's Cloud API, for WhatsApp numbers that a team has at Meta itself.

Comes in: one attempt at one message. Goes out: what became of it, with the code that counts and without personal data.
Nothing is retried here. Meta knows no attempt again: what is in doubt waits for a status that names its request id.
Facts: the WhatsApp Business Platform, https://developers.facebook.com/documentation/business-messaging/whatsapp.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import Any, Final

from shared.adapters.private_parts import without_private_parts
from shared.adapters.template_definition import read_definition
from shared.adapters.whatsapp_cloud_bodies import message_of
from shared.adapters.whatsapp_cloud_errors import outcome_of
from shared.adapters.whatsapp_cloud_graph import ANSWER_WITHIN, Answer, Graph, NoAnswer
from shared.adapters.whatsapp_cloud_media import hand_over, not_given, open_file
from shared.media.uploads import file_in
from shared.sending.channel import Outcome, Postponed, Shipment
from shared.settings import WhatsAppCloud
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

_FIELDS: Final = "name,language,status,category,parameter_format,components"
_A_PAGE: Final = "200"
_MOST_PAGES: Final = 100
"""An account has 6,000 templates at most: a list that goes on does not end."""


class WhatsAppCloudChannel:
    """The numbers that one system user of Meta's reaches.

    Args:
        accounts: The WhatsApp Business Account of each phone number id: templates belong to it.
        answer_within: Seconds after which Meta counts as away.
    """

    def __init__(
        self, settings: WhatsAppCloud, accounts: Mapping[str, str], *, answer_within: float = ANSWER_WITHIN
    ) -> None:
        self._graph = Graph(settings, answer_within=answer_within)
        self._accounts = accounts
        self._marks_read = settings.marks_read

    async def close(self) -> None:
        """Close all connections."""
        await self._graph.close()

    def repeats_harmlessly(self, _shipment: Shipment) -> bool:
        """See `Channel.repeats_harmlessly`: Meta carries out each call."""
        return False

    def same_provider(self, _channel_id: str, _then: datetime, _now: datetime) -> bool:
        """See `Channel.same_provider`: of its own numbers alone it is asked."""
        return True

    async def send(self, shipment: Shipment) -> Outcome:
        """See `Channel.send`; a file that was uploaded to us is handed over first."""
        clean = partial(without_private_parts, shipment=shipment)
        file_id = None
        file = file_in(shipment.content)
        if file and file.upload:
            if shipment.file_uri is None:
                raise ValueError("a file that is sent needs its address")
            handed = await hand_over(self._graph, shipment.channel_id, file, shipment.file_uri, clean)
            if not isinstance(handed, str):
                return handed
            file_id = handed
        body = message_of(shipment, file_id)
        try:
            answer = await self._graph.ask("POST", shipment.channel_id, "messages", body=body)
        except NoAnswer as error:
            return Postponed(code="no_answer", message=clean(str(error)), in_doubt=error.in_doubt)
        return outcome_of(answer, clean)

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """See `Channel.templates`; one call a page."""
        account = self._accounts.get(channel_id)
        if account is None:
            raise Unavailable("the configuration names no account for the channel, whose templates these are")
        query = {"fields": _FIELDS, "limit": _A_PAGE}
        found: list[ListedTemplate] = []
        for _ in range(_MOST_PAGES):
            page = await self._asked("the templates", "GET", account, "message_templates", query=query)
            found += _listed(page)
            after = _after(page.body)
            if after is None:
                return found
            query = {**query, "after": after}
        raise Unavailable("Meta did not give the templates: the list does not end")

    def media(self, _provider: Provider, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """See `Channel.media`."""
        return open_file(self._graph, media_id)

    async def mark_read(self, channel_id: str, message_id: str) -> None:
        """See `Channel.mark_read`: only where the settings say so; earlier messages are shown as read, too."""
        if not self._marks_read:
            return
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        await self._asked("a sign that a message was read", "POST", channel_id, "messages", body=body)

    async def _asked(self, what: str, method: str, *path: str, **asked: Any) -> Answer:
        try:
            answer = await self._graph.ask(method, *path, **asked)
        except NoAnswer as error:
            raise Unavailable(f"Meta did not give {what} ({error.reason})") from error
        if answer.status != 200 or answer.error or not isinstance(answer.body, dict):
            raise not_given(what, answer)
        return answer


def _listed(page: Answer) -> Iterator[ListedTemplate]:
    items = page.body.get("data")
    if not isinstance(items, list):
        raise not_given("the templates", page)
    for item in items:
        match item:
            case {"name": str(name), "language": str(language)}:
                status = str(item.get("status") or "unknown").lower()
                found = read_definition(item)
                definition = found and found.with_numbers()  # each value goes out under its parameter's name again
                yield ListedTemplate(name=name, language=language, status=status, definition=definition)


def _after(body: Mapping[str, Any]) -> str | None:
    """Return where the next page begins; Meta names an address for it, which is not followed: it may lead anywhere."""
    match body.get("paging"):
        case {"next": str(), "cursors": {"after": str(after)}}:
            return after
        case {"next": str()}:
            raise Unavailable("Meta did not give the templates: a page does not say how the list goes on")
    return None
