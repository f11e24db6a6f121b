"""What the desk's scripts and style sheets may use."""

import re
from pathlib import Path
from typing import Final

import pytest

from shared.desk.files import FOLDER

VENDOR, EDGE = FOLDER / "vendor", FOLDER / "edge"
SCRIPTS: Final = sorted(path for path in FOLDER.rglob("*.js") if not path.is_relative_to(VENDOR))
SHEETS: Final = sorted(FOLDER.glob("styles/*.css"))
LONGEST = 300
MARKUP: Final = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|parseHTML|setHTML|DOMParser|createContextualFragment|srcdoc"
    r"|document\.write|\beval\(|new Function|javascript:|createPolicy|setAttribute\(\"style|cssText"
)
"""Ways by which text could become markup or code."""
BROWSER: Final = re.compile(
    r"(?<![.\w$])(?:document|globalThis|self|navigator|location|history|localStorage|sessionStorage|indexedDB|caches"
    r"|fetch|XMLHttpRequest|WebSocket|EventSource|BroadcastChannel|Worker|Notification|Audio|AudioContext|crypto"
    r"|setTimeout|setInterval|clearTimeout|clearInterval|queueMicrotask|requestAnimationFrame|requestIdleCallback"
    r"|matchMedia|getComputedStyle|getSelection|ResizeObserver|IntersectionObserver|MutationObserver|FileReader"
    r"|addEventListener|removeEventListener|dispatchEvent|performance)\b(?!\s*[:=,}])"
    r"|(?<![.\w$])window\.|\bDate\.now\(|\bnew Date\(\)|URL\.(?:create|revoke)ObjectURL"
)
"""What there is in a browser only, or differs from one moment to the next."""
_IGNORED: Final = re.compile(r"""/\*.*?\*/|(?<![:"'`])//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def _is_told(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _code(path: Path) -> str:
    """A script without comments and texts; every line stays where it is."""
    text = path.read_text(encoding="utf-8")
    return _IGNORED.sub(lambda found: "\n" * found[0].count("\n"), text)


def _lines(pattern: re.Pattern[str], text: str) -> dict[int, list[str]]:
    lines = enumerate(text.splitlines(), 1)
    return {number: found for number, line in lines if (found := pattern.findall(line))}


@pytest.mark.parametrize("script", SCRIPTS, ids=_is_told)
def test_text_never_becomes_markup_or_code(script: Path) -> None:
    assert _lines(MARKUP, script.read_text(encoding="utf-8")) == {}


@pytest.mark.parametrize("script", [path for path in SCRIPTS if not path.is_relative_to(EDGE)], ids=_is_told)
def test_only_the_edge_touches_the_browser(script: Path) -> None:
    """So that everything else runs in Node.js, with the time and the network that a test gives it."""
    assert _lines(BROWSER, _code(script)) == {}


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.parent == FOLDER / "model"], ids=_is_told)
def test_what_decides_asks_nobody(script: Path) -> None:
    imported = re.findall(r"""from ["']([^"']+)["']""", script.read_text(encoding="utf-8"))
    assert [path for path in imported if not path.startswith("./")] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=_is_told)
def test_a_module_is_named_in_kebab_case_and_fits_a_few_screens(script: Path) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", script.stem)
    assert len(script.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=_is_told)
def test_a_style_sheet_knows_no_left_or_right(sheet: Path) -> None:
    """Languages are written in both directions."""
    physical = re.compile(r"(?:^|[\s{;])((?:margin|padding|border)-(?:left|right)|left|right|(?:min-|max-)?width)\s*:")
    features = re.compile(r"@(?:media|container)[^{]*")
    assert _lines(physical, features.sub("", sheet.read_text(encoding="utf-8"))) == {}


def test_the_rules_find_what_they_are_for(tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text('"document"; // fetch\n/* location */ x.history; const document = 1;\nfetch(a);\nDate.now();\n')
    assert _lines(BROWSER, _code(script)) == {3: ["fetch"], 4: ["Date.now("]}
    assert [bool(MARKUP.search(text)) for text in ("element.innerHTML = x", "h('p', null, x)")] == [True, False]
