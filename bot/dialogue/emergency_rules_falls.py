"""How a fall, somebody on the ground, an accident and people who are stuck are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_MEDICAL, _ACCIDENT, _TRAPPED = EmergencyKind.MEDICAL, EmergencyKind.ACCIDENT, EmergencyKind.TRAPPED
_FELL = "tombe~|tombee~|tomber|chute~|chutee~|fait une chute"
# "je suis tombé sur le répondeur", "il est tombé un arbre".
_NO_FALL = """
un|des|de la|du|enceinte|amoureu*|malade|en panne|d accord|sur un repondeur|sur le repondeur|sur votre|
sur vous|sur un site|sur le site|sur ce|sur cette|sur une page|sur l annonce|dans le panneau
"""
_HURT = """
repond*|reagi*|boug*|relev*|redress*|se lever|saign*|respir*|inconscien*|connaissance|secours|hanche|
col du femur|gemi*|reveill*|tout seul|toute seule|peux pas sortir|parle plus|dit plus rien|dit rien|mal|
tete|crane|sang|fracture*|bless*|yeux|evanoui*|convuls*|dos|coincee~
"""
_TOPS = (
    """
    pont|toit|balcon|fenetre|echelle|echafaudage|arbre|camion|train|bus|mur|rempart|tour|falaise|scene|
        tribune|grue|immeuble|
    """
    "escabeau|toboggan|moto|velo|scooter|trottinette|tracteur|viaduc|passerelle|table|parking|canape|chaise|fauteuil|lit|etage|cheval"
)
_HEIGHT = r"""
de l echelle|d une echelle|de son echelle|du toit|d un toit|de la fenetre|par la fenetre|de sa fenetre|
du balcon|d un balcon|de son balcon|dans l escalier|dans les escaliers|dans un puits|dans le puits|
dans un trou|dans une bouche|dans un egout|dans une tranchee|dans le vide|dans un ravin|dans une fosse|
dans la cage|dans sa douche|dans la douche|dans sa salle de bain|dans la salle de bain|dans sa baignoire|
dans la baignoire|dans la cuisine|dans le couloir|de son lit|du lit|de sa chaise|de son fauteuil|par terre|
au sol|sur la tete|de haut|du premier|du deuxieme|du troisieme|du quatrieme|du dernier etage|
du \d+\w* etage|d un etage|de plusieurs metres|de deux metres|de trois metres|de son velo|de sa moto|
de cheval|de l arbre|d un arbre
"""
_HE = "PERSON|il|elle"
_SLEEPS_ROUGH = """
dort|dorment|dormir|sdf|squatt*|camp*|sans abri|matelas|clochard|boivent|tous les jours|tous les soirs|banc
"""

FALL_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        f"""
        ({_HE}|je|j) [AUX] [AUX] ({_FELL}) ...12 ({_HURT})
        ({_HE}|je|j|on) ..3 (arriv*|peut|peux|peuvent) ..1 (plus|pas) ..2 (relever|lever|redresser|
            se relever|me relever|releve)
        (se releve|se relevent) (plus|pas)
        """,
        unless="a cause|hier|semaine derniere|mois dernier|repondeur|telephone|internet",
        of_person=True,
        is_early=False,
    ),
    likely(
        _MEDICAL,
        f"""
        ({_HE}|je|qui) [AUX] [AUX] [encore] ({_FELL}|saute) [encore|ici|surplace] ({_HEIGHT})
        ({_HE}|je|qui) [AUX] [AUX] [encore] ({_FELL}|saute|sauter) (du|de la|de l|d un|d une|depuis le|
            depuis la) [haut du] ({_TOPS})
        (enfant~|bebe~|petit~|fille|fils|gamin~) ..3 (va tomber|accroche~|suspendu~|au bord|
            en equilibre) ..3 (fenetre|balcon|toit|rebord)
        (A|quelqu) [petit~|vieille|vieux|pauvre|jeune] (PERSON|un) ..1 (vient de|est|a|s est) ..1 ({_FELL}|
            ecroule~|ecroulee~|effondre~|effondree~) !({_NO_FALL})
        """,
        unless="telephone|clef~|cle~|portefeuille|doudou|a cause du|a cause d un|a cause de la|a cause des",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        (PERSON|il|elle) [AUX] [AUX] (ecroule~|effondre~|ecrouler|effondrer|ecroulee~|effondree~)
        (fait|faire|fais) une [grosse|mauvaise|grave] chute
        """,
        unless="plafond|toit|chaussee|route|terrain|sol s|trottoir",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        PERSON (git|gisait)
        je suis [toujours|encore|tombe~|tombee~] par terre
        PERSON [AUX] (accroche~|accrochee~) a (un|une) (arbre|poteau|lampadaire|voiture|branche)
        PERSON [agee~] [qui] [est|sont|reste|est reste~|est restee~|est toujours|est tombe~|est tombee~|
            s est|git] [ici|surplace] (allonge~|allongee~|etendu~|etendue~|couche~|couchee~|gisant~|
            par terre|au sol|a terre|ecroule~|ecroulee~|effondre~|effondree~)
        """,
        unless=_SLEEPS_ROUGH,
    ),
)

ACCIDENT_RULES: tuple[Rule, ...] = (
    likely(
        _ACCIDENT,
        """
        accident !(de travail|du travail|de poubelle|vasculaire|de la vie|de parcours)
        (bus|car|minibus|camion|voiture~|tram*) [AUX] (renverse~|renversee~|retourne~|retournee~) !(un|une|
            le|la|les|des|mon|ma)
        tonneaux
        se (percuter|percutent|rentrer dedans|sont percute~|sont percutees|sont rentre~ dedans|
            sont rentrees dedans)
        (voiture~|moto|scooter|velo|deux roues|bus|camion|train|tram|trottinette|poids lourd) ..3 (percut*|
            heurt*|renvers*|fauch*|couche~) ..2 (voiture|moto|scooter|velo|deux roues|bus|camion|train|tram|
            trottinette)
        (passe~|passee~|tombe~|coince~) sous (un|une|le|la) (camion|bus|train|voiture|tram*|roue~)
        (carambolage|collision|sortie de route|desincarcer*)
        """,
        unless="""
            tordu~|arrache~|abime~|est casse~|sont casse~|a remplacer|combien|nombre|souvent|regulierement|
            tous les ans|toutes les semaines|par an
        """,
    ),
    likely(
        _ACCIDENT,
        """
        (PERSON|il|elle) [AUX] [AUX] (renvers*|percut*|ecras*|fauch*|heurt*)
        (PERSON|il|elle|je|on|velo|moto|scooter|trottinette) [AUX] (s est fait|se fait|me suis fait|
            suis fait|se faire|a ete|est fait|ai ete|m a|l a|me faire) ..1 (renverse~|renversee~|renverser|
            percute~|percutee~|percuter|fauche~|fauchee~|faucher|ecrase~|ecrasee~|ecraser)
        (renverse~|percute~|ecrase~|fauche~|heurte~) ..1 A PERSON
        (train|tram|bus|voiture~|camion|moto~|scooter~|velo~|trottinette~) ..2 (renvers*|percut*|ecras*|
            fauch*) ..1 PERSON
        voiture~ ..3 (rentre dedans|rentrees dedans|se sont rentre*|sur le toit|retournee~|encastree~|
            dans le fosse|dans le ravin)
        (deraille~|deraillement)
        (voiture~|camion|bus|camionnette|conducteur|chauffeur|chauffard|scooter|moto|velo|trottinette|
            tram*) ..3 (rentre~ dans|rentree~ dans|rentrer dans|fonce~ dans|foncer dans|fonce~ sur|
            foncer sur|percut*|encastre~ dans|encastree~ dans) ..2 (terrasse|vitrine|foule|gens|maison|
            magasin|cafe|restaurant|arret|abribus|passants|pietons|mur|ecole|PERSON)
        (motard~|cycliste~|conducteur~) ..3 (par terre|a terre|au sol)
        """,
        unless="""
            ANIMAL|poubelle~|panneau~|poteau~|barriere~|plot~|borne~|lampadaire~|bac~|conteneur~|epave~|
            souvent|regulierement
        """,
        of_person=True,
    ),
    likely(
        _ACCIDENT,
        """
        accident ..8 (bless*|mort~|grave|sang|secours|pompiers|coince~|coincee~|inconscien*)
        """,
    ),
)

_IN = "dans|sous"
_TRAP = """
ascenseur~|voiture~|vehicule~|train|wagon|puits|conduit|camion|cabine|machine|grue|eboulement|arbre|bus|
portail|escalator|cave|toilettes|baignoire|douche|salle de bain|placard|chambre
"""
TRAPPED_RULES: tuple[Rule, ...] = (
    likely(
        _TRAPPED,
        f"""
        (PERSON|je suis|on est|il est|elle est|ils sont|suis) ..2 (coince~|coincee~|bloque~|bloquee~|
            enferme~|enfermee~|prisonnier~|prisonniere~) ..1 ({_IN}) [A] ({_TRAP})
        (PERSON|il|elle|je) [AUX] [AUX] (coince~|coincee~|pieges|piege~|piegee~) !(chez moi|a la maison|
            dans mes|dans les embouteillages|dans les bouchons|financ*|au travail|entre)
        (s est|me suis|est) coince~ ..2 (main|doigt~|bras|jambe|pied|tete)
        (bras|main|doigt~|jambe~|pied~|tete) ..1 (coince~|coincee~|pris) (dans|sous|entre)
        PERSON ..2 suspendu~ ..1 (dans|a|au)
        PERSON [AUX] (coince~|coincee~|ecrase~|ecrasee~|bloque~|bloquee~) sous
        (enfant~|bebe~|fils|fille) ..4 (enferme~|enfermee~|seul~|coince~|bloque~|laisse~) ..3 (voiture|
            vehicule)
        (bebe|enfant|petit) ..1 (dans|avec) ..2 voiture ..4 (soleil|fermee|chaleur|chaud|enferme~)
        chaud ..6 (bebe|enfant) ..4 voiture
        enferme~ ..3 (bebe|enfant) ..3 voiture
        (bebe|enfant) dans (la|une) voiture ..3 (soleil|fermee|chaleur)
        (PERSON|pied|jambe~|bras|main|tete) ..2 coince~ (sous|entre|dans) ..2 (grille|rail~|portail|roue~|
            bus|tram|voiture|barreaux|escalator|ascenseur|porte)
        """,
        unless="ANIMAL|papiers|papier|embouteillage~|bouchon~|demarche~|site|dossier~|parking|formulaire",
        of_person=True,
    ),
)
