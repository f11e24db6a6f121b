"""Who is told of what, whatever is logged in whatever order."""

from datetime import UTC, datetime
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from shared.live.news import news_of
from shared.live.sight import Sight
from shared.state.changes import ChangeKind, Logged, LoggedChange
from shared.state.list_row import ListRow

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUEUES = ("billing", "general")
AGENTS = (None, "ana", "bob")
IDS = ("c1", "c2")


@st.composite
def lives(draw: st.DrawFn) -> list[Logged]:
    """The log of two conversations that move between queues and agents, each change with where it was before."""
    logged, numbers = [], count(1)
    places: dict[str, tuple[str, str | None]] = {}
    for _ in range(draw(st.integers(0, 12))):
        version, each = next(numbers), draw(st.sampled_from(IDS))
        queue, agent = draw(st.sampled_from(QUEUES)), draw(st.sampled_from(AGENTS))
        before = places.get(each)
        kind = draw(st.sampled_from([ChangeKind.ROW, ChangeKind.ROW, ChangeKind.THREAD])) if before else ChangeKind.ROW
        if before and kind is ChangeKind.THREAD:
            queue, agent = before
        change = LoggedChange(
            kind=kind,
            conversation_id=each,
            version=version,
            revision=version,
            queue=queue,
            agent=agent,
            left_queues=(before[0],) if before and before[0] != queue else (),
            left_agents=(before[1],) if before and before[1] and before[1] != agent else (),
            row=ListRow(version=version, conversation_id=each) if kind is ChangeKind.ROW else None,
            lines_from=AT,
        )
        places[each] = queue, agent
        logged.append(Logged(f"{version:013d}:{each}", change, f"{version:06x}"))
    return logged


SIGHTS = st.sampled_from(
    [
        Sight(queues=None, agent="sue"),
        Sight(queues=frozenset({"general"}), agent="ana"),
        Sight(queues=frozenset({"billing"}), agent="BOB"),
        Sight(queues=frozenset(), agent="eve"),
    ]
)


@given(logged=lives(), sight=SIGHTS, opened=st.sets(st.sampled_from(IDS)), cut=st.integers(0, 12))
def test_a_desk_shows_what_its_caller_may_see_and_nobody_else_learns_of_anything(
    logged: list[Logged], sight: Sight, opened: set[str], cut: int
) -> None:
    """Told in two answers, the second of which reads some again; by version, as a desk applies it."""
    shown: dict[str, int] = {}
    for part, given_before in (
        (logged[:cut], ()),
        (logged[max(cut - 3, 0) :], tuple(each.short for each in logged[:cut])),
    ):
        news = news_of(part, sight, opened, given_before)
        for row in news.rows:
            shown[row.conversation_id] = max(row.version, shown.get(row.conversation_id, 0))
        for each, version in news.gone.items():
            if version > shown.get(each, 0):
                shown.pop(each, None)
        assert set(news.threads) <= opened
        touching = {each.change.conversation_id for each in logged if sight.sees(each.change) or sight.saw(each.change)}
        assert {row.conversation_id for row in news.rows} | set(news.gone) | set(news.threads) <= touching
        assert not set(news.gone) & (set(news.threads) | {row.conversation_id for row in news.rows})
    newest = {each.change.conversation_id: each.change for each in logged if each.change.row}
    assert shown == {each: change.version for each, change in newest.items() if sight.sees(change)}


def test_statuses_wake_only_who_has_that_conversation_open() -> None:
    status = LoggedChange(
        kind=ChangeKind.THREAD, conversation_id="c1", version=1, revision=2, queue="general", lines_from=AT
    )
    logged, sight = [Logged("1:c1", status, "000001")], Sight(queues=None, agent="sue")
    assert news_of(logged, sight, ["c2"], ()).given == []
    assert news_of(logged, sight, ["c1"], ()).threads["c1"].revision == 2
    assert news_of(logged, sight, ["c1"], ["000001"]).given == []
