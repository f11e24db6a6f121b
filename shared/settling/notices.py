"""Settling: other contacts are told what was found out about their phone number."""

from shared.committing.committer import Committer
from shared.queue.messages import Merged, Message, PhoneMoved
from shared.state.aliases import Aliases
from shared.state.contact import Contact, Notice, NoticeKind
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.vocabulary.identity import alias_of


class SendNotices:
    """Tells the contacts that had a phone number of this one's; a stranger's number leads here from now on."""

    def __init__(self, aliases: Aliases, committer: Committer) -> None:
        self._aliases = aliases
        self._committer = committer

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Send the notices, then forget them."""
        contact, notices = stored.contact, stored.contact.notices
        for notice in notices:
            if notice.kind is NoticeKind.PHONE_MOVED:
                alias = alias_of(contact.channel_id, notice.phone)
                await self._aliases.move(alias, to=contact.id, away_from=notice.contact_id)
            await self._committer.send_to_session(_message_of(contact, notice), notice.session_id)
        if not notices:
            return stored
        return await self._committer.revise(stored, lambda current, now: Draft.without(current, now, notices=notices))


def _message_of(contact: Contact, notice: Notice) -> Message:
    alias = alias_of(contact.channel_id, notice.phone)
    match notice.kind:
        case NoticeKind.MERGED:
            return Merged(
                contact_id=notice.contact_id,
                into=contact.id,
                alias=alias,
                at=notice.at,
            )
        case NoticeKind.PHONE_MOVED:
            return PhoneMoved(contact_id=notice.contact_id, owner_id=contact.id, alias=alias)
