"""Files that customers sent to a number at Meta: what is asked for one, and what becomes of one that does not come."""

import pytest

from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel
from shared.adapters.whatsapp_cloud_graph import Graph
from shared.settings import GRAPH_URL, WhatsAppCloud
from shared.vocabulary.errors import NotKnown, Unavailable
from shared.vocabulary.words import Provider
from tests.contract.ports.answering import Answer, AnsweringServer
from tests.contract.ports.graph_answers import (
    PROOF_WANTED,
    TOKEN,
    answer,
    error,
)


async def downloaded(channel: WhatsAppCloudChannel, media_id: str = "65463453") -> bytes | None:
    async with channel.media(Provider.WHATSAPP_CLOUD, media_id) as pieces:
        return None if pieces is None else b"".join([piece async for piece in pieces])


class TestFilesOfCustomers:
    """An address for five minutes, then the file."""

    @staticmethod
    def place(server: AnsweringServer) -> Answer:
        return answer({"url": f"{server.origin}/lookaside/a%2Fb?mid=1&ext=2%2F", "id": "65463453"})

    async def test_they_are_had_in_two_steps_each_with_the_token(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        server.answers = [self.place(server), Answer(body="file")]

        assert await downloaded(channel) == b"file"
        assert server.calls == [("GET", "/v27.0/65463453"), ("GET", "/lookaside/a%2Fb?mid=1&ext=2%2F")]
        assert {each.headers["Authorization"] for each in server.asked} == {f"Bearer {TOKEN}"}

    async def test_an_address_that_is_over_is_asked_for_once_more(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        server.answers = [self.place(server), Answer(status=404), self.place(server), Answer(body="file")]

        assert await downloaded(channel) == b"file"

    async def test_one_that_is_not_there_under_a_new_address_is_gone(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        server.answers = [self.place(server), Answer(status=404)] * 2

        assert await downloaded(channel) is None
        assert len(server.asked) == 4

    @pytest.mark.parametrize("given", [error(100, error_subcode=33), Answer(status=404)], ids=repr)
    async def test_one_that_meta_does_not_know_is_gone_or_hidden(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
    ) -> None:
        """A token that has lost its right is told the same."""
        server.answer = given

        with pytest.raises(NotKnown):
            await downloaded(channel)

    async def test_one_that_is_asked_for_without_the_proof_that_is_demanded_is_unavailable(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        server.answer = PROOF_WANTED

        with pytest.raises(Unavailable):
            await downloaded(channel)

    @pytest.mark.parametrize("media_id", ["", "..", "1/2", "1?x=2", "é", "1" * 257])
    async def test_what_can_be_no_id_is_gone_without_a_call(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, media_id: str
    ) -> None:
        assert await downloaded(channel, media_id) is None
        assert server.asked == []

    @pytest.mark.parametrize(
        "given",
        [
            *(error(190, 401), error(131000, 500), answer({"id": "65463453"})),
            *(Answer(status=429), Answer(status=500), Answer(body="<html>"), Answer(hangs=True), Answer(cut=True)),
        ],
        ids=repr,
    )
    async def test_without_an_address_they_are_unavailable(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
    ) -> None:
        server.answer = given

        with pytest.raises(Unavailable):
            await downloaded(channel)

        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        "given",
        [Answer(status=status) for status in (401, 403, 408, 429, 500, 503)]
        + [Answer(hangs=True), Answer(cut=True)]
        + [Answer(status=302, headers={"Location": "/elsewhere"})],
        ids=repr,
    )
    async def test_one_that_does_not_come_to_its_end_is_unavailable(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
    ) -> None:
        server.answers, server.answer = [self.place(server)], given

        with pytest.raises(Unavailable):
            await downloaded(channel)

        assert len(server.asked) == 2

    @pytest.mark.parametrize(
        "address", ["https://elsewhere.example/a", "http://lookaside.fbsbx.com/a", "https://fbsbx.com.example/a", "a"]
    )
    async def test_the_token_goes_to_meta_only(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, address: str
    ) -> None:
        server.answer = answer({"url": address})

        with pytest.raises(Unavailable):
            await downloaded(channel)

        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("address", "graph_url", "metas"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", GRAPH_URL, True),
        ("https://graph.facebook.com/a", GRAPH_URL, True),
        ("https://LOOKASIDE.fbsbx.com/a", GRAPH_URL, True),
        ("https://scontent.facebook.com/a", GRAPH_URL, False),
        ("https://attachment.fbsbx.com/a", GRAPH_URL, False),
        ("https://a.lookaside.fbsbx.com/a", GRAPH_URL, False),
        ("https://lookaside.fbsbx.com:443/a", GRAPH_URL, True),
        ("https://lookaside.fbsbx.com:8443/a", GRAPH_URL, False),
        ("https://evilfbsbx.com/a", GRAPH_URL, False),
        ("https://lookaside.fbsbx.com@elsewhere.example/a", GRAPH_URL, False),
        ("https://user@lookaside.fbsbx.com/a", GRAPH_URL, False),
        ("http://127.0.0.1/a", GRAPH_URL, False),
        ("http://127.0.0.1:1/a", "http://127.0.0.1:2", True),
        ("http://[::1]:1/a", "http://localhost:2", True),
        ("http://[", GRAPH_URL, False),
    ],
)
async def test_whose_an_address_is_is_told_by_its_host(address: str, graph_url: str, metas: bool) -> None:
    graph = Graph(WhatsAppCloud(access_token=TOKEN, graph_url=graph_url))
    assert graph.is_metas(address) is metas
    await graph.close()
