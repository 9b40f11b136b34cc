import platform
import subprocess
import sys

import pytest

from chatbot.web.memory import give_back, share_one_place
from tests.program import ROOT

# Threads that each take and free memory leave less behind where all share one place.
PROGRAM = """
import sys, threading
from chatbot.web.memory import give_back, share_one_place
if sys.argv[1] == "one place":
    share_one_place()

def work():
    for _ in range(20):
        held = [bytearray(20_000) for _ in range(500)]
        del held[::2]

threads = [threading.Thread(target=work) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if sys.argv[1] == "one place":
    give_back()
arenas = sum(1 for line in open("/proc/self/maps") if "---p 00000000 00:00 0" in line)
print(arenas)
"""


def arenas(how):
    command = [sys.executable, "-c", PROGRAM, how]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(said.stdout)


def test_a_system_without_these_settings_is_left_as_it_is(monkeypatch):
    def unknown(name):
        raise TypeError("argument of type 'NoneType' is not iterable")

    monkeypatch.setattr("ctypes.CDLL", unknown)
    share_one_place()
    give_back()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_threads_share_one_place_to_take_memory_from():
    assert arenas("one place") < arenas("as ever")
