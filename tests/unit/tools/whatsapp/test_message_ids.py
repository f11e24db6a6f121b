"""Names of messages: each provider has its own for one and the same, and they tell whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.message_ids import message_id_at, new_message_id, whose


@given(st.uuids(), st.sampled_from(Provider))
def test_there_and_back_is_the_same(guid: object, provider: Provider) -> None:
    acs, meta = str(guid), message_id_at(Provider.WHATSAPP_CLOUD, str(guid))

    assert message_id_at(Provider.ACS, meta) == acs
    assert message_id_at(provider, message_id_at(provider, acs)) == message_id_at(provider, acs)
    assert (whose(acs), whose(meta)) == (Provider.ACS, Provider.WHATSAPP_CLOUD)
    assert {"/", "+", "="} < set(meta)


@pytest.mark.parametrize("provider", Provider)
def test_a_new_one_is_its_providers_own(provider: Provider) -> None:
    first, second = new_message_id(provider), new_message_id(provider)
    assert first != second
    assert whose(first) is provider


@given(st.text() | st.text().map(lambda text: f"wamid.{text}") | st.just("wamid.HBgL"), st.sampled_from(Provider))
def test_what_is_nobodys_stays_as_it_is(text: str, provider: Provider) -> None:
    assert message_id_at(provider, text) == text
