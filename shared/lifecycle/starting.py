"""A conversation that the team begins: it waits for its customer, in no line, and takes nobody's capacity. Pure."""

from shared.state.conversation import Conversation, Segment
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import ConversationStatus


def start(
    draft: Draft, *, conversation_id: str, workstream: str, queue: str, agent: str | None, configuration: str
) -> None:
    """Begin a conversation with a contact that has none that goes on.

    No rule looks at it, and nothing is said but what the team writes. The customer's first word puts it into its
    queue's line, or into the hands of its agent.

    Args:
        agent: Who has it then; None for nobody.
        configuration: The version of the file.

    Raises:
        Refused: `opted_out`: not even words inside the session window, since nothing of the customer's is answered.
    """
    contact = draft.contact
    if contact.opted_out:
        raise Refused(Code.OPTED_OUT, "The customer opted out: no conversation may be begun.")
    draft.update(
        conversation=Conversation(
            id=conversation_id,
            status=ConversationStatus.WAITING,
            workstream=workstream,
            queue=queue,
            agent=agent,
            created_at=draft.now,
            last_message_at=draft.now,
            outbound=True,
            previous_id=contact.conversation.id if contact.conversation else None,
            configuration=configuration,
            segments=(Segment(queue=queue, agent=agent, started_at=draft.now),),
        )
    )
