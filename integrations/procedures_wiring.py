"""Puts the city's procedures together: apart from `wiring`, since the search loads word vectors."""

from __future__ import annotations

from integrations.city import City
from integrations.procedures_catalogue import CatalogueProcedures
from integrations.procedures_publik import PublikProcedures
from integrations.procedures_publik_client import PublikClient
from integrations.settings import Settings


def open_procedures(settings: Settings, city: City) -> CatalogueProcedures | PublikProcedures:
    """Return the city's procedures, with the forms of its portal where one is set. Raises CityDataError.

    With a portal, somebody has to run `PublikProcedures.keep_fresh`, and one client serves one event loop.
    """
    catalogue = CatalogueProcedures(city)
    if not settings.publik_url:
        return catalogue
    key = settings.publik_key.get_secret_value()
    client = PublikClient(
        settings.publik_url, settings.publik_orig, key, city.timezone, settings.publik_answer_s
    )
    return PublikProcedures(city, catalogue, client, settings.var_dir / "publik_forms.json")
