"""How blood, wounds, pain, births, deaths and poison are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_MEDICAL, _POISON = EmergencyKind.MEDICAL, EmergencyKind.POISON
# "ma femme va accoucher en juin": no hurry.
_LATER = """
en|au|a l|a la|la semaine|le|dans un|dans une|dans deux|dans trois|dans quatre|dans quelques|bientot|cet|
cette|chez vous
"""

BODY_RULES: tuple[Rule, ...] = (
    certain(
        _MEDICAL,
        """
        (saigne|saignes|saignent|saigner)
        hemorragie~
        (perd*|perte) ..3 (de sang|du sang|son sang|tout son sang)
        vide de (mon|son|tout son) sang
        (pisse le sang|vomit du sang|crache du sang|tousse du sang)
        """,
        unless="nez hier",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        (plein|beaucoup|trop|mare|flaque|couvert~|couverte~|plein~) de sang
        (du sang partout|sang qui sort|sang qui coule|sang qui gicle|en sang|beaucoup sang|trop sang)
        il y a du sang
        """,
        unless="nettoy*|laver|ANIMAL|tache~|trace~|don du sang",
    ),
    likely(
        _MEDICAL,
        """
        (se|me) (couper|trancher|sectionner|ouvrir|arracher|entailler|casser|ecraser) ..3 (doigt~|main~|
            bras|jambe~|pied~|veine~|gorge|tete|crane|front|poignet~)
        (s est|me suis|se sont) ..1 (coupe~|coupee~|tranche~|sectionne~|entaille~|ouvert~|arrache~|
            arrachee~|plante~) ..3 (doigt~|main~|bras|jambe~|pied~|veine~|gorge|tete|crane|front|menton|
            arcade|levre|poignet~|artere|profond*)
        (doigt~|main~|bras|jambe~|pied~) ..1 (coupe~|coupee~|arrache~|arrachee~|sectionne~|sectionnee~|
            ecrase~|ecrasee~)
        (s est|me suis) ..1 (casse~|cassee~|pete~|fracture~) (la|le|les|un|une|l|sa|ma|mon|son) (jambe|bras|
            hanche|col|poignet|cheville|pied|nez|cote~|tete|machoire|epaule|clavicule|dos|bassin|genou|
            crane)
        fracture (du|de la|ouverte)
        (plaie~|blessure~|brulure~|coupure~) (ouverte~|profonde~|grave~|a la tete|par balle|au ventre)
        (recu|pris|prend) une balle
        os ..1 (sort|depasse)
        """,
    ),
    likely(
        _MEDICAL,
        """
        (il y a|un|une|des|plusieurs|deux|trois|quatre|grave|gravement|est|suis|sont|PERSON|bien|tres|a ete|
            se sont|s est) ..1 blesse*
        """,
        unless="ANIMAL|guerre",
    ),
    certain(
        _MEDICAL,
        """
        (mal|douleur~|serre*|oppress*) ..4 (poitrine|thorax|thoracique|bras gauche|machoire)
        (mal|douleur~|serre*|oppress*) ..3 coeur !(quand|de voir|que|pour|de)
        poitrine ..2 (serre|brule|fait mal)
        (barre|poids|point|gene|pression|etau|brulure) ..3 poitrine
        """,
        unless="ca me fait mal au coeur|ca fait mal au coeur|ca nous fait mal au coeur",
    ),
    certain(
        _MEDICAL,
        """
        paralyse~ (d un cote|du cote|du visage|de la moitie)
        (bouche|visage) ..4 sur le cote
        (bras|jambe~|visage|bouche|moitie|cote) ..4 (repond plus|tombe|paralyse~|paralysee~|bouge plus|
            tordu~|deforme~|deformee~|engourdi~|de travers)
        (PERSON|il|elle) [A] (arrive|peut) (plus|pas) a [bien] parler
        (PERSON|il|elle) parle (plus|bizarrement|bizarre)
        (PERSON|il|elle) dit plus rien
        incoheren*
        (PERSON|il|elle) [AUX] (tout|toute) (mou|molle|pale|blanc|blanche|gris|grise|froid|froide|raide)
        """,
        unless="francais|langue|handicap*|fauteuil|trottoir|panneau",
        of_person=True,
    ),
    certain(
        _MEDICAL,
        f"""
        (est|suis) en train d accoucher
        (va|vais) accoucher !({_LATER})
        (femme|fille|soeur|amie|copine|dame|voisine|elle|j) accouche !({_LATER})
        (perd|perdu|perds) les eaux
        bebe (arrive|va arriver|est en train d arriver) [la|ici|surplace|vite|maintenant|on] !(en|au|dans|
            bientot|le|cet)
        (a|ai|des) ..2 contractions
        vient d accoucher
        poche des eaux
        (tete du bebe|bebe sort|bebe est en train)
        """,
        unless="""
            creche|conge|inscri*|avant|quand|signer|papiers|declarer|declaration|livret|prenom|naissance|
            maternite|caremeau|hier|clinique|etat civil
        """,
    ),
    likely(
        _MEDICAL,
        """
        (huile|eau|soupe|lait|cafe|the) bouillant~ ..2 sur
        (PERSON|il|elle|je) (s est|me suis|est|a ete|suis|vient de se) [tres|gravement|bien] (calcine~|
            calcinee~|brule~|brulee~|bruler|ebouillant*)
        """,
        of_person=True,
    ),
    certain(
        _MEDICAL,
        """
        choc anaphylactique
        allergi* ..8 (gonfl*|respir*)
        (gorge|langue|visage|levre~|figure|tete) ..4 gonfl*
        gorge ..3 (serre|se bloque|bloquee)
        (PERSON|il|elle) gonfle
        """,
    ),
    likely(
        _MEDICAL,
        """
        (mordu~|mordue~|pique~|piquee~) par (un|une|des|plusieurs|le|la|plein de) ..1 (serpent~|vipere~|
            chien~|pitbull|scorpion~|frelon~|guepe~)
        (chien~|pitbull|serpent|vipere) ..2 (mord|a mordu|vient de mordre|attaque) ..1 (PERSON|moi)
        (crois|pense|dirait|peur|impression) ..3 (est|soit) mort~
        (trouve*|decouvert~|retrouve*) ..3 mort~
        il y a (un|une|des|deux) [homme|femme|personne] mort~ !(de|sur|aux|dans l annee)
        (un|le|des) (cadavre~|corps) ..3 (dans|sur|par terre|au|devant|flotte|humain)
        """,
        unless="transfer*|ramener|transport*|rapatri*|ANIMAL|arbre~|feuille~|plante~|haie~|pelouse~",
    ),
    certain(
        _MEDICAL,
        """
        (PERSON|on|il|elle|ils|elles) ..1 (va|vont|est en train de|
            sont en train de) [tous] mourir !(de chaud|de chaleur|de faim|de rire|d ennui|de soif|de honte)
        (je vais|je suis en train de) mourir !(de chaud|de chaleur|de faim|de rire|d ennui|de soif|de honte)
        (PERSON|il|elle) (meurt|agonise)
        """,
        unless="quartier|commerce~|centre ville|si je meurs|quand",
        of_person=True,
    ),
    likely(
        _MEDICAL,
        """
        (OWN|un|une|la|le|cette|ce) (RELATIVE|CHILD|dame|monsieur|homme|femme) ..1 (va|est|
            se sent) [vraiment|tres|trop|tellement] mal
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
        (avale~|avalee~|avaler|ingere~|mange~|gobe~|absorbe~) ..6 (javel|produit~|medicament~|cachet~|
            comprime~|pile~|lessive|deboucheur|poison|mort aux rats|champignon~|somnifere~|antigel|soude|
            white spirit|acide|bille~|piece de monnaie|aimant~)
        (CHILD|bebe) ..2 (avale~|avaler|s est etouffe)
        (bu|bois|boit|boire) ..3 (javel|produit~|lessive|deboucheur|poison|antigel|soude|white spirit|acide|
            detergent|essence)
        (inhale~|respire~) ..4 (vapeur~|produit~|gaz|fumee~|javel)
        (fais|fait|faire) une fausse couche
        (pris|prend|avale~|mange~|bu) ..2 (poison|mort aux rats)
        overdose
        surdose
        (intoxique~|intoxiquee~|intoxication|empoisonne~|empoisonnee~|empoisonnement)
        """,
        unless="ANIMAL|cantine|restaurant|plante~",
    ),
)
