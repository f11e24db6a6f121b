"""Held words that wait for a person to decide on them, as a conversation shows them."""

from collections.abc import Mapping

from pydantic import AwareDatetime

from shared.api.models import View, absent
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
    """Return what waits for a person in the contact's conversation, in order."""
    return tuple(_draft_view(held, outgoing[held.id]) for held in contact.held if held.draft)


def author_view(author: Author) -> AuthorView:
    """Return an author as the API shows one."""
    return AuthorView(type=author.type, id=author.id, name=author.name)


def _draft_view(held: Held, outgoing: Outgoing) -> DraftView:
    content = outgoing.content
    return DraftView(
        reply_id=outgoing.id,
        author=author_view(outgoing.author),
        written_at=held.at,
        expires_at=held.expires_at,
        kind=content.kind,
        text=content.text,
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
