"""A day at the desk, by which the examples of the API's document are recorded.

`python -m tests.unit.app.api.example_day` writes them anew, after a change of what the API answers.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from shared.api.examples import FILE, Examples
from shared.api.routes import ROUTES
from shared.desk.files import DeskFiles
from shared.intake.quarantined import Source
from shared.settings import Connection
from shared.state.conversation import Offer
from shared.vocabulary.templates import Definition, ListedTemplate
from tests.fakes.sample import SAMPLE
from tests.fakes.world import HOURS, PHONE, World
from tests.unit.app.api.desk import ADA, ANA, BOB, SUE, Answer, Desk, route_of

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
TEMPLATE = "Bonjour {{1}}, votre commande {{2}} est en route."


def configuration() -> str:
    """The small team of the tests, with texts at hand and conversations that may be taken."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    support = document["workstreams"]["support"]
    support["distribution"] = {"allow_pick": True}
    support["quick_replies"] = [
        {"name": "thanks", "tags": ["end"], "text": {"fr": "Merci {contact.name|à vous}, ici {agent.name}."}}
    ]
    return json.dumps(document)


class RecordingDesk(Desk):
    """A desk that keeps of each operation what was sent and answered first, by status."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.examples: dict[str, dict[str, Any]] = {}

    async def call(self, method: str, target: str, body: object, headers: Mapping[str, str]) -> Answer:
        """As `Desk.call`."""
        answer = await super().call(method, target, body, headers)
        name, _ = route_of(urlsplit(target).path)
        described = answer.json is not None and answer.status != 401
        if described and name != "openapi" and method in ROUTES[name].methods:
            kept = self.examples.setdefault(f"{method.lower()}_{name}", {})
            if body is not None and not isinstance(body, bytes) and answer.status < 300:
                kept.setdefault("request", json.loads(json.dumps(body)))
            kept.setdefault("responses", {}).setdefault(str(int(answer.status)), answer.json)
        return answer


async def record() -> Examples:
    """The examples, by operation."""
    file = Path("contact_center.yaml")
    kept = Connection(connection_string="fake")
    world = World(configuration(), configuration_file=file, media_storage=kept, desk_local_key="local")
    world.centre.__dict__["desk"] = DeskFiles.of({f"languages/{each}.json": b"{}" for each in ("en", "fr")})
    desk = RecordingDesk(world)
    await _the_team_comes(desk)
    conversation_id = await _a_customer_is_answered(desk)
    await _files_go_both_ways(desk, conversation_id)
    await _it_is_handed_on(desk, conversation_id)
    await _the_window_closes(desk, conversation_id)
    await _a_message_fails_and_it_ends(desk, conversation_id)
    await _the_team_begins(desk)
    await _supervisors_look(desk)
    await _administrators_clear_up(desk, conversation_id.partition("-")[0])
    return desk.examples


async def _the_team_comes(desk: Desk) -> None:
    await desk.call("GET", "/health", None, {})
    await desk.call("GET", "/desk/config", None, {"Host": "127.0.0.1:7071"})
    skills = [{"name": "billing", "level": 5}]
    await desk.put("/agents/ana", {"name": "Ana", "queues": ["general", "billing"], "skills": skills, "capacity": 100})
    await desk.put("/agents/bob", {"name": "Bob", "queues": ["general"]})
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    await desk.put("/agents/bob/presence", {"presence": "busy"})
    for path in ("/agents", "/agents/me", "/agents/ana"):
        await desk.get(path, SUE if path == "/agents" else ANA)
    await desk.get("/agents/bob", ANA)


async def _a_customer_is_answered(desk: Desk) -> str:
    cursor = (await Desk(desk.world).get("/changes")).json["cursor"]
    conversation_id = await desk.conversation("Bonjour, où est ma commande A-17 ?", message_id="wamid.1")
    path = f"/conversations/{conversation_id}"
    desk.world.clock.step(1)
    await desk.get(f"/changes?client=b1&shift=1&open={conversation_id}&cursor={cursor}")
    await desk.patch(f"/contacts/{conversation_id.partition('-')[0]}", {"name": "Zoé", "language": "fr"})
    await _is_offered(desk, conversation_id)
    await desk.post(f"{path}/decline")
    await desk.post(f"{path}/decline")
    await _is_offered(desk, conversation_id)
    await desk.post(f"{path}/accept")
    await desk.get("/conversations?agent=me")
    await desk.get(path)
    await desk.get(f"/quick-replies?conversation={conversation_id}")
    await desk.post(f"{path}/read", {"upTo": "wamid.1"})
    desk.world.clock.step(40)
    answer = await desk.reply(conversation_id, "Elle part ce soir.", key="0f7c")
    await desk.world.status(answer.json["messageId"], "Delivered")
    await desk.reply(conversation_id, "Elle part demain.", key="0f7c")
    await desk.reply(conversation_id, "x" * 4097)
    await desk.reply(conversation_id, "Je réponds aussi.", BOB)
    await desk.get(f"{path}/replies/{answer.json['replyId']}")
    await desk.post(f"{path}/notes", {"text": "Colis A-17 vu à l'entrepôt."})
    await desk.patch(path, {"tags": ["livraison"], "variables": {"order": "A-17"}})
    await desk.call("PATCH", path, {"tags": ["retard"]}, {**ANA, "If-Match": '"1"'})
    await desk.get(f"{path}/messages")
    await desk.get(f"/conversations/{'0' * 32}-{'0' * 26}")
    return conversation_id


async def _is_offered(desk: Desk, conversation_id: str) -> None:
    now = desk.world.clock.now()
    offered = Offer(agent="ana", at=now, expires_at=now + timedelta(minutes=2))
    await desk.change_conversation(conversation_id, agent=None, offer=offered, units=30)


async def _files_go_both_ways(desk: Desk, conversation_id: str) -> None:
    await desk.post(f"/conversations/{conversation_id}/wait", {"until": "2026-11-24T17:00:00Z"})
    desk.world.channel.files["file-1"] = JPEG
    file = {"mimeType": "image/jpeg", "id": "file-1", "fileName": "colis.jpg"}
    await desk.world.customer(message_id="wamid.2", messageType="image", media=file)
    await desk.world.pass_time(5)
    await desk.post(f"/conversations/{conversation_id}/media/wamid.2/link")
    await desk.get(f"/conversations/{conversation_id}/media/none")
    await desk.upload(conversation_id, b"%PDF-1.7 a document", "Facture été.pdf")
    await desk.upload(conversation_id, b"MZ a program", "facture.exe")


async def _it_is_handed_on(desk: Desk, conversation_id: str) -> None:
    path = f"/conversations/{conversation_id}"
    await desk.post(f"{path}/transfer", {"queue": "billing", "note": "Question de facture."})
    await desk.post(f"{path}/assign", {})
    await desk.post(f"{path}/release")
    await desk.post(f"{path}/release")
    await desk.post(f"{path}/assign", {})
    await desk.post(f"{path}/wrap-up")
    await desk.post(f"{path}/wait", {})
    await desk.get(f"{path}/explain", SUE)
    await desk.get(f"{path}/explain", ANA)


async def _the_window_closes(desk: Desk, conversation_id: str) -> None:
    desk.world.clock.step(25 * HOURS)
    path = f"/conversations/{conversation_id}/replies"
    await desk.reply(conversation_id, "Toujours rien ?", whenWindowClosed="reject")
    await desk.reply(conversation_id, "Votre colis est arrivé.")
    held = await desk.reply(conversation_id, "Dites-nous s'il y manque quelque chose.")
    await desk.delete(f"{path}/{held.json['replyId']}")
    template = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Zoé"]}
    await desk.post(path, template)
    await desk.world.customer("Oui, merci !", message_id="wamid.3")
    await desk.world.drain()


async def _a_message_fails_and_it_ends(desk: Desk, conversation_id: str) -> None:
    path = f"/conversations/{conversation_id}"
    sent = await desk.reply(conversation_id, "Bonne journée.")
    await desk.delete(f"{path}/replies/{sent.json['replyId']}")
    await desk.world.status(sent.json["messageId"], "Failed", code="131053")
    await desk.post(f"{path}/messages/{sent.json['replyId']}/retry")
    await desk.post(f"{path}/messages/wamid.3/retry")
    await desk.post(f"{path}/close", {"tags": ["livré"], "note": "Tout est arrivé."})
    await desk.post(f"{path}/close", {})
    await desk.reply(conversation_id, "Une chose encore.")
    contact_id = conversation_id.partition("-")[0]
    await desk.get(f"/contacts/{contact_id}")
    await desk.get(f"/contacts/{contact_id}/conversations")
    await desk.post("/contacts/find", {"phone": "06 12 34 56 78", "channel": "support_fr"})


async def _the_team_begins(desk: Desk) -> None:
    reply = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Noé", "B-4"]}
    await desk.post("/conversations", {"channel": "support_fr", "to": {"phone": "+33687654321"}, "reply": reply})
    to = {"phone": "+33687654322"}
    await desk.post("/conversations", {"channel": "support_fr", "to": to, "reply": {"kind": "text", "text": "Bonjour"}})


async def _supervisors_look(desk: Desk) -> None:
    waiting = await desk.conversation("Ma facture est fausse.", phone="33611223344", message_id="wamid.4")
    definition = Definition(body=TEMPLATE)
    listed = ListedTemplate(name="order_update", language="fr", status="approved", definition=definition)
    await desk.world.lists(listed)
    for path in ("/queues", "/quick-replies", "/templates", "/health/ready"):
        await desk.get(path, SUE)
    await desk.put("/queues/general/closed-until", {"until": "2026-11-26T12:00:00Z", "reason": "Panne du standard"})
    await desk.put(
        "/quick-replies/delay", {"text": {"fr": "Il y a du retard, {contact.name|pardon}."}, "tags": ["colis"]}
    )
    await desk.delete("/quick-replies/none", SUE)
    asked = {"text": "Ma facture ?", "from": f"+{PHONE}", "at": "2026-11-27T10:00:00Z"}
    await desk.post("/workstreams/support/explain", asked, SUE)
    await desk.get("/reports?from=2026-11-24&to=2026-11-25", SUE)
    await desk.get("/reports?from=2026-11-25&to=2026-11-24", SUE)
    unknown = f"{'0' * 32}-{'0' * 26}"
    await desk.post("/conversations/bulk", {"action": "assign", "agent": "ana", "ids": [waiting, unknown]}, SUE)
    await desk.post("/agents/ana/recompute", {"conversations": [waiting]}, SUE)
    await desk.post("/agents/ana/release-all", None, SUE)
    await desk.post("/contacts/find", {"phone": "12"})


async def _administrators_clear_up(desk: Desk, contact_id: str) -> None:
    keep = desk.centre.quarantine.keep
    body = json.dumps(desk.world.inbound("Bonjour ?", message_id="wamid.5"))
    item = await keep(source=Source.EVENT, name="event-7", reasons=("data.to: no such channel",), body=body)
    await desk.get("/quarantine", ADA)
    await desk.get("/quarantine", SUE)
    await desk.post(f"/quarantine/{item}/replay", None, ADA)
    await desk.post("/queues/billing/drain", {"to": "general"}, ADA)
    await desk.delete(f"/contacts/{contact_id}", ADA)
    for _ in range(31):
        await desk.post("/contacts/find", {"phone": f"+{PHONE}"})


if __name__ == "__main__":
    FILE.write_text(json.dumps(asyncio.run(record()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
