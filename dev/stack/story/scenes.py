"""The scenes of the story. Each step asks the stack itself, over its API or a phone, whether it came true.

In: a stage, which is a running stack with people on it. Out: steps in a transcript; StepFailedError at the first that
does not come true. The phone numbers are of a range that France keeps for fiction.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp

from dev.stack.story import looks
from dev.stack.story.addresses import Addresses
from dev.stack.story.api import ContactCentre, Listed, SentReply
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.stack.story.transcript import Transcript

_AGENT, _AGENT_NAME = "ana", "Ana"
_A_DAY_AND_AN_HOUR = timedelta(hours=25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A running stack, with a supervisor and an agent at its API, and customers at their phones."""

    phones: Phones
    supervisor: ContactCentre
    agent: ContactCentre
    transcript: Transcript
    channel: str

    @classmethod
    async def enter(cls, http: aiohttp.ClientSession, addresses: Addresses, transcript: Transcript) -> "Stage":
        """Raises StoryError if the phones do not answer."""
        phones = Phones(http, addresses.whatsapp)
        return cls(
            phones=phones,
            supervisor=ContactCentre(http, addresses, agent="sofia", role="Supervisor"),
            agent=ContactCentre(http, addresses, agent=_AGENT, role="Agent"),
            transcript=transcript,
            channel=(await phones.channels())[0],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Someone who writes, on a number that nobody had before."""

    name: str
    number: str

    @classmethod
    def named(cls, name: str) -> "Customer":
        return cls(name=name, number=f"+3363998{random.randrange(10_000):04}")


async def a_customer_is_answered(stage: Stage) -> None:
    """A customer writes, is greeted, and gets an agent's answer."""
    tell, phones, customer = stage.transcript, stage.phones, Customer.named("Camille")
    tell.chapter(f"{customer.name} writes ({customer.number}) and is answered")
    conversation = await _writes(stage, customer, "Où est ma facture ?")
    await tell.see(
        "The greeting reaches the phone",
        looks.received(phones, customer.number),
        words=lambda message: f"“{message.text}”",
    )
    await _is_made_agent(stage, conversation.queue)
    answer = f"Bonjour {customer.name}, votre facture est partie ce matin."
    await tell.do(
        f"{_AGENT_NAME} answers over the API", _reply(stage, conversation, answer, "message"), words=f"“{answer}”"
    )
    await tell.see("The answer is on the phone, delivered", looks.received(phones, customer.number, answer))
    await tell.see(
        f"The conversation is {_AGENT_NAME}'s and active",
        looks.listed(stage.supervisor, customer.number, status="active", agent=_AGENT),
    )
    await tell.do(f"{customer.name} looks at the phone", phones.read(customer.number))
    await tell.see(
        "The history says that the answer was read",
        looks.in_history(stage.supervisor, conversation.conversation_id, answer, "read"),
    )


async def an_answer_comes_a_day_late(stage: Stage) -> None:
    """The session window is closed: a template goes out, and the agent's words are held until the customer answers."""
    tell, phones, customer = stage.transcript, stage.phones, Customer.named("Karim")
    tell.chapter(f"{customer.name} wrote 25 hours ago ({customer.number}) and is answered only now")
    conversation = await _writes(stage, customer, "Ma commande est-elle partie ?", ago=_A_DAY_AND_AN_HOUR)
    await _is_made_agent(stage, conversation.queue)
    held = [f"Bonjour {customer.name}, elle est partie hier.", "Son numéro de suivi : A-17."]
    await tell.do(
        f"{_AGENT_NAME} answers: a template goes out, the words are held",
        _reply(stage, conversation, held[0], "template"),
        words=f"“{held[0]}”",
    )
    await tell.do(
        f"{_AGENT_NAME} adds a word: held too, without another template",
        _reply(stage, conversation, held[1], "held"),
        words=f"“{held[1]}”",
    )
    await tell.see(
        "The template is on the phone, and nothing else",
        looks.only_a_template(phones, customer.number),
        words=lambda message: f"“{message.text}”",
    )
    await _answers_and_gets(stage, customer, conversation, held)


async def _answers_and_gets(stage: Stage, customer: Customer, conversation: Listed, held: list[str]) -> None:
    """The customer answers, and the held words arrive."""
    tell, answer = stage.transcript, "Oui, dites-moi !"
    await tell.do(
        f"{customer.name} answers",
        stage.phones.write(customer.number, answer, channel=stage.channel),
        words=f"“{answer}”",
    )
    for number, words in enumerate(held, start=1):
        await tell.see(
            f"Held words {number} of {len(held)} are delivered, says the history",
            looks.in_history(stage.supervisor, conversation.conversation_id, words, "delivered"),
        )
    await tell.see(
        "The phone shows the held words, each once and in order",
        looks.once_and_in_order(stage.phones, customer.number, held),
        words=lambda _: "\n".join(f"“{words}”" for words in held),
    )


async def _writes(stage: Stage, customer: Customer, text: str, ago: timedelta | None = None) -> Listed:
    """A customer writes, and the conversation appears in its queue."""
    tell, at = stage.transcript, (datetime.now(UTC) - ago).isoformat() if ago else None
    message_id = await tell.do(
        f"{customer.name} writes",
        stage.phones.write(customer.number, text, channel=stage.channel, at=at),
        words=f"“{text}”",
    )
    await tell.see(
        "Event Grid brings the event, and the app takes it", looks.taken(stage.phones, customer.number, message_id)
    )
    return await tell.see(
        "The conversation waits in its queue, says the API",
        looks.listed(stage.supervisor, customer.number, status="open", agent=None),
        words=lambda conversation: f"queue {conversation.queue}",
    )


async def _is_made_agent(stage: Stage, queue: str) -> None:
    await stage.transcript.do(
        f"A supervisor makes {_AGENT_NAME} an agent of the queue {queue}",
        stage.supervisor.put_agent(_AGENT, name=_AGENT_NAME, queues=[queue]),
    )


async def _reply(stage: Stage, conversation: Listed, text: str, delivery: str) -> SentReply:
    """Raises StoryError if the reply is delivered in another way."""
    reply = await stage.agent.reply(conversation.conversation_id, text)
    if reply.delivery != delivery or (delivery != "message" and reply.held != "held"):
        raise StoryError(f"the API answered {reply}")
    return reply
