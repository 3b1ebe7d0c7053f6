"""Training sentences that carry the city's own names, so that any city's streets are heard as such; pure.

People's sentences are in `nlu_data/nlu`. These only show where names stand; they are a small share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle

# Each sentence is made this often, each time with other names.
TIMES = 6
CARRIERS: Mapping[str, Sequence[str]] = {
    "inform": (
        "{district}",
        "à {district}",
        "c'est dans le quartier {district}",
        "{street} à {district}",
        "quartier {district} {street}",
        "c'est sur {district} {street}",
        "{person}",
        "{first} {person}",
        "{person} {first}",
        "je m'appelle {whole_name}",
        "c'est madame {person}",
        "monsieur {person}",
        "mon nom c'est {person}",
        "au nom de {person}",
        "je suis {whole_name}",
        "madame {whole_name} et mon numéro c'est le [06 39 98 22 17](phone_number)",
        "{person} comme ça se prononce",
        "nom {person} prénom {first}",
        "{street}",
        "{number} {street}",
        "c'est {street}",
        "c'est au {number} {street}",
        "au {number} de la {street}",
        "euh {street} je crois",
        "dans la {street} au niveau du {number}",
        "{street} devant {landmark}",
        "à côté de {landmark}",
        "devant {landmark}",
        "en face de {landmark}",
        "vers {landmark} {street}",
        "j'habite {number} {street} à nîmes",
        "{street} à l'angle de la {street2}",
        "{landmark}",
    ),
    "report_problem": (
        "{problem} à {district} {street}",
        "dans le quartier {district} il y a {problem}",
        "bonjour madame {person} à l'appareil je signale {problem} {street}",
        "je m'appelle {whole_name} il y a {problem} devant chez moi",
        "y a {problem} sur {district} depuis [hier](date)",
        "c'est {whole_name} à {district} à cause de {problem}",
        "il y a un [trou](problem_type) {street}",
        "le [lampadaire](problem_type) devant le {number} {street} ne s'allume plus",
        "bonjour des [encombrants](problem_type) traînent {street} depuis [trois jours](date)",
        "je vous signale un [arbre](problem_type) tombé devant {landmark}",
        "y a plein de [déchets](problem_type) près de {landmark} {street}",
        "une [fuite d'eau](problem_type) au {number} {street} depuis [hier soir](date)",
        "{problem} {street}",
        "{problem} devant {landmark}",
        "bonjour c'est pour signaler {problem} au {number} {street}",
        "y a encore {problem} dans ma rue",
        "je vous appelle à cause d'un {problem} {street}",
        "un problème de {problem} depuis [une semaine](date)",
        "ma voisine s'est plainte de {problem} elle aussi",
        "on en a assez {problem} tous les jours {street}",
    ),
    "ask_procedure": (
        "bonjour {whole_name} à l'appareil c'est pour {procedure}",
        "j'habite {district} et je voudrais {procedure}",
        "on m'a parlé de {procedure} c'est quoi",
        "je me renseigne sur {procedure}",
        "je viens pour ma {procedure}",
        "il paraît qu'on peut avoir {procedure}",
        "c'est pour un {procedure}",
        "comment on fait pour {procedure}",
        "je voudrais faire une demande de {procedure}",
        "il me faut un renseignement pour une {procedure}",
        "bonjour je vous appelle pour le {procedure} de ma fille",
        "et pour {procedure} je m'y prends comment",
        "j'ai besoin d'un {procedure} au plus vite",
        "{procedure} s'il vous plaît",
        "mon mari s'occupe du {procedure} mais il est malade",
    ),
    "ask_procedure_detail": (
        "[combien ça coûte]{price} {procedure}",
        "[combien ça coûte]{price}",
        "{procedure} ça [coûte combien]{price}",
        "c'est [payant]{price} {procedure}",
        "[combien]{price} il faut payer pour {procedure}",
        "pour {procedure} c'est quoi les [tarifs]{price}",
        "qu'est-ce qu'il faut comme [papiers]{documents} pour {procedure}",
        "je dois apporter quels [documents]{documents} pour {procedure}",
        "quelles sont les [pièces à fournir]{documents} pour {procedure}",
        "il faut quels [justificatifs]{documents} pour {procedure}",
        "{procedure} il faut [quoi]{documents}",
        "[combien de temps]{delay} pour avoir {procedure}",
        "{procedure} c'est [long]{delay}",
        "[au bout de combien de temps]{delay} j'aurai {procedure}",
        "[quand]{delay} est-ce que je reçois {procedure}",
        "{procedure} c'est [où]{where}",
        "je vais [où]{where} pour {procedure}",
        "[à quel endroit]{where} on fait {procedure}",
        "[où]{where} je dépose le dossier de {procedure}",
        "{procedure} ça se fait [en ligne]{online}",
        "on peut demander {procedure} [par internet]{online}",
        "y a un [site]{online} pour {procedure}",
        "[qui]{who} peut demander {procedure}",
        "c'est [pour qui]{who} {procedure}",
        "[qui]{who} doit venir pour {procedure}",
        "[combien coûte]{price} un {procedure}",
        "le [prix]{price} pour {procedure}",
        "{procedure} c'est [gratuit]{price} ou pas",
        "quels [papiers]{documents} pour un {procedure}",
        "il faut quelles [pièces]{documents} pour le {procedure}",
        "le {procedure} ça prend [combien de temps]{delay}",
        "il y a beaucoup de [délai]{delay} pour {procedure}",
        "[où]{where} est-ce que je vais pour {procedure}",
        "pour {procedure} c'est [à quel guichet]{where}",
        "le {procedure} je peux le faire [sur internet]{online}",
        "[qui]{who} a droit à {procedure}",
    ),
    "report_status": (
        "c'est madame {person} j'ai signalé {problem} {street} il y a [deux semaines](date)",
        "{whole_name} j'avais appelé pour {problem} à {district}",
        "où en est {problem} {street}",
        "j'avais signalé un [trou](problem_type) {street} qu'est-ce que ça devient",
        "mon signalement pour le {number} {street} il avance",
    ),
    "correct_that": (
        "non c'est {person} pas le nom que vous dites",
        "mon nom n'est pas celui-là c'est {person}",
        "non c'est à {district}",
        "non j'ai dit {street}",
        "c'est le {number} pas le numéro que vous dites",
        "pas cette rue c'est {street}",
    ),
    "ask_opening_hours": (
        "{service} de {district} ouvre à quelle heure",
        "les horaires de {service} [demain matin](date)",
        "{service} ferme à [midi](time)",
        "jusqu'à quelle heure {service} est ouvert [ce soir](date)",
        "{service} c'est ouvert quand",
        "à quelle heure ouvre {service}",
        "est-ce que {service} est ouvert [samedi matin](date)",
    ),
    "ask_contact": (
        "le téléphone de {service}",
        "où se trouve {service}",
        "le numéro de monsieur {person} à {service}",
        "{service} c'est quel numéro",
        "je veux écrire à {service}",
        "je voudrais le numéro de {service}",
        "l'adresse de {service} s'il vous plaît",
        "comment je peux joindre {service}",
    ),
    "talk_to_agent": (
        "je voudrais parler à madame {person}",
        "passez-moi monsieur {person} de {service}",
        "{whole_name} s'il vous plaît",
        "je cherche à joindre {whole_name} à {service}",
        "je veux quelqu'un de {service}",
        "mettez-moi en relation avec {service}",
        "passez-moi {service}",
        "je voudrais parler à {service}",
        "{service} s'il vous plaît",
    ),
    "request_callback": (
        "rappelez-moi je suis madame {person}",
        "{whole_name} rappelez-moi au [06 39 98 45 12](phone_number)",
        "vous pouvez dire à monsieur {person} de me rappeler",
        "rappelez monsieur {person} [demain matin](date)",
        "que {service} me rappelle [lundi](date) vers [10 heures](time)",
        "demandez à {service} de me rappeler",
        "je veux qu'on me rappelle c'est pour {service}",
    ),
}
# "Le Goff" is a whole name; "la gare" is not.
WITH_ARTICLES = ("person_name", "first_name")
_NUMBERS = ("3", "12 bis", "48", "7", "115", "26", "2 ter", "64", "230", "9", "31", "17")
ASPECTS = ("documents", "price", "delay", "where", "online", "who")
_ASPECT = '{{"entity": "procedure_aspect", "value": "{}"}}'
# A problem told by a verb ("la route est défoncée") is not one name.
_STORY = re.compile(
    r"^(?:la|le|les|l'|on|ça|c'|j'|je|il|ils|elle|mes|mon|quelqu'un|impossible|pas|plus)\b"
    r"|^(?:plein|trop|mal|garé|une? .* qui)\b"
    r"|\b(?:est|sont|qui|a|ont|fait|font|va|gens|jeunes|se|s'|menace|tombent|gênent?|bloquent?|sort|sortent|pend)\b"
    r"|\b(?:penche|casse|sonne|roulent|vide|dépasse|descend)\b|,"
)
# What follows the thing itself: "[banc] cassé", "[trou] dans la chaussée".
_STATE_OR_PLACE = re.compile(
    r" (?:(?:dans|sur|devant|en|au|aux|à|près|par|sous|depuis|avec|sans|mal|ou|plus|contre)"
    r"|pleine?|morte?|ouverte?|manquant|absent|sale|dangereux|illisible|coupant|agressif|malade"
    r"|entière|perdu|\w+(?:ée?s?|ue?s))\b.*$"
)
_ARTICLES = ("l'", "la ", "le ", "les ", "un ", "une ", "du ", "de la ", "de l'", "des ")


def examples(names: Mapping[str, Sequence[str]]) -> str:
    """Return the sentences as Rasa reads them.

    names: the city's, per entity: street, landmark, service, problem_type, procedure, district,
    person_name, and first_name; in lower case.
    """
    problems = _spread(_things(names["problem_type"]))
    procedures = _spread(names["procedure"])
    aspects = {aspect: _ASPECT.format(aspect) for aspect in ASPECTS}
    streets, others = _street_names(names["street"]), _street_names(names["street"][::-1])
    landmarks, services = _spread(names["landmark"]), _spread(names["service"])
    districts, people = _spread(names["district"]), _spread(names["person_name"])
    firsts = _spread(names["first_name"])
    numbers = cycle(_NUMBERS)
    blocks = []
    for intent, carriers in CARRIERS.items():
        lines = [
            "      - "
            + carrier.format(
                street=f"[{next(streets)}](street)",
                street2=f"[{next(others)}](street)",
                number=f"[{next(numbers)}](house_number)",
                landmark=_marked(next(landmarks), "landmark"),
                service=_marked(next(services), "service"),
                problem=_marked(next(problems), "problem_type"),
                procedure=_marked(next(procedures), "procedure"),
                district=_marked(next(districts), "district"),
                person=f"[{next(people)}](person_name)",
                first=f"[{next(firsts)}](person_name)",
                whole_name=f"[{next(firsts)} {next(people)}](person_name)",
                **aspects,
            )
            for carrier in carriers
            for _ in range(TIMES)
        ]
        blocks.append(f"  - intent: {intent}\n    examples: |\n" + "\n".join(dict.fromkeys(lines)))
    return 'version: "3.1"\nnlu:\n' + "\n".join(blocks) + "\n"


def listed_names(entity: str, names: Iterable[str]) -> list[str]:
    """Return a city's names as they are marked, the longer first: the first that fits counts."""
    if entity == "problem_type":
        names = _things(names)
    marked = names if entity in WITH_ARTICLES else map(_without_article, names)
    return sorted(set(marked), key=lambda name: (-len(name), name))


def _spread(names: Sequence[str]) -> Iterator[str]:
    """All names in an order that jumps through the alphabet, again and again."""
    step = 37
    ordered = [names[start] for first in range(step) for start in range(first, len(names), step)]
    return cycle(ordered)


def _street_names(names: Sequence[str]) -> Iterator[str]:
    """Every third one as it is typed in a hurry: without accents."""
    for count, name in enumerate(_spread(names)):
        yield _without_accents(name) if count % 3 == 2 else name


def _things(problems: Iterable[str]) -> list[str]:
    """The things that are broken, dirty or in the way, without their state and where they are."""
    things = (_STATE_OR_PLACE.sub("", problem) for problem in problems if not _STORY.search(problem))
    return [thing for thing in dict.fromkeys(things) if not thing.endswith((" de", "des", "de la", " pas"))]


def _without_accents(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))


def _without_article(name: str) -> str:
    for article in _ARTICLES:
        if name.startswith(article):
            return name.removeprefix(article)
    return name


def _marked(name: str, entity: str) -> str:
    """A name with its mark; an article stays outside, as the annotation wants it."""
    bare = _without_article(name)
    return f"{name.removesuffix(bare)}[{bare}]({entity})"
