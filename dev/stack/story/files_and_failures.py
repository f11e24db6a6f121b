"""Scenes of what becomes of replies: files both ways, a failure and its repetition, a customer written to first.

As in `scenes`, each step asks the stack itself whether it came true.
"""

from dev.stack.story import looks
from dev.stack.story.api import Listed
from dev.stack.story.errors import StoryError
from dev.stack.story.invoice import picture_of_invoice
from dev.stack.story.stage import Customer, Stage

_LOST = "131053"
"""WhatsApp could not take a file: nothing tries again by itself, and an agent may."""


async def what_becomes_of_replies(stage: Stage) -> None:
    """All of it, with one customer and another."""
    customer = Customer.named("Léna")
    conversation = await a_customer_reaches_ana(stage, customer)
    media_id = await pictures_go_both_ways(stage, customer, conversation)
    await a_message_fails_and_is_sent_again(stage, conversation, media_id)
    await the_team_writes_first(stage)


async def a_customer_reaches_ana(stage: Stage, customer: Customer) -> Listed:
    """A customer writes about an invoice, which is Ana's."""
    tell, ana, text = stage.transcript, stage.ana, "J’ai une question sur ma facture."
    tell.chapter(f"{customer.name} writes ({customer.number})")
    await tell.do(
        f"{customer.name} writes",
        stage.phones.write(customer.number, text, channel=stage.channel),
        words=f"“{text}”",
    )
    return await tell.see(
        f"The conversation is given to {ana.name}",
        looks.listed(stage.supervisor, customer.number, status="active", agent=ana.id),
    )


async def pictures_go_both_ways(stage: Stage, customer: Customer, conversation: Listed) -> str:
    """A customer sends a picture, an agent looks at it, and answers with another one, whose id is returned."""
    tell, phones, ana = stage.transcript, stage.phones, stage.ana
    tell.chapter(f"{customer.name} sends a picture, and {ana.name} answers with one")
    received, answered = picture_of_invoice("A-17", "48,00 EUR"), picture_of_invoice("A-17", "Payée, merci !")
    message_id = await tell.do(
        f"{customer.name} sends a photo of an invoice",
        phones.send_file(customer.number, received, "image/png", "Cette facture-ci", channel=stage.channel),
        words="“Cette facture-ci”",
    )
    await tell.see(
        f"{ana.name} sees it over the API, byte by byte the same",
        looks.file_of(ana.api, conversation.conversation_id, message_id, received),
        words=lambda file: f"{file.mime_type}, {len(file.content):,} bytes",
    )
    media_id = await tell.do(
        f"{ana.name} uploads a picture", ana.api.upload(conversation.conversation_id, answered, "image/png")
    )
    await tell.do(
        f"{ana.name} answers with it",
        ana.api.reply_with(conversation.conversation_id, kind="image", mediaId=media_id, caption="Elle est payée"),
        words="“Elle est payée”",
    )
    await tell.see(
        "WhatsApp fetches it, and it is on the phone",
        looks.picture_on(phones, customer.number, answered),
        words=lambda message: f"“{message.text}”, {message.status}",
    )
    return media_id


async def a_message_fails_and_is_sent_again(stage: Stage, conversation: Listed, media_id: str) -> None:
    """What failed is seen, says why, and arrives once an agent sends it again."""
    tell, phones, ana = stage.transcript, stage.phones, stage.ana
    tell.chapter(f"A picture of {ana.name}'s fails, and she sends it again")
    caption = "Et pour vos dossiers"
    await tell.do("WhatsApp is made to fail once", phones.fail_next(_LOST))
    await tell.do(
        f"{ana.name} sends the picture once more",
        ana.api.reply_with(conversation.conversation_id, kind="image", mediaId=media_id, caption=caption),
        words=f"“{caption}”",
    )
    failed = await tell.see(
        "The history says that it failed, and why",
        looks.failed(ana.api, conversation.conversation_id, caption),
        words=lambda message: f"{message.code}: {message.why}",
    )
    if failed.reply_id is None:
        raise StoryError("the message that failed has no id")
    await tell.do(f"{ana.name} asks for another try", ana.api.retry(conversation.conversation_id, failed.reply_id))
    await tell.see(
        "It is delivered, says the history",
        looks.in_history(ana.api, conversation.conversation_id, caption, "delivered"),
    )


async def the_team_writes_first(stage: Stage) -> None:
    """A conversation that an agent begins by a template, and has when the customer answers."""
    tell, phones, bruno, customer = stage.transcript, stage.phones, stage.bruno, Customer.named("Inès")
    tell.chapter(f"{bruno.name} writes to {customer.name} ({customer.number}) first")
    begun = await tell.do(
        f"{bruno.name} begins a conversation by a template",
        bruno.api.start(stage.channel, customer.number, "order_update", [customer.name, "A-17"]),
    )
    await tell.see(
        "The template is on the phone, and nothing else",
        looks.only_a_template(phones, customer.number),
        words=lambda message: f"“{message.text}”",
    )
    await tell.see(
        f"It waits for {customer.name}, and is {bruno.name}'s",
        looks.listed(stage.supervisor, customer.number, status="waiting", agent=bruno.id),
    )
    answer = "Merci, à quelle heure ?"
    await tell.do(
        f"{customer.name} answers", phones.write(customer.number, answer, channel=stage.channel), words=f"“{answer}”"
    )
    await tell.see(
        f"{bruno.name} has it in hand",
        looks.is_with(bruno.api, begun, status="active", agent_id=bruno.id),
    )
