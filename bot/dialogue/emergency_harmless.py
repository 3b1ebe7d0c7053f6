"""Words of danger without any: traffic lights, hydrants, first aid courses, forms to fill."""

from __future__ import annotations

from bot.dialogue.emergency_phrases import words

# Names of harmless things that hold the words of a danger.
_NAMES = words(
    """
        feu~ rouge~|feu~ vert~|feu~ orange~|feu~ tricolore~|feu~ d artifice~|feu~ de signalisation|
        feu~ de circulation|feu~ pieton~|feu~ de la saint jean|feu~ follet~|feu~ clignotant~|feu~ arriere~|
        feu~ avant~|feu~ de detresse|feu~ de stop|feu~ de position|feu~ de camp|coupe feu|couvre feu|
        pare feu|cessez le feu|feu~ de croisement|premier feu|prochain feu|au feu a gauche|au feu a droite|
        borne~ incendie|borne~ a incendie|borne~ d incendie|bouche~ incendie|bouche~ d incendie|
        bouche~ a incendie|poteau~ incendie|poteau~ d incendie|poteau~ a incendie|defense incendie|
        defense contre l incendie|defense exterieure contre l incendie|securite incendie|porte~ incendie|
        assurance incendie|plan incendie|exercice~ incendie|exercice~ d incendie|test~ incendie|
        test d alarme incendie|alarme incendie test|essai~ d alarme|sirene~|colonne seche|risque~ incendie|
        risque~ d incendie|risque~ de feu|risque~ de noyade|risque~ de chute|risque~ d accident|
        risque~ d effondrement|risque~ d electrocution|detecteur~ de fumee|extincteur~|desenfumage|
        gaz a effet de serre|gaz d echappement|fontaine gaz|police municipale|poste de police|commissariat~|
        sapeurs pompiers volontaires|calendrier~ des pompiers|bal des pompiers|caserne des pompiers|
        premiers secours|trousse~ de secours|poste de secours|issue~ de secours|sortie~ de secours|
        roue de secours|secours populaire|secours catholique|fonds de secours|secours d urgence financier|
        accident~ du travail|accident~ de travail|constat d accident|declaration d accident|
        accident~ de la vie|prevention du suicide|prevention suicide|don du sang|don de sang|prise~ de sang|
        analyse~ de sang|collecte~ de sang|bilan sanguin|sang froid|mauvais sang|mal au coeur de voir|
        coup~ de coeur|malaise social|arret maladie|arret de travail|angle mort|point mort|point~ mort~|
        arbre~ mort~|feuille~ morte~|nature morte|eau~ morte~|aigues mortes|mort aux rats|animal mort|
        animaux morts|chat mort|chien mort|pigeon mort|rat mort|cadavre~ d animal|cadavre~ de chat|
        cadavre~ de chien|monument aux morts|jour des morts|acte de mort|peine de mort|bombe~ de peinture|
        bombe~ aerosol|a la bombe de|tag~ a la bombe|bombe~ a peinture|mourir de rire|mort de rire|
        mort~ de faim|mort~ de fatigue|meurs de faim|meurs de soif|meurs de chaud|meurent de chaud|
        c est mort|mort de peur|me suis tue a|tuer le temps|tue mouche|tue le commerce|le bruit me tue|
        ca me tue|ca tue|noyer sous|noye sous|noyes sous|noyee sous|noie sous|me noie dans les papiers|
        me noie dans les demarches|noyer dans un verre d eau|en finir avec ce|en finir avec cette|
        en finir avec ces|en finir avec le|en finir avec les|perdu connaissance du|sans connaissance de|
        sans connaissance du|feu mon mari|feu mon pere|feu ma mere|flamme olympique|au secours de|
        attaque de|attaque~ de rats|allergique aux pollens|coup de fil|coup de main|
        coup de feu a la cuisine|tir a l arc|je vous appelle|j appelle pour|j appelle parce|
        je vous ai appele|vous appeler pour|un vrai coup de poignard|stand de tir|arme~ de service|
        permis d arme|passage a tabac
    """
)
# A form to fill, a claim, something organised: it is over, or it never was.
FORMALITY = words(
    """
        declarer|declaration~|declare~ un|declare~ le|declare~ la|declare~ mon|attestation~|assurance~|
        assureur|sinistre~|certificat~|formulaire~|indemnis*|rembours*|expertise|expert|constat|plainte|
        main courante|proces|temoignage|demarche~|justificatif~|mes droits|ai le droit|a le droit|
        le droit de|allocation~|relog*|subvention~|statisti*|formation~|exercice~|simulation|test|essai|
        prevention|reunion|exposition~|film|livre|documentaire|journee~|commemor*|hommage|reglementation|
        reglementaire|autoris*|interdi*|horaire~|inscri*|stage|recrut*|pension|carte mobilite|
        carte handicap|mdph|portage|aide a domicile|reeducation|convalescence|invalidite|qui s occupe|
        s occupe de|s occupe des|en charge de|renseignement~ sur|informations sur|sensibilisation|conseils|
        degats|dedommage*|responsabilite|porter plainte|nettoy*|netoyer|desinfect*|loi|courrier|obseques|
        succession|notaire|pompes funebres|enterre*|avis de deces|acte de deces|imprime~|photocopie~|pv|
        proces verbal|rapport de|sort de l hopital|sortie d hopital|hospitalise~|opere~|faut une aide|
        besoin d une aide|aide menagere
    """
)


def without_harmless(said: str) -> str:
    """`said` with the names of harmless things blotted out: "il y a un feu rouge" keeps no fire."""
    return _NAMES.sub("_", said)
