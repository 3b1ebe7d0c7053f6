"""How a life in danger is said: breathing, consciousness, blood, births, poison."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_MEDICAL, _POISON = EmergencyKind.MEDICAL, EmergencyKind.POISON
# "on ne peut plus respirer tellement ça pue" is a complaint.
_SMELL = """
odeur~|pue|puent|puanteur|poubelle~|egout~|pollution|ordures|dechets|chaleur|canicule|clim*|empeste*|bus|fait chaud
"""
_ON_THE_PHONE = """
telephone|appel~|appelle~|appele~|sonne|service~|mairie|secretariat|standard|mail~|courrier~|numero~|decroch*|ligne~|message~|
bureau|syndic|proprietaire|bailleur|assurance~|avocat|caf|prefecture|administration|demande~|lettre~|robot|machine
"""
_RECKLESS = "roul*|vitesse|conduis*|conduit|fonce~|foncent|chauffard~|doubl*|trottinette~|garent|gare|jettent|jette"
_LATER = """
en|au|a l|a la|la semaine|le|dans un|dans une|dans deux|dans trois|dans quatre|dans quelques|bientot|cet|cette|chez vous
"""
_NO = "plus|pas|meme plus|meme pas|presque plus|toujours pas|toujours plus|quasi plus"
_HE = "PERSON|il|elle|ils|elles"

BREATH_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        f"""
        respire~ [vraiment|tres|de] ({_NO}|mal|a peine|difficilement|bizarrement|de moins|fort|tres fort|tres vite)
        (arriv*|peut|peux|peuvent|reussi*) ..2 (plus|pas|difficilement|a peine) ..2 respirer
        (mal|difficulte~|peine|gene~|genee~) ..2 (a|pour) [bien] respirer
        difficulte~ respiratoire~
        (s|m) (etouff*|asphyxi*)
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
        levres ..1 bleu~
        """,
        unless="maison|carte|zone",
        of_person=True,
    ),
)

CONSCIOUSNESS_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        """
        (est|reste|semble|toujours|terre|sol|trouve~|trouvee~|tombe~|tombee~|completement|moitie|KIN|il y a) ..1 inconscient~ !(qui|de|pour|du)
        ^ [il est|elle est] inconscient~ $
        inconscient~ (par terre|au sol|a terre|dans la rue|sur le trottoir|dans mon|dans ma|chez)
        """,
        unless=_RECKLESS,
    ),
    certain(
        _MEDICAL,
        """
        (il|elle|CHILD|RELATIVE|dame|monsieur|homme|femme) [est|soit|etait] (plus|pas) [tout a fait|vraiment|du tout] conscient~ !(d|de|du|des|que|qu)
        """,
    ),
    certain(
        _MEDICAL,
        f"""
        ({_HE}|qui|tombe~|tombee~|terre|sol) ..3 (reagit|reagissent|se reveille|bouge~|bougent) ({_NO})
        ({_HE}) ..2 ouvre ({_NO}) ..1 (yeux|les yeux)
        arriv* (pas|plus) a [A|OWN] reveiller
        arriv* (pas|plus) a (le|la|les|l) (reveiller|ranimer)
        yeux ..3 revuls*
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
        (CHILD|RELATIVE|dame|monsieur|homme|femme|quelqu un|tombe~|tombee~|terre|sol|malaise|il|elle) ..4 (repond|repondent) ({_NO})
        """,
        unless=_ON_THE_PHONE,
        of_person=True,
    ),
    likely(
        _MEDICAL,
        f"""
        (mere|pere|maman|papa|mamie|papi|papy|mamy|tante|oncle|voisin~|grand mere|grand pere|agee~) ..6 (repond|ouvre) ({_NO})
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
        convuls*
        crise~ d (epilepsie|asthme|angoisse|epilep*)
        crise de tetanie
        """,
        unless="social|general|journee|semaine de",
    ),
)

BODY_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        """
        (saigne|saignes|saignent|saigner)
        hemorragie~
        (perd*|perte) ..3 (de sang|du sang|son sang|tout son sang)
        (pisse le sang|vomit du sang|crache du sang|tousse du sang)
        """,
        unless="nez hier",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        (plein|beaucoup|trop|mare|flaque|couvert~|couverte~|plein~) de sang
        (du sang partout|en sang)
        il y a du sang
        """,
        unless="nettoy*|laver|ANIMAL|tache~|trace~|don du sang",
    ),
    likely(
        _MEDICAL,
        """
        (s est|me suis|se sont) ..1 (coupe~|coupee~|tranche~|sectionne~|entaille~|ouvert~|arrache~|arrachee~|plante~) ..3 (doigt~|main~|bras|jambe~|pied~|veine~|gorge|tete|front|poignet~|artere|profond*)
        (doigt~|main~|bras|jambe~|pied~) ..1 (coupe~|coupee~|arrache~|arrachee~|sectionne~|sectionnee~|ecrase~|ecrasee~)
        (s est|me suis) ..1 (casse~|cassee~|pete~|fracture~) (la|le|les|un|une|l|sa|ma|mon|son) (jambe|bras|hanche|col|poignet|cheville|pied|nez|cote~|tete|machoire|epaule|clavicule|dos|bassin|genou|crane)
        fracture (du|de la|ouverte)
        (plaie~|blessure~|brulure~|coupure~) (ouverte~|profonde~|grave~|a la tete|par balle|au ventre)
        (recu|pris|prend) une balle
        os ..1 (sort|depasse)
        """,
    ),
    likely(
        _MEDICAL,
        """
        (il y a|un|une|des|plusieurs|deux|trois|quatre|grave|gravement|est|suis|sont|PERSON|bien|tres|a ete|se sont|s est) ..1 blesse*
        """,
        unless="ANIMAL|guerre",
    ),
    certain(
        _MEDICAL,
        """
        (mal|douleur~|serre*|oppress*) ..4 (poitrine|thorax|thoracique|bras gauche|machoire)
        (mal|douleur~|serre*|oppress*) ..3 coeur !(quand|de voir|que|pour|de)
        poitrine ..2 (serre|brule|fait mal)
        """,
        unless="ca me fait mal au coeur|ca fait mal au coeur|ca nous fait mal au coeur",
    ),
    certain(
        _MEDICAL,
        """
        paralyse~ (d un cote|du cote|du visage|de la moitie)
        (bras|jambe~|visage|bouche|moitie|cote) ..4 (paralyse~|paralysee~|bouge plus|tordu~|deforme~|deformee~|engourdi~|de travers)
        (PERSON|il|elle) [A] (arrive|peut) (plus|pas) a [bien] parler
        (PERSON|il|elle) parle (plus|bizarrement|bizarre)
        (PERSON|il|elle) dit plus rien
        """,
        unless="francais|langue|handicap*|fauteuil|trottoir|panneau",
    ),
    certain(
        _MEDICAL,
        f"""
        (est|suis) en train d accoucher
        (va|vais) accoucher !({_LATER})
        (femme|fille|soeur|amie|copine|dame|voisine|elle|j) accouche !({_LATER})
        (perd|perdu|perds) les eaux
        bebe (arrive|va arriver|est en train d arriver) [la|ici|vite|maintenant|on] !(en|au|dans|bientot|le|cet)
        (a|ai|des) ..2 contractions
        vient d accoucher
        (tete du bebe|bebe sort|bebe est en train)
        """,
        unless="creche|conge|inscri*|declarer|declaration|livret|prenom|naissance|maternite|caremeau|hier|clinique|etat civil",
    ),
    likely(
        _MEDICAL,
        """
        (PERSON|il|elle|je) (s est|me suis|est|a ete|suis|vient de se) [tres|gravement|bien] (calcine~|calcinee~|brule~|brulee~|bruler|ebouillant*)
        """,
        of_person=True,
    ),
    certain(
        _MEDICAL,
        """
        choc anaphylactique
        allergi* ..8 (gonfl*|respir*)
        (gorge|langue|visage|levre~|figure|tete) ..4 gonfl*
        (PERSON|il|elle) gonfle
        """,
    ),
    likely(
        _MEDICAL,
        """
        (mordu~|mordue~|pique~|piquee~) par (un|une|des|plusieurs|le|la|plein de) ..1 (serpent~|vipere~|chien~|pitbull|scorpion~|frelon~|guepe~)
        (chien~|pitbull|serpent|vipere) ..2 (mord|a mordu|vient de mordre|attaque) ..1 (PERSON|moi)
        (crois|pense|dirait|peur|impression) ..3 (est|soit) mort~
        (trouve*|decouvert~|retrouve*) ..3 mort~
        il y a (un|une|des|deux) [homme|femme|personne] mort~ !(de|sur|aux|dans l annee)
        (un|le|des) (cadavre~|corps) ..3 (dans|sur|par terre|au|devant|flotte|humain)
        """,
        unless="ANIMAL|arbre~|feuille~|plante~|haie~|pelouse~",
    ),
    certain(
        _MEDICAL,
        """
        (PERSON|on|il|elle|ils|elles) ..1 (va|vont|est en train de|sont en train de) [tous] mourir !(de chaud|de chaleur|de faim|de rire|d ennui|de soif|de honte)
        (je vais|je suis en train de) mourir !(de chaud|de chaleur|de faim|de rire|d ennui|de soif|de honte)
        (PERSON|il|elle) (meurt|agonise)
        """,
        unless="quartier|commerce~|centre ville|si je meurs|quand",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        (OWN|un|une|la|le|cette|ce) (RELATIVE|CHILD|dame|monsieur|homme|femme) ..1 (va|est|se sent) [vraiment|tres|trop|tellement] mal
        (il|elle) va [vraiment|tres|trop] mal
        je me sens [vraiment|tres|trop|super|hyper] mal
        (sens|sent) [vraiment] pas bien
        """,
        unless="recu~|accueilli~|servi~|loge~|gare~|entretenu~|fini*|barre",
    ),
    certain(
        _MEDICAL,
        """
        urgence (vitale|medicale|absolue)
        (hypoglycemie|coma diabetique|coma ethylique|dans le coma)
        ^ [allo|bonjour|oui|vite] [c est] (une urgence|urgence|urgences) [vite] $
        ^ urgence vite
        """,
        unless="numero|maison medicale|centre|hopital",
    ),
)

POISON_RULES: tuple[Rule, ...] = (
    likely(
        _POISON,
        """
        (avale~|avalee~|avaler|ingere~|mange~|gobe~|absorbe~) ..6 (javel|produit~|medicament~|cachet~|comprime~|pile~|lessive|deboucheur|poison|mort aux rats|champignon~|somnifere~|antigel|soude|white spirit|acide|bille~|piece de monnaie|aimant~)
        (bu|bois|boit|boire) ..3 (javel|produit~|lessive|deboucheur|poison|antigel|soude|white spirit|acide|detergent|essence)
        overdose
        surdose
        (intoxique~|intoxiquee~|intoxication|empoisonne~|empoisonnee~|empoisonnement)
        """,
        unless="ANIMAL|cantine|restaurant|plante~",
    ),
)

HEALTH_RULES = (*BREATH_RULES, *CONSCIOUSNESS_RULES, *BODY_RULES, *POISON_RULES)
