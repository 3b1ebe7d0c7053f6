"""The city's procedures together with the forms of its Publik portal. Implements `Procedures`.

The catalogue tells procedures in easy French; the portal knows which of them can be done online, and where. A
form that is a catalogued procedure gives it its link; any other becomes a procedure of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError
from rapidfuzz import fuzz

from integrations.city import City
from integrations.city_models import Phrases
from integrations.city_procedures import Procedure
from integrations.directory_words import plain
from integrations.opening_hours_words import Medium
from integrations.procedures_catalogue import Aspect, CatalogueProcedures
from integrations.procedures_publik_client import Category, Form, PortalError, PublikClient
from integrations.procedures_search import Found, ProcedureSearch

log = structlog.get_logger()

ON_ITS_PAGE = "C'est indiqué sur la page internet de la démarche."
WITH_AN_ACCOUNT = "Il faut se connecter à votre compte."
OTHER_THEME = "Autres démarches en ligne"
_SAME_TITLE = 90.0
_MAX_SUMMARY_CHARACTERS = 300
_FORMS: TypeAdapter[tuple[Form, ...]] = TypeAdapter(tuple[Form, ...])


class PortalProcedure(Procedure):
    """A form that the catalogue does not tell: of its papers, price and delay only its page knows."""

    phrasings: Phrases = ()
    needs_account: bool = False


class PublikProcedures:
    """Implements `Procedures`. kept: where the portal's forms are kept for the time when it does not answer.

    Until `refresh`, what was kept is told; without it, the catalogue alone.
    """

    def __init__(self, city: City, catalogue: CatalogueProcedures, client: PublikClient, kept: Path) -> None:
        self._city = city
        self._catalogue = catalogue
        self._client = client
        self._kept = kept
        self._forms: tuple[Form, ...] = ()
        self._by_code: dict[str, Procedure] = {}
        self._search: ProcedureSearch
        self._is_loaded = False
        self._take(_read_kept(kept))

    async def refresh(self) -> bool:
        """Ask the portal for its forms. False: it did not give them, and what was known stays."""
        try:
            forms = await self._client.forms()
        except PortalError as error:
            log.warning("portal_forms_unknown", error=str(error), retryable=error.retryable)
            return False
        if forms != self._forms:
            await asyncio.to_thread(self._take, forms)
            try:
                await asyncio.to_thread(_write_kept, self._kept, forms)
            except OSError as error:
                log.warning("portal_forms_not_kept", error=type(error).__name__)
        return True

    async def keep_fresh(self, every_s: float = 3600.0) -> None:
        """Refresh again and again, until it is cancelled.

        A process of the same keeper may have kept more than was there when this was made.
        """
        kept = await asyncio.to_thread(_read_kept, self._kept)
        if kept != self._forms:
            await asyncio.to_thread(self._take, kept)
        while True:
            await self.refresh()
            await asyncio.sleep(every_s)

    async def categories(self) -> tuple[Category, ...]:
        """The portal's themes. Raises PortalError."""
        return await self._client.categories()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def load(self) -> None:
        """Make the search ready, about 1 s. Raises FileNotFoundError without the word vectors."""
        self._search.load()
        self._is_loaded = True

    def get(self, code: str) -> Procedure | None:
        return self._by_code.get(code)

    def themes(self) -> Sequence[str]:
        return tuple(dict.fromkeys(procedure.theme for procedure in self._by_code.values()))

    def of_theme(self, theme: str) -> Sequence[Procedure]:
        return tuple(procedure for procedure in self._by_code.values() if procedure.theme == theme)

    def search(self, words: str) -> Found:
        return self._search.search(words)

    def summary(self, procedure: Procedure, medium: Medium = Medium.VOICE) -> str:
        return self._catalogue.summary(procedure, medium)

    def aspect(self, procedure: Procedure, aspect: Aspect, medium: Medium = Medium.VOICE) -> str:
        if not isinstance(procedure, PortalProcedure):
            return self._catalogue.aspect(procedure, aspect, medium)
        if aspect is Aspect.ONLINE:
            told = self._catalogue.aspect(procedure, aspect, medium)
            return f"{told} {WITH_AN_ACCOUNT}" if procedure.needs_account else told
        return ON_ITS_PAGE

    def _take(self, forms: tuple[Form, ...]) -> None:
        by_code = {procedure.code: procedure for procedure in self._catalogue.all()}
        for form in forms:
            if not form.url.startswith("https://"):
                continue
            same = _catalogued(form, self._catalogue.all())
            if same is not None:
                by_code[same.code] = same.model_copy(update={"online": form.url})
            else:
                procedure = _procedure_of(form)
                by_code.setdefault(procedure.code, procedure)
        search = ProcedureSearch(by_code.values(), self._city.authorities.values())
        if self._is_loaded:
            # Here, in a thread of its own: the next caller must not wait for it.
            search.load()
        self._forms, self._by_code, self._search = forms, by_code, search


def _catalogued(form: Form, procedures: Iterable[Procedure]) -> Procedure | None:
    """The catalogued procedure that a form is for: the same page, or the same title."""
    title = plain(form.title)
    best, score = None, _SAME_TITLE
    for procedure in procedures:
        if procedure.online is not None and procedure.online.rstrip("/") == form.url.rstrip("/"):
            return procedure
        alike = fuzz.token_sort_ratio(title, plain(procedure.title))
        if alike >= score:
            best, score = procedure, alike
    return best


def _procedure_of(form: Form) -> PortalProcedure:
    described = form.plain_description[:_MAX_SUMMARY_CHARACTERS]
    asked_as = dict.fromkeys(each for each in (form.title, *form.keywords) if each.strip())
    return PortalProcedure(
        code="publik_" + "".join(letter if letter.isalnum() else "_" for letter in plain(form.slug)),
        title=form.title,
        theme=form.category or OTHER_THEME,
        phrasings=tuple({each.casefold(): each for each in asked_as}.values()),
        summary=described or "Cette démarche se fait sur internet.",
        documents=(),
        price=ON_ITS_PAGE,
        delay=ON_ITS_PAGE,
        where="accueil",
        who=ON_ITS_PAGE,
        online=form.url,
        source=form.url,
        needs_account=form.authentication_required,
    )


def _read_kept(path: Path) -> tuple[Form, ...]:
    try:
        return _FORMS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError:
        log.warning("portal_forms_unreadable", path=str(path))
        return ()


def _write_kept(path: Path, forms: tuple[Form, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_bytes(_FORMS.dump_json(forms))
    aside.replace(path)
