"""How violence, weapons and threats are said."""

from __future__ import annotations

from bot.dialogue.emergency_rules import EmergencyKind, Rule, certain, likely

_VIOLENCE = EmergencyKind.VIOLENCE
_WHO = "il|elle|ils|elles|on|qui|PERSON"
_ME = "m|me|nous|l|la|le|les|lui"
# One list a form: present, participle, infinitive.
_HITS = """
agresse|agressent|frappe|frappent|tape|tapent|bat|battent|cogne|cognent|tabasse|tabassent|gifle|giflent|
etrangle|etranglent|poignarde|poignardent|brutalise|lynche|lynchent|massacre|massacrent|sequestre|kidnappe|
poursuit|poursuivent|moleste|violente|attaque|attaquent|viole|violent|braque|braquent|torture|egorge|course|
coursent|maltraite|rackette|rackettent
"""
_HIT = """
agresse~|agressee~|frappe~|frappee~|tape~|tapee~|battu~|battue~|cogne~|tabasse~|tabassee~|gifle~|giflee~|
etrangle~|etranglee~|poignarde~|poignardee~|lynche~|attaque~|attaquee~|violente~|braque~|braquee~|menace~|
menacee~|sequestre~|sequestree~|viole~|violee~|torture~|torturee~|egorge~|kidnappe~|kidnappee~|assassine~|
assassinee~|brutalise~|rackette~
"""
_TO_HIT = """
agresser|frapper|taper|battre|cogner|tabasser|gifler|etrangler|poignarder|lyncher|attaquer|massacrer|violer|
braquer|tuer|sequestrer|kidnapper|enlever|egorger|planter|torturer|assassiner|brutaliser|violenter|
racketter|mordre|noyer|etouffer|bruler|faire du mal
"""
_DOES = """
en train de|en train d|vient de|vient d|viennent de|essaie de|essaie d|essaye de|essaye d|tente de|tente d|
menace de|menace d|a essaye de|a voulu|commence a
"""
_WILL = "veut|veulent|va|vont|allait|voulait|cherche a"
_HIM = "me|m|nous|te|t|le|la|les|l|lui"
_WEAPON = """
couteau~|pistolet~|fusil~|flingue~|arme~|machette~|hache~|revolver~|kalach*|sabre~|batte|batte de baseball|
cutter|marteau|arme a feu|barre~ de fer
"""
# Papers about weapons, and weapons lying about.
_WEAPON_MATTER = """
declarer|permis|rendre|detention|deposer|chasse|trouve~|jete~|jeter|abandonne~|collection|aiguis*|
permis de port
"""
_FIGURE = "nerfs|systeme|faim|soleil|pluie|grele|porte a porte|record~"
NOISE = "bruit|musique|tapage|fete|tous les soirs|toutes les nuits|dormir|chien~|nuisance~|terrasse~"

VIOLENCE_RULES: tuple[Rule, ...] = (
    certain(
        _VIOLENCE,
        f"""
        ({_WHO}) ({_ME}) ({_HITS}) !(sur les nerfs|sur le systeme|a l oeil|froid)
        ({_WHO}) ({_HITS}) A [petit~|vieille] PERSON
        ({_WHO}) ({_HITS}) (quelqu un|maman|papa|mamie|papi|tout le monde)
        (tape|tapent|frappe|frappent|cogne|cognent) sur A PERSON
        (me|nous|lui) (court|courent) apres
        (se fait|se font|me fais|me faire|se faire|nous faire) ({_TO_HIT}) !(la voiture|le velo|le sac|
            par la fourriere)
        ({_DOES}) ({_HIM}) ({_TO_HIT}) !(de l argent)
        ({_DOES}) ({_TO_HIT}) (quelqu un|maman|papa|tout le monde)
        ({_DOES}) ({_TO_HIT}) A [petit~|jeune|vieille] PERSON
        ({_WILL}) (me|m|nous|la|le|les|l) ({_TO_HIT}) !(si|quand|avec)
        ({_WILL}) ({_TO_HIT}) A [petit~] PERSON
        pour (me|nous|la|le) (tuer|frapper|violer|egorger|poignarder)
        """,
        unless=f"{_FIGURE}|verbal*|insult*|place~ de parking",
    ),
    certain(
        _VIOLENCE,
        """
        (se battent|se tapent dessus|se tapent|se bagarrent|s entretuent|en train de se battre|
            en train de se bagarrer) !(pour|contre|depuis)
        (nous|me|leur|lui|on) (tire|tirent) [dessus]
        (PERSON|il|ils) (tire|tirent) (dans la rue|en l air|partout|dans le tas|dans la foule|a la kalach*)
        (tire|tirent) dessus
        (des tirs|ca tire|echange de tirs|tirent sur|tire sur les|tire sur des|tire dans le tas)
        """,
        unless="fete|artifice~|chasse|stand|arc|sonnette|alarme|ambulance~|rideau~|volet~",
    ),
    certain(
        _VIOLENCE,
        f"""
        (fusil|pistolet|arme|couteau|lame|flingue|revolver) ..2 (tempe|gorge|tete|cou|ventre|bouche)
        (a|ont|sort*|tient|tiennent|brandit|pointe|sous la menace d|menace avec|arme d|armee d|
            armes de) [un|une|son|sa|des|le|d un|d une] [gros|grand|petit|long] ({_WEAPON})
        (PERSON|il|elle|ils|elles) [est|sont|etait] (arme~|armee~)
        """,
        unless=f"{_WEAPON_MATTER}|{_FIGURE}|gendarmerie|forces",
    ),
    certain(
        _VIOLENCE,
        """
        (menace~|menacee~|menaces) de mort
        (il|elle|ils|PERSON) ..1 tue (sa|son|ses|les|des|tout)
        (il|elle|PERSON) ..1 a (tue|assassine~) ..2 PERSON
        (veut|va|vont) (me|nous|la|le) faire du mal
        (homme|mec|type|gars|inconnu|individu|quelqu un|voiture|on|bande|jeunes|il|ils) ..3 me (suit|
            suivent|poursuit|poursuivent) !(regulierement|pour mon|medicalement)
        me fais suivre
        ({_WHO}) (casse|defonce|cassent|defoncent|force|forcent|tape sur|frappe a) (ma|notre) (porte|volet~|
            fenetre)
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
        (il|elle|ils|elles|on|PERSON|qui) [lui|me|nous|leur] (donne~|donnent|met|
            mettent) des coups !(de fil|de klaxon|de telephone|de frein|de marteau|de main)
        (roue~|rouer) de coups
        (d etre|etre) ({_HIT}) !(par ma lenteur|par le bruit)
        (suis|est) victime~ (de|d) (violence~|coups|agression~)
        (homme|mec|type|individu|inconnu|quelqu un) ..1 (attrape~|agrippe~|saisi~|emmene~) A PERSON
        avoir (frappe~|tape~|poignarde~|agresse~|tabasse~|viole~)
        (tout casser|casse tout) ..2 (chez|maison|appartement|peur)
        j ai [tres|trop|vraiment] peur $
        cagoule~
        on braque
        (force~|forcee~|casse~|cassee~|defonce~|fracture~) (ma|notre) (porte|fenetre|baie vitree)
        (suis|me suis) cachee~
        (arrach*|embarque~|kidnapp*) ..1 A CHILD
        (m a|m ont|nous ont|nous a) pris (ma|mon|mes|notre|nos) CHILD
        (retenu~|retenue~) ..1 (de force|contre|prisonnier~|prisonniere~)
        (PERSON|il) me touche !(beaucoup|enormement|profondement)
        (a|ont|vient de|viennent de|se met a) [encore] (tire~|tirer) sur
        PERSON [AUX] (attaque~|attaquee~|agresse~|agressee~|menace~|menacee~) par
        (pitbull|chien~) ..2 (attaque~|attaquent|mord|mordu) [A] (PERSON|moi|nous)
        (homme|mec|type|individu) nu
        en train de me voler
        (poignard*|egorge*|braquage~|braqueur~|braquer|braquent|exhib*|forcene|rackett*|strangul*)
        violer (un|une|le|la|ma|sa|quelqu|des) ..1 (PERSON|un)
        (plante~|enfonce~|recu|mis) ..4 (dans le ventre|dans le dos|dans la gorge|dans le cou|dans la jambe|
            dans le bras|dans le coeur)
        (emmene~|pris|prend|pousse~|monter|embarque~|attrape~|traine~) ..5 de force
        (force~|forcent|forcer|oblige~|fait|faire|font) ..1 [A] [petit~] (CHILD|femme|dame|
            jeune) ..1 (monter|entrer)
        attraper ..2 (enfant~|fille~|petit~)
        (vole|volent|arrache) (mon|ma|notre) (bebe|enfant|fils|fille)
        (suis|est|sommes|sont) (en danger|menace~|menacee~) !(d expulsion|de fermeture|de disparition)
        danger de mort
        (retient|retiennent|enferme|enferment|sequestre) ..1 (PERSON|moi)
        pris~ (par|a) la gorge
        (homme|mec|type|inconnu|individu|voiture|quelqu un) ..1 suit A CHILD
        (veut|veulent) pas me laisser (sortir|partir)
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
        (m a|m ont|nous a|nous ont|lui a|lui ont|l a|l ont|ai ete|a ete|s est fait|me suis fait|suis fait|
            vient de se faire|viens de me faire|viens d etre|vient d etre|ont ete) ..1 ({_HIT}|viole~|
            violee~|violer|{_TO_HIT})
        (il|elle|ils|PERSON|ex) ..1 (me menace|nous menace|me menacent|nous menacent|la menace)
        violence~ conjugale~
        (femme|homme|enfant~) battu~
        """,
        unless=f"""
            {_WEAPON_MATTER}|{_FIGURE}|artifice~|dehors|piste cyclable|epave~|ecole maternelle|photo~|
            carnaval|vaccin~|expuls*|coupure|amende~|proces|licenci*|huissier|verbal*|medecin~|psy*|
            courrier|lettre|facture~|vitesse
        """,
    ),
    likely(
        _VIOLENCE,
        """
        (femme|dame|voisine|fille|enfant|quelqu un) ..4 (hurle|hurler|crie a l aide|crie au secours|
            appelle a l aide|appelle au secours)
        (j entends|on entend|entendu) ..4 (hurlement~|appel~ au secours|cris de detresse|crier au secours|
            crier a l aide|coups de feu|crier une femme|hurler une femme)
        """,
        unless=NOISE,
    ),
)
