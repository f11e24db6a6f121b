"""Templates: as the configuration has them, as the channel lists them, and whether that is the same."""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from shared.api.call import Call
from shared.api.models import View, absent
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.replies.template_overview import TemplateState, overview
from shared.vocabulary.errors import invalid_request
from shared.vocabulary.templates import Button, Definition, Header, places_in

_ORDER: Final = "templates"


class TemplateButtonView(View):
    """A button; `kind` is WhatsApp's word for it, in small letters. `quickReply` is the text of one."""

    kind: str
    quick_reply: str | None = absent()
    url: str | None = absent()
    text: str | None = absent()


class TemplatePartsView(View):
    """What a template consists of, in WhatsApp's notation.

    `header` is its text, or `image`, `video`, `document`, `location`; `parameters` counts those of the text. `others`
    are further components.
    """

    text: str
    header: str | None
    footer: str | None
    buttons: tuple[TemplateButtonView, ...]
    parameters: int
    category: str | None = absent()
    others: tuple[str, ...] = ()


class TemplateLanguageView(TemplatePartsView):
    """A template in one language, as the configuration describes it; what it leaves open is as the channel lists it.

    `status` is the channel's, `not_listed`, or `unknown` while it could not be asked. `usable`: whether it can be sent.
    `channel` is what the channel lists, in its own spelling of the language.
    """

    status: str
    usable: bool
    problems: tuple[str, ...] = Field(description="What is not as it should be, in words.")
    channel_language: str | None
    channel: TemplatePartsView | None


class TemplateItemView(View):
    """A template by language. `configured`: whether the configuration has it; only then can it be sent."""

    name: str
    category: str
    configured: bool
    languages: dict[str, TemplateLanguageView]


class TemplatesView(Page[TemplateItemView]):
    """Templates by name; `listedAt` is when the channel was asked for its list, null while it could not be."""

    listed_at: AwareDatetime | None


class TemplatesQuery(PageQuery):
    """Of which channel."""

    channel: str | None = Field(default=None, description="Its name or id; left out: the configuration's first.")
    cursor: Annotated[Place, place_in({_ORDER: (str,)})] | None = None


async def find(call: Call) -> TemplatesView:
    """Return the templates of either side. The channel itself is asked in the background only."""
    query: TemplatesQuery = call.query
    templates, configuration = call.services.templates, call.services.configuration
    channel_id = _channel(query.channel, configuration).key
    await templates.refresh(channel_id)
    found = list(overview(configuration.templates, templates.listing(channel_id)).items())
    page, cursor = cut(found, lambda each: (each[0],), _ORDER, query.limit, query.cursor)
    return TemplatesView(
        items=tuple(_view(name, states) for name, states in page),
        next_cursor=cursor,
        listed_at=templates.asked_at(channel_id),
    )


def _channel(wanted: str | None, configuration: Configuration) -> Channel:
    first = next(iter(configuration.channels.values()), None)
    if found := first if wanted is None else configuration.channel_named(wanted):
        return found
    known = ", ".join(configuration.channels) or "none"
    raise invalid_request(("channel", f"the configuration has: {known}"))


def _view(name: str, states: list[TemplateState]) -> TemplateItemView:
    return TemplateItemView(
        name=name,
        category=states[0].category if states else "",
        configured=any(state.written for state in states),
        languages={state.language: _language(state) for state in states},
    )


def _language(state: TemplateState) -> TemplateLanguageView:
    written, listed = state.written, state.listed.definition if state.listed else None
    shown = (written and written.definition) or listed or Definition(body="")
    if written:
        shown = replace(shown, body=written.text)
    return TemplateLanguageView(
        **dict(_parts(shown)),
        status=state.status,
        usable=not state.obstacles,
        problems=(*state.obstacles, *state.differences),
        channel_language=state.listed.language if state.listed else None,
        channel=_parts(listed) if listed else None,
    )


def _parts(definition: Definition) -> TemplatePartsView:
    return TemplatePartsView(
        text=definition.body,
        header=_header(definition.header),
        footer=definition.footer or None,
        buttons=tuple(map(_button, definition.buttons)),
        parameters=len(places_in(definition.body)),
        category=definition.category or None,
        others=definition.others,
    )


def _header(header: Header | None) -> str | None:
    if header is None:
        return None
    return header.text if header.format == "TEXT" else header.format.lower()


def _button(button: Button) -> TemplateButtonView:
    is_quick_reply = button.type == "QUICK_REPLY"
    return TemplateButtonView(
        kind=button.type.lower(),
        quick_reply=button.text if is_quick_reply else None,
        url=button.url or None,
        text=None if is_quick_reply else button.text or None,
    )


FIND: Final = Operation(endpoint=find, query=TemplatesQuery, answer=TemplatesView)
