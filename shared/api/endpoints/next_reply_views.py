"""What a reply that is sent now would do, as a conversation shows it."""

from pydantic import AwareDatetime

from shared.api.models import View, absent
from shared.replies.next_reply import NextDelivery, NextReply
from shared.vocabulary.codes import Code


class ReplyTextView(View):
    """How many characters of the agent's words a template takes."""

    max: int


class NextTemplateView(View):
    """The template that would go out; in `text` the agent's words stand as `{reply}`."""

    name: str
    language: str
    text: str
    reply_text: ReplyTextView


class NextFileView(View):
    """What a file would do."""

    delivery: NextDelivery
    holds: bool
    template: NextTemplateView | None = absent()
    reason: Code | None = absent()


class NextReplyView(View):
    """What a text would do: `reason` is the code of the refusal, `media` is there where files fare otherwise.

    `validUntil` is when that changes by time alone.
    """

    delivery: NextDelivery
    holds: bool
    template: NextTemplateView | None = absent()
    media: NextFileView | None = absent()
    reason: Code | None = absent()
    valid_until: AwareDatetime | None


def next_reply_view(found: NextReply) -> NextReplyView:
    """Return it as the API shows it."""
    media = found.media
    return NextReplyView(
        delivery=found.delivery,
        holds=found.holds,
        template=_template_view(found),
        media=NextFileView(
            delivery=media.delivery, holds=media.holds, template=_template_view(media), reason=media.reason
        )
        if media
        else None,
        reason=found.reason,
        valid_until=found.valid_until,
    )


def _template_view(found: NextReply) -> NextTemplateView | None:
    content = found.template
    if content is None or content.template is None:
        return None
    use = content.template
    return NextTemplateView(
        name=use.name,
        language=use.language,
        text=content.text or "",
        reply_text=ReplyTextView(max=found.most_words),
    )
