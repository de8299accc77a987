"""A process that has imported the program and forks: each child runs one command, and may be killed on its way.

Reads lines ``SECONDS ARGUMENT…`` from its input (``-`` for no limit, ``~SECONDS`` to end it by SIGTERM) and answers
each with the child's end: the exit code, or ``killed``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta


def _child(arguments: list[str]) -> None:
    from monitor.cli.main import run
    from monitor.delivery import sender

    sender.PACE = timedelta(milliseconds=5)
    sender.SETTLING = timedelta(milliseconds=60)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    run(arguments)


def _fork(limit: float | None, arguments: list[str], number: int = signal.SIGKILL) -> str:
    child = os.fork()
    if child == 0:
        try:
            _child(arguments)
        except SystemExit as leave:
            os._exit(int(leave.code or 0))
        os._exit(99)
    if limit is not None:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return str(os.waitstatus_to_exitcode(status))
            time.sleep(0.002)
        os.kill(child, number)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return "killed" if code == -signal.SIGKILL else str(code)


def main() -> None:
    import monitor.app.check
    import monitor.app.deliver
    import monitor.cli.check
    import monitor.delivery.slack
    import monitor.service.serving  # noqa: F401 - what a child would spend its time on

    for line in sys.stdin:
        limit, *arguments = line.split()
        number = signal.SIGTERM if limit.startswith("~") else signal.SIGKILL
        seconds = None if limit == "-" else float(limit.removeprefix("~"))
        sys.stdout.write(_fork(seconds, arguments, number) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
