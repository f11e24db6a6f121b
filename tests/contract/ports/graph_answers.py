"""Raw answers as Meta's Graph API gives them, and one attempt to get them with."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from shared.sending.channel import Shipment
from shared.settings import WhatsAppCloud
from shared.vocabulary.message import Content
from shared.vocabulary.words import MessageKind
from tests.contract.ports.answering import Answer, AnsweringServer

TOKEN, SECRET, PREVIOUS = "token-of-a-test", "secret-of-a-test", "secret-before"
NUMBER, ACCOUNT = "106540352242922", "102290129340398"
TO = "+33612345678"
WORDS = "Votre code est secret"
SHIPMENT = Shipment(
    channel_id=NUMBER,
    to=TO,
    content=Content(kind=MessageKind.TEXT, text=WORDS),
    request_id="11111111-2222-3333-4444-555555555555",
    first_sent=datetime(2026, 11, 22, tzinfo=UTC),
)
WAIT = 0.2


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    return Answer(status=status, body=json.dumps(body), headers={"Content-Type": "application/json"} | headers)


def error(code: int, status: int = 400, **more: object) -> Answer:
    """An error with a code of Meta's."""
    return answer({"error": {"message": "This was ordered.", "type": "OAuthException", "code": code} | more}, status)


TAKEN = answer({"messages": [{"id": "wamid.HBgL=="}]})


def settings(server: AnsweringServer, **changed: Any) -> WhatsAppCloud:
    """The server is the Graph API."""
    given: dict[str, Any] = {"access_token": TOKEN, "app_secrets": (SECRET, PREVIOUS), "graph_url": server.origin}
    return WhatsAppCloud(**given | changed)


PROOF_WANTED = error(100, message="API calls from the server require an appsecret_proof argument")


def proof(secret: str) -> str:
    """What a call that is signed with a secret has behind its path."""
    return "?appsecret_proof=" + hmac.new(secret.encode(), TOKEN.encode(), "sha256").hexdigest()
