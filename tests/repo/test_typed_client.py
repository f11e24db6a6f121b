"""A client in TypeScript, made as docs/api.md says, compiles; what the API would refuse does not."""

import json
import re
import subprocess
from pathlib import Path

from dev.tools.node import API_TYPES, NODE, TSC
from shared.api.openapi import document_of
from shared.api.routes import ROUTES
from shared.settings import AuthMode
from tests.repo import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
USE = """
import { reply } from "./client";
await reply("/api", {}, "c", { kind: "text", text: "Bonjour", whenWindowClosed: "hold" });
await reply("/api", {}, "c", { kind: "template", template: "order_update", parameters: ["Ana"] });
await reply("/api", {}, "c", { kind: "image", mediaUri: "https://shop.example/a.png" });
// @ts-expect-error A text has words.
await reply("/api", {}, "c", { kind: "text" });
// @ts-expect-error There is no such kind.
await reply("/api", {}, "c", { kind: "sticker", text: "x" });
// @ts-expect-error There is no such policy.
await reply("/api", {}, "c", { kind: "text", text: "x", whenWindowClosed: "maybe" });
"""


def test_the_typescript_client_of_the_page_compiles(tmp_path: Path) -> None:
    (program,) = re.findall(r"^```ts\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    document = document_of(list(ROUTES.values()), AuthMode.ENTRA, {}).root
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "client.ts").write_text(program, encoding="utf-8")
    (tmp_path / "use.ts").write_text(USE, encoding="utf-8")

    options = re.findall(r"^npx openapi-typescript http\S+ (.+)$", PAGE, re.MULTILINE)[0].split()
    made: list[str | Path] = [NODE, API_TYPES, "openapi.json", *options]
    compiled: list[str | Path] = [
        NODE,
        TSC,
        "--strict",
        "--noEmit",
        "--target",
        "es2022",
        "--module",
        "esnext",
        "use.ts",
    ]
    for command in (made, [*compiled, "--moduleResolution", "bundler"]):
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert ended.returncode == 0, ended.stdout + ended.stderr
