"""New conversations go to the new model, those in progress stay; the old engine is stopped once alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.dialogue.router import IDLE, Router
from bot.dialogue.serving import Engine, Serving, ServingFile
from bot.store.beginnings import Beginnings
from bot.store.conversations import MIGRATIONS
from bot.store.models import Conversation
from bot.supervise import engines
from bot.supervise.control import ControlError
from bot.supervise.drain import GRACE, MAX_AGE, Drain
from bot.supervise.switch import NEEDED_BYTES, Switch, SwitchError
from integrations.database import migrate, open_database

START = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
URLS = ("http://127.0.0.1:1", "http://127.0.0.1:2")


@dataclass
class World:
    """A running callbot without its processes. began: of conversations that only SQL remembers."""

    var_dir: Path
    now: datetime = START
    running: set[str] = field(default_factory=lambda: {"rasa"})
    broken: set[str] = field(default_factory=set)
    free_bytes: int = NEEDED_BYTES
    began: dict[str, datetime] = field(default_factory=dict)

    def model(self, name: str) -> Path:
        path = self.var_dir / f"{name}.tar.gz"
        path.touch()
        return path

    # What `Switch` and `Drain` need of supervisord.
    def start(self, process: str) -> None:
        self.running.add(process)

    def stop(self, process: str) -> None:
        self.running.discard(process)

    def is_up(self, process: str) -> bool:
        return process in self.running

    async def began_at(self, sender_id: str) -> datetime | None:
        return self.began.get(sender_id)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def answers(self, url: str) -> bool:
        process = engines.PROCESSES[URLS.index(url)]
        link = engines.model_link(self.var_dir, process)
        return process in self.running and link.resolve().name.partition(".")[0] not in self.broken

    @property
    def file(self) -> ServingFile:
        return engines.serving_file(self.var_dir)

    def router(self) -> Router:
        serving = self.file.read()
        assert serving is not None
        return Router(serving, self.began_at, self.clock)

    def drain(self, router: Router) -> Drain:
        return Drain(self.file, router, self, self.clock)

    def switch(self) -> Switch:
        return Switch(
            self.var_dir, self.file, self, self.answers, lambda: self.free_bytes, self.clock, self.wait
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    engines.begin(tmp_path, world.model("old"), URLS)
    return world


async def test_conversations_in_progress_stay_and_new_ones_move(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    assert await router.url_for("early") == URLS[0]
    world.switch().activate(world.model("new"))
    await drain.follow()
    assert await router.url_for("late") == URLS[1]
    assert await router.url_for("early") == URLS[0]
    assert router.in_progress() == {"rasa": 1, "rasa2": 1}
    assert world.running == {"rasa", "rasa2"}
    assert engines.model_link(world.var_dir, "rasa2").resolve().name == "new.tar.gz"
    assert engines.model_link(world.var_dir, "rasa").resolve().name == "old.tar.gz"


async def test_the_old_engine_is_stopped_when_its_conversations_are_over(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    await router.url_for("early")
    world.switch().activate(world.model("new"))
    await drain.follow()
    world.now += IDLE - timedelta(seconds=1)
    await drain.follow()
    assert world.running == {"rasa", "rasa2"}
    world.now += timedelta(seconds=1)
    await drain.follow()
    assert world.running == {"rasa2"}
    # A chat that is taken up again goes on with the newer model.
    assert await router.url_for("early") == URLS[1]


async def test_nobody_is_sent_to_an_engine_that_is_being_stopped(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    world.switch().activate(world.model("new"))
    world.now += GRACE - timedelta(seconds=1)
    await drain.follow()
    assert world.running == {"rasa", "rasa2"}
    world.now += timedelta(seconds=1)
    await drain.follow()
    assert world.running == {"rasa2"}


async def test_a_conversation_that_never_ends_is_moved_at_last(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    await router.url_for("endless")
    world.switch().activate(world.model("new"))
    steps = int(MAX_AGE / timedelta(minutes=10))
    for _ in range(steps):
        await drain.follow()
        assert await router.url_for("endless") == URLS[0]
        world.now += timedelta(minutes=10)
    await drain.follow()
    assert await router.url_for("endless") == URLS[1]
    assert world.running == {"rasa2"}


async def test_one_step_back_needs_no_start_and_loses_nobody(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    await router.url_for("first")
    world.switch().activate(world.model("new"))
    await drain.follow()
    await router.url_for("second")
    world.free_bytes = 0
    world.switch().activate(world.model("old"))
    await drain.follow()
    assert [await router.url_for(one) for one in ("first", "second", "third")] == [URLS[0], URLS[1], URLS[0]]
    world.now += IDLE
    await drain.follow()
    assert world.running == {"rasa"}


async def test_back_to_a_model_that_is_gone_starts_it_again(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    world.switch().activate(world.model("new"))
    world.now += GRACE
    await drain.follow()
    assert world.running == {"rasa2"}
    world.switch().activate(world.model("old"))
    await drain.follow()
    assert await router.url_for("next") == URLS[0]


async def test_after_a_restart_of_the_bot_conversations_find_their_engine_again(world: World) -> None:
    world.began = {"early": world.now, "late": world.now + timedelta(minutes=2)}
    world.now += timedelta(minutes=1)
    world.switch().activate(world.model("new"))
    world.now += timedelta(minutes=5)
    router = world.router()
    drain = world.drain(router)
    assert [await router.url_for(one) for one in ("early", "late", "unknown")] == [URLS[0], URLS[1], URLS[1]]
    # Those that have not said anything yet since the restart are waited for, too.
    world.now += IDLE - timedelta(seconds=1)
    await drain.follow()
    assert world.running == {"rasa", "rasa2"}


@pytest.mark.parametrize("reason", ["broken", "no memory", "no supervisor"])
async def test_a_model_that_does_not_serve_changes_nothing(world: World, reason: str) -> None:
    before = world.file.read()
    switch = world.switch()
    if reason == "broken":
        world.broken.add("new")
    elif reason == "no memory":
        world.free_bytes = NEEDED_BYTES - 1
    else:
        switch = Switch(world.var_dir, world.file, Deaf(), world.answers, free, world.clock, world.wait)
    with pytest.raises(SwitchError):
        switch.activate(world.model("new"))
    assert world.file.read() == before
    assert world.running == {"rasa"}


class Deaf:
    """A supervisord that is not there."""

    def start(self, process: str) -> None:
        raise ControlError("nobody")

    def stop(self, process: str) -> None:
        raise ControlError("nobody")

    def is_up(self, process: str) -> bool:
        raise ControlError("nobody")


def free() -> int:
    return NEEDED_BYTES


async def test_a_third_model_takes_the_place_of_the_one_that_is_being_drained(world: World) -> None:
    router = world.router()
    drain = world.drain(router)
    await router.url_for("early")
    world.switch().activate(world.model("new"))
    await drain.follow()
    await router.url_for("middle")
    world.switch().activate(world.model("newest"))
    await drain.follow()
    urls = [await router.url_for(one) for one in ("early", "middle", "late")]
    assert urls == [URLS[0], URLS[1], URLS[0]]
    assert engines.model_link(world.var_dir, "rasa").resolve().name == "newest.tar.gz"


async def test_the_same_model_is_not_started_twice(world: World) -> None:
    assert world.switch().activate(world.model("old")) == world.file.read()
    assert world.running == {"rasa"}


async def test_a_new_start_of_everything_serves_one_model(world: World) -> None:
    world.switch().activate(world.model("new"))
    engines.begin(world.var_dir, world.model("new"), URLS)
    serving = world.file.read()
    assert serving is not None
    assert (serving.active.process, serving.draining) == ("rasa", None)


def test_a_damaged_file_is_no_file(tmp_path: Path) -> None:
    file = ServingFile(tmp_path / "serving.json")
    assert file.read() is None
    (tmp_path / "serving.json").write_text('{"active": ')
    assert file.read() is None
    file.write(Serving(active=Engine(process="rasa", url="http://x")))
    assert file.read() == Serving(active=Engine(process="rasa", url="http://x"))


async def test_beginnings_are_known_of_calls_and_of_chats_after_a_hand_over(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'c.db'}")
    beginnings: Callable[..., object] = Beginnings(engine).of
    assert await beginnings("call-1") is None  # no table yet: logged, not raised
    migrate(engine, MIGRATIONS)
    with Session(engine) as session, session.begin():
        session.add(Conversation(id="chat-1", channel="chat", started_at=START))
    assert [await Beginnings(engine).of(one) for one in ("chat-1", "chat-1.2", "chat-2")] == [
        START,
        START,
        None,
    ]
