"""First names that stand in the place of callers' own."""

from __future__ import annotations

FIRST_NAMES = (
    *("adèle", "alain", "amina", "andré", "anne", "bernard", "brigitte", "camille", "catherine", "chantal"),
    *("christian", "daniel", "denise", "émile", "farid", "françoise", "georges", "gérard", "hélène", "hugo"),
    *("inès", "jacques", "jeanne", "julien", "khadija", "laurent", "lucie", "marcel", "martine", "mehdi"),
    *("michel", "nora", "olivier", "pascale", "paul", "pedro", "pierre", "régine", "robert", "rosa"),
    *("saïd", "sandrine", "serge", "suzanne", "sylvie", "thomas", "valérie", "victor", "yasmina", "yves"),
)
