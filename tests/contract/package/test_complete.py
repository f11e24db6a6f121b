"""The complete package: the wheels of the lock file for the machine in Azure, the same bytes wherever it is built."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from dev.stack.parts import REPOSITORY
from dev.tools.package.building import build_complete_package, build_package
from dev.tools.package.errors import PackageError
from dev.tools.package.python_packages import PLACE, fetch
from tests.contract.package.conftest import Written

X86_64_LINUX = re.compile(r"manylinux(1|2010|2014|_2_([0-9]|1[0-9]|2[0-8]))_x86_64")
"""Azure's machine has glibc 2.28 or newer."""
ELF_X86_64 = (b"\x7fELF", b"\x3e\x00")
FILES = {
    ".funcignore": "",
    "function_app.py": "",
    "host.json": "{}",
    "contact_center.yaml": "",
    "shared/__init__.py": "",
}
SDIST_ONLY = "python-qpid-proton"
SMALL = ("isodate", "tzdata")


@pytest.fixture(scope="module")
def archive(written: Written) -> Iterator[ZipFile]:
    """The complete package of this app."""
    with ZipFile(written.complete) as archive:
        yield archive


def pins(file: str, *names: str) -> str:
    """The pins of these packages in a lock file, with their hashes; of all if none is named."""
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    found = re.findall(r"^\S+==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    return "".join(pin for pin in found if not names or pin.startswith(tuple(f"{name}==" for name in names)))


def project(folder: Path, requirements: str) -> Path:
    """A small app with these requirements."""
    for name, text in (FILES | {"requirements.txt": requirements}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def of_wheels(archive: ZipFile, name: str) -> Sequence[str]:
    """The files of this name in the metadata of the wheels."""
    return [path for path in archive.namelist() if re.fullmatch(rf"{PLACE}/[^/]+\.dist-info/{name}", path)]


def test_it_is_the_other_package_and_what_the_lock_file_pins(archive: ZipFile) -> None:
    own = {name for name in archive.namelist() if not name.startswith(".python_packages/")}
    assert {name for name in own if not name.endswith(".pyc")} == set(build_package(REPOSITORY).files)
    metadata = [archive.read(path).decode() for path in of_wheels(archive, "METADATA")]
    installed = {
        (re.sub(r"[-_.]+", "-", name[1]).lower(), version[1])
        for text in metadata
        if (name := re.search(r"^Name: (\S+)", text, re.MULTILINE))
        and (version := re.search(r"^Version: (\S+)", text, re.MULTILINE))
    }
    pinned = re.findall(r"^([\w.-]+)(?:\[\w,]+\])?==(\S+)", pins("requirements.txt"), re.MULTILINE)
    assert installed == {(name.lower(), version) for name, version in pinned}
    assert "azure-functions-runtime" in {name for name, _ in installed}


def test_every_wheel_is_for_linux_on_x86_64_or_for_anything(archive: ZipFile) -> None:
    """Whatever machine this is."""
    wheels = of_wheels(archive, "WHEEL")
    assert wheels
    for path in wheels:
        tags = re.findall(r"^Tag: \w+-\w+-(\S+)$", archive.read(path).decode(), re.MULTILINE)
        platforms = {each for tag in tags for each in tag.split(".")}
        assert platforms == {"any"} or any(map(X86_64_LINUX.fullmatch, platforms)), (path, platforms)
    libraries = [name for name in archive.namelist() if re.search(r"\.(so|pyd|dylib)(\.|$)", name)]
    assert len(libraries) > 10
    for name in libraries:
        head = archive.read(name)[:20]
        assert (head[:4], head[18:20]) == ELF_X86_64, name


def test_nothing_of_the_machine_that_built_it_is_in_it(archive: ZipFile) -> None:
    """No script with the place of its Python, no note of an installer, no time."""
    below = [PurePosixPath(name).relative_to(PLACE) for name in archive.namelist() if name.startswith(PLACE)]
    assert not [path for path in below if path.parts[0] in ("bin", ".lock")]
    assert not [path for path in below if path.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")]
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_of_holidays_in_other_languages_stay_out(archive: ZipFile) -> None:
    """The app asks for days alone; the names are half of the library."""
    names = [name.removeprefix(f"{PLACE}/") for name in archive.namelist()]
    assert "holidays/countries/france.py" in names
    assert not [name for name in names if name.startswith("holidays/locale/")]


def test_the_byte_code_of_each_module_is_there(archive: ZipFile) -> None:
    """Azure mounts the app read-only: what is not compiled is compiled at every cold start."""
    names = set(archive.namelist())
    compiled = (f"{PLACE}/azure/", "shared/", "function_app.py")
    modules = [PurePosixPath(name) for name in names if name.startswith(compiled) and name.endswith(".py")]
    assert len(modules) > 100
    for module in modules:
        code = str(module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc")
        assert code in names
        unchecked_hash = archive.read(code)[4:8]
        assert unchecked_hash == b"\x01\x00\x00\x00", code


def test_the_same_lock_file_gives_the_same_bytes(tmp_path: Path) -> None:
    """From another folder, at another time."""
    packages = [
        build_complete_package(project(tmp_path / name, pins("requirements.txt", *SMALL)))
        for name in ("here", "there/with a space")
    ]
    assert packages[0].content == packages[1].content
    assert f"{PLACE}/isodate/__init__.py" in packages[0].files


def test_what_has_no_wheel_is_refused_and_not_built(tmp_path: Path) -> None:
    """A build would make it for the machine at hand."""
    root = project(tmp_path / "app", pins("dev/requirements.txt", SDIST_ONLY))
    with pytest.raises(PackageError, match=SDIST_ONLY):
        fetch(root / "requirements.txt", tmp_path / "packages")


def test_what_is_not_what_was_pinned_is_refused(tmp_path: Path) -> None:
    wrong = re.sub(r"sha256:\w{8}", "sha256:00000000", pins("requirements.txt", "isodate"))
    root = project(tmp_path / "app", wrong)
    with pytest.raises(PackageError, match=r"(?i)hash"):
        fetch(root / "requirements.txt", tmp_path / "packages")
