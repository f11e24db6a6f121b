"""Looks at the file of a reply before anything is committed: may WhatsApp be asked to fetch it, and does it take it."""

from dataclasses import dataclass, replace

from shared.configuration.document import Configuration
from shared.media.addresses import host_of, problem_with_address, problem_with_place
from shared.media.blobs import upload_name
from shared.media.limits import plain_type, problem_with
from shared.media.ports import FilePorts
from shared.media.uploads import NAME, file_in, is_upload_id
from shared.replies.reply_context import ReplyContext
from shared.replies.reply_decision import ReplyRequest
from shared.replies.template_filling import FILE_HEADERS
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content, Media
from shared.vocabulary.words import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in a reply a file stands: before its path, and as what it is sent; None: nobody says."""

    path: str
    kind: MessageKind | None
    in_header: bool = False

    def judge(self, path: str, mime_type: str | None, size: int | None) -> None:
        """Refuse a file that WhatsApp would not take there."""
        if self.kind and (problem := problem_with(self.kind, mime_type, size, in_header=self.in_header)):
            raise _refused(problem[0], path, problem[1])


class ReplyFiles:
    """Judges the files that replies name, by WhatsApp's limits."""

    def __init__(self, ports: FilePorts, configuration: Configuration) -> None:
        self._ports = ports
        self._allowed_hosts = frozenset(configuration.media.allowed_hosts)

    async def looked_at(self, request: ReplyRequest, contact_id: str, context: ReplyContext) -> ReplyRequest:
        """Return a reply to a contact with what is known of its file; without one it stays as it is.

        Raises:
            Refused: `media_not_allowed`, `media_not_found`, `media_too_large`, `media_type_not_supported`.
            Unavailable: Blob Storage is away.
        """
        if not (media := file_in(request.content)):
            return request
        return replace(request, content=await self._with_file(request.content, media, contact_id, context))

    async def _with_file(self, content: Content, media: Media, contact_id: str, context: ReplyContext) -> Content:
        use = content.template
        if use is None or use.header is None:
            known = await self._known(media, _Place(path="", kind=content.kind), contact_id)
            return replace(content, media=known)
        place = _Place(path="header.", kind=_kind_of_header(use.name, context), in_header=True)
        header = replace(use.header, media=await self._known(media, place, contact_id))
        return replace(content, template=replace(use, header=header))

    async def _known(self, media: Media, place: _Place, contact_id: str) -> Media:
        if media.upload is not None:
            return await self._uploaded(media, media.upload, place, contact_id)
        if media.uri is not None:
            await self._judge_address(media.uri, place)
        return media

    async def _uploaded(self, media: Media, media_id: str, place: _Place, contact_id: str) -> Media:
        """Return an upload with its type, size and name; one for another contact is none."""
        path, blobs = f"{place.path}mediaId", self._ports.blobs
        blob = await blobs.find(upload_name(contact_id, media_id)) if blobs and is_upload_id(media_id) else None
        if blob is None:
            raise _refused(Code.MEDIA_NOT_FOUND, path, "there is no such upload for this contact, or not any more")
        place.judge(path, blob.mime_type, blob.size)
        name = media.file_name or blob.labels.get(NAME)
        return replace(media, mime_type=blob.mime_type, size=blob.size, file_name=name)

    async def _judge_address(self, address: str, place: _Place) -> None:
        """Refuse what WhatsApp must not be asked to fetch, and what a host that may be asked says it would not take."""
        path = f"{place.path}mediaUri"
        if problem := problem_with_address(address):
            raise _refused(Code.MEDIA_NOT_ALLOWED, path, problem)
        host = host_of(address)
        found = await self._ports.web.resolve(host)
        if problem := problem_with_place(found):
            raise _refused(Code.MEDIA_NOT_ALLOWED, path, problem)
        told = await self._ports.web.ask(address, found[0]) if host in self._allowed_hosts else None
        if told:
            place.judge(path, plain_type(told.content_type) if told.content_type else None, told.size)


def _kind_of_header(name: str, context: ReplyContext) -> MessageKind | None:
    """Return what a template's header takes, the same in every language; None where nobody says, or no file."""
    template = context.configuration.templates.get(name)
    for language in template.languages if template else ():
        definition = context.definition(name, language)
        if definition and definition.header:
            return FILE_HEADERS.get(definition.header.format)
    return None


def _refused(code: Code, path: str, problem: str) -> Refused:
    return Refused(code, "The file can't be sent like this; `errors` says why.", errors=((path, problem),))
