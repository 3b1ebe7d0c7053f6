"""How fire, gas, electricity and what gives way are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_FIRE, _GAS, _COLLAPSE = EmergencyKind.FIRE, EmergencyKind.GAS, EmergencyKind.COLLAPSE
_ELECTRIC = EmergencyKind.ELECTROCUTION
# "il y a le feu qui clignote": the traffic light.
_TRAFFIC_LIGHT = """
feux|panne~|marche pas|marche plus|marche mal|fonctionn*|clignot*|reste au|reste bloque|reste rouge|
reste vert|bloque au|passe au|passe pas|passe plus|passe jamais|au vert|au rouge|au orange|orange|
hors service|tricolore~|pieton~|signalisation|synchronis*|trop long|trop court|allum*|regl*|repar*|ampoule~|
detraque~|deregle~|circulation|bouchon~|casse~|tordu~|tourne~|tournez|poteau|sonore|grille~|a droite|
a gauche|travers*|croisement|stop
"""
# Smoke and smells that bother people and endanger nobody.
_NUISANCE = """
barbecue~|cheminee~|cigarette~|fumeur~|chicha|encens|echappement|pizzeria|kebab|grillade~|merguez|
pot d echappement
"""
# A light that somebody asks for.
_NEW_LIGHT = """
install*|faudrait|manque|tricolore~|marche pas|marche plus|en panne|clignot*|pieton~|vert|rouge
"""
_PRICES = "prix|facture~|loyer~|charges|impots|cout~|budget|tarif~|chiffres|taxe~"

FIRE_RULES: tuple[Rule, ...] = (
    certain(
        _FIRE,
        """
        il y a [encore|vraiment|toujours|comme] (le|du|un|plein de|beaucoup de|des) [gros|grand|enorme|
            petit|immense] (feu|incendie~)
        ^ [venez] [vite] au feu $
        au feu au feu
        ^ [allo|bonjour|oui|vite|mon dieu] au feu (au feu|au secours|vite|venez|aidez|chez|a l aide)
        """,
        unless=_TRAFFIC_LIGHT,
        is_early=False,
    ),
    certain(
        _FIRE,
        """
        feu [est|etait|qui est|arrive] (dans|sur|derriere|devant|sous) [A|la|du|cote de] [A] ..1 BURNABLE
        feu [est|etait|qui est|arrive] (a l|a la|au|aux|a ma|a mon|a notre|a cote de|a cote des|a cote du|
            pres de|pres des|pres du) [A] ..1 BURNABLE
        feu chez (moi|nous|lui|elle|eux|A)
        feu (se propage|gagne|avance|arrive|s approche|approche|monte|s etend|reprend)
        (depart~|debut~) (de feu|d incendie|d un feu|d un incendie)
        (prend|prennent|prendre) feu
        incendie (en cours|se propage)
        (des|les|grande~|grosse~|haute~|de|plein de|et) flammes
        (en train de|commence a|continue de) (bruler|cramer|flamber) !(les|des|du|ses|un|une|mes)
        (tout|ca|qui|HOME|voiture~|poubelle~|garrigue~|foret~) (crame|flambe|crament|flambent|s enflamme~|
            s enflamment|s embrase~)
        """,
        unless=f"{_PRICES}|{_NEW_LIGHT}",
    ),
    certain(
        _FIRE,
        """
        (brule|brulent|crame|crament) (des|les|une|un|la|le|ma|mon) (poubelle~|voiture~|scooter~|conteneur~|
            vehicule~|maison~|bus|immeuble|moto~)
        (est|sont|tout|toute|toujours|BURNABLE) en (feu|flammes|flamme)
        (ca|tout|quelque chose|truc~|qui) (brule|brulent) !(les|des|du|ses|son|sa|un|une|au feu|aux yeux|
            la peau|la langue)
        BURNABLE (brule|brulent) !(les|des|du|ses|son|sa|un|une)
        """,
        unless="soleil|pelouse~ jaune~|feu rouge|feux rouges|peau",
    ),
    certain(
        _FIRE,
        """
        (met|mettent|foutent|fout|mettre|foutre) (le feu|du feu) (a|au|aux|dans|sur|chez|de|
            pres) ..3 BURNABLE
        (met|mettent|foutent|fout|mettre|foutre) le feu $
        (menace~|veut|veulent|va|vont) ..2 (mettre|foutre) le feu
        (menace~|veut|veulent|va|vont) ..2 (bruler|faire bruler|faire sauter|tout faire sauter|
            incendier) [A] (maison|immeuble|appartement|voiture|moi|tout|bar|magasin|me|l immeuble)
        menace~ de (tout faire sauter|tout bruler)
        (asperge~|aspergee~|arrose~) ..3 (d essence|essence|d alcool)
        molotov
        (ca|qui|gaz|bouteille~|chaudiere|compteur|batterie|immeuble|maison) (vient d|va|vont|est en train d|
            menace d) exploser
        (va|vont) exploser
        """,
        unless=f"{_PRICES}|ambiance|feria|artifice~|soiree|colere|petard~",
    ),
    likely(
        _FIRE,
        """
        (vois|voit|voyons|apercoit|apercois) (le|un|du|des|de) feu
        (a|ont|est|vient de|viens de) [encore] (pris|mis|prendre|mettre|foutu) [le] feu
        (pyromane|incendiaire)
        ^ [le|du|des|une] (feu|flammes|explosion|fumee) $
        feu [A] (a pris|a repris|s est declare|vient de)
        (brule|brulent) !(le|la|l|mon|ma|_|les|des|du|ses|son|sa|un|une|au feu|aux yeux|la peau|la langue|
            mes|leurs|feu|tous|toujours|tout le temps)
        (part|partir|parti~) en fumee
        (incendie~|incendier)
        feu~ (de|d|dans|a) [A|la|l] ..1 BURNABLE
        alarme (incendie|feu|a incendie) ..4 (sonne|hurle|declench*|retentit)
        """,
        unless=_NEW_LIGHT,
    ),
    likely(
        _FIRE,
        """
        (de la|une|beaucoup de|plein~ de|pleine~ de|enorme~|grosse~|epaisse~|trop de|nuage~ de|colonne de|
            odeur de|la) ..1 fumee~
        (ca|moteur|BURNABLE) fume !(dans|des)
        fumee~ ..1 (noire~|epaisse~|grise~)
        (sent|sens|odeur) ..2 (le|la|de|du|d) (brule|calcine~|crame|fumee|plastique brule|plastique calcine|
            chaud|incendie)
        """,
        unless=_NUISANCE,
    ),
    likely(
        _FIRE,
        """
        (il y a eu|entendu|grosse|enorme|une|forte|l) ..1 explosion~
        (ca|gaz|chaudiere|chaufferie|bouteille~|bonbonne|cocotte|batterie|transfo*|BURNABLE) (a|ont|
            vient d) explose*
        """,
        unless=f"{_PRICES}|petard~|mortier~|demographique|artifice~",
    ),
)

GAS_RULES: tuple[Rule, ...] = (
    certain(
        _GAS,
        """
        (sent|sens|sentent|sentir|senti|odeur~|senteur|pue|relent~) ..5 gaz !(d echappement|lacrymo*|
            hilarant)
        gaz [qui|A] (fuit|fuient|s echappe|siffle|coule|sort)
        gaz ..4 (fuit|fuite~|siffle|sifflement|arrache*|perce~|creve~|eclate~)
        (sort|echappe|fuit) du gaz
        """,
        unless="pas de gaz|plus de gaz|facture~",
    ),
    likely(
        _GAS,
        """
        fuite~ ..2 gaz
        fuite~ ..3 (compteur~|tuyau~|conduite~|canalisation|bouteille~) [de|du] gaz
        (arrach*|perc*|touch*|creve*|abim*) (le|du|dans le) gaz
        (tuyau~|cuisiniere|gaziniere|chauffe eau) ..4 (fuit|fuite) ..4 (sent|odeur|gaz)
        (arrache*|perce~|coupe~|casse~|touche~|creve~) ..3 (tuyau~|conduite~|canalisation~) [de|du] gaz
        monoxyde
        ouvert [tout] le gaz
        gaz ...8 (ca sent|odeur|ca pue)
        (detecteur~|alarme~) ..4 (monoxyde|gaz) ..3 (sonne|sonnent|bipe|hurle|declench*)
        (nuage~|fuite~|gaz|vapeur~|fumee~) ..1 toxique~
        """,
        unless="detecteur~ obligatoire|acheter|installer|achat|prevention",
    ),
)

_DOWN = "effondre~|effondrer|effondree~|ecroule~|ecrouler|ecroulee~"
_PARTS = (
    "HOME|plafond~|plancher~|facade~|pont~|passerelle~|grue~|echafaudage~|tribune~|dalle~|mezzanine|auvent"
)
COLLAPSE_RULES: tuple[Rule, ...] = (
    certain(
        _COLLAPSE,
        f"""
        ({_PARTS}|mur~) ..2 (s effondre|s effondrent|s ecroule|s ecroulent)
        ({_PARTS}|mur~) (est en train de|vient de|va|vont|sont en train de) ..1 (s effondrer|s ecrouler)
        sous les decombres
        enseveli*
        """,
    ),
    likely(
        _COLLAPSE,
        f"""
        ({_PARTS}) ..2 (s est|se sont|a|est) ..1 ({_DOWN})
        (tombe~|tombee~|effondre~|ecroule~|effondree~|ecroulee~) ..1 sur (moi|nous|quelqu un)
        (tombe~|tombee~|effondre~|ecroule~|effondree~|ecroulee~) ..1 sur A PERSON
        PERSON ..3 (dessous|en dessous)
        (nous|m|lui|leur) (est|sont) tombe~ dessus
        (grue~|echafaudage~|balcon~|plafond~|toit~|immeuble~|facade~) [A] [vient de|est|s est] (tombe~|
            tombee~|tomber)
        (abattu~|abattue~|tombe~|tombee~) ..1 sur (une tente|un camping|une terrasse|des gens|un bus|
            une poussette)
        (tomb*|effondr*|ecroul*|emport*|partie avec l eau|coule|coulent|fosse|brule|feu|accident|retourn*|
            fumee|flammes|ravin|eau) ...10 (quelqu un|gens|homme|femme|dame|famille~|il est|elle est|
            je suis|enfant~|monde|personne~|RELATIVE|CHILD) ..2 (dedans|dessous|a l interieur|coince~|
            au volant|bloque~ a l interieur)
        (tomb*|effondr*|ecroul*|emport*|brule|feu|flammes|coule|accident|bloque~|coince~|
            coinces) ...10 avec (des gens|quelqu un|du monde|des personnes|des familles|des clients)
        (tomb*|effondr*|ecroul*|emport*|brule|feu|flammes|coule|accident) ...10 avec A PERSON
        (recu|prend|pris|tombe~|tombee~) ..5 sur (la|sa|ma) tete
        """,
        unless="site|repondeur|neige|pluie|ciel|rendez vous|vivent|habite*|voisin~ du dessous|hier",
    ),
)

_WIRE = """
cable~|fil~|poteau~|pylone~|compteur~|prise~|lampadaire~|transfo*|ligne~|tableau~|boitier~|armoire~|electri*
"""
ELECTRIC_RULES: tuple[Rule, ...] = (
    likely(
        _ELECTRIC,
        f"""
        ({_WIRE}) ..7 (etincelle~|crepite*|arc~ electrique~)
        (etincelle~|crepite*) ..7 ({_WIRE})
        electrocut*
        (cable~|fil~|ligne~) ..1 electri* ..3 (tombe~|tombee~|par terre|au sol|arrache~|arrachee~)
        (touche~|touchee~) ..2 (fil|cable) ...6 (colle~|collee~)
        (s est|est|me suis|a ete) electrise~
        (pris|prend|prendre|prennent|recu|recoit|recois) ..3 (coup de jus|coup de courant|decharge~|
            chataigne|le courant|le jus)
        decharge~ electrique~
        """,
        unless="plus de courant|pas de courant|coupure",
    ),
    certain(
        _ELECTRIC,
        """
        doigt~ ..3 prise
        (touche~|touchee~|accroche~) ..2 (ligne|cable|fil) (electri*|haute tension)
        PERSON ..2 colle~ ..3 (poteau|electri*|cable|fil)
        haute tension ..4 (tombe~|tombee~|par terre|au sol|arrache~|arrachee~|pend)
        (cable~|fil~|ligne~) ..4 sous tension
        PERSON ..4 (touche~|joue~|jouent|accroche~|colle~) ..4 (fil~|cable~) (electri*|denude*|a nu)
        """,
    ),
)
