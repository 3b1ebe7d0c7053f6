"""What makes the words of a danger something else: a light, a story, a question, a claim, a risk, a thing.

Texts are as `canonical` writes them. Where a present danger and a report cannot be told apart, no guard holds.
"""

from __future__ import annotations

import re

from bot.dialogue.emergency_phrases import words
from bot.dialogue.emergency_rules import EmergencyKind, Rule

# Names of harmless things that hold the words of a danger.
_HARMLESS = words(
    """
    feu~ rouge~|feu~ vert~|feu~ orange~|feu~ tricolore~|feu~ d artifice~|feu~ de signalisation|feu~ de circulation|feu~ pieton~|
    feu~ de la saint jean|feu~ follet~|feu~ clignotant~|feu~ arriere~|feu~ avant~|feu~ de detresse|feu~ de stop|feu~ de position|
    feu~ de camp|coupe feu|couvre feu|pare feu|cessez le feu|feu~ de croisement|premier feu|prochain feu|au feu a gauche|au feu a droite|
    borne~ incendie|borne~ a incendie|borne~ d incendie|bouche~ incendie|bouche~ d incendie|bouche~ a incendie|poteau~ incendie|
    poteau~ d incendie|poteau~ a incendie|defense incendie|defense contre l incendie|defense exterieure contre l incendie|
    securite incendie|porte~ incendie|assurance incendie|plan incendie|exercice~ incendie|exercice~ d incendie|
    test~ incendie|test d alarme incendie|alarme incendie test|essai~ d alarme|sirene~|colonne seche|risque~ incendie|risque~ d incendie|
    risque~ de feu|risque~ de noyade|risque~ de chute|risque~ d accident|risque~ d effondrement|risque~ d electrocution|
    detecteur~ de fumee|extincteur~|desenfumage|gaz a effet de serre|gaz d echappement|fontaine gaz|
    police municipale|poste de police|commissariat~|sapeurs pompiers volontaires|calendrier~ des pompiers|bal des pompiers|
    caserne des pompiers|premiers secours|trousse~ de secours|poste de secours|issue~ de secours|sortie~ de secours|roue de secours|
    secours populaire|secours catholique|fonds de secours|secours d urgence financier|accident~ du travail|accident~ de travail|
    constat d accident|declaration d accident|accident~ de la vie|prevention du suicide|prevention suicide|
    don du sang|don de sang|prise~ de sang|analyse~ de sang|collecte~ de sang|bilan sanguin|sang froid|mauvais sang|
    mal au coeur de voir|coup~ de coeur|malaise social|arret de bus|arret maladie|arret de travail|arret du bus|
    angle mort|point mort|point~ mort~|arbre~ mort~|feuille~ morte~|nature morte|eau~ morte~|aigues mortes|mort aux rats|
    animal mort|animaux morts|chat mort|chien mort|pigeon mort|rat mort|cadavre~ d animal|cadavre~ de chat|cadavre~ de chien|
    monument aux morts|jour des morts|acte de mort|peine de mort|
    bombe~ de peinture|bombe~ aerosol|a la bombe de|tag~ a la bombe|bombe~ a peinture|
    mourir de rire|mort de rire|mort~ de faim|mort~ de fatigue|meurs de faim|meurs de soif|meurs de chaud|meurent de chaud|
    c est mort|mort de peur|me suis tue a|tuer le temps|tue mouche|tue le commerce|le bruit me tue|ca me tue|ca tue|
    noyer sous|noye sous|noyes sous|noyee sous|noie sous|me noie dans les papiers|me noie dans les demarches|noyer dans un verre d eau|
    en finir avec ce|en finir avec cette|en finir avec ces|en finir avec le|en finir avec les|perdu connaissance du|
    sans connaissance de|sans connaissance du|feu mon mari|feu mon pere|feu ma mere|flamme olympique|
    au secours de|attaque de|attaque~ de rats|allergique aux pollens|coup de fil|coup de main|coup de feu a la cuisine|
    tir a l arc|stand de tir|arme~ de service|permis d arme|passage a tabac
    """
)
# A form to fill, a claim, something organised: it is over, or it never was.
_FORMALITY = words(
    """
    declarer|declaration~|declare~ un|declare~ le|declare~ la|declare~ mon|attestation~|assurance~|assureur|sinistre~|certificat~|formulaire~|indemnis*|rembours*|expertise|expert|
    constat|plainte|main courante|proces|temoignage|demarche~|justificatif~|mes droits|ai le droit|a le droit|le droit de|
    allocation~|relog*|subvention~|statisti*|formation~|exercice~|simulation|test|essai|prevention|reunion|exposition~|
    film|livre|documentaire|journee~|commemor*|hommage|reglementation|reglementaire|autoris*|interdi*|horaire~|inscri*|stage|
    recrut*|pension|carte mobilite|carte handicap|mdph|portage|aide a domicile|reeducation|convalescence|invalidite|
    renseignement~ sur|informations sur|sensibilisation|conseils|degats|dedommage*|responsabilite|porter plainte|
    nettoy*|netoyer|desinfect*|loi|courrier|obseques|succession|notaire|pompes funebres|enterre*|avis de deces|acte de deces|
    imprime~|photocopie~|pv|proces verbal|rapport de
    """
)
_PAST = re.compile(
    r"\b(?:(?<!depuis )(?:avant )?hier|(?:semaine|mois|annee|an|ete|hiver|printemps|automne|nuit|week end|fois|lundi|mardi|"
    r"mercredi|jeudi|vendredi|samedi|dimanche|siecle) (?:dernier|derniere|passee?|precedente?)|derniere fois|"
    r"il y a (?:\w+ ){0,3}(?:jours?|semaines?|mois|ans?|annees?|longtemps)|l autre (?:jour|fois|soir)|en (?:19|20)\d\d|"
    r"(?:du|au) mois (?:de|d) \w+|de l ete|a l epoque|dans le temps|autrefois|quand j etais|recemment|dernierement|avant le \d+|"
    r"(?:du|le) (?:\d{1,2}|1er|premier) (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre))\b"
)
_LONG_AGO = re.compile(
    r"\b(?:il y a (?:\w+ ){0,3}(?:mois|ans?|annees?|semaines?)|(?:annee|an|mois|ete|hiver|semaine) (?:dernier|derniere|passee?)|"
    r"en (?:19|20)\d\d|autrefois|pendant la guerre|deporte\w*)\b"
)
_NOW = words(
    "vite|au secours|a l aide|en ce moment|actuellement|en cours|a l instant|tout de suite|venez|vient d|viens d|vient de|viens de"
)
_NOW_AFTER_A_STORY = words("ici|maintenant|encore|depuis hier|depuis ce matin|toujours")
_HABIT = words("tous les soirs|tous les jours|tous les matins|toutes les nuits|tout le temps|souvent|regulierement|chaque")

# Just before the danger, in the sentence.
_IF = re.compile(
    r"(?<!sais pas )(?<!sait pas )(?<!sais plus )(?<!comme )(?<!voir )(?<!savoir )(?<!meme )(?<!dit pas )"
    r"\b(?:si|s)(?: jamais| un jour| par hasard| par malheur)?"
    r" (?=il|elle|on|je|j|quelqu|mon|ma|un|une|ca|le|la|les|l|y|des|mes|notre|jamais)(?:\w+ ){0,5}$"
)
_IF_NOBODY_HELPS = re.compile(r"\bsi (?:on|vous|personne|quelqu un|tu|aucun) (?:\w+ ){0,3}(?:rien|pas|vite|vient|fait)\b")
_IN_CASE = re.compile(
    r"\b(?:en cas|au cas|cas ou|dans le cas|lors d|lors de|eventuel\w*|imaginons|imaginez|supposons|admettons|exemple|"
    r"hypothese|c est quoi|qu est ce que c est|qu est ce qu un\w*|definition|scenario)\b"
)
_WHEN = re.compile(r"\bquand (?:$|il y a\b|ca\b|quelqu un\b|un\b|une\b|l\b|le\b|la\b)")
_WHAT_TO_DO = re.compile(
    r"\b(?:que faire|quoi faire|faire quoi|comment|qui (?:appeler|prevenir|contacter|appelle)|faut il|doit on|quel numero|"
    r"qu est ce qu|on fait quoi|a qui)\b"
)
_TOPIC = re.compile(
    r"\b(?:prevention|eviter|evite|formation|exercice|simulation|reunion|journee|campagne|sensibilisation|lutte|contre|film|livre|"
    r"exposition|documentaire|consignes?|ecoute|association|risques?|plan|conseils?|numero vert|assurance|garantie|protection)"
    r"(?: \w+){0,2} $"
)
# "il y a pas de feu", "sans flammes"; but "je comprends pas il y a le feu".
_NEGATED = re.compile(
    r"(?<!en )\b(?:(?:pas|plus|jamais)(?: eu| vu| encore| vraiment| fait)? (?:d|de|du|le|la|l|un|une|des|au|de la|de l)"
    r"|aucune?|sans|ni|zero)(?: eu)? $"
)
_NOT = re.compile(r"\b(?:pas|plus|jamais)(?: vraiment| encore| tres)? $")
_SUBJECT = words("PERSON|A|il|elle|on|je|j|ils|elles|ca|c|il y a|y|qui|au|tout|vite|aidez|appelez|venez|feu")
_WAS = re.compile(r"\b(?:c etait|il y avait|y avait|il y a eu|ca fait|avait)(?: \w+)? $")
_SEQUEL = re.compile(
    r"\b(?:suite|apres|depuis|a cause|consecutif\w*|lie|liee|ete victime|etais victime|etait victime|victimes|au sujet|"
    r"concernant|par rapport|propos)(?: (?:a|au|aux|d|de|du|des|l|la|le|les|un|une|mon|ma|son|sa|cet|cette|ce|notre|votre)){1,3} $"
)
# What might happen is a danger to mend, not people to save.
_MAY = re.compile(
    r"\b(?:pourrait|pourraient|pourrai\w*|peuvent(?! plus| pas)|peut(?! plus| pas| etre)|risque\w*|failli\w*|manque de|aurait pu|"
    r"auraient pu|finira|finir par|attend\w* (?:qu|que|un)|avant qu|jusqu a ce qu|pour pas qu|j ai peur qu|on a peur qu)\b"
)
_WILL = re.compile(r"\b(?:va|vont|aura|y aura|ira|sera|fera|faudra|tombera|vais)\b")
_WILL_COME = re.compile(r"\b(?:va y avoir|vont y avoir|y aura|aura|faut (?:un|qu il y ait))\b")
_WILL_BE_HURT = re.compile(r"\b(?:va|vont|vais)(?: \w+){0,3} (?:tomber|chuter|se blesser|blesser|se casser)\b")
_REMEDIED = re.compile(
    r"(?<!pas )(?<!mal )(?<!plus )\b(?:eteinte?s?|maitrisee?s?|circonscrite?s?)\b|\bfausse (?:alerte|alarme)\b"
)
_FOUND_AGAIN = re.compile(r"\b(?:(?:a ete|l a|l ai|l ont|s est|avons|est) (?:enfin )?retrouvee?s?|est rentree?|fausse alerte)\b")
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


def without_harmless(said: str) -> str:
    """`said` with the names of harmless things blotted out: "il y a un feu rouge" keeps no fire."""
    return _HARMLESS.sub("_", said)


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
    if _is_hypothesis(before, sentence) or _is_negated(before, match.group()) or _is_risk(rule, before, match.group()):
        return True
    if _is_over(rule, said):
        return True
    return not rule.is_certain and _is_told(before, said)


def _is_thing(before: str, words_of_danger: str) -> bool:
    if _ANY_PERSON.search(words_of_danger):
        return False
    return _A_THING.search(before) is not None and _A_PERSON.search(before) is None


def _is_hypothesis(before: str, sentence: str) -> bool:
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
    return rule.kind is EmergencyKind.MEDICAL and _WILL_BE_HURT.search(f"{near} {words_of_danger}") is not None


def _is_over(rule: Rule, said: str) -> bool:
    if rule.kind is EmergencyKind.FIRE:
        return _REMEDIED.search(said) is not None
    if rule.kind is EmergencyKind.MISSING_PERSON:
        return bool(_FOUND_AGAIN.search(said) or _LONG_AGO.search(said))
    return False


def _is_told(before: str, said: str) -> bool:
    """Whether a danger is a story or a formality rather than something that goes on."""
    if _NOW.search(said):
        return False
    if _FORMALITY.search(said) or _SEQUEL.search(before) or _HABIT.search(said):
        return True
    return _PAST.search(said) is not None and not _NOW_AFTER_A_STORY.search(said)
