"""How intruders, abductions, suspicious objects and calls for help are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely
from bot.dialogue.emergency_rules_violence import NOISE

_VIOLENCE, _OBJECT, _HELP = EmergencyKind.VIOLENCE, EmergencyKind.SUSPICIOUS_OBJECT, EmergencyKind.HELP
_IN_MY_HOME = """
chez moi|chez nous|dans ma maison|dans mon appartement|dans mon appart|dans mon jardin|dans mon garage|
dans ma cave|dans ma chambre|dans la maison|dans l appartement|dans ma cour|dans mon salon|chez ma voisine|
chez mon voisin|chez mes voisins|chez ma mere|par la fenetre|par le balcon|chez les voisins|chez le voisin|
chez la voisine
"""
INTRUDER_RULES: tuple[Rule, ...] = (
    certain(
        _VIOLENCE,
        f"""
        (quelqu un|homme~|mec~|type~|gens|inconnu~|individu~|jeunes|voleur~|cambrioleur~|on|il|
            ils) ..3 (essaie~|essaye~|essaient|essayent|essaient|tente~|tentent|en train|veut|veulent|vient|
            viennent) (de|d|a) [me] (entrer|rentrer|forcer|defoncer|fracturer|penetrer|s introduire|
            casser ma|casser la|ouvrir ma|cambrioler|voler)
        (quelqu un|homme~|mec~|type~|inconnu~|individu~|voleur~|cambrioleur~) ..2 (est|sont|vient de|
            viennent de) ..1 (entre~|rentre~|rentrer|entrer|penetre~|introduit) ..1 ({_IN_MY_HOME})
        (il est|ils sont|elle est) (entre~|rentre~|penetre~|introduit~) ({_IN_MY_HOME})
        (il y a|entends|entendu|vois|trouve) (quelqu un|un homme|des gens|un inconnu|un type|un mec|
            un voleur|un cambrioleur|des voleurs) ..1 ({_IN_MY_HOME})
        (un|des|le|les) cambrioleur~
        (me cambriole|me cambriolent|cambriolage en cours|faire cambrioler|fais cambrioler)
        """,
        unless="voiture|velo~|scooter|squatt*|prevention|tranquillite",
    ),
    likely(
        _VIOLENCE,
        """
        (ai ete|a ete|viens d etre|vient d etre|suis fait|s est fait|avons ete) ..1 (cambriole~|cambriolee~|
            cambrioler)
        (prise|preneur) d otage~
        en otage
        kidnapp*
        sequestr*
        (me retient|nous retient|suis retenue~|suis enfermee~ par|m a enferme~|m a enfermee~|
            me laisse pas sortir)
        (a|ont|s est fait|a ete|veut|vient d|ete|se faire|essaye d|essaie d) ..1 (enleve~|enlevee~|
            enlever) ..2 (fils|fille~|enfant~|bebe|petite|petit)
        (fils|fille~|enfant~|bebe|petite|femme) ..3 (s est fait|a ete|ont ete|est fait|
            vient d etre) (enleve~|enlevee~|enlever)
        (alerte enlevement|enlevement d enfant|enlevement d un enfant)
        """,
        unless="police municipale ronde|retenu~ a la source|carte",
    ),
)

OBJECT_RULES: tuple[Rule, ...] = (
    certain(
        _OBJECT,
        """
        (colis|bagage|valise|sac|paquet|objet) [tres|vraiment] suspect~
        (colis|bagage|valise|sac|paquet|objet) ..3 (bizarre|etrange|louche) !(odeur)
        alerte a la bombe
        (il y a|a|pose|poser|cache|trouve~|une|menace de) ..2 bombe !(de peinture|aerosol|a peinture|
            de deodorant|lacrymo*|de laque|anti*)
        (engin explosif|obus|attentat|terroriste~|grenade a main)
        (trouve~|il y a) ..2 (une grenade|arme a feu|pistolet|munitions|un revolver)
        """,
        unless="""
            commemor*|vigipirate|hommage|tag~|tague*|peinture|graffiti~|plan|risque~|anniversaire|
            victimes des
        """,
    ),
)

_SERVICES = """
pompier~|les pompiers|le samu|samu|une ambulance|ambulance~|l ambulance|secours|les secours|des secours|smur
"""
HELP_RULES: tuple[Rule, ...] = (
    certain(
        _HELP,
        """
        au secours !(populaire|catholique|routier|en mer)
        ^ [allo|vite|s il vous plait|bonjour] a l aide $
        a l aide (vite|au secours|a l aide|mon|ma|il|elle|quelqu un|on|je suis|je vais|j ai peur|j ai mal|
            c est grave|venez|aidez) !(social*)
        (crie~|hurle~|appelle~) a l aide
        (aidez moi|aidez nous) (vite|pitie|je vous en supplie|il|elle|mon|ma|on|au secours)
        ^ [vite|pitie|allo] (aidez nous|aidez moi vite|vite aidez moi|pitie aidez moi) [vite|pitie] $
        (venez vite|vite venez|venir vite|viens vite|vite vite|sauvez moi|sauvez nous|venez m aider|
            venez nous aider)
        """,
        unless="""
            pour appeler|bracelet|teleassistance|formulaire|dossier|inscription|internet|papier~|rendez vous
        """,
        is_early=False,
    ),
    certain(
        _HELP,
        f"""
        (arriv*|reussi*) pas a (avoir|joindre|appeler) (le 15|le 17|le 18|le 112|les pompiers|le samu|
            la police|le quinze|le dix huit|le dix sept|police secours|les secours|personne)
        (le 15|le 17|le 18|le 112|samu|pompiers) (repond|repondent|decroche~) pas
        (prevenir|avertir|alerter|prevenez|avertissez) ..1 (les pompiers|les secours|le samu|des secours)
        (appelez|appeler|appelle|envoyez|envoie|envoyer|faites venir|faut|besoin d|besoin de|besoin des|
            prevenez|alertez|veux|voudrais|contactez|demande|passez moi|vite) ..3 ({_SERVICES})
        ({_SERVICES}) (vite|tout de suite|immediatement|en urgence|d urgence|maintenant)
        (numero~|c est quoi le|quel est le|telephone) ..4 ({_SERVICES}) $
        ({_SERVICES}) c est [quel|quoi] [le] numero
        vite [il faut|il me faut|il nous faut] (un medecin|un docteur|le medecin|medecin)
        (besoin|faut|vite|appelez|envoyez) ..2 (un medecin|un docteur|medecin|docteur) (vite|tout de suite|
            d urgence|en urgence|immediatement|urgent)
        """,
        unless="""
            calendrier~|caserne|bal|devenir|recrut*|volontaire~|ecole|stage|visite|gare~|garee~|stationn*|
            parking|nid~|guepe~|frelon~|ANIMAL|essaim|acces|borne~|bouche~|accessible|carte|populaire|
            catholique|facture~|formation|premiers secours|issue|sortie|roue|poste de|jeunes sapeurs|jsp|
            concours|arbre~|taxi|financ*|exceptionnel~
        """,
    ),
    likely(
        _HELP,
        """
        (samu|ambulance|je vous en supplie)
        ^ (pompiers|vite pompiers|secours) $
        """,
        unless="""
            social|gare~|garee~|stationn*|place~|taxi|reserve~|reservee~|parking|acces|bloque*|passer|
            passage|privee~|societe|vsl|remboursement
        """,
    ),
    likely(
        _HELP,
        """
        (appelez|envoyez|prevenez|faites venir|faut appeler|il faut) ..1 (la police|les flics|les gendarmes|
            police)
        (police|les flics|gendarmes) (vite|tout de suite|immediatement|en urgence)
        vite [A] police
        (police|gendarmes|gendarmerie) ..5 (vite|grave|urgent|danger)
        """,
        unless=f"""
            municipale|gare~|garee~|stationn*|voiture~|garage|{NOISE}|voisin~|procuration|plainte|ronde~|
            amende~|camion~|scooter~|moto~|rodeo~|bloqu*|passeport
        """,
    ),
)
