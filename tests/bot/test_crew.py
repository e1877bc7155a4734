"""A crew is as large as it was ordered, replaces who dies, and lets everybody finish when it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEMBER = """
import os, signal, sys, time
from pathlib import Path

def work(folder, number):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    (Path(folder) / f"number-{os.getpid()}-{number}").touch()
    (Path(folder) / f"came-{os.getpid()}").touch()
    try:
        while True:
            time.sleep(60)
    except KeyboardInterrupt:
        (Path(folder) / f"finished-{os.getpid()}").touch()
"""
MAIN = """
import sys
from bot.crew import Crew
from member import work

if __name__ == "__main__":
    Crew(2, work, sys.argv[1]).keep_up()
"""


def seen(folder: Path, what: str) -> list[int]:
    return sorted(int(file.name.rpartition("-")[2]) for file in folder.glob(f"{what}-*"))


def wait_for(folder: Path, what: str, count: int) -> list[int]:
    deadline = time.monotonic() + 30
    while len(seen(folder, what)) < count:
        assert time.monotonic() < deadline, seen(folder, what)
        time.sleep(0.05)
    return seen(folder, what)


def test_who_dies_is_replaced_and_who_is_told_to_stop_finishes(tmp_path: Path) -> None:
    (tmp_path / "member.py").write_text(MEMBER)
    (tmp_path / "main.py").write_text(MAIN)
    crew = subprocess.Popen(
        [sys.executable, str(tmp_path / "main.py"), str(tmp_path)], stderr=subprocess.PIPE,
        env=dict(os.environ, PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}"),
    )  # fmt: skip
    try:
        first = wait_for(tmp_path, "came", 2)
        os.kill(first[0], signal.SIGKILL)
        everybody = wait_for(tmp_path, "came", 3)
        crew.terminate()
        assert crew.wait(40) == 0
        assert sorted(set(seen(tmp_path, "number"))) == [0, 1], "who is replaced leaves their number to the next"
        assert seen(tmp_path, "finished") == sorted(set(everybody) - {first[0]})
    finally:
        crew.kill()
        crew.communicate()
