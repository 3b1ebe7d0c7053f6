"""What makes the words of a danger something else: a story, a question, a claim, a risk, a thing.

Texts are as `canonical` writes them. Where a present danger and a report cannot be told apart, no guard
holds.
"""

from __future__ import annotations

import re

from bot.dialogue.emergency_harmless import FORMALITY
from bot.dialogue.emergency_phrases import words
from bot.dialogue.emergency_rules import EmergencyKind, Rule

_LAST = r"(?:dernier|derniere|passee?|precedente?)"
_MONTH = r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_PAST = re.compile(
    r"\b(?:(?<!depuis )(?:avant )?hier|derniere fois|l autre (?:jour|fois|soir)|en (?:19|20)\d\d|"
    r"avant le \d+|"
    r"(?:semaine|mois|annee|an|ete|hiver|printemps|automne|nuit|week end|fois|siecle|"
    rf"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) {_LAST}|"
    r"il y a (?:\w+ ){0,3}(?:jours?|semaines?|mois|ans?|annees?|longtemps)|"
    r"(?:du|au) mois (?:de|d) \w+|de l ete|a l epoque|dans le temps|autrefois|"
    r"quand j etais|recemment|dernierement|"
    rf"(?:en|depuis) {_MONTH}|(?:du|le) (?:\d{{1,2}}|1er|premier) {_MONTH})\b"
)
_LONG_AGO = re.compile(
    rf"\b(?:il y a (?:\w+ ){{0,3}}(?:mois|ans?|annees?|semaines?)|"
    rf"(?:annee|an|mois|ete|hiver|semaine) {_LAST}|en (?:19|20)\d\d|autrefois|pendant la guerre|deporte\w*)\b"
)
_NOW = words(
    """
        vite|au secours|a l aide|en ce moment|actuellement|en cours|a l instant|tout de suite|venez|vient d|
        viens d|vient de|viens de
    """
)
_NOW_AFTER_A_STORY = words("surplace|maintenant|depuis hier|depuis ce matin")
_HABIT = words(
    """
        tous les soirs|tous les jours|tous les matins|toutes les nuits|tout le temps|souvent|regulierement|
        chaque
    """
)

# Just before the danger, in the sentence.
_IF = re.compile(
    r"(?<!sais pas )(?<!sait pas )(?<!sais plus )(?<!comme )(?<!voir )(?<!savoir )(?<!meme )(?<!dit pas )"
    r"\b(?:si|s)(?: jamais| un jour| par hasard| par malheur)?"
    r" (?=il|elle|on|je|j|quelqu|mon|ma|un|une|ca|le|la|les|l|y|des|mes|notre|jamais)(?:\w+ ){0,5}$"
)
_IF_NOBODY_HELPS = re.compile(
    r"\bsi (?:on|vous|personne|quelqu un|tu|aucun) (?:\w+ ){0,3}(?:rien|pas|vite|vient|fait)\b"
)
_IN_CASE = words(
    """
    en cas|au cas|cas ou|dans le cas|lors d|lors de|eventuel*|imaginons|imaginez|supposons|admettons|exemple|
    hypothese|au moindre|a la moindre|au premier megot|a la premiere etincelle|a la premiere pluie|c est quoi|
    qu est ce que c est|qu est ce qu un*|definition|scenario
    """
)
_ELSE = words("sinon|autrement")
_WHEN = re.compile(r"\bquand (?:$|il y a\b|ca\b|quelqu un\b|un\b|une\b|l\b|le\b|la\b)")
_WHAT_TO_DO = words(
    """
    que faire|quoi faire|faire quoi|comment|qui appeler|qui prevenir|qui contacter|qui appelle|faut il|
    doit on|quel numero|qu est ce qu|on fait quoi|a qui
    """
)
_TOPIC = re.compile(
    r"\b(?:prevention|eviter|evite|formation|exercice|simulation|reunion|journee|campagne|sensibilisation|"
    r"lutte|contre|film|livre|exposition|documentaire|consignes?|ecoute|association|risques?|alarmes?|systemes?|"
    r"securite|plan|conseils?|numero vert|assurance|garantie|protection)(?: \w+){0,2} $"
)
# "il y a pas de feu", "sans flammes"; but "je comprends pas il y a le feu".
_NEGATED = re.compile(
    r"(?<!en )\b(?:(?:pas|plus|jamais)(?: eu| vu| encore| vraiment| fait)?"
    r" (?:d|de|du|le|la|l|un|une|des|au|de la|de l)|aucune?|sans|ni|zero)(?: eu)? $"
)
_NOT = re.compile(r"\b(?:pas|plus|jamais)(?: vraiment| encore| tres)? $")
_SUBJECT = words("PERSON|A|il|elle|on|je|j|ils|elles|ca|c|il y a|y|qui|au|tout|vite|aidez|appelez|venez|feu")
_SEQUEL = re.compile(
    r"\b(?:suite|apres|depuis|a cause|consecutif\w*|lie|liee|ete victime|etais victime|etait victime|"
    r"victimes|au sujet|concernant|par rapport|propos)"
    r"(?: (?:a|au|aux|d|de|du|des|l|la|le|les|un|une|mon|ma|son|sa|cet|cette|ce|notre|votre)){1,3} $"
)
_OWNED = re.compile(r"\b(?:mon|son|leur|notre|votre) $")
_EVENT = re.compile(
    r"(?:accident|incendie|agression|malaise|avc|infarctus|cambriolage|intoxication|chiens?|pitbull)\b"
)
# What might happen is a danger to mend, not people to save.
_MAY = re.compile(
    r"\b(?:pourrait|pourraient|pourrai\w*|peuvent(?! plus| pas)|peut(?! plus| pas| etre)|risque\w*|failli\w*|"
    r"manque de|aurait pu|auraient pu|finira|finir par|attend\w* (?:qu|que|un)|avant qu|jusqu a ce qu|"
    r"pour pas qu|j ai peur qu|on a peur qu)\b"
)
_WILL = re.compile(r"\b(?:va|vont|aura|y aura|ira|sera|fera|faudra|tombera|vais)\b")
_WILL_COME = re.compile(r"\b(?:va y avoir|vont y avoir|y aura|aura|faut (?:un|qu il y ait))\b")
_WILL_BE_HURT = re.compile(
    r"\b(?:va|vont|vais)(?: \w+){0,3} (?:tomber|chuter|se blesser|blesser|se casser)\b"
)
_REMEDIED = re.compile(
    r"(?<!pas )(?<!mal )(?<!plus )\b(?:eteinte?s?|maitrisee?s?|circonscrite?s?)\b"
    r"|\bfausse (?:alerte|alarme)\b"
)
_FOUND_AGAIN = re.compile(
    r"\b(?:(?:a ete|l a|l ai|l ont|s est|avons|est) (?:enfin )?retrouvee?s?|est rentree?|fausse alerte)\b"
)
_MAY_NEVER_HAPPEN = frozenset(
    {
        EmergencyKind.ACCIDENT,
        EmergencyKind.COLLAPSE,
        EmergencyKind.ELECTROCUTION,
        EmergencyKind.TRAPPED,
    }
)
_A_PERSON = words("KIN")
_ANY_PERSON = words("PERSON")
_A_THING = words("THING|ANIMAL")


def is_harmless(rule: Rule, match: re.Match[str]) -> bool:
    """Whether what surrounds the words of a danger makes them something else."""
    said = match.string
    start = said.rfind(" . ", 0, match.start()) + 3 if " . " in said[: match.start()] else 0
    end = said.find(" . ", match.end())
    sentence = said[start : end if end >= 0 else len(said)]
    before = said[start : match.start()]
    if rule.unless is not None and rule.unless.search(sentence):
        return True
    if rule.of_person and _is_thing(before, match.group()):
        return True
    if (
        _is_hypothesis(before, sentence)
        or _is_negated(before, match.group())
        or _is_risk(rule, before, match.group())
    ):
        return True
    if _is_over(rule, said):
        return True
    return not rule.is_certain and _is_told(before, match.group(), said)


def _is_thing(before: str, words_of_danger: str) -> bool:
    if _ANY_PERSON.search(words_of_danger):
        return False
    return _A_THING.search(before) is not None and _A_PERSON.search(before) is None


def _is_hypothesis(before: str, sentence: str) -> bool:
    if _ELSE.search(before) and not _NOW.search(sentence):
        return True
    if _IF.search(before) and not _IF_NOBODY_HELPS.search(before):
        return True
    if _IN_CASE.search(before) or _TOPIC.search(before):
        return True
    return _WHEN.search(before) is not None and _WHAT_TO_DO.search(sentence) is not None


def _is_negated(before: str, words_of_danger: str) -> bool:
    if _NEGATED.search(before):
        return True
    return _NOT.search(before) is not None and _SUBJECT.match(words_of_danger) is None


def _is_risk(rule: Rule, before: str, words_of_danger: str) -> bool:
    near = " ".join(before.split()[-6:])
    if _MAY.search(words_of_danger) or _MAY.search(near):
        # "il peut plus respirer" is none; a threat of suicide is no mere risk.
        return rule.kind is not EmergencyKind.SUICIDE
    if not rule.is_certain and _WILL_COME.search(f"{near} {words_of_danger}"):
        return True
    if rule.kind in _MAY_NEVER_HAPPEN:
        return bool(_WILL.search(words_of_danger) or _WILL.search(near)) and not rule.is_certain
    hurt = _WILL_BE_HURT.search(f"{near} {words_of_danger}")
    return rule.kind is EmergencyKind.MEDICAL and hurt is not None and hurt.end() > len(near) + 1


def _is_over(rule: Rule, said: str) -> bool:
    if rule.kind is EmergencyKind.FIRE:
        return _REMEDIED.search(said) is not None
    if rule.kind is EmergencyKind.MISSING_PERSON:
        return bool(_FOUND_AGAIN.search(said) or _LONG_AGO.search(said))
    return False


def _is_told(before: str, words_of_danger: str, said: str) -> bool:
    """Whether a danger is a story or a formality rather than something that goes on."""
    if _NOW.search(said):
        return False
    if _OWNED.search(before) and _EVENT.match(words_of_danger):
        return True
    if FORMALITY.search(said) or _SEQUEL.search(before) or _HABIT.search(said):
        return True
    return _PAST.search(said) is not None and not _NOW_AFTER_A_STORY.search(said)
