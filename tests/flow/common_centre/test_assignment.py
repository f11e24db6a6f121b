"""What people do to a conversation, over the host: handed on under a key, only as it was read, and closed once."""

from typing import Any

import pytest

from tests.flow.centre import Centre
from tests.flow.customer import Customer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]


async def test_a_conversation_goes_from_hand_to_hand_and_is_closed(centre: Centre, customer: Customer) -> None:
    await customer.is_greeted()
    conversation_id = (await customer.is_sent("Bonjour à vous.")).body["conversationId"]
    path = f"/conversations/{conversation_id}"
    record = {"name": "Nour", "queues": ["general"]}
    assert (await centre.call("PUT", "/agents/nour", record)).status == 200

    async def changed(action: str, body: dict[str, Any], etag: str | None = None) -> tuple[int, str, Any]:
        headers = {**centre.key("sam", "Supervisor"), **({"If-Match": etag} if etag else {})}
        async with centre.http.post(f"{centre.api}/api{path}/{action}", headers=headers, json=body) as answer:
            return answer.status, answer.headers.get("ETag", ""), await answer.json(content_type=None)

    status, etag, shown = await changed("assign", {"agent": "nour"})
    assert (status, shown["agent"], etag) == (200, "nour", f'"{shown["version"]}"')
    status, _, stale = await changed("transfer", {"queue": "billing"}, '"1"')
    assert (status, stale["code"]) == (412, "changed_meanwhile")
    status, _, moved = await changed("transfer", {"queue": "billing", "note": "Une facture"}, etag)
    assert (status, moved["queue"], moved["status"], moved["lastAgent"]) == (200, "billing", "open", "nour")

    first = await centre.call("POST", f"{path}/close", {"wrapUpCode": "solved"}, key="k")
    again = await centre.call("POST", f"{path}/close", {"wrapUpCode": "solved"}, key="k")
    assert (first.status, again.status, again.body["closure"]) == (200, 200, first.body["closure"])
    refused = await centre.call("POST", f"{path}/assign")
    assert (refused.status, refused.body["code"], refused.body["from"]) == (409, "invalid_transition", "closed")
    bulk = await centre.call("POST", "/conversations/bulk", {"ids": [conversation_id], "action": "release"})
    items: Any = bulk.body
    assert [(each["status"], each["problem"]["code"]) for each in items] == [(409, "invalid_transition")]
