"""Messages on their way in, and what the phone shows of the answers."""

import pytest

from tests.flow.centre import GREETING, SUPPORT, Centre, Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_customer_writes_and_an_agent_answers(centre: Centre, customer: Customer) -> None:
    """Greeting at once; the conversation waits in its queue; the agent's reply reaches the phone and is followed."""
    body = {"name": "Ana", "queues": ["billing"]}
    assert (await centre.call("PUT", "/agents/ana", body)).status == 200

    await customer.writes("Où est ma facture ?")

    await eventually(customer.received, [GREETING])
    conversation = await customer.conversation()
    assert (conversation["queue"], conversation["status"], conversation["unread"]) == ("billing", "open", 1)

    sent = await customer.is_sent("La voici.", agent="ana", role="Agent")
    assert (sent.status, sent.body["delivery"], sent.body["status"]) == (201, "message", "sent")
    await eventually(customer.received, [GREETING, "La voici."])
    conversation = await customer.conversation()
    assert (conversation["agent"], conversation["status"], conversation["unread"]) == ("ana", "active", 0)

    asked = ("in", "Où est ma facture ?", None)
    await eventually(
        customer.lines, [asked, ("out", GREETING, "delivered"), ("out", "La voici.", "delivered")]
    )
    await customer.reads()
    await eventually(customer.lines, [asked, ("out", GREETING, "read"), ("out", "La voici.", "read")])
