"""The machine: its clock, its disk, its memory, the last backup."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from bot.backup.marker import last_backup
from bot.doctor.finding import Finding, fault, ok, warning

GB = 10**9
LEAST_DISK_BYTES = 2 * GB
GOOD_DISK_BYTES = 10 * GB
# Models of speech and dialogue, with what a few calls need.
LEAST_MEMORY_BYTES = 3 * GB
LEAST_CORES = 2
# Signatures, sign-ins and "in four hours" bear a few seconds; opening hours a little more.
GOOD_CLOCK = timedelta(seconds=5)
LEAST_CLOCK = timedelta(seconds=60)
OLD_BACKUP = timedelta(days=2)
_TIME_ERROR = 5
_NTP = "synchronise it: `timedatectl set-ntp true`, or install chrony"


def check_clock(urls: Sequence[str], client: httpx.Client) -> Iterator[Finding]:
    """Compare the clock with the first of these web servers that answers, and ask the kernel.

    urls: of servers that the settings name; nobody else is asked.
    """
    told = _difference(urls, client)
    is_kept = _is_synchronised()
    if told is None:
        if is_kept:
            yield ok("clock", "kept by the kernel's time synchronisation")
        else:
            yield warning("clock", "nothing keeps it, and no configured server could be asked", _NTP)
        return
    host, difference = told
    what = f"{difference.total_seconds():+.0f} s from that of {host}"
    if abs(difference) > LEAST_CLOCK:
        yield fault("clock", what, _NTP)
    elif abs(difference) > GOOD_CLOCK:
        yield warning("clock", what, _NTP)
    else:
        yield ok("clock", what)


def check_disk(
    folder: Path, least_bytes: int = LEAST_DISK_BYTES, good_bytes: int = GOOD_DISK_BYTES
) -> Finding:
    """Whether databases and logs have room. folder: where they are."""
    free = shutil.disk_usage(folder if folder.exists() else folder.absolute().parent).free
    what = f"{free / GB:.1f} GB free under {folder}"
    remedy = "make room, move CALLBOT_VAR_DIR to another disk, or shorten CALLBOT_KEEP_*_DAYS"
    if free < least_bytes:
        return fault("disk", what, remedy)
    return ok("disk", what) if free >= good_bytes else warning("disk", what, remedy)


def check_memory(is_running: bool, least_bytes: int = LEAST_MEMORY_BYTES) -> Finding:
    """Whether the engines fit in. is_running: they already do."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    available, total = kib["MemAvailable"] * 1024, kib["MemTotal"] * 1024
    cores = len(os.sched_getaffinity(0))
    what = f"{available / GB:.1f} of {total / GB:.1f} GB available, {cores} cores"
    if not is_running and available < least_bytes:
        return fault(
            "memory", what, f"the callbot needs {least_bytes / GB:.0f} GB: end other programs, or add some"
        )
    if cores < LEAST_CORES:
        return warning("memory", what, "with one core answers come late: add one")
    return ok("memory", what)


def check_backup(var_dir: Path, now: datetime) -> Finding:
    """How old the last backup is, and whether it is still where it was put."""
    last = last_backup(var_dir)
    remedy = "run `callbot backup FOLDER` every night (docs/operations.md)"
    if last is None:
        return warning("backup", "none was ever made", remedy)
    made_at, folder = last
    if not folder.exists():
        return warning("backup", f"{folder} is not there any more", remedy)
    age = now - made_at
    what = f"{folder}, {age.total_seconds() / 3600:.0f} hours old"
    return warning("backup", what, remedy) if age > OLD_BACKUP else ok("backup", what)


def _difference(urls: Sequence[str], client: httpx.Client) -> tuple[str, timedelta] | None:
    """Our clock less that of a server, by the Date of its answer, which is exact to a second."""
    for url in urls:
        try:
            answer = client.head(url)
            told = parsedate_to_datetime(answer.headers["Date"])
        except (httpx.HTTPError, KeyError, ValueError):
            continue
        return answer.url.host, datetime.now(UTC) - told
    return None


def _is_synchronised() -> bool:
    """The kernel's own word (adjtimex(2)): whether something keeps its clock."""
    # struct timex; modes = 0 only asks. 208 bytes on 64-bit Linux, with room to spare.
    state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    return 0 <= state < _TIME_ERROR
