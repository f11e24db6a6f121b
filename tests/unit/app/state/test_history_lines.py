"""A line of the history is found by the id of its message, however far back."""

from datetime import timedelta

from shared.commands.history_lines import keyed_line, line_and_newer
from shared.state.contact_store import Contacts
from shared.state.rows import encode, message_key
from shared.state.tables import Insert, Table
from shared.vocabulary.identity import message_hash, split_conversation_id
from shared.vocabulary.message import Author, Message
from shared.vocabulary.words import AuthorType, Direction, MessageKind
from tests.fakes.clock import FakeClock
from tests.fakes.tables import FakeTables

CONVERSATION = f"{'0' * 32}-{'0' * 26}"
LINES = 3_000


async def long_history() -> Contacts:
    """A conversation of three thousand lines, `m0` the oldest."""
    tables, began = FakeTables(), FakeClock().now()
    contact_id, episode = split_conversation_id(CONVERSATION) or ("", "")
    lines = [
        Message(
            message_id=f"m{number}",
            conversation_id=CONVERSATION,
            direction=Direction.IN,
            author=Author(type=AuthorType.CUSTOMER),
            kind=MessageKind.TEXT,
            at=began + timedelta(minutes=number),
            reply_id=f"r{number}",
        )
        for number in range(LINES)
    ]
    rows = [Insert(message_key(episode, line.at, number), encode(line)) for number, line in enumerate(lines)]
    for start in range(0, LINES, 100):
        await tables.commit(Table.CONTACTS, contact_id, rows[start : start + 100])
    return Contacts(tables)


async def test_a_line_is_found_by_either_id_with_its_key_and_what_is_newer() -> None:
    contacts = await long_history()
    for number in (0, 1, 1_949, LINES - 51, LINES - 50, LINES - 1):
        for name in (f"m{number}", f"r{number}", message_hash(f"m{number}")):
            found = await keyed_line(contacts, CONVERSATION, name)
            line, newer = await line_and_newer(contacts, CONVERSATION, name)
            assert found is not None
            assert line is not None
            assert line.message_id == found[1].message_id == f"m{number}"
            assert await contacts.line("0" * 32, found[0]) == line
            assert len(newer) == LINES - 1 - number
    for unknown in ("m", "", message_hash("m")):
        assert await keyed_line(contacts, CONVERSATION, unknown) is None
    assert (await line_and_newer(contacts, CONVERSATION, "m"))[0] is None
