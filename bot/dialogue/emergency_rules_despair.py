"""How suicide is said, and how people are missed or carried away by water."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_SUICIDE, _MISSING = EmergencyKind.SUICIDE, EmergencyKind.MISSING_PERSON
_DROWNING, _FLOOD = EmergencyKind.DROWNING, EmergencyKind.FLOOD
_I_WANT = """
veux|voudrais|envie de|envie d|prefere|prefererais|pense a|songe a|aimerais|pret a|prete a|pense
"""
_SOMEBODY_WANTS = """
veut|voulait|envie de|envie d|prefere|penses a|pense a|songe a|menace de|parle de|veulent|pret a|prete a|
cherche a
"""
_TRIES = """
essaie de|essaye de|tente de|vient de|viens de|a essaye de|a tente de|en train de|ai essaye de|ai tente de
"""
_DIE = "mourir|crever|en finir avec la vie|en finir avec ma vie|en finir avec sa vie"
_MYSELF = """
me suicider|suicider|me tuer|me pendre|me foutre en l air|me flinguer|me foutre une balle|
me tirer une balle|me jeter sous|me jeter du|me jeter par|me jeter dans|me jeter d|mettre fin a mes jours|
m ouvrir les veines|me tailler les veines|me couper les veines|m immoler|me defenestrer|me supprimer|
me faire sauter|me laisser mourir|me faire du mal
"""
_ONESELF = """
se suicider|se tuer|se pendre|se foutre en l air|se flinguer|se tirer une balle|se jeter sous|se jeter du|
se jeter par|se jeter dans|se jeter d|mettre fin a ses jours|s ouvrir les veines|se tailler les veines|
se couper les veines|s immoler|se defenestrer|se supprimer|se faire sauter|se faire exploser|
se laisser tomber|se laisser mourir
"""
# "mourir de rire", "de faim", "de chaud"; "je veux mourir à Nîmes" is nobody's words.
_FIGURE = "de rire|de faim|de chaud|de chaleur|de honte|d ennui|de curiosite|de soif|de trouille"

SUICIDE_RULES: tuple[Rule, ...] = (
    certain(
        _SUICIDE,
        f"""
        ({_I_WANT}) [juste|plus que|vraiment|encore|plus qu a|simplement|aussi] ({_DIE}|
            {_MYSELF}) !({_FIGURE})
        ({_SOMEBODY_WANTS}) [juste|plus que|vraiment|encore|aussi] ({_DIE}|{_ONESELF}) !({_FIGURE})
        vais [aussi|vraiment] ({_MYSELF})
        (veux|veut|vais|envie de) (me noyer|se noyer)
        (laissez|laisse) moi mourir
        (decide|decidee|resolu) (de|d) (mourir|en finir|me tuer|se tuer|partir pour toujours)
        (cachets|comprimes|medicaments|corde|pistolet|couteau|fusil|lame) (devant moi|dans la main|
            a la main|sur la table)
        plus (la|de) force [de] (de vivre|vivre|continuer a vivre|me battre|continuer a me battre)
        (allait|veut) (mourir|se tuer)
        (dites|dis|dire) adieu
        pour (mourir|en finir|me suicider|se suicider)
        (tire~|tirer|mis|mettre) une balle
        s est jete~ (du|d un|sous|par|dans le vide|du haut)
        (veux|veut|vais|envie d|voudrais|envie) [vraiment] en finir !(avec ce|avec cette|avec ces|avec le|
            avec les|avec mon|avec vous|avec mes|avec l|avec cet|vite)
        (veux|veut|peux) (plus|pas) (vivre|continuer a vivre) !(ici|dans|avec|la|a|au|chez|en|ensemble|
            a cote)
        (plus|pas) ..1 (envie|gout|raison|force|raisons) de vivre !(ici|dans|avec|a|au|chez|en)
        (marre|fatigue~|fatiguee~|degoute~|assez|peux plus) (de vivre|de la vie|de cette vie) !(ici|dans|
            avec|a|au|chez|en)
        idees noires
        (pensees|idees|envies) suicidaires
        (mettre fin a|finir avec) (mes jours|ses jours|ma vie|sa vie|la vie)
        (il|elle|PERSON) se suicide
        (ouvert|coupe~|coupee~|taille~|ouvrir|couper|tailler) les veines
        (je vais|il va|elle va|va) faire une (betise|connerie)
        (aucun me regrettera|personne me regrettera|sers plus a rien|vie vaut plus|
            vaut plus la peine de vivre|vaut plus le coup de vivre)
        (lettre d adieu|message d adieu|adieu je|dit adieu)
        (je veux|envie de|voudrais) disparaitre !(des|de la|du|de l|de vos|de votre)
        (partir pour toujours|quitter ce monde|dormir pour toujours|laisse mourir|plus jamais me reveiller|
            plus me reveiller|arrive plus a vivre|m endormir pour toujours|rejoindre ..2 au ciel)
        (pris|avale~|avalee~|gobe~|prendre|avaler) (tous|tout|toute|plein|trop|beaucoup|une boite|
            des boites|plusieurs|deux boites|trois boites|la boite) ..4 (medicament~|cachet~|comprime~|
            boite~|somnifere~|plaquette~|doliprane~|xanax|lexomil|pilules)
        """,
        unless="impot~|facture~ en finir|arbre~|si je gagne",
    ),
    certain(
        _SUICIDE,
        """
        (quelqu un|homme|femme|personne|fille|garcon|mec|type|jeune|gars|il|elle|dame|je|qui) ..3 (va|veut|
            menace de|vais|s apprete a|essaie de|veux) sauter
        (quelqu un|homme|femme|personne|fille|garcon|mec|type|jeune|il|elle) ..5 (enjambe|a enjambe|
            au bord du vide|sur le parapet|sur le rebord|rebord de la fenetre|sur les rails|sur les voies|
            sur la voie ferree|au dessus du vide|au bord du toit)
        (s est|retrouve~|trouve~) pendu~
        (PERSON|il|elle) ..6 (autre cote de la|autre cote du|enjambe|enjamber|a passe) ..1 (rambarde|
            parapet|balustrade|garde corps|barriere)
        """,
        unless="plomb~|disjoncteur|amende|electricite|repas|ligne|pv|joie|parachute|elastique|train",
    ),
    certain(
        _SUICIDE,
        f"""
        ({_TRIES}) ({_MYSELF})
        ({_TRIES}|va|allait) ({_ONESELF})
        """,
        # "quelqu'un va se tuer" in that hole: a report.
        unless="trou|route|virage|carrefour|trottoir|vitesse|dangereux|dangereuse|un jour|plomb~|amende",
    ),
    likely(
        _SUICIDE,
        """
        (plus|pas) ..1 gout a (la vie|rien)
        (suicide~|suicidee~|suicidaire~|suicider)
        """,
    ),
)

_KIN = """
mere|pere|maman|papa|grand mere|grand pere|mamie|papi|papy|mamy|mari|femme|tante|oncle|soeur|frere|
compagnon|compagne|copine|copain|voisin~|ami~|belle mere|beau pere
"""
_OF_OURS = f"CHILD|{_KIN}|personne agee|dame agee|vieille dame|vieux monsieur|resident~|patient~|personne"
MISSING_RULES: tuple[Rule, ...] = (
    certain(
        _MISSING,
        f"""
        (A|d) ({_OF_OURS}) ..4 (a|ont|est|sont|aurait) [encore|vraiment|peut etre] (disparu~|introuvable~)
        ({_OF_OURS}) (disparu~|disparue~|introuvable~|egare~|egaree~)
        disparition (d un|d une|de mon|de ma|d|de) ..1 ({_OF_OURS}|mineur~)
        (perdu|egare|trouve plus|trouve pas|trouvons plus|retrouve plus|retrouve pas|vois plus|perdu de vue|
            perds) [partout|aussi] (mon|ma|mes|notre|nos|le|la|les|un|son|sa) [petit~] (CHILD)
        (trouve plus|trouvons plus|retrouve plus|retrouve pas|retrouvons plus) [mon|ma|notre|son|sa|la|
            le] ({_KIN})
        (CHILD|{_KIN}|resident~) ...14 (le|la|les|l) (trouve|retrouve|trouvons|trouvent) (plus|pas|
            nulle part)
        (CHILD|{_KIN}|resident~) ...14 (cherche|cherchons|cherchent) partout
        (CHILD|{_KIN}) (devait|aurait du) (rentrer|revenir|etre rentre)
        echappe~ a (ma|notre|sa|la) (surveillance|vigilance)
        (plus|pas) (sa|toute sa) tete ...8 (parti~|partie~|sorti~|sortie~|disparu*|trouve)
        (parti~|partie~|sorti~|sortie~|disparu*) ...8 (plus|pas) (sa|toute sa) tete
        CHILD ..4 (parti~|partie~) avec (quelqu un|un homme|un inconnu|une femme|un type|un mec)
        manque (un|une|deux|trois) [petit~] (CHILD)
        perdu (un|une) (enfant|eleve|gamin|petit)
        (cherche|cherchons) [partout] (mon|ma|mes|notre|nos) [petit~] (CHILD) !(une|un|pour|place|en creche|
            a inscrire|a l ecole)
        (sais|sait|savons) (pas|plus) ou (est|sont|il est|elle est|est passe~) ..2 (CHILD|{_KIN})
        (CHILD|{_KIN}|dame agee|resident~) ..4 (pas|toujours pas|pas encore|jamais) (rentre~|rentree~|
            revenu~|revenue~|reapparu~|sorti de l ecole|sortie de l ecole|descendu~|descendue~|ici|surplace)
        (CHILD) [est] plus (surplace|ici|la) $
        (CHILD|{_KIN}|resident~) ..3 (s est|se sont|est) (enfui~|enfuie~|sauve~|sauvee~|echappe~|echappee~|
            perdu~|perdue~|egare~|egaree~) !(en|dans ses|dans les demarches|dans le cursus)
        (CHILD|{_KIN}) ..3 (fugue~|fugue|fait une fugue|parti~ tout seul|partie~ toute seule|en pyjama|
            en chemise de nuit|quitte la maison de retraite|quitte l ehpad|sorti~ tout seul|
            sortie~ toute seule)
        (enfant|petit|petite|bebe|petit garcon|petite fille|gamin|gamine|fillette|garconnet) ..3 (tout seul|
            toute seule|perdu~|perdue~|abandonne~|abandonnee~) !(a l ecole|de l ecole|au|le soir)
        (trouve~|retrouve~|recueilli) (un|une) (bebe|petit garcon|petite fille|enfant|gamin|gamine|fillette)
        (disparu~|perdu~|sorti~|sortie~|parti~|partie~|rentre~|rentree~|revenu~|revenue~) ..8 alzheimer
        alzheimer ..8 (disparu~|perdu~|sorti~|sortie~|parti~|partie~|egare~|trouve plus|seul~|rentre~|
            rentree~)
        """,
        unless="""
            grossesse|fausse couche|enceinte|papiers|carte|livret|passeport|doudou|vaccin~|cle~|dossier|
            acte|peut il|peut elle|a quel age|autorise~|cantine|creche|bus scolaire|garderie|inscri*|chien~|
            chat~|telephone|cartable|cimetiere|concession|obseques|enterre*
        """,
    ),
)

DROWNING_RULES: tuple[Rule, ...] = (
    certain(
        _DROWNING,
        """
        (se noie|se noient|me noie|nous noyons|en train de se noyer|en train de me noyer|se noyer) !(sous|
            dans les papiers|dans les demarches|dans la paperasse|dans un verre|dans mes|
            dans l administratif|dans les dossiers)
        (PERSON|corps) ..3 dans [A] (WATER)
        voiture~ ..3 dans [A] (WATER)
        (PERSON|il|elle|qui) ..3 (tombe~|tombee~|jete~|jetee~|glisse~|saute~|coule|coulent|emporte~|
            emportee~|entraine~|disparu~|plonge~) ..2 (dans|par|a) [A] (WATER)
        (PERSON|il|elle) ..2 (remonte pas a la surface|remonte plus a la surface|remonte plus|remonte pas|
            pas remonte~|coule a pic|sous l eau)
        voiture~ ..2 (tombe~|tombee~|coule|plonge~) ..1 dans [A] (WATER)
        coule ...5 nager
        PERSON (coule|coulent|est en train de couler|sont en train de couler)
        PERSON ..2 au fond (de|du) [A] (WATER)
        en difficulte [dans|a la] ..1 (WATER)
        (entraine~|entrainee~) ..1 dans [A] (WATER)
        (suis|est|sont|sommes) dans l eau
        (WATER) ..2 (emporte~|entraine~|emmene~) ..2 (voiture~|PERSON)
        (barque|bateau|kayak|canoe|pedalo) ..2 (retourne~|retournee~|chavire~|coule~|coulee~)
        emporte~ par (une vague|la vague|les vagues)
        """,
        of_person=True,
        unless="""
            se baigne|baignent|baigner|baignade~|jouent|joue|telephone|cle~|chapeau|doudou|douche~|pataug*|
            se lavent|lunettes|pieds|photo~|trempe~|passeport|ticket~|cours de|cours|lecons|horaire~|
            inscri*|bonnet|papiers|papier|demarche~|paperasse|dossier~|facture~|formulaire~|travail|mails|
            dettes|courrier~|administrat*|verre
        """,
    ),
    likely(
        _DROWNING,
        """
        noyade~
        (PERSON|il|elle) [AUX] [AUX] (noye~|noyee~)
        """,
        of_person=True,
        unless="surveillance|maitre nageur|prevention|dossiers|papiers",
    ),
    certain(
        _FLOOD,
        """
        eau (monte|arrive a|est en train de monter|m arrive|nous arrive) !(pas|plus|dans les etages)
        (bloque~|bloquee~|coince~|coincee~|pris par|prise par|pris au piege|piege~|piegee~|isole~|isolee~|
            refugie~|refugies|refugiee~) ..6 (l eau|les eaux|l inondation|les inondations|la crue|
            l inondation)
        (sur le toit|dans ma voiture|dans la voiture|dans sa voiture) ..8 (l eau|inondation~|crue|inondee~)
        (voiture|camion|on est|suis|PERSON) ..2 (emporte~|emportee~|emportes) par (l eau|les eaux|
            le courant|la crue|le cadereau)
        (cadereau|vistre|gardon|riviere|eau) ...10 (prisonnier~|prisonniere~)
        voiture flotte
        eau ...10 (pieges|piege~|piegee~|coinces|coince~|coincee~|refugie~|refugies)
        eau jusqu (a la taille|aux genoux|au cou|a la poitrine|au ventre|aux hanches|aux fenetres|
            au plafond)
        """,
        unless="pression|robinet|hier|ballon|egout~|toilettes|avaloir~",
    ),
)
