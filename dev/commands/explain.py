"""Say what a message would do, and why, by the rules of contact_center.yaml; nothing is sent or kept."""

import argparse
import json
import os
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.configuration import Channel, Configuration, ConfigurationError, read_configuration
from shared.routing.explaining import SENDER, Explanation, Question, explain
from shared.rules import compile_rules
from shared.settings import read_settings
from shared.state.team import NOBODY_ASKED
from shared.vocabulary.time import imaginable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", required=True, help="what the customer writes")
    parser.add_argument("--from", dest="sender", type=_sender, help="a number such as +33612345678, or a BSUID")
    parser.add_argument("--at", type=_time, metavar="TIME", help="as in 2026-11-21T09:00:00Z (default: now)")
    parser.add_argument("--channel", metavar="NAME", help="the channel's name or id (default: the file's first)")
    parser.add_argument("--json", action="store_true", help="print it as the API answers")
    parser.add_argument(
        "--file",
        type=Path,
        default=Path(os.environ.get("CONTACT_CENTER_FILE") or "contact_center.yaml"),
        help="the configuration (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        configuration = read_configuration(arguments.file, short_durations=read_settings(os.environ).short_durations)
    except ConfigurationError as error:
        for problem in error.problems:
            print(f"{arguments.file}: {problem}", file=sys.stderr)
        return 1
    channel = _channel(configuration, arguments.channel)
    if channel is None:
        print(f"expected a channel of {arguments.file}: {', '.join(configuration.channels)}", file=sys.stderr)
        return 1
    question = Question(text=arguments.text, sender=arguments.sender, at=arguments.at or datetime.now(UTC))
    explanation = explain(question, channel, configuration, compile_rules(configuration), NOBODY_ASKED)
    print(json.dumps(_answer(explanation), indent=2, ensure_ascii=False) if arguments.json else _told(explanation))
    return 0


def _channel(configuration: Configuration, wanted: str | None) -> Channel | None:
    if wanted is None:
        return next(iter(configuration.channels.values()), None)
    return configuration.channel_named(wanted)


def _answer(explanation: Explanation) -> dict[str, Any]:
    answer = asdict(explanation) | {"variables": dict(explanation.variables)}
    del answer["agent"]  # which only the deployed app can tell
    return answer


def _told(explanation: Explanation) -> str:
    lines = []
    for step in explanation.steps:
        where = step.stage if step.ruleset is None else f"{step.stage}, {step.ruleset}"
        lines.append(f"{'✓' if step.matched else '·'} {where}, {step.rule}: {step.reason}")
    lines += ["", f"queue      {explanation.queue}", f"priority   {explanation.priority}"]
    if explanation.language:
        lines.append(f"language   {explanation.language}")
    if explanation.variables:
        lines.append(f"variables  {', '.join(f'{name} = {value}' for name, value in explanation.variables.items())}")
    if explanation.skills:
        skills = [
            skill.name if skill.level is None else f"{skill.name} ({skill.level})" for skill in explanation.skills
        ]
        lines.append(f"skills     {', '.join(skills)}")
    lines += [f"{text.trigger:9}  {text.language}: {text.text}" for text in explanation.automated]
    return "\n".join(lines)


def _sender(text: str) -> str:
    if not re.fullmatch(SENDER, text):
        raise argparse.ArgumentTypeError("expected a number such as +33612345678, or a BSUID such as US.1349")
    return text


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return imaginable(at if at.tzinfo else at.replace(tzinfo=UTC))
    except ValueError:
        raise argparse.ArgumentTypeError("expected a time such as 2026-11-21T09:00:00Z") from None
