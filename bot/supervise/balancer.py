"""Writes what HAProxy reads: one address for several dialogue engines, one for several action servers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.rasa_rest import SENDER_HEADER
from bot.supervise.processes import BALANCER, Ports, Process

# A conversation stays with its engine while that is there, and moves alone when it is not.
BY_SENDER = f"hdr({SENDER_HEADER})"
BY_LOAD = "leastconn"
# What HAProxy answers itself, whatever becomes of its servers.
ALIVE = "/balancer"
# Only what never reached a server is tried at another: a turn must not be given twice.
HEADER = """\
global
    maxconn 4000
defaults
    mode http
    timeout connect 1s
    timeout client 310s
    timeout server 310s
    timeout queue 5s
    retries 3
    option redispatch 1
    retry-on conn-failure
"""


class BalancerError(Exception):
    """HAProxy cannot be started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Several servers of one kind behind one loopback port. health: a path that a sound one answers."""

    name: str
    port: int
    server_ports: Sequence[int]
    balance: str
    health: str

    def text(self) -> str:
        servers = "".join(
            f"    server {self.name}.{number} 127.0.0.1:{port}\n"
            for number, port in enumerate(self.server_ports)
        )
        return (
            f"listen {self.name}\n"
            f"    bind 127.0.0.1:{self.port}\n"
            f"    balance {self.balance}\n"
            "    hash-type consistent\n"
            f"    monitor-uri {ALIVE}\n"
            f"    option httpchk GET {self.health}\n"
            "    timeout check 2s\n"
            # One that refuses connections is left alone at once, one that is only slow is given time.
            "    default-server check inter 1s fall 3 rise 1\n"
            "    default-server observe layer4 error-limit 1 on-error mark-down\n"
            f"{servers}"
        )


def pools(ports: Ports) -> list[Pool]:
    """What needs a balancer: kinds of which there are several."""
    rasa, actions = (BY_SENDER, "/webhooks/rest/"), (BY_LOAD, "/health")
    fronts = {
        "rasa": (ports.rasa, *rasa),
        "rasa2": (ports.rasa2, *rasa),
        "actions": (ports.actions, *actions),
    }
    return [
        Pool(kind, fronts[kind][0], server_ports, *fronts[kind][1:])
        for kind, server_ports in ports.members().items()
        if len(server_ports) > 1
    ]


def balancer_process(run_dir: Path, pools: Sequence[Pool]) -> Process:
    """Write the configuration into `run_dir` and return the process. Raises BalancerError."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if program is None:
        raise BalancerError("several engines of a kind need a balancer: apt-get install haproxy")
    path = (run_dir / "haproxy.cfg").absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(pool.text() for pool in pools), encoding="utf-8")
    return Process(BALANCER, (program, "-db", "-f", str(path)))
