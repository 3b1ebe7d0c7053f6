"""The words of a request that carry meaning, their stems, and the concepts that they name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from integrations.phonetics import number_words
from integrations.procedures_words_concepts import CONCEPTS

_WORD = re.compile(r"[a-zàâçéèêëîïôûùüœ]+|\d+")
_LONGEST_CONCEPT = 4


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Said around any request; "mairie" and "nimes" too, since everybody who calls says them.
_EMPTY = _listed(
    """
    a ai aie aimerais aimerait ait alors allo apres as au aucun aujourd aussi autre aux avait avant avec
    avez avoir avons besoin bien bonjour bonsoir c ca car ce ceci cela ces cet cette ceux chez ci
    combien comme comment d dans de deja depuis des dire dit dois doit donc dont du elle elles en encore
    entre es est et etais etait ete etes etre eu euh eux faire fais fait faites faudrait faut fera fois
    font hein ici il ils j jai je jusqu juste l la le les leur leurs lui m ma madame mairie mais me meme
    merci mes moi mon monsieur n ne nimes nos notre nous on ont ou par pas pendant peu peut peuvent peux
    plait plus pour pourquoi pourrais puis qu quand que quel quelle quelles quelque quels qui quoi s sa
    sais sait sans savoir se sera ses si son sont souhaite souhaiterais sous suis sur svp t ta te tes
    toi ton toujours tous tout toute toutes tres trop tu un une va vais vas veut veux vers viens vient
    ville voila vos votre voudrais voudrait voudrions voulais vous vraiment y
    """
)

# How chat is typed in a hurry: what a letter or a glued word stands for.
_TYPED = {
    typed: meant.split()
    for typed, _, meant in (
        line.strip().partition(" = ")
        for line in """
        g = j ai
        jai = j ai
        jsuis = je suis
        jsui = je suis
        chuis = je suis
        chui = je suis
        jveux = je veux
        jvoudrais = je voudrais
        cest = c est
        ct = c était
        ya = y a
        pa = pas
        koi = quoi
        ke = que
        ki = qui
        kel = quel
        komen = comment
        coment = comment
        coman = comment
        pr = pour
        pk = pourquoi
        bcp = beaucoup
        tt = tout
        ss = suis
        slt = bonjour
        bjr = bonjour
        svp = plaît
        stp = plaît
        rdv = rendez vous
        daccord = d accord
        dun = d un
        dune = d une
        didentité = d identité
        didentite = d identité
        dacte = d acte
        lacte = l acte
        lécole = l école
        lecole = l école
        linscription = l inscription
        dinscription = d inscription
        lattestation = l attestation
        lextrait = l extrait
        dimpots = d impôts
        dimpôts = d impôts
        """.strip().splitlines()
    )
}

# Longest first: what is left of a word keeps four letters at least.
_ENDINGS = sorted(
    _listed(
        """
        issement issements ement ements ation ations ition itions ution utions sion sions tion tions
        age ages iere ieres ier iers eur eurs euse euses rice rices ance ances ence ences ite ites
        ment ments able ables ible ibles iste istes isme ismes if ifs ive ives aire aires ais ait
        ions iez aient era erai erons eront erait erais eraient issons issez issent issant ant ante
        ants antes er ee ees es e s ez ir ie ies it is re u ue us ues al aux ale ales el elle els
        elles eux x t ts
        """
    ),
    key=lambda ending: (-len(ending), ending),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a text speaks of: its words in lower case with their accents, and the concepts that they name."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]


def read_request(text: str) -> Request:
    """Take a text apart; numbers up to 9,999 become the words they are said with, each word is kept once."""
    spoken = list(_spoken(text))
    stems = [stem(word) for word in spoken]
    concepts: set[str] = set()
    for start in range(len(stems)):
        for end in range(start + 1, min(start + _LONGEST_CONCEPT, len(stems)) + 1):
            concepts.update(_concepts().get(tuple(stems[start:end]), ()))
    kept = dict.fromkeys(word for word in spoken if plain(word) not in _EMPTY)
    return Request(tuple(kept), tuple(sorted(concepts)))


def meaningful(text: str) -> str:
    """The text in lower case without the words that any request holds."""
    written = (part for word in _WORD.findall(_lowered(text)) for part in _TYPED.get(word, [word]))
    return " ".join(word for word in written if plain(word) not in _EMPTY)


@lru_cache(maxsize=8192)
def plain(word: str) -> str:
    """A lower-case word without accents."""
    decomposed = unicodedata.normalize("NFD", word.replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What the forms of a word share, roughly: "renouveler" and "renouvellement"."""
    bare = plain(word)
    if len(bare) <= 3 or bare.isdecimal():
        return bare
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 4:
            bare = bare.removesuffix(ending)
            break
    else:
        bare = bare.rstrip("sxe" if len(bare) > 4 else "sx")
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare


def _spoken(text: str) -> list[str]:
    words: list[str] = []
    for word in _WORD.findall(_lowered(text)):
        is_short_number = word.isdecimal() and len(word) <= 4
        words += _WORD.findall(number_words(int(word))) if is_short_number else _TYPED.get(word, [word])
    return words


def _lowered(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


@cache
def _concepts() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Concepts by the stems of each way to name them."""
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    for concept, ways in CONCEPTS.items():
        for way in ways.split(","):
            key = tuple(stem(word) for word in _spoken(way))
            named[key] = (*named.get(key, ()), concept)
    return named
