"""Builds what the actions depend on, once and only when it is needed."""

from __future__ import annotations

from functools import cache

from actions.problem_match import ProblemMatcher
from actions.world import World
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import City, load_city
from integrations.desk import Desk
from integrations.directory_city import CityDirectory
from integrations.events import Events
from integrations.notifications import Notifications
from integrations.procedures_catalogue import CatalogueProcedures
from integrations.procedures_publik import PublikProcedures
from integrations.procedures_wiring import open_procedures
from integrations.settings import Settings
from integrations.steering_reader import CityNow
from integrations.wiring import open_city_now, open_desk, open_events, open_notifications


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()


@cache
def world() -> World:
    """The city's data and what grounds the caller's words on it. Raises CityDataError."""
    city = load_city(settings().city_dir)
    return World(city=city, addresses=Gazetteer(city), problems=ProblemMatcher(city.problem_types))


@cache
def _city_now() -> CityNow:
    return open_city_now(settings(), world().city)


async def city_now() -> City:
    """The city with the exceptional closures of its services: for hours, transfers and call-backs."""
    return await _city_now().city()


@cache
def procedures() -> CatalogueProcedures | PublikProcedures:
    """The city's procedures, their search ready. Raises CityDataError, FileNotFoundError."""
    opened = open_procedures(settings(), world().city)
    opened.load()
    return opened


@cache
def directory() -> CityDirectory:
    """The services of the city and the authorities around it, found by their names."""
    return CityDirectory(world().city)


@cache
def events() -> Events:
    """The city's calendar."""
    return open_events(world().city)


@cache
def notifications() -> Notifications:
    """What sends SMS and e-mail to callers. Raises ValueError for a gateway that is not well described."""
    return open_notifications(settings())


@cache
def desk() -> Desk:
    """The desk, its database migrated. Raises SQLAlchemyError."""
    info = world().city.info
    return open_desk(settings(), info.reference_prefix, info.insee)
