"""A file of agents is read as a whole: every problem is named with its line, before anything is written."""

from typing import Any

import pytest

from dev.tools.agents.csv_file import read
from dev.tools.agents.loads import by_agent

QUEUES = ("billing", "general")
HEADER = "id,name,queues,capacity,skills\n"


def test_a_line_is_an_agent() -> None:
    text = HEADER + 'ana,"Lima, Ana",billing;general,60,billing:5; french : 3\nbob,Bob,,,\n'
    agents, problems = read(text, QUEUES)
    assert problems == []
    assert [(agent.line, agent.agent_id, agent.body) for agent in agents] == [
        (
            2,
            "ana",
            {
                "name": "Lima, Ana",
                "queues": ["billing", "general"],
                "capacity": 60,
                "skills": [{"name": "billing", "level": 5}, {"name": "french", "level": 3}],
            },
        ),
        (3, "bob", {"name": "Bob", "queues": [], "skills": []}),
    ]


def test_the_columns_may_stand_in_any_order() -> None:
    agents, problems = read("skills,id,name,capacity,queues\nfrench:2,ana,Ana,30,general\n", QUEUES)
    assert problems == []
    assert agents[0].body["skills"] == [{"name": "french", "level": 2}]


def test_every_problem_is_named_with_its_line() -> None:
    text = HEADER + (
        "me,Me,,,\n"
        "ana,Ana,nope;billing;neither,sixty,french\n"
        "bob,Bob,,,french:0;french:x;a:1;a:2\n"
        "ANA,Ana,,-1,\n"
        "eve,,,,\n"
        "zoe,Zoe,general\n"
        "kim,Kim,general,30,,more\n"
        f"max,Max,,,{';'.join(f's{at}:1' for at in range(51))}\n"
    )
    _, problems = read(text, QUEUES)
    assert [str(problem).split(";")[0] for problem in problems] == [
        "line 2: 'me' can't be an agent's id: expected 1 to 128 printable ASCII characters, not me, none, . or ..",
        "line 3: there is no queue nope",
        "line 3: there is no queue neither",
        "line 3: 'sixty' is no capacity: expected a whole number",
        "line 3: 'french' is no skill: expected name:level, the level from 1 to 100",
        "line 4: 'french:0' is no skill: expected name:level, the level from 1 to 100",
        "line 4: 'french:x' is no skill: expected name:level, the level from 1 to 100",
        "line 4: the skill a is named twice",
        "line 4: the skill french is named twice",
        "line 5: '-1' is no capacity: expected a whole number",
        "line 5: the agent ANA stands in line 3 already",
        "line 6: expected a name of 1 to 128 characters",
        "line 7: expected 5 values",
        "line 8: expected 5 values",
        "line 9: expected at most 50 skills",
    ]


@pytest.mark.parametrize("text", ["", "id;name;queues;capacity;skills\n", "id,name\nana,Ana\n"])
def test_a_file_without_its_columns_is_no_list_of_agents(text: str) -> None:
    agents, problems = read(text, QUEUES)
    assert agents == []
    assert [problem.line for problem in problems] == [1]


def test_what_is_offered_counts_like_what_is_held() -> None:
    conversations: list[dict[str, Any]] = [
        {"conversationId": "a", "agent": "Ana", "offer": None},
        {"conversationId": "b", "agent": None, "offer": {"agent": "ana"}},
        {"conversationId": "c", "agent": None, "offer": None},
    ]
    assert by_agent(conversations) == {"ana": ["a", "b"]}
