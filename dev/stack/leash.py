"""Ties a process to its parent, so that nothing of the stack outlives it, even if the parent is killed outright.

`python -m dev.stack.leash FOLDER COMMAND…` becomes COMMAND in FOLDER, on that leash; `die_with_parent()` puts the
caller on it. Linux does it with prctl(2), PR_SET_PDEATHSIG; elsewhere parts end with their process group only. Such a
COMMAND does not hear Ctrl-C, which goes to the whole process group: its parent ends it, in order.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    die_with_parent()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    folder, *command = sys.argv[1:]
    os.chdir(folder)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
