"""The desk's files as a table: what is served, under which version, and what the page names beforehand."""

import zlib

from shared.desk.files import DeskFiles, modules_of

DESK = {
    "index.html": b"<html>{{version}}|{{preloads}}</html>",
    "start.js": b'import { a } from "./views/list.js";\nimport "./edge/time.js";\nimport("./sign-in.js");',
    "views/list.js": b'import {\n  h,\n} from "../vendor/preact.js";\nexport { b } from "./row.js";\n',
    "views/row.js": b"export const b = 1;",
    "vendor/preact.js": b'var a=1;import{n as t}from"./hooks.js";export*from"./hooks.js";',
    "vendor/hooks.js": b"",
    "edge/time.js": b'import "./gone.js";',
    "sign-in.js": b"",
    "styles/aside.css": b"p { color: var(--text) }",
    "styles/tokens.css": b":root { --text: black }",
    "languages/fr.json": b"{}",
    "languages/en.json": b"{}",
    "tsconfig.json": b"{}",
    "types/api.d.ts": b"",
    "vendor/LICENSE-preact": b"",
}


def test_every_module_that_the_first_can_t_run_without_is_found_and_no_other() -> None:
    assert modules_of(DESK, "start.js") == [
        *("start.js", "views/list.js", "edge/time.js", "vendor/preact.js", "views/row.js", "vendor/hooks.js"),
    ]


def test_only_what_browsers_ask_for_is_served() -> None:
    desk = DeskFiles.of(DESK)

    assert set(DESK) - set(desk.by_path) == {
        *("index.html", "tsconfig.json", "types/api.d.ts", "vendor/LICENSE-preact"),
        *("styles/aside.css", "styles/tokens.css"),
    }
    assert desk.languages == ("en", "fr")


def test_style_sheets_travel_as_one_the_tokens_first() -> None:
    sheet = DeskFiles.of(DESK).by_path["styles.css"]
    assert sheet.body == b":root { --text: black }\np { color: var(--text) }"


def test_the_page_names_its_files_relative_to_itself_under_their_version() -> None:
    desk = DeskFiles.of(DESK)
    assert desk.page
    version, preloads = desk.page.body.decode().removeprefix("<html>").removesuffix("</html>").split("|")

    assert version == desk.version
    assert preloads.splitlines()[0] == f'<link rel="modulepreload" href="desk/{version}/start.js">'
    assert len(preloads.splitlines()) == 6


def test_what_is_at_an_address_never_changes() -> None:
    changed = [DESK | {path: DESK[path] + b" "} for path in ("index.html", "edge/time.js", "styles/aside.css")]

    assert len({DeskFiles.of(each).version for each in [DESK, *changed]}) == 4
    assert DeskFiles.of(dict(reversed(DESK.items()))).version == DeskFiles.of(DESK).version


def test_a_module_travels_without_its_comments() -> None:
    module = b"// What it is for.\n/** @param {string} a */\nexport const b = (a) => `// ${a}`;\n"
    desk = DeskFiles.of({"start.js": module, "vendor/hooks.js": module})

    assert desk.by_path["start.js"].body == b"export const b=(a)=>`// ${a}`;"
    assert desk.by_path["vendor/hooks.js"].body == module


def test_the_bytes_in_gzip_are_the_same() -> None:
    found = DeskFiles.of(DESK).by_path["views/list.js"]

    assert zlib.decompress(found.zipped, zlib.MAX_WBITS | 16) == found.body


def test_without_files_there_is_no_page() -> None:
    assert DeskFiles.of({}).page is None
    assert modules_of({}, "start.js") == []
