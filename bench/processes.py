"""What the processes of a server or a browser take, as Linux counts it in /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")  # a second

ARE_COUNTED = (PROC / "self" / "smaps_rollup").exists()
WHERE_NOT = "needs Linux, which counts it in /proc"


def cpu_seconds(pid: int) -> float:
    """The time that the children of the process have spent computing, in seconds."""
    fields = [(PROC / str(child) / "stat").read_text().rpartition(")")[2] for child in family(pid)]
    ticks = [sum(map(int, each.split()[11:13])) for each in fields[1:]]
    return sum(ticks) / TICKS


def memory(pid: int) -> int:
    """Bytes of memory of the process and its children; what several share counts once."""
    return sum(map(_share, family(pid)))


def family(pid: int) -> list[int]:
    """The process, its children and theirs, itself first."""
    found = [pid]
    for each in found:
        found += _children(each)
    return found


def find(argument: str) -> int:
    """The process that was started with this argument; the children of a browser are not."""
    for folder in PROC.glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has ended
        if argument in arguments and not any(each.startswith("--type=") for each in arguments):
            return int(folder.name)
    raise LookupError(argument)


def _children(pid: int) -> Iterator[int]:
    for path in (PROC / str(pid) / "task").glob("*/children"):
        try:
            yield from map(int, path.read_text().split())
        except OSError:
            continue


def _share(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
