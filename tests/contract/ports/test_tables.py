"""What every `Tables` keeps to: the fake, and Azure Table Storage through its adapter."""

from uuid import uuid4

import pytest

from shared.state.tables import Delete, Insert, Operation, Put, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict, TooLarge

OLD = "old"  # stands for an ETag that was replaced meanwhile


@pytest.fixture
def partition() -> str:
    return uuid4().hex


async def rows(tables: Tables, partition: str) -> dict[str, str]:
    """The bodies of a partition by key."""
    return {row.key: row.body for row in await tables.scan(Table.CONTACTS, partition, first=" ", last="~")}


async def test_a_row_that_nobody_wrote_is_none(tables: Tables, partition: str) -> None:
    assert await tables.get(Table.CONTACTS, partition, "contact") is None


async def test_what_was_inserted_is_read_with_the_etag_of_its_writing(tables: Tables, partition: str) -> None:
    etags = await tables.commit(Table.CONTACTS, partition, [Insert("contact", "body")])

    row = await tables.get(Table.CONTACTS, partition, "contact")

    assert row == Row(key="contact", body="body", etag=etags["contact"])


async def test_tables_and_partitions_are_apart(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert("contact", "body")])

    assert await tables.get(Table.INBOX, partition, "contact") is None
    assert await tables.get(Table.CONTACTS, f"{partition}0", "contact") is None


async def test_a_replaced_row_has_a_new_etag(tables: Tables, partition: str) -> None:
    first = await tables.commit(Table.CONTACTS, partition, [Insert("contact", "1")])

    second = await tables.commit(Table.CONTACTS, partition, [Replace("contact", "2", first["contact"])])

    assert await rows(tables, partition) == {"contact": "2"}
    assert second["contact"] != first["contact"]


async def test_a_put_writes_whatever_is_there(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Put("contact", "1")])
    etags = await tables.commit(Table.CONTACTS, partition, [Put("contact", "2")])

    row = await tables.get(Table.CONTACTS, partition, "contact")

    assert row == Row(key="contact", body="2", etag=etags["contact"])


async def test_a_shorter_body_leaves_nothing_of_a_longer_one(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Put("contact", "x" * 100_000)])
    await tables.commit(Table.CONTACTS, partition, [Put("contact", "short")])

    assert await rows(tables, partition) == {"contact": "short"}


@pytest.mark.parametrize("with_etag", [True, False])
async def test_a_deleted_row_is_gone(tables: Tables, partition: str, with_etag: bool) -> None:
    etags = await tables.commit(Table.CONTACTS, partition, [Insert("contact", "body")])

    written = await tables.commit(
        Table.CONTACTS, partition, [Delete("contact", etags["contact"] if with_etag else None)]
    )

    assert dict(written) == {}
    assert await tables.get(Table.CONTACTS, partition, "contact") is None


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a transaction"])
@pytest.mark.parametrize(
    ("operation", "exists"),
    [
        (Insert("there", "new"), True),
        (Replace("there", "new", OLD), False),
        (Replace("missing", "new", OLD), False),
        (Delete("there", OLD), False),
        (Delete("missing", OLD), False),
        (Delete("missing"), False),
    ],
    ids=repr,
)
async def test_a_row_that_is_not_as_expected_is_a_conflict_and_nothing_is_written(
    tables: Tables, partition: str, operation: Operation, exists: bool, alone: bool
) -> None:
    old = await tables.commit(Table.CONTACTS, partition, [Insert("there", "0")])
    await tables.commit(Table.CONTACTS, partition, [Put("there", "1")])
    failing = _with_etag(operation, old["there"])
    operations = [failing] if alone else [Put("before", ""), Put("beside", ""), failing, Put("behind", "")]

    with pytest.raises(Conflict) as refused:
        await tables.commit(Table.CONTACTS, partition, operations)

    assert (refused.value.key, refused.value.exists) == (operation.key, exists)
    assert await rows(tables, partition) == {"there": "1"}


async def test_a_conflict_names_the_first_row_that_is_not_as_expected(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert("second", ""), Insert("third", "")])

    with pytest.raises(Conflict) as refused:
        await tables.commit(Table.CONTACTS, partition, [Insert("first", ""), Insert("second", ""), Insert("third", "")])

    assert refused.value.key == "second"


async def test_a_transaction_does_all_and_tells_the_etag_of_each_row(tables: Tables, partition: str) -> None:
    before = await tables.commit(Table.CONTACTS, partition, [Insert("b", "1"), Insert("c", "1"), Insert("d", "1")])

    etags = await tables.commit(
        Table.CONTACTS, partition, [Insert("a", "2"), Replace("b", "2", before["b"]), Put("c", "2"), Delete("d")]
    )

    found = await tables.scan(Table.CONTACTS, partition, first="a", last="z")
    assert found == [Row(key=key, body="2", etag=etags[key]) for key in ("a", "b", "c")]
    assert set(etags) == {"a", "b", "c"}


async def test_a_hundred_rows_fit_one_transaction(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert(f"{number:03}", "body") for number in range(100)])

    assert len(await rows(tables, partition)) == 100


async def test_a_scan_goes_by_key_from_the_first_to_before_the_last(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert(key, key) for key in ("d", "b", "c", "a", "b2")])
    await tables.commit(Table.CONTACTS, f"{partition}0", [Insert("b", "of another partition")])

    found = await tables.scan(Table.CONTACTS, partition, first="b", last="d")

    assert [row.body for row in found] == ["b", "b2", "c"]


async def test_a_scan_stops_at_its_limit(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert(key, "") for key in "abcd"])

    found = await tables.scan(Table.CONTACTS, partition, first="a", last="z", limit=3)

    assert [row.key for row in found] == ["a", "b", "c"]


async def test_a_scan_finds_more_rows_than_the_service_gives_at_once(tables: Tables, partition: str) -> None:
    keys = [f"{number:04}" for number in range(1100)]
    for start in range(0, len(keys), 100):
        await tables.commit(Table.CONTACTS, partition, [Insert(key, "") for key in keys[start : start + 100]])

    everything = await tables.scan(Table.CONTACTS, partition, first="0", last="9")
    limited = await tables.scan(Table.CONTACTS, partition, first="0", last="9", limit=1050)

    assert [row.key for row in everything] == keys
    assert [row.key for row in limited] == keys[:1050]


@pytest.mark.parametrize("key", ["it's", "with space", "é", "😀", "a|b:c~d"])
async def test_keys_may_hold_quotes_spaces_and_any_script(tables: Tables, partition: str, key: str) -> None:
    etags = await tables.commit(Table.CONTACTS, f"{partition}'s", [Put(key, key)])
    await tables.commit(Table.CONTACTS, f"{partition}'s", [Replace(key, "2", etags[key]), Insert(f"{key}2", "")])

    found = await tables.scan(Table.CONTACTS, f"{partition}'s", first=key, last=f"{key}~")

    assert {row.key: row.body for row in found} == {key: "2", f"{key}2": ""}
    assert await tables.get(Table.CONTACTS, f"{partition}'s", key) == found[0]


@pytest.mark.parametrize(
    "body",
    ["", '{"text":"it\'s\\n\\"here\\""}', "two\nlines\x01", "x" * 400_000, "é" * 70_000, "a" + "😀" * 40_000],
    ids=["empty", "quotes", "control", "several pieces", "two bytes each", "surrogates across the cuts"],
)
async def test_a_body_comes_back_as_it_was(tables: Tables, partition: str, body: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Insert("alone", body)])
    await tables.commit(Table.CONTACTS, partition, [Insert("first", body), Insert("second", "")])

    assert await rows(tables, partition) == {"alone": body, "first": body, "second": ""}


@pytest.mark.parametrize(
    "operation", [Insert("row", "x" * 1_100_000), Put("row", "x" * 1_100_000)], ids=["insert", "put"]
)
async def test_a_row_over_a_mebibyte_is_too_large(tables: Tables, partition: str, operation: Operation) -> None:
    with pytest.raises(TooLarge):
        await tables.commit(Table.CONTACTS, partition, [operation])

    assert await rows(tables, partition) == {}


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # aiohttp, of any body over a mebibyte
async def test_a_transaction_over_four_mebibytes_is_too_large(tables: Tables, partition: str) -> None:
    with pytest.raises(TooLarge):
        await tables.commit(Table.CONTACTS, partition, [Insert(f"{number}", "x" * 500_000) for number in range(9)])

    assert await rows(tables, partition) == {}


def _with_etag(operation: Operation, etag: str) -> Operation:
    match operation:
        case Replace(key=key, body=body):
            return Replace(key, body, etag)
        case Delete(key=key, etag=str()):
            return Delete(key, etag)
        case _:
            return operation


async def test_keys_are_those_that_a_scan_returns(tables: Tables, partition: str) -> None:
    await tables.commit(Table.CONTACTS, partition, [Put(key, "x" * 1000) for key in ("a", "b1", "b2", "b3", "c")])

    assert list(await tables.keys(Table.CONTACTS, partition, first="b", last="c")) == ["b1", "b2", "b3"]
    assert list(await tables.keys(Table.CONTACTS, partition, first="b", last="c", limit=2)) == ["b1", "b2"]
    assert list(await tables.keys(Table.CONTACTS, partition, first="b", last="c", limit=0)) == []
