"""Workers keep to a core each; what they begin may use all again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cores import ALLOWED

ROOT = Path(__file__).parents[2]
KEEPS = """
import os, subprocess, sys, time
from bot.cores import free, keep_to_one
for number in map(int, sys.argv[1:]):
    keep_to_one(number)
    print(*os.sched_getaffinity(0))
begun = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(*os.sched_getaffinity(begun.pid))
free(begun.pid)
print(*sorted(os.sched_getaffinity(begun.pid)))
begun.kill()
"""


@pytest.mark.skipif(not ALLOWED, reason="this system does not say which cores there are")
def test_numbers_count_through_the_cores_and_what_is_begun_is_free_again() -> None:
    cores = sorted(os.sched_getaffinity(0))
    numbers = range(len(cores) + 1)
    asked = [sys.executable, "-c", KEEPS, *map(str, numbers)]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[: len(numbers)] == [*map(str, cores), str(cores[0])]
    assert said[len(numbers)] == str(cores[0]), "what is begun has inherited it"
    assert said[-1] == " ".join(map(str, cores))
