"""`python -m dev agents`: a team comes from a file into a running centre; its loads are compared with conversations."""

from pathlib import Path

import pytest

from tests.flow.centre import Centre
from tests.flow.commands import finished

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]


async def test_a_team_is_brought_in_from_a_file_whole_or_not_at_all(centre: Centre, tmp_path: Path) -> None:
    team = tmp_path / "team.csv"
    where = ("--api", centre.stack.ready["api"], "--key", centre.stack.ready["key"])

    team.write_text("id,name,queues,capacity,skills\nzora,Zora,billing,60,billing:3\nzeno,Zeno,nowhere,,\n", "utf-8")
    code, printed = await finished("agents", "import", team, *where)
    assert code == 1
    assert "line 3: there is no queue nowhere" in printed
    assert "Nothing was written." in printed

    team.write_text("id,name,queues,capacity,skills\nzora,Zora,billing,60,billing:3\nzeno,Zeno,,,\n", "utf-8")
    for _ in range(2):  # again does no harm
        code, printed = await finished("agents", "import", team, *where)
        assert (code, printed.splitlines()[-1]) == (0, "2 agents were written.")

    code, printed = await finished("agents", "recompute", *where)
    assert (code, printed.splitlines()[-1].endswith("nothing was wrong.")) == (0, True)
