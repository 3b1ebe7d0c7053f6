"""What callers say or type in panic, in one spelling: one pattern meets all its ways of being written.

Lower case, no accents, one space between words, " . " between sentences, "ne" dropped (callers drop it, and
so do recognisers). Only words that mean the same are merged: what is read here decides whether somebody is in
danger.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST_CHARACTERS = 2000
_LETTERS_REPEATED = re.compile(r"([a-z])\1{2,}")
_SENTENCE_END = re.compile(r"[.!?;…\n]+")
_NOT_A_WORD = re.compile(r"[^\w .]+|_")
_SPACES = re.compile(r"\s+")

# Before accents go: words that only an accent tells apart.
_BEFORE_ACCENTS_GO = (
    (re.compile(r"\blà\b"), "surplace"),
    # "ça brûle" is a fire, "un banc brûlé" is the trace of one.
    (re.compile(r"\bbr[uû]lé(e?s?)\b"), r"calcine\1"),
    (re.compile(r"\btués?\b"), "assassine"),
)
_SPELLINGS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"\bs il (?:vous|te) plait\b|\bsvp\b|\bstp\b", " "),
        # "personne n'est blessé", "il y a personne de blessé": nobody; "une personne est blessée": somebody.
        (
            r"(?<!\bune )(?<!\bla )(?<!\bcette )(?<!\bautre )(?<!jeune )(?<!\bseule )(?<!\d )"
            r"\bpersonne (?:n |ne |de |(?:est |a ete )(?=bless|mort))",
            "aucun ",
        ),
        (r"\b(?:ne|n) (?!importe\b)", ""),
        (r"\b(?:il )?(?:y|i) ?(?:a|as|ha)\b|\bil ?ya\b|\bya\b|\bil a y a\b", "il y a"),
        (r"\bla (?=(?:il|elle|on|je|j|ca|ils|mon|ma) )", "surplace "),
        (r"\bj ?ai\b|\bg (?=envie|mal|avale|pris|peur)", "j ai "),
        (r"\bj ?veux\b", "je veux"),
        (r"\bj ?vais\b|\bje vai\b|\bj ?vai\b", "je vais"),
        (r"\bj ?me\b|\bj m (?=e|a)", "je me "),
        (r"\b(?:chui|chuis|jsuis|j suis|je sui)\b", "je suis"),
        (r"\bj ?arriv", "j arriv"),
        (r"\b(le|au|du|un) feux\b", r"\1 feu"),
        (r"\bsa (?=brule|crame|flambe|pue|explos|tire|va)", "ca "),
        (r"(?<=de la )fumer\b|(?<=\bde )fumer\b", "fumee"),
        (r"\bmon marie\b", "mon mari"),
        (r"\bma (?:mer|maire)\b", "ma mere"),
        (r"\bmon (?:pair|perd|paire)\b", "mon pere"),
        (r"\bmon fil\b", "mon fils"),
        (r"\bbb\b", "bebe"),
        (r"\bag+res+", "agress"),
        (r"\bincon(?:sc|s|c)i[ae]n[tcs]?e?s?\b", "inconscient"),
        (r"\betouf+", "etouff"),
        (r"\bambulence", "ambulance"),
        (r"\bpon?m?pi(?:e|er|ers|es)\b", "pompiers"),
        (r"\b(?:segne|seigne|saingne)\b", "saigne"),
        (r"\bgu?az\b|\bgazz\b", "gaz"),
        (r"\ba laide\b", "a l aide"),
        (r"\benvi\b", "envie"),
        (r"\bje (?:veu|ve|vx|veut)\b", "je veux"),
        (r"\b(?:au ?sec|o ?sec)our?s?\b", "au secours"),
        (r"\bquel(?:q|c)u?n\b", "quelqu un"),
        (r"\bkelk ?un\b|\bqqn\b|\bquelqu ?un\b|\bquelqu 1\b", "quelqu un"),
        (r"\bk(?=il|elle)", "qu "),
        (r"\b(plu|pu)\b", "plus"),
        (r"\b(?:sa|ca|c a|cela|sas) (?:sent|sens|sen|sans|sang|cent|s en|c en|sente|s ent)\b", "ca sent"),
        (
            r"\bsent (tres |tellement |trop |vraiment |fort |bien )*(le|les|du|la)"
            r" (?:gars|gas|gaze|gasse|ga|gard|gazes)\b",
            r"sent \1\2 gaz",
        ),
        (r"\b(?:fuite|suite|fuites) (?:de|du|d) (?:gars|gas|gaze|gasse|ga|gaz)\b", "fuite de gaz"),
        (r"\bodeur (?:de|du) (?:gars|gas|gaze|gasse|ga)\b", "odeur de gaz"),
        (r"\b(?:un|in|ain|en) conscient(e?s?)\b", r"inconscient\1"),
        (r"\bfait une? mal (?:aise|a l aise|a aise|aize)\b", "fait un malaise"),
        (r"\bon m(?:a| a|)\s?(?:gr[ea]isse|gresse|a graisse)\b", "on m agresse"),
        (
            r"\b(?:o|aux|hau|oh) (?:secours|secour|se court|cecours)\b|\bau (?:secour|se court|ce cours)\b",
            "au secours",
        ),
        (r"\b(?:se|ce|s) (?:noix|noit|nois|noye|noi)\b", "se noie"),
        (r"\bmourr?ire?\b", "mourir"),
        (r"\bsu(?:i|is|iss|ic|cc)?[cs]+id(?:e|er|ez|ee)?\b(?<!suicide)(?<!suicidee)", "suicider"),
        (r"\betouff(?:ent|es)\b", "etouffe"),
        (r"\b(?:c est|ces|ses) (?:etouffe|touffe)\b", "s etouffe"),
        (r"\b(?:un|in) (?:cendie|sandie|sandi)\b", "incendie"),
        (r"\ba v c\b", "avc"),
        (r"\bil (?:res|ras) pire\b", "il respire"),
        (r"\brespir(?:es|ent|er)\b(?= (?:plus|pas|mal)\b)", "respire"),
        (r"\brespir\b", "respire"),
        (
            r"\b(?:ces|ses|cest|c est) fait (?=agress|renvers|percut|ecras|mord|poignard|tir|frapp|viol)",
            "s est fait ",
        ),
        (r"\bentrain\b", "en train"),
        (r"\baidez? moi\b", "aidez moi"),
        (r"\b(?:ven[ez]|vener) vite\b", "venez vite"),
    )
)


def canonical(text: str) -> str:
    """`text` as the patterns of emergencies expect it; what follows 2,000 characters is left out."""
    said = unicodedata.normalize("NFC", text[:_LONGEST_CHARACTERS]).lower()
    for pattern, written in _BEFORE_ACCENTS_GO:
        said = pattern.sub(written, said)
    decomposed = unicodedata.normalize("NFKD", said.replace("œ", "oe"))
    said = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    said = _NOT_A_WORD.sub(" ", _SENTENCE_END.sub(" . ", said))
    said = _SPACES.sub(" ", _LETTERS_REPEATED.sub(r"\1", said))
    for pattern, written in _SPELLINGS:
        said = pattern.sub(written, said)
    return _SPACES.sub(" ", said).strip(" .")
