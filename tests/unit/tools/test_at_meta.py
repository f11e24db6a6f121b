"""A configuration is brought to Meta: its channels are, and nothing else is another."""

from pathlib import Path

import pytest
import yaml

from dev.stack.at_meta import account_id, at_meta, phone_number_id, write_at_meta
from dev.stack.errors import StackError
from shared.configuration.loading import read_configuration

GUID = "11111111-1111-1111-1111-111111111111"
SAMPLE = Path(__file__).parents[3] / "contact_center.yaml"


def test_a_channel_of_acs_gets_digits_and_an_account() -> None:
    text = f"channels: {{support: {{id: {GUID}, number: '+33123456789', workstream: support}}}}"

    channel = yaml.safe_load(at_meta(text))["channels"]["support"]

    assert channel == {
        "provider": "whatsapp_cloud",
        "id": phone_number_id(GUID),
        "account": account_id(GUID),
        "number": "+33123456789",
        "workstream": "support",
    }
    assert len({phone_number_id(GUID), account_id(GUID), phone_number_id("another"), account_id("another")}) == 4
    assert all(each.isdecimal() and len(each) == 15 for each in (phone_number_id(GUID), account_id(GUID)))


def test_what_a_move_says_goes_and_a_channel_at_meta_stays() -> None:
    there = {"provider": "whatsapp_cloud", "id": "106540352242922", "account": "1", "moved_from": [GUID]}
    back = {"id": GUID, "moved_from": ["106540352242922"], "moved_at": "2027-03-01T03:00:00Z"}

    channels = yaml.safe_load(at_meta(yaml.safe_dump({"channels": {"there": there, "back": back}})))["channels"]

    assert channels["there"] == there
    assert sorted(channels["back"]) == ["account", "id", "provider"]


def test_all_else_is_written_as_before() -> None:
    before = "version: 1\nlanguages: {no: 10:00, default: 2027-03-01}\nchannels: {}\nquoted: '1'\n"

    after = at_meta(before)

    assert yaml.load(after, Loader=yaml.BaseLoader) == yaml.load(before, Loader=yaml.BaseLoader)
    assert yaml.safe_load(after) == yaml.safe_load(before)


def test_the_sample_is_a_good_configuration_at_meta(tmp_path: Path) -> None:
    copy = write_at_meta(SAMPLE, tmp_path / "data")

    sample, at = read_configuration(SAMPLE), read_configuration(copy)
    assert at.channels.keys() == sample.channels.keys()
    assert {each.provider for each in at.channels.values()} == {"whatsapp_cloud"}
    others = set(type(sample).model_fields) - {"channels"}
    assert {name for name in others if getattr(at, name) != getattr(sample, name)} == set()


@pytest.mark.parametrize("text", ["", "channels: 1", "[]"])
def test_a_file_without_channels_stays_as_it_is(text: str) -> None:
    assert at_meta(text) == text


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("channels: {")

    with pytest.raises(StackError, match=r"bad\.yaml"):
        write_at_meta(tmp_path / "bad.yaml", tmp_path)
