"""Builds what the actions depend on, once and only when it is needed."""

from __future__ import annotations

from functools import cache

from actions.problem_match import ProblemMatcher
from actions.report_turn import World
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city
from integrations.desk import Desk
from integrations.settings import Settings
from integrations.wiring import open_desk


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
def desk() -> Desk:
    """The desk, its database migrated. Raises SQLAlchemyError."""
    info = world().city.info
    return open_desk(settings(), info.reference_prefix, info.insee)
