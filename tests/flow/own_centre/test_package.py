"""The local stack runs the app of a package, so that what is tried is what is deployed."""

import io
import shutil
from pathlib import Path

from rich.console import Console

from dev.stack.parts import REPOSITORY
from dev.stack.running import running_stack
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import client
from dev.stack.story.scenes import the_first_story
from dev.stack.story.stage import Stage
from dev.stack.story.transcript import Transcript
from dev.tools.package.building import build_package, files_to_send
from tests.flow.commands import finished

MARK = "this is the package"


def package_of_a_marked_app(folder: Path) -> Path:
    """A package of this app, changed so that it prints `MARK` when it is loaded."""
    for name in (*files_to_send(REPOSITORY), ".funcignore"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / name, folder / name)
    with (folder / "shared" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(f"\nprint({MARK!r})\n")
    package = folder / "contact-centre.zip"
    package.write_bytes(build_package(folder).content)
    return package


async def test_a_customer_is_greeted_and_answered_by_the_app_of_the_package(tmp_path: Path) -> None:
    told = io.StringIO()
    package = package_of_a_marked_app(tmp_path / "app")
    async with running_stack(data=tmp_path, package=package) as stack, client() as http:
        transcript = Transcript(Console(file=told), patience=60)
        await the_first_story(await Stage.enter(http, Addresses.of(stack.ready), transcript))
        unpacked = folder_of(await stack.worker_pid())
        assert (unpacked / "host.json").is_file()
    assert "The greeting reaches the phone" in told.getvalue()
    assert "The answer is on the phone, delivered" in told.getvalue()
    assert MARK in stack.log.read_text(encoding="utf-8").splitlines()
    assert not unpacked.exists()


async def test_a_file_that_is_no_package_ends_the_stack_with_one_line(tmp_path: Path) -> None:
    code, printed = await finished("up", "--package", tmp_path / "none.zip")
    assert (code, printed) == (1, f"There is no package at {tmp_path}/none.zip. Build one with: make package\n")


def folder_of(pid: int | None) -> Path:
    """The working folder of a process, which is the app's for a worker."""
    return Path(f"/proc/{pid}/cwd").resolve()
