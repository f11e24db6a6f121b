"""The scenes of the story. Each step asks the stack itself, over its API or a phone, whether it came true.

In: a stage, which is a running stack with people on it. Out: steps in a transcript; StepFailedError at the first that
does not come true. The queues of the story are open at any hour.
"""

from datetime import UTC, datetime, timedelta

from dev.stack.story import looks
from dev.stack.story.api import Listed, SentReply
from dev.stack.story.errors import StoryError
from dev.stack.story.stage import Agent, Customer, Stage
from dev.stack.whatsapp.catalogue import Provider, provider_of

_A_DAY_AND_AN_HOUR = timedelta(hours=25)
_QUESTION = "Comment avons-nous répondu, de 1 (mal) à 5 (très bien) ?"
_THANKS = "Merci de votre réponse !"


async def the_first_story(stage: Stage) -> None:
    """What a team sees on its first day: who answers whom, who waits, and how it ends."""
    await two_agents_come_to_work(stage)
    camille = Customer.named("Camille")
    conversation = await a_customer_is_answered(stage, camille)
    await another_waits_until_somebody_is_there(stage)
    await a_conversation_is_set_aside_and_comes_back(stage, camille, conversation)
    await it_is_closed_and_the_customer_is_asked(stage, camille, conversation)


async def two_agents_come_to_work(stage: Stage) -> None:
    """A supervisor writes their records, and they say that they are available."""
    tell = stage.transcript
    tell.chapter("Two agents come to work")
    for agent in (stage.ana, stage.bruno):
        skill = f", with the skill {', '.join(agent.skills)}" if agent.skills else ""
        await tell.do(
            f"A supervisor makes {agent.name} an agent of {' and '.join(agent.queues)}{skill}",
            stage.supervisor.put_agent(agent.id, name=agent.name, queues=agent.queues, skills=agent.skills),
        )
    for agent in (stage.ana, stage.bruno):
        await tell.do(f"{agent.name} is available", agent.api.set_presence("available"))


async def a_customer_is_answered(stage: Stage, customer: Customer) -> Listed:
    """A customer writes, is greeted, and is answered by the agent who has the skill."""
    tell, phones, ana = stage.transcript, stage.phones, stage.ana
    tell.chapter(f"{customer.name} writes ({customer.number}) and is answered")
    await _writes(stage, customer, "Où est ma facture ?")
    await tell.see(
        "The greeting reaches the phone",
        looks.received(phones, customer.number),
        words=lambda message: f"“{message.text}”",
    )
    conversation = await tell.see(
        f"It goes to {ana.name}, who has the skill billing; {stage.bruno.name} is free, too",
        looks.listed(stage.supervisor, customer.number, status="active", agent=ana.id),
        words=lambda conversation: f"queue {conversation.queue}",
    )
    answer = f"Bonjour {customer.name}, votre facture est partie ce matin."
    await tell.do(f"{ana.name} answers over the API", _reply(ana, conversation, answer, "message"), words=f"“{answer}”")
    await tell.see("The answer is on the phone, delivered", looks.received(phones, customer.number, answer))
    await tell.do(f"{customer.name} looks at the phone", phones.read(customer.number))
    await tell.see(
        "The history says that the answer was read",
        looks.in_history(stage.supervisor, conversation.conversation_id, answer, "read"),
    )
    return conversation


async def another_waits_until_somebody_is_there(stage: Stage) -> None:
    """Nobody is there for another customer's queue; who comes back gets the conversation, without asking for it."""
    tell, bruno, customer = stage.transcript, stage.bruno, Customer.named("Malik")
    tell.chapter(f"{customer.name} writes ({customer.number}) while nobody is there for the queue general")
    await tell.do(f"{bruno.name} is away", bruno.api.set_presence("away"))
    await _writes(stage, customer, "Quels sont vos horaires ?")
    waiting = await tell.see(
        "The conversation waits in its queue, says the API",
        looks.listed(stage.supervisor, customer.number, status="open", agent=None),
        words=lambda conversation: f"queue {conversation.queue}",
    )
    await tell.see(
        "And why it waits",
        looks.waits_because(stage.supervisor, waiting.conversation_id, "nobody_available"),
        words=lambda conversation: conversation.wait_reason or "",
    )
    await tell.do(f"{bruno.name} is available again", bruno.api.set_presence("available"))
    await tell.see(
        f"It is given to {bruno.name}",
        looks.listed(stage.supervisor, customer.number, status="active", agent=bruno.id),
    )


async def a_conversation_is_set_aside_and_comes_back(stage: Stage, customer: Customer, conversation: Listed) -> None:
    """An agent lets a conversation wait for its customer, and has it again when the customer writes."""
    tell, ana, text = stage.transcript, stage.ana, "Je l’ai reçue, merci !"
    tell.chapter(f"{ana.name} sets the conversation aside, and {customer.name} writes again")
    await tell.do(f"{ana.name} sets it aside: her capacity is free", ana.api.wait(conversation.conversation_id))
    await tell.see(
        f"It waits for {customer.name}, and stays {ana.name}'s",
        looks.listed(stage.supervisor, customer.number, status="waiting", agent=ana.id),
    )
    await tell.do(
        f"{customer.name} writes",
        stage.phones.write(customer.number, text, channel=stage.channel),
        words=f"“{text}”",
    )
    await tell.see(
        f"It is back with {ana.name}",
        looks.listed(stage.supervisor, customer.number, status="active", agent=ana.id),
    )


async def it_is_closed_and_the_customer_is_asked(stage: Stage, customer: Customer, conversation: Listed) -> None:
    """The conversation ends with a survey, whose answer opens no other conversation."""
    tell, phones, ana = stage.transcript, stage.phones, stage.ana
    tell.chapter(f"{ana.name} closes it, and {customer.name} is asked how it was")
    await tell.do(
        f"{ana.name} closes the conversation as solved", ana.api.close(conversation.conversation_id, "solved")
    )
    await tell.see(
        "The question is on the phone",
        looks.received(phones, customer.number, _QUESTION),
        words=lambda _: f"“{_QUESTION}”",
    )
    await tell.do(f"{customer.name} answers", phones.write(customer.number, "5", channel=stage.channel), words="“5”")
    await tell.see(
        "So are the thanks", looks.received(phones, customer.number, _THANKS), words=lambda _: f"“{_THANKS}”"
    )
    await tell.see(
        "The conversation is closed, with its answer",
        looks.surveyed(stage.supervisor, conversation.conversation_id, score=5),
        words=lambda closed: f"closed: {closed.closure}; survey: {closed.score} of 5",
    )


async def both_end_their_shift(stage: Stage) -> None:
    """Whoever sits down at the desk after the story is then the one who is given what comes."""
    stage.transcript.chapter("The agents end their shift")
    for agent in (stage.ana, stage.bruno):
        await stage.transcript.do(f"{agent.name} is offline", agent.api.set_presence("offline"))


async def an_answer_comes_a_day_late(stage: Stage) -> None:
    """The session window is closed: a template goes out, and the agent's words are held until the customer answers."""
    tell, phones, bruno, customer = stage.transcript, stage.phones, stage.bruno, Customer.named("Karim")
    tell.chapter(f"{customer.name} wrote 25 hours ago ({customer.number}) and is answered only now")
    await _writes(stage, customer, "Mon colis est-il parti ?", ago=_A_DAY_AND_AN_HOUR)
    conversation = await tell.see(
        f"The conversation is given to {bruno.name}",
        looks.listed(stage.supervisor, customer.number, status="active", agent=bruno.id),
    )
    held = [f"Bonjour {customer.name}, il est parti hier.", "Son numéro de suivi : A-17."]
    await tell.do(
        f"{bruno.name} answers: a template goes out, the words are held",
        _reply(bruno, conversation, held[0], "template"),
        words=f"“{held[0]}”",
    )
    await tell.do(
        f"{bruno.name} adds a word: held too, without another template",
        _reply(bruno, conversation, held[1], "held"),
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


async def _writes(stage: Stage, customer: Customer, text: str, ago: timedelta | None = None) -> None:
    """A customer writes, and the app takes it."""
    tell, at = stage.transcript, (datetime.now(UTC) - ago).isoformat() if ago else None
    message_id = await tell.do(
        f"{customer.name} writes",
        stage.phones.write(customer.number, text, channel=stage.channel, at=at),
        words=f"“{text}”",
    )
    is_at_meta = provider_of(stage.channel) is Provider.WHATSAPP_CLOUD
    brought = "Meta's webhook brings it" if is_at_meta else "Event Grid brings the event"
    await tell.see(f"{brought}, and the app takes it", looks.taken(stage.phones, customer.number, message_id))


async def _reply(agent: Agent, conversation: Listed, text: str, delivery: str) -> SentReply:
    """Raises StoryError if the reply is delivered in another way."""
    reply = await agent.api.reply(conversation.conversation_id, text)
    if reply.delivery != delivery or (delivery != "message" and reply.held != "held"):
        raise StoryError(f"the API answered {reply}")
    return reply
