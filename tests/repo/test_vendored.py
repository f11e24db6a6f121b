"""The web desk's libraries are npm's, in the versions that the lock file pins."""

from dev.tools.vendor import LIBRARIES, VENDOR, copies, copy_of


def test_each_copy_is_what_npm_installs() -> None:
    """Else: python -m dev.tools.vendor."""
    assert {name: (VENDOR / name).read_text(encoding="utf-8") for name in copies()} == copies()


def test_a_copy_imports_the_files_beside_it_and_names_no_source_map() -> None:
    module = 'import{a}from"preact";export*from "@preact/signals-core";\n//# sourceMappingURL=x.mjs.map\n'
    assert copy_of(module) == 'import{a}from"./preact.js";export*from"./signals-core.js";\n'
    for library in LIBRARIES:
        text = (VENDOR / f"{library.copy}.js").read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
