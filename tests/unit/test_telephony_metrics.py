"""Figures of a telephony worker, asked over HTTP as Prometheus does."""

import httpx

from telephony.metrics import WorkerMetrics
from tests.fakes.ports import free_ports


def test_what_happened_to_calls_is_told_over_http() -> None:
    metrics = WorkerMetrics()
    metrics.watch_lines(lambda: 3, 4)
    metrics.call_over(200, 0.045)
    metrics.call_over(487, 0.0)
    metrics.requests_refused("flood", 12)
    metrics.bot_lost()
    (port,) = free_ports(1)
    metrics.serve("127.0.0.1", port)
    url = f"http://127.0.0.1:{port}/metrics"
    told = httpx.get(url).text
    for line in (
        "callbot_sip_lines_in_use 3.0",
        "callbot_sip_lines 4.0",
        'callbot_sip_calls_total{result="answered"} 1.0',
        'callbot_sip_calls_total{result="refused"} 1.0',
        'callbot_sip_requests_refused_total{why="flood"} 12.0',
        "callbot_sip_bot_lost_total 1.0",
        'callbot_sip_worst_frame_gap_seconds_bucket{le="0.04"} 0.0',
        'callbot_sip_worst_frame_gap_seconds_bucket{le="0.06"} 1.0',
        "callbot_sip_worst_frame_gap_seconds_count 1.0",
    ):
        assert f"\n{line}\n" in told
    assert "callbot_sip_registered" not in told, "there is no PBX"
    metrics.registered(True)
    metrics.registered(False)
    assert "\ncallbot_sip_registered 0.0\n" in httpx.get(url).text


def test_a_taken_port_costs_the_figures_and_not_the_calls() -> None:
    (port,) = free_ports(1)
    WorkerMetrics().serve("127.0.0.1", port)
    WorkerMetrics().serve("127.0.0.1", port)
