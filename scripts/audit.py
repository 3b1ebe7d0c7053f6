"""Looks both locks up in a database of known vulnerabilities. `python scripts/audit.py`

Exit status 1 when one is known for a locked version, with --report 0 all the same. Where no database can be
reached, or none that knows an old fault, it says that nothing was audited, and that is no failure: checks
must pass on machines without network.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "requirements" / "main.lock", ROOT / "requirements" / "rasa.lock")
# Known, looked at, and why it does no harm here: one identifier a line, the reason after #.
ACCEPTED = ROOT / "requirements" / "accepted_vulnerabilities.txt"
# A mirror of the registry without this database answers "not found", which pip-audit takes for "no fault".
KNOWN_FAULT = "jinja2==2.11.2\n"
WITHIN_S = 600


@dataclass(frozen=True)
class Service:
    """Where to ask. options: of pip-audit."""

    name: str
    options: tuple[str, ...]


def main() -> int:
    """Print one line per lock and per known vulnerability; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("locks", nargs="*", type=Path, default=LOCKS)
    parser.add_argument(
        "--osv-url", default="", help="a mirror of the OSV database, asked instead of the others"
    )
    parser.add_argument("--report", action="store_true", help="exit status 0 whatever is found")
    options = parser.parse_args()
    service = reachable(options.osv_url)
    if service is None:
        print("dependencies: not audited, no database of vulnerabilities can be reached from here")
        return 0
    n_faults = sum(audit(lock, service) for lock in options.locks)
    return 1 if n_faults and not options.report else 0


def reachable(osv_url: str) -> Service | None:
    """The first service that knows what everybody knows."""
    services = (Service("PyPI", ("pypi",)), Service("OSV", ("osv",)))
    if osv_url:
        services = (Service("OSV", ("osv", "--osv-url", osv_url)),)
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(KNOWN_FAULT, encoding="utf-8")
        return next((each for each in services if any(one.get("vulns") for one in _ask(canary, each))), None)


def audit(lock: Path, service: Service) -> int:
    """How many faults are known of what a lock holds; each is printed."""
    answer = _ask(lock, service, *(word for name in _accepted() for word in ("--ignore-vuln", name)))
    looked_at = [each for each in answer if "vulns" in each]
    faults = [(each, fault) for each in looked_at for fault in each["vulns"]]
    print(
        f"{lock.name}: {len(looked_at)} of {len(answer)} packages audited with {service.name}, "
        f"{len(faults)} faults known"
    )
    for package, fault in faults:
        better = ", ".join(fault["fix_versions"]) or "no version"
        print(f"  {package['name']} {package['version']}: {fault['id']}, repaired in {better}")
    return len(faults)


def _ask(requirements: Path, service: Service, *more: str) -> list[dict[str, Any]]:
    """What a service says of each package; nothing when it cannot be reached."""
    command = [
        *(
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(requirements),
            "--no-deps",
            "--disable-pip",
        ),
        *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
        *("--vulnerability-service", *service.options, *more),
    ]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
        return list(json.loads(asked.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []


def _accepted() -> list[str]:
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines() if ACCEPTED.exists() else []
    return [name for line in lines if (name := line.split("#", 1)[0].strip())]


if __name__ == "__main__":
    sys.exit(main())
