"""How violence, weapons, intruders, threats and calls for help are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_VIOLENCE, _OBJECT, _HELP = EmergencyKind.VIOLENCE, EmergencyKind.SUSPICIOUS_OBJECT, EmergencyKind.HELP
_WHO = "il|elle|ils|elles|on|qui|PERSON"
_ME = "m|me|nous|l|la|le|les|lui"
_HITS = """
agresse|agressent|frappe|frappent|tape|tapent|bat|battent|cogne|cognent|tabasse|tabassent|gifle|etrangle|etranglent|poignarde|
poignardent|maltraite|brutalise|lynche|lynchent|massacre|massacrent|sequestre|kidnappe|poursuit|poursuivent|moleste|violente
"""
_HIT = """
agresse~|agressee~|frappe~|frappee~|tape~|battu~|cogne~|tabasse~|tabassee~|gifle~|giflee~|etrangle~|etranglee~|poignarde~|
poignardee~|lynche~|attaque~|attaquee~|violente~|braque~|braquee~|menace~|menacee~|sequestre~|sequestree~
"""
_TO_HIT = """
agresser|frapper|taper|battre|cogner|tabasser|gifler|etrangler|poignarder|lyncher|attaquer|massacrer|violer|braquer|tuer|
sequestrer|kidnapper|enlever|egorger|planter
"""
_WEAPON = """
couteau~|pistolet~|fusil~|flingue~|arme~|machette~|hache~|revolver~|kalach*|sabre~|batte|batte de baseball|cutter|marteau|
arme a feu|barre de fer
"""
# Papers about weapons, and weapons lying about.
_WEAPON_MATTER = "declarer|permis|rendre|detention|deposer|chasse|trouve~|jete~|jeter|abandonne~|collection|aiguis*|permis de port"
_FIGURE = "nerfs|systeme|faim|soleil|pluie|grele|porte a porte|record~"
_NOISE = "bruit|musique|tapage|fete|tous les soirs|toutes les nuits|dormir|chien~|nuisance~|terrasse~"

VIOLENCE_RULES: tuple[Rule, ...] = (
    certain(
        _VIOLENCE,
        f"""
        ({_WHO}) ({_ME}) ({_HITS}) !(sur les nerfs|sur le systeme|a l oeil|froid)
        ({_WHO}) ({_HITS}) A [petit~|vieille] PERSON
        ({_WHO}) ({_HITS}) (quelqu un|maman|papa|mamie|papi)
        (me|nous|lui) (court|courent) apres
        (se fait|se font|me fais|me faire|se faire|suis en train de me faire) ({_TO_HIT})
        en train (de|d) [se|me|l|la|le] ({_TO_HIT})
        (veut|veulent|va|vont|essaie de|essaye de) (me|m|nous|la|le|les|l) ({_TO_HIT}) !(si|quand|avec)
        """,
        unless=f"{_FIGURE}|verbal*|insult*|place~ de parking",
    ),
    certain(
        _VIOLENCE,
        """
        (se battent|se tapent dessus|se tapent|se bagarrent|s entretuent|en train de se battre|en train de se bagarrer) !(pour|contre|depuis)
        (nous|me|leur|lui|on) (tire|tirent) [dessus]
        (tire|tirent) dessus
        (des tirs|ca tire|echange de tirs|tirent sur|tire sur les|tire sur des|tire dans le tas)
        """,
        unless="fete|artifice~|chasse|stand|arc|sonnette|alarme|ambulance~|rideau~|volet~",
    ),
    certain(
        _VIOLENCE,
        f"""
        (a|ont|sort*|tient|tiennent|brandit|pointe|sous la menace d|menace avec|arme d|armee d|armes de) [un|une|son|sa|des|le|d un|d une] [gros|grand|petit|long] ({_WEAPON})
        (homme~|individu~|type~|mec~|gens|jeunes|quelqu un|ils sont|il est) arme~
        """,
        unless=f"{_WEAPON_MATTER}|{_FIGURE}|gendarmerie|forces",
    ),
    certain(
        _VIOLENCE,
        """
        (veut|va|vont|veulent|essaie de|menace de) (me|nous|la|le|les) tuer !(si|quand)
        (menace~|menacee~|menaces) de mort
        (il|elle|ils|PERSON) ..1 tue (sa|son|ses|les|des|tout)
        (il|elle|PERSON) ..1 a (tue|assassine~) ..2 PERSON
        (veut|va|vont) (me|nous|la|le) faire du mal
        (homme|mec|type|gars|inconnu|individu|quelqu un|voiture|on|bande|jeunes|il|ils) ..3 me (suit|suivent|poursuit|poursuivent) !(regulierement|pour mon|medicalement)
        me fais suivre
        ({_WHO}) (casse|defonce|cassent|defoncent|force|forcent|tape sur|frappe a) (ma|notre) (porte|volet~|fenetre)
        (il|ils|elle|ex|on) ..4 (defonce|defoncent|defoncer|forcer|fracturer|casser) ..1 porte
        (entrer|rentrer) de force
        (tirer|tire|tires|tirent) (dessus|sur quelqu un|sur des gens|sur moi|sur nous|sur un|sur une)
        """,
        unless="medecin|psy*|assistante|dossier|docteur|kine|bruit me tue",
    ),
    likely(
        _VIOLENCE,
        f"""
        coup~ de (feu|couteau|fusil|machette|hache|batte|barre)
        (bagarre~|baston|rixe|fusillade)
        avec (un|une|son|sa|des) [gros|grand|petit|long] ({_WEAPON})
        (poignard*|egorge*|braqu*|exhib*|forcene|rackett*|strangul*)
        violer (un|une|le|la|ma|sa|quelqu|des) ..1 (PERSON|un)
        (plante~|enfonce~|recu|mis) ..4 (dans le ventre|dans le dos|dans la gorge|dans le cou|dans la jambe|dans le bras|dans le coeur)
        (emmene~|pris|prend|pousse~|monter|embarque~|attrape~|traine~) ..5 de force
        attraper ..2 (enfant~|fille~|petit~)
        (vole|volent|arrache) (mon|ma|notre) (bebe|enfant|fils|fille)
        (suis|est|sommes|sont) (en danger|menace~|menacee~) !(d expulsion|de fermeture|de disparition)
        danger de mort
        (retient|retiennent|enferme|enferment|sequestre) ..1 (PERSON|moi)
        (laisse|laissent) pas (partir|sortir|rentrer chez moi)
        me suis enfermee~ (dans|a cle|parce)
        (il|elle|ils|ex|homme|mec|type|mari) ..1 (est|sont) (derriere|devant) (ma|la|notre) porte
        (RELATIVE|il|elle|ex) ..1 (est|devient|devenu) ..1 violent~
        (RELATIVE|il|ex) casse tout
        peur pour (ma vie|mes enfants|mon enfant|ma fille|mon fils|elle)
        (agression~|viol|viols|tentative de viol|attouchement~)
        (vient|viennent|viens) de (me|la|le|l|se faire|me faire|nous) ({_TO_HIT}|violer)
        (suis|est|etais|sommes) (poursuivi~|poursuivie~|suivi~|suivie~) par (un|une|des|quelqu|deux|trois)
        (monter|attirer|emmener|entrainer) ..1 A CHILD ..2 (voiture|camionnette|vehicule|appartement|cave)
        (m a|m ont|nous a|nous ont|lui a|lui ont|l a|l ont|ai ete|a ete|s est fait|me suis fait|suis fait|vient de se faire|viens de me faire|viens d etre|vient d etre|ont ete) ..1 ({_HIT}|viole~|violee~|violer|{_TO_HIT})
        (il|elle|ils|PERSON|ex) ..1 (me menace|nous menace|me menacent|nous menacent|la menace)
        violence~ conjugale~
        (femme|homme|enfant~) battu~
        """,
        unless=f"{_WEAPON_MATTER}|{_FIGURE}|artifice~|dehors|piste cyclable|epave~|expuls*|coupure|amende~|proces|licenci*|huissier|verbal*|medecin~|psy*|courrier|lettre|facture~|vitesse",
    ),
    likely(
        _VIOLENCE,
        """
        (femme|dame|voisine|fille|enfant|quelqu un) ..4 (hurle|hurler|crie a l aide|crie au secours|appelle a l aide|appelle au secours)
        (j entends|on entend|entendu) ..4 (hurlement~|appel~ au secours|cris de detresse|crier au secours|crier a l aide|coups de feu|crier une femme|hurler une femme)
        """,
        unless=_NOISE,
    ),
)

_IN_MY_HOME = """
chez moi|chez nous|dans ma maison|dans mon appartement|dans mon appart|dans mon jardin|dans mon garage|dans ma cave|
dans ma chambre|dans la maison|dans l appartement|dans ma cour|dans mon salon|chez ma voisine|chez mon voisin|chez mes voisins|
chez ma mere|par la fenetre|par le balcon|chez les voisins|chez le voisin|chez la voisine
"""
INTRUDER_RULES: tuple[Rule, ...] = (
    certain(
        _VIOLENCE,
        f"""
        (quelqu un|homme~|mec~|type~|gens|inconnu~|individu~|jeunes|voleur~|cambrioleur~|on|il|ils) ..3 (essaie~|essaye~|essaient|essayent|tente~|tentent|en train|veut|veulent|vient|viennent) (de|d|a) [me] (entrer|rentrer|forcer|defoncer|fracturer|penetrer|s introduire|casser ma|ouvrir ma|cambrioler|voler)
        (quelqu un|homme~|mec~|type~|inconnu~|individu~|voleur~|cambrioleur~) ..2 (est|sont|vient de|viennent de) ..1 (entre~|rentre~|rentrer|entrer|penetre~|introduit) ..1 ({_IN_MY_HOME})
        (il y a|entends|entendu|vois|trouve) (quelqu un|un homme|des gens|un inconnu|un type|un mec|un voleur|un cambrioleur|des voleurs) ..1 ({_IN_MY_HOME})
        (un|des|le|les) cambrioleur~
        (me cambriole|me cambriolent|cambriolage en cours|faire cambrioler|fais cambrioler)
        """,
        unless="voiture|velo~|scooter|squatt*|prevention|tranquillite",
    ),
    likely(
        _VIOLENCE,
        """
        (ai ete|a ete|viens d etre|vient d etre|suis fait|s est fait|avons ete) ..1 (cambriole~|cambriolee~|cambrioler)
        (prise|preneur) d otage~
        en otage
        kidnapp*
        sequestr*
        (me retient|nous retient|suis retenue~|suis enfermee~ par|m a enferme~|m a enfermee~|me laisse pas sortir)
        (a|ont|s est fait|a ete|veut|vient d|ete|se faire|essaye d|essaie d) ..1 (enleve~|enlevee~|enlever) ..2 (fils|fille~|enfant~|bebe|petite|petit)
        (fils|fille~|enfant~|bebe|petite|femme) ..3 (s est fait|a ete|ont ete|est fait|vient d etre) (enleve~|enlevee~|enlever)
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
        alerte a la bombe
        (il y a|a|pose|poser|cache|trouve~|une|menace de) ..2 bombe !(de peinture|aerosol|a peinture|de deodorant|lacrymo*|de laque|anti*)
        (engin explosif|obus|attentat|terroriste~|grenade a main)
        (trouve~|il y a) ..2 (une grenade|arme a feu|pistolet|munitions|un revolver)
        """,
        unless="commemor*|vigipirate|hommage|tag~|tague*|peinture|graffiti~|plan|risque~|anniversaire|victimes des",
    ),
)

_SERVICES = "pompier~|les pompiers|le samu|samu|une ambulance|ambulance~|l ambulance|secours|les secours|des secours|smur"
HELP_RULES: tuple[Rule, ...] = (
    certain(
        _HELP,
        """
        au secours !(populaire|catholique|routier|en mer)
        ^ [allo|vite|s il vous plait|bonjour] a l aide $
        a l aide (vite|au secours|a l aide|mon|ma|il|elle|quelqu un|on|je suis|je vais|j ai peur|j ai mal|c est grave|venez|aidez) !(social*)
        (crie~|hurle~|appelle~) a l aide
        (aidez moi|aidez nous) (vite|pitie|je vous en supplie|il|elle|mon|ma|on|au secours)
        ^ [vite|pitie|allo] (aidez nous|aidez moi vite|vite aidez moi|pitie aidez moi) [vite|pitie] $
        (venez vite|vite venez|vite vite|sauvez moi|sauvez nous|venez m aider|venez nous aider)
        """,
        unless="formulaire|dossier|inscription|internet|papier~|rendez vous",
        is_early=False,
    ),
    certain(
        _HELP,
        f"""
        (appelez|appeler|appelle|envoyez|envoie|envoyer|faites venir|faut|besoin d|besoin de|besoin des|prevenez|alertez|veux|voudrais|contactez|demande|passez moi|vite) ..3 ({_SERVICES})
        ({_SERVICES}) (vite|tout de suite|immediatement|en urgence|d urgence|maintenant)
        (numero~|c est quoi le|quel est le|telephone) ..4 ({_SERVICES}) $
        ({_SERVICES}) c est [quel|quoi] [le] numero
        vite [il faut|il me faut|il nous faut] (un medecin|un docteur|le medecin|medecin)
        (besoin|faut|vite|appelez|envoyez) ..2 (un medecin|un docteur|medecin|docteur) (vite|tout de suite|d urgence|en urgence|immediatement|urgent)
        """,
        unless=(
            "calendrier~|caserne|bal|devenir|recrut*|volontaire~|ecole|stage|visite|gare~|garee~|stationn*|parking|nid~|guepe~|"
            "frelon~|ANIMAL|essaim|acces|borne~|bouche~|accessible|carte|populaire|catholique|facture~|formation|premiers secours|"
            "issue|sortie|roue|poste de|jeunes sapeurs|jsp|concours|arbre~|taxi"
        ),
    ),
    likely(
        _HELP,
        """
        (samu|ambulance)
        """,
        unless="social|gare~|garee~|stationn*|place~|taxi|reserve~|reservee~|parking|acces|bloque*|passer|passage",
    ),
    likely(
        _HELP,
        """
        (appelez|envoyez|prevenez|faites venir|faut appeler|il faut) ..1 (la police|les flics|les gendarmes|police)
        (police|les flics|gendarmes) (vite|tout de suite|immediatement|en urgence)
        vite [A] police
        """,
        unless=f"municipale|gare~|garee~|stationn*|voiture~|garage|{_NOISE}|voisin~|procuration|plainte|ronde~|amende~|camion~|scooter~|moto~|rodeo~|bloqu*|passeport",
    ),
)
