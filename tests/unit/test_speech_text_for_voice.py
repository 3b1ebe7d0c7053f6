"""What is written, as it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.text_for_voice import text_for_voice

SAID = {
    "12 bis rue de la République": "douze bis rue de la République",
    "le 27ter": "le vingt-sept ter",
    "Appelez le 04 66 76 73 80.":
        "Appelez le zéro quatre, soixante-six, soixante-seize, soixante-treize, quatre-vingts.",
    "0466767001": "zéro quatre, soixante-six, soixante-seize, soixante-dix, zéro un",
    "04.66.76.70.01": "zéro quatre, soixante-six, soixante-seize, soixante-dix, zéro un",
    "+33 6 12 00 05 78": "zéro six, douze, zéro zéro, zéro cinq, soixante-dix-huit",
    "+33 (0)6 12 34 56 78": "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit",
    "0 800 123 456": "zéro huit cents, cent vingt-trois, quatre cent cinquante-six",
    "le 3919 ou le 39 19": "le trente-neuf, dix-neuf ou le trente-neuf, dix-neuf",
    "le 15, le 112": "le quinze, le cent douze",
    "à 9h30": "à neuf heures trente",
    "à 9 h": "à neuf heures",
    "à 1h": "à une heure",
    "sous 48 h": "sous quarante-huit heures",
    "B.P. 12": "boîte postale douze",
    "à 21h01": "à vingt et une heures une",
    "de 8h30-12h": "de huit heures trente à douze heures",
    "13:45": "treize heures quarante-cinq",
    "30 €": "trente euros",
    "1 €": "un euro",
    "12,50 €": "douze euros cinquante",
    "0,5 euro": "zéro euro cinquante",
    "1 000 000 €": "un million d'euros",
    "62 %": "soixante-deux pour cent",
    "3,5 km": "trois virgule cinq kilomètres",
    "1,05": "un virgule zéro cinq",
    "50 m²": "cinquante mètres carrés",
    "à 1 m": "à un mètre",
    "30 km/h": "trente kilomètres heure",
    "1 500 habitants": "mille cinq cents habitants",
    "30000 Nîmes": "trente mille Nîmes",
    "31 demandes, 1 fois": "trente et une demandes, une fois",
    "votre référence est NIM 26 0412 7.": "votre référence est NIM, deux six, zéro quatre un deux, sept.",
    "26 0412 7": "deux six, zéro quatre un deux, sept",
    "le 01/03/2026": "le premier mars deux mille vingt-six",
    "le 2026-11-23": "le vingt-trois novembre deux mille vingt-six",
    "le 45/13/2026": "le quarante-cinq ou treize ou deux mille vingt-six",
    "le 1er mai": "le premier mai",
    "au 2e étage, 1re porte": "au deuxième étage, première porte",
    "M. Dupont et Mme Roux": "monsieur Dupont et madame Roux",
    "n° 12, av. Jean-Jaurès": "numéro douze, avenue Jean-Jaurès",
    "l'école n°3": "l'école numéro trois",
    "rue Henri IV": "rue Henri quatre",
    "un SMS du CCAS": "un esse emme esse du cé cé a esse",
    "mes-demarches.nimes.fr": "mes tiret demarches point nimes point fr",
    "mairie@nimes.fr": "mairie arobase nimes point fr",
    "https://www.nimes.fr/": "nimes point fr",
    "« un trou (ou deux) », etc.": "un trou, ou deux, et cetera",
    "24h/24 et 7j/7": "vingt-quatre heures sur vingt-quatre et sept jours sur sept",
    "l’eau\u202f: 3 fuites": "l'eau : trois fuites",
}  # fmt: skip


@pytest.mark.parametrize(("written", "said"), SAID.items())
def test_what_is_written_is_said(written: str, said: str) -> None:
    assert text_for_voice(written) == said


@pytest.mark.parametrize("said", SAID.values())
def test_what_is_ready_to_be_said_is_left_alone(said: str) -> None:
    assert text_for_voice(said) == said


@given(st.text(alphabet="0123456789 .,:/-h€%+n°MmeST(é'", max_size=40))
def test_no_digit_is_left_to_the_voice(written: str) -> None:
    assert not any(letter.isdecimal() for letter in text_for_voice(written))
