"""Held words that wait for a person to decide on them, as a conversation shows them."""

from collections.abc import Mapping

from pydantic import AwareDatetime

from shared.api.models import View, absent
from shared.replies.parts import held_of
from shared.replies.pings import reply_of
from shared.state.contact import Contact
from shared.state.outgoing import Held, Outgoing
from shared.vocabulary.message import Author, Media
from shared.vocabulary.words import AuthorType, MessageKind


class AuthorView(View):
    """Who wrote it; for an automated message the id is its trigger."""

    type: AuthorType
    id: str | None = absent()
    name: str | None = absent()


class DraftMediaView(View):
    """A file that was to be sent, by the address or the upload that the reply named."""

    media_uri: str | None = absent()
    media_id: str | None = absent()
    mime_type: str | None = absent()
    file_name: str | None = absent()
    caption: str | None = absent()


class DraftView(View):
    """A held reply of an earlier conversation; a reply with its `replyId` as `fromHeld` takes it over."""

    reply_id: str
    author: AuthorView
    written_at: AwareDatetime
    expires_at: AwareDatetime
    kind: MessageKind
    text: str | None = absent()
    media: DraftMediaView | None = absent()


def draft_views(contact: Contact, outgoing: Mapping[str, Outgoing]) -> tuple[DraftView, ...]:
    """Return what waits for a person in the contact's conversation, in order; the parts of a long text are one."""
    drafts = dict.fromkeys(reply_of(held.id) for held in contact.held if held.draft)
    return tuple(_draft_view(reply_id, held_of(contact, reply_id), outgoing) for reply_id in drafts)


def author_view(author: Author) -> AuthorView:
    """Return an author as the API shows one."""
    return AuthorView(type=author.type, id=author.id, name=author.name)


def _draft_view(reply_id: str, parts: tuple[Held, ...], outgoing: Mapping[str, Outgoing]) -> DraftView:
    first, content = parts[0], outgoing[parts[0].id].content
    texts = [outgoing[part.id].content.text for part in parts]
    return DraftView(
        reply_id=reply_id,
        author=author_view(outgoing[first.id].author),
        written_at=first.at,
        expires_at=first.expires_at,
        kind=content.kind,
        text="\n\n".join(filter(None, texts)) or None,
        media=_media_view(content.media) if content.media else None,
    )


def _media_view(media: Media) -> DraftMediaView:
    return DraftMediaView(
        media_uri=media.uri,
        media_id=media.upload,
        mime_type=media.mime_type,
        file_name=media.file_name,
        caption=media.caption,
    )
