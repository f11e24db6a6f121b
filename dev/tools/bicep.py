"""Checks infra/ with the Bicep compiler: warnings, layout, parameter files, and what each variant would create.

`python -m dev.tools.bicep` checks; with `--write` (`make predict`) it stores anew what is predicted for each variant,
so that a person reviews the diff. The compiler is `bicep` on PATH; without it the check is skipped, which CI does not
accept, and nothing is stored.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from dev.check import SKIPPED

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
VARIANTS = sorted((INFRA / "variants").glob("*.bicepparam"))
COMPLAINT = re.compile(r" : (Warning|Error) ")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
NOBODY = "00000000-0000-0000-0000-000000000000"
TENANT = "eeeeeeee-0000-0000-0000-000000000005"


def run(*arguments: str, folder: Path = INFRA) -> subprocess.CompletedProcess[str]:
    """Run the compiler where no variable of ours is set: parameter files must evaluate without any."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(["bicep", *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The warnings and errors of a run; all that it said if it failed without any."""
    lines = COLOUR.sub("", done.stderr + done.stdout).splitlines()
    found = [line for line in lines if COMPLAINT.search(line)]
    return found or ([line for line in lines if line] if done.returncode else [])


def check_warnings() -> list[str]:
    """Each file compiles, and the linter with the rules of bicepconfig.json finds nothing."""
    return complaints(run("lint", "--pattern", "**/*.bicep"))


def check_layout() -> list[str]:
    """Each file is as `bicep format` leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(INFRA, Path(folder) / "infra")
        said = complaints(run("format", "--pattern", "**/*.bicep*", folder=copy))
        files = [path.relative_to(INFRA) for path in sorted(INFRA.rglob("*.bicep*")) if path.suffix != ".json"]
        changed = [name for name in files if (copy / name).read_bytes() != (INFRA / name).read_bytes()]
    return said + [f"infra/{name} is laid out otherwise; run: bicep format infra/{name}" for name in changed]


def check_parameters() -> list[str]:
    """The parameter files that read the environment evaluate where it has nothing."""
    with tempfile.TemporaryDirectory() as folder:
        return complaints(run("build-params", "--pattern", "*.bicepparam", "--outdir", folder))


def predict(parameters: Path, mode: str) -> list[str]:
    """Compare with the stored prediction (`validate`), or store it anew (`overwrite`)."""
    group = ["--resource-group", "rg-contact-centre"] if parameters.stem.startswith("events") else []
    place = ["--tenant-id", TENANT, "--subscription-id", NOBODY, "--location", "westeurope", *group]
    return complaints(run("snapshot", str(parameters), "--mode", mode, *place))


def check_variant(parameters: Path) -> list[str]:
    """A variant would create what its snapshot says."""
    found = predict(parameters, "validate")
    return [f"{parameters.name}; if this is meant, run: make predict", *found] if found else []


def write_variant(parameters: Path) -> list[str]:
    """Store what a variant would create, by id: the compiler's own order of outputs changes from run to run."""
    if found := predict(parameters, "overwrite"):
        return found
    snapshot = parameters.with_suffix(".snapshot.json")
    prediction = json.loads(snapshot.read_text(encoding="utf-8"))
    prediction["predictedResources"].sort(key=lambda resource: resource["id"])
    prediction["outputs"] = dict(sorted(prediction["outputs"].items()))
    snapshot.write_text(json.dumps(prediction, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return []


def without_compiler(write: bool, environment: Mapping[str, str]) -> int:
    """Say what was not done and how to change that; a check is skipped, but for CI it has failed."""
    undone = "Nothing was predicted" if write else "infra/ was not checked"
    print(f"{undone}: there is no bicep on PATH. Run az bicep install, and put ~/.azure/bin on PATH.")
    return 1 if write or environment.get("CI") else SKIPPED


def main(arguments: list[str], environment: Mapping[str, str] = os.environ) -> int:
    """Check, or store what is predicted; the exit code. What does not compile is judged no further."""
    write = arguments == ["--write"]
    if not shutil.which("bicep", path=environment.get("PATH")):
        return without_compiler(write, environment)
    found = check_warnings()
    if not found:
        each = write_variant if write else check_variant
        work = [check_layout, check_parameters, *(partial(each, variant) for variant in VARIANTS)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = [line for lines in pool.map(lambda check: check(), work) for line in lines]
    print("\n".join(found) or "infra/ compiles without a warning, and each variant is as its snapshot says.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
