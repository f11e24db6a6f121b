"""Only who has the key gets in, and a signature is good for one request of now."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from azure.core.exceptions import ClientAuthenticationError

from dev.stack.whatsapp.access import AccessKey
from tests.contract.whatsapp.sdk import AsyncSdk, SyncSdk, text
from tests.contract.whatsapp.stand_in import CHANNEL, KEY, StandIn

TARGET = "/messages/notifications:send?api-version=2024-08-30"
BODY = f'{{"kind":"text","channelRegistrationId":"{CHANNEL}","to":["+33612345678"],"content":"x"}}'.encode()


def signed(
    stand_in: StandIn, *, at: datetime | None = None, body: bytes = BODY, target: str = TARGET
) -> dict[str, str]:
    date = f"{at or datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}"
    content_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
    signature = AccessKey(KEY).sign(
        method="POST",
        target=target,
        date=date,
        host=stand_in.address.removeprefix("http://"),
        content_hash=content_hash,
    )
    scheme = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256"
    return {
        "x-ms-date": date,
        "x-ms-content-sha256": content_hash,
        "Authorization": f"{scheme}&Signature={signature}",
        "Content-Type": "application/json",
    }


async def post(stand_in: StandIn, headers: dict[str, str]) -> tuple[int, str, str]:
    """The status, the error's code in header and body, and the error's message."""
    async with stand_in.session.post(stand_in.address + TARGET, data=BODY, headers=headers) as answer:
        error = (await answer.json()).get("error", {"code": "", "message": ""})
        assert answer.headers.get("x-ms-error-code", "") == error["code"]
        return answer.status, error["code"], error["message"]


async def test_a_signed_request_gets_in(stand_in: StandIn) -> None:
    assert (await post(stand_in, signed(stand_in)))[0] == 202


async def test_without_a_signature_it_is_401(stand_in: StandIn) -> None:
    status, code, message = await post(stand_in, {})
    assert (status, code) == (401, "Denied")
    assert "Authorization" in message


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_date_too_far_off_is_401(stand_in: StandIn, minutes: int) -> None:
    headers = signed(stand_in, at=datetime.now(UTC) + timedelta(minutes=minutes))
    status, _, message = await post(stand_in, headers)
    assert status == 401
    assert "x-ms-date" in message


async def test_a_body_that_was_changed_is_401(stand_in: StandIn) -> None:
    status, _, message = await post(stand_in, signed(stand_in, body=b"{}"))
    assert status == 401
    assert "x-ms-content-sha256" in message


async def test_a_signature_of_another_path_is_401(stand_in: StandIn) -> None:
    status, _, message = await post(stand_in, signed(stand_in, target="/messages/streams/x"))
    assert status == 401
    assert "signature" in message


@pytest.mark.parametrize("client", [SyncSdk, AsyncSdk], ids=["sync", "aio"])
async def test_a_client_with_another_key_is_401(stand_in: StandIn, client: type[SyncSdk | AsyncSdk]) -> None:
    async with client(stand_in.address, key=base64.b64encode(b"another").decode()) as sdk:
        with pytest.raises(ClientAuthenticationError, match="Denied"):
            await sdk.send(text())
    assert await stand_in.sends() == []


async def test_a_known_key_and_an_unknown_api_version_is_400(stand_in: StandIn) -> None:
    target = "/messages/notifications:send?api-version=2030-01-01"
    headers = signed(stand_in, target=target)
    async with stand_in.session.post(stand_in.address + target, data=BODY, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (400, "UnsupportedApiVersion")
