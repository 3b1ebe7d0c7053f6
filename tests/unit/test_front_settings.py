"""What the SIP front refuses before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.supervise.kamailio import FrontError, FrontSettings, front_process, trunks_of


def test_on_loopback_everybody_may_call_and_beyond_it_who_is_said_to() -> None:
    assert trunks_of("", "127.0.0.1") == ([], False)
    assert trunks_of("any", "192.0.2.1") == ([], False)
    assert trunks_of("192.0.2.10 198.51.100.0/24", "192.0.2.1") == (["192.0.2.10", "198.51.100.0/24"], True)
    with pytest.raises(FrontError, match=r"^CALLBOT_SIP_TRUNKS: "):
        trunks_of("", "192.0.2.1")


def test_an_address_that_nobody_can_answer_to_is_refused(tmp_path: Path) -> None:
    # What is told to callers as the way back (Record-Route) is where the front listens.
    with pytest.raises(FrontError, match=r"^0\.0\.0\.0 "):
        front_process(Path.cwd(), tmp_path, FrontSettings("0.0.0.0", 5060, ["127.0.0.1:5061"]))
