"""How somebody who does not breathe, answer or move any more is spoken of."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_MEDICAL = EmergencyKind.MEDICAL
# "on ne peut plus respirer tellement ça pue" is a complaint.
_SMELL = """
bureau|salle de classe|odeur~|pue|puent|puanteur|poubelle~|egout~|pollution|ordures|dechets|chaleur|
canicule|clim*|empeste*|bus|fait chaud
"""
_ON_THE_PHONE = """
telephone|appel~|appelle~|appele~|sonne|service~|mairie|secretariat|standard|mail~|courrier~|numero~|
decroch*|ligne~|message~|bureau|syndic|proprietaire|bailleur|assurance~|avocat|caf|prefecture|
administration|demande~|lettre~|robot|machine
"""
_RECKLESS = (
    "roul*|vitesse|conduis*|conduit|fonce~|foncent|chauffard~|doubl*|trottinette~|garent|gare|jettent|jette"
)
_NO = "plus|pas|meme plus|meme pas|presque plus|toujours pas|toujours plus|quasi plus"
_HE = "PERSON|il|elle|ils|elles"

BREATH_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        f"""
        respire~ [vraiment|tres|de] ({_NO}|mal|a peine|difficilement|bizarrement|bizarre|drolement|de moins|
            fort|tres fort|tres vite)
        (arriv*|peut|peux|peuvent|reussi*) ..2 (plus|pas|difficilement|a peine) ..2 respirer
        (arrete~|arretee~|cesse~) de respirer
        (mal|difficulte~|peine|gene~|genee~) ..2 (a|pour) [bien] respirer
        difficulte~ respiratoire~
        (s|m) (etouff*|asphyxi*) !(de|d|quand)
        j etouffe
        (PERSON|en train d|il|elle) etouff*
        fausse route
        (cherche son souffle|cherche son air|cherche sa respiration|manque d air|suffoque|suffoquer)
        """,
        unless=_SMELL,
        of_person=True,
    ),
    certain(
        _MEDICAL,
        """
        (PERSON|il|elle) [AUX] (est|devient|devenu~|vire au) [tout|toute] (bleu~|violet|violette)
        (PERSON|il|elle) (tout bleu|toute bleue)
        levres ..2 (bleu~|violet*)
        """,
        unless="maison|carte|zone",
        of_person=True,
    ),
)

CONSCIOUSNESS_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        """
        (est|reste|semble|toujours|terre|sol|trouve~|trouvee~|tombe~|tombee~|completement|moitie|KIN|
            il y a) ..1 inconscient~ !(qui|de|pour|du)
        ^ [il est|elle est] inconscient~ $
        inconscient~ (par terre|au sol|a terre|dans la rue|sur le trottoir|dans mon|dans ma|chez)
        """,
        unless=_RECKLESS,
    ),
    certain(
        _MEDICAL,
        """
        (il|elle|CHILD|RELATIVE|dame|monsieur|homme|femme) [est|soit|etait] (plus|pas) [tout a fait|
            vraiment|du tout] conscient~ !(d|de|du|des|que|qu)
        """,
    ),
    certain(
        _MEDICAL,
        f"""
        ({_HE}|qui|tombe~|tombee~|terre|sol) ..1 [AUX] [AUX] [vraiment|presque|tombe~|tombee~] (reagit|
            reagissent|se reveille|bouge~|bougent) ({_NO})
        (pas|plus) ..1 se reveiller
        ({_HE}) ..2 ouvre ({_NO}) ..1 (yeux|les yeux)
        arriv* (pas|plus) a [A|OWN] reveiller
        arriv* (pas|plus) a (le|la|les|l) (reveiller|ranimer)
        yeux ..3 (revuls*|se retournent|retournes|a l envers)
        tousse plus
        (voit|vois) double
        inanime*
        (plus|pas) de pouls
        (massage cardiaque|bouche a bouche)
        (ou est|besoin|faut|cherche|vite) ..4 defibrillateur
        """,
        unless="formation|apprendre|cours|stage|panne",
        of_person=True,
    ),
    certain(
        _MEDICAL,
        f"""
        (CHILD|RELATIVE|dame|monsieur|homme|femme|quelqu un|tombe~|tombee~|terre|sol|malaise|il|
            elle) ..4 (repond|repondent) ({_NO})
        """,
        unless=_ON_THE_PHONE,
        of_person=True,
    ),
    likely(
        _MEDICAL,
        f"""
        (dame|monsieur|personne agee|mere|pere|maman|papa|mamie|papi|papy|mamy|tante|oncle|voisin~|
            grand mere|grand pere|agee~) ..6 (repond|ouvre) ({_NO})
        """,
        unless="mairie|service~|courrier~|mail~|lettre~|bruit|musique|quand je leur|a ma demande",
    ),
    likely(
        _MEDICAL,
        """
        (perd*|perte de|reprend pas|repris pas|reprend plus|sans) connaissance
        (evanoui*|syncope|malaise~)
        tomb* dans les pommes
        tourne de l oeil
        (arret|arrets) (cardiaque|respiratoire|cardio*)
        (crise|attaque) (cardiaque|cerebrale)
        (infarctus|avc|embolie|rupture d anevrisme)
        accident vasculaire
        (fait|faire|fais) (une attaque|une embolie|un arret)
        (fait|faire|fais) une [grosse|violente|grave] crise !(de nerfs|de couple|de colere|de jalousie)
        coeur ..5 (s est arrete|s arrete|bat plus|a lache)
        (cogne~|cognee~|choc|tape~|heurte~|coup) [a|sur|contre] (la|sa|a la|sur la) tete
        (vomit|vomi) ..5 (dort|tete|sang|inconscien*)
        (mal en point|etat grave|entre la vie et la mort|gravement malade)
        (PERSON|il|elle) ..1 bave
        foudroye~
        (recu|pris) ..3 (dans|a|sur) la tete
        (me|m a|m ont) drogue~
        dans mon verre
        (tient|tiens|tiennent) (plus|pas) debout
        (guepe|frelon|abeille) ..2 (bouche|gorge)
        du mal a (parler|bouger|avaler|articuler)
        (plus|pas) a bouger (mes|ses|les|mon|son|ma|sa) (jambe~|bras|cote|doigts|tete)
        tous ..1 mal a la tete
        mal a la tete ..8 (vomi*|vertige~|poele|chaudiere|chauffage)
        (poele|chaudiere|chauffage) ...12 (mal a la tete|vomi*|vertige~|tete qui tourne)
        (PERSON|il|elle) (gemit|gemissent|hurle de douleur|crie de douleur|se tord de douleur)
        (revient|reprend|repris|revenu~) pas (a elle|a lui|a moi|conscience|ses esprits)
        (coup de chaleur|insolation|deshydrat*|hypothermie)
        pique~ avec (une|la) seringue
        (PERSON|il|elle) ..1 (est|va|se sent) [vraiment] pas bien
        tres mal (au|a la|partout|dans)
        yeux dans le vide
        repond a rien
        (PERSON|il|elle) ..1 delire
        plus de ventoline
        convuls*
        crise~ d (epilepsie|asthme|angoisse|epilep*)
        crise de tetanie
        """,
        unless="social|general|journee|semaine de",
    ),
)
