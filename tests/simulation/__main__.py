"""Play many seeds of the simulation, on every core: `python -m tests.simulation --seeds 1000`.

Ends 1 at the first rule that is broken, and says by which seed; `--first SEED --seeds 1` plays it again.
"""

import argparse
import asyncio
import logging
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

from rich.progress import track

from tests.simulation.simulation import Simulation


def play(seed: int, steps: int) -> tuple[float, str | None]:
    """Simulated hours, and what was broken.

    Every other seed kills workers, every third has clocks that differ, and two of four have their numbers at Meta.
    """
    logging.disable(logging.CRITICAL)
    simulation = Simulation(seed, kills=seed % 2 == 1, clocks_differ=seed % 3 == 2, at_meta=seed % 4 >= 2)
    try:
        asyncio.run(simulation.run(steps))
    except AssertionError as broken:
        return simulation.hours, str(broken)
    return simulation.hours, None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first one (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=200, metavar="N", help="things that happen in each")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N", help="processes")
    arguments = parser.parse_args()
    hours = 0.0
    with ProcessPoolExecutor(arguments.workers) as processes:
        seeds = range(arguments.first, arguments.first + arguments.seeds)
        played = [processes.submit(play, seed, arguments.steps) for seed in seeds]
        for done in track(as_completed(played), "Simulating", total=len(played)):
            lasted, broken = done.result()
            hours += lasted
            if broken:
                processes.shutdown(cancel_futures=True)
                print(broken, file=sys.stderr)
                return 1
    print(f"{arguments.seeds} seeds, {hours:,.0f} simulated hours: every rule held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
