"""The words around a place in a spoken address: kinds of street, articles, and what ends a name."""

from __future__ import annotations

from functools import lru_cache

from integrations.phonetics import similarity, sound


def words_of(words: str) -> frozenset[str]:
    """Words written one after the other."""
    return frozenset(words.split())


KINDS = words_of(
    """
    allée avenue boulevard chemin corniche cours esplanade galerie impasse mail montée passage place plan
    pont promenade quai rond-point route rue ruelle square traverse
    """
)
FEMININE_KINDS = words_of(
    "allée avenue corniche esplanade galerie impasse montée place promenade route rue ruelle traverse"
)
_ABBREVIATIONS = {"av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "bvd": "boulevard"}
_KIND_SOUNDS = {sound(kind): kind for kind in sorted(KINDS)}
_ALIKE = 0.88
_MAX_KIND_WORDS = 2

ARTICLES = words_of("de du des d l la le les à a au aux")
TITLES = words_of(
    """
    docteur dr général générale maréchal professeur commandant colonel capitaine sergent amiral lieutenant
    caporal président monseigneur abbé pasteur cardinal père bâtonnier batonnier félibre
    """
)

# Words that are not part of a name: after one of them, or before, a name is complete.
NOT_A_NAME = words_of(
    """
    au aux à a en et ou où il elle on je j c ce ça cela n ne pas y qui que quoi qu est sont était sur sous
    dans devant derrière avant après entre face près côté coin angle croisement carrefour hauteur niveau
    numéro nîmes nimes bis ter quater s t m se me te si mon ma mes votre vos notre nos leur euh heu ben bah
    hein alors voilà oui non merci bonjour monsieur madame juste vers chez depuis pour par avec mais donc
    piéton piétons cyclable public publique
    car là ici plus très tout toute ils elles nous vous un une cette cet ces commune ville france
    """
)
# What people say beside the name when they are asked where.
AROUND_AN_ADDRESS = words_of(
    """
    suis habite habitons habites appelle trouve trouvent situe situé situe adresse quartier résidence immeuble
    bâtiment maison entrée porte sortie chose crois pense dire disons appellent appelé niveau bas haut
    angle ongle rue avenue boulevard place chemin impasse allée route quai square esplanade
    """
)
POSSESSIVES = words_of("ma mon mes sa son votre notre leur cette ce cet quelle quel")
HESITATIONS = words_of("euh heu hum hm")
NUMBER_LEADS = words_of("au numéro n no le à c est un devant vers environ face en du")
ANNOUNCING = words_of("au numéro n no le est")
# What a number counts is no house.
UNITS = words_of(
    "heure heures h an ans mois jours jour minutes minute mètres euros personnes enfants fois mai juin"
)
SMALL_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], start=1
    )
}
NUMBER_SUFFIXES = {
    **dict.fromkeys(("bis", "biss", "bisse", "bisses", "bise", "bice", "bits"), "bis"),
    **dict.fromkeys(("ter", "terre", "taire"), "ter"),
    "quater": "quater",
}
# "l'école" alone is no "place des Écoles".
KINDS_OF_LANDMARK = words_of("école écoles lycée collège parking cimetière piscine stade gare marché parc")
CROSSING_WORDS = frozenset({"angle", "ongle", "croisement", "coin", "intersection", "carrefour"})


def kind_at(words: list[str], index: int) -> tuple[str, int]:
    """The kind of street written at `index` and how many words it takes; ("", 0) when there is none.

    Kinds are known by sound: "empasse", "a venue" and "boule vard" are kinds too.
    """
    for n_words in range(min(_MAX_KIND_WORDS, len(words) - index), 0, -1):
        kind = _kind_of(" ".join(words[index : index + n_words]))
        if kind:
            return kind, n_words
    return "", 0


@lru_cache(maxsize=8192)
def _kind_of(text: str) -> str:
    if text in _ABBREVIATIONS:
        return _ABBREVIATIONS[text]
    heard = sound(text)
    if heard in _KIND_SOUNDS:
        return _KIND_SOUNDS[heard]
    alike = ((similarity(heard, kind_sound), kind) for kind_sound, kind in _KIND_SOUNDS.items())
    best, kind = max(alike)
    return kind if best >= _ALIKE else ""


def without_articles(words: list[str]) -> list[str]:
    """`words` without the articles in front: "de la République" is "République"."""
    start = 0
    while start < len(words) - 1 and words[start] in ARTICLES:
        start += 1
    return words[start:]
