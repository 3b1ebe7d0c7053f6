"""Words that the phrases of emergencies share, under the names by which phrases call them.

In a word, `~` stands for the silent endings e, s, es, x and `*` for any ending; words are written as
`canonical` writes them.
"""

from __future__ import annotations

_CHILD = """
petit~ fils|petit~ fille~|petit~ frere~|petit~ soeur~|petit~ garcon~|petit~ enfant~|petit~ bebe~|fils|
fille~|enfant~|bebe~|nourrisson~|fillette~|garconnet~|gamin~|gosse~|garcon~|ado~|adolescent~|mineur~|
ecolier~|eleve~|neveu~|niece~|minot~|petit~|petiot~|jumeau~|jumelle~
"""
_RELATIVE = """
belle mere|beau pere|beau frere|belle soeur|beau fils|belle fille|grand mere|grand pere|mari~|femme|mere~|
pere~|maman|papa|frere~|soeur~|oncle|tante|tonton|tata|mamie|mamy|mami|papi|papy|papie|meme|pepe|copain|
copine|compagnon|compagne|conjoint~|epouse|epoux|concubin~|voisin~|collegue~|ami~|cousin~|ex|cheri~|coloc*|
fiance~
"""
_STRANGER = """
quelqu un|personne~|gens|homme~|femme~|dame~|monsieur|messieurs|mec~|type~|gars|bonhomme|jeune~|vieux|
vieille~|vieillard|personne~ agee~|pieton~|pietonne~|cycliste~|motard~|conducteur~|conductrice~|passager~|
passagere~|passant~|ouvrier~|patient~|resident~|client~|sdf|clochard|locataire~|etudiant~|touriste~|
baigneur~|baigneuse~|nageur~|nageuse~|livreur|chauffeur|policier~|agent~|inconnu~|individu~|victime~|
retraite~|handicape~|macon~|couvreur|peintre|electricien~|plombier|jardinier|eboueur|facteur|serveur|
serveuse|vendeur|vendeuse|professeur|maitresse|infirmier~|infirmiere~|artisan|employe~|salarie~|stagiaire|
apprenti~|pompier|gardien~|concierge|boulanger|animateur|animatrice|surveillant~|joueur|joueuse|spectateur|
spectatrice|torero|raseteur|campeur|randonneur|pecheur|grutier|technicien~|elagueur|cavalier~|cavaliere~|
danseur|danseuse|coureur|coureuse|joggeur|joggeuse|papet|mamet
"""
# What breaks, falls and burns in a street: beside it "il est tombé" is no person's accident.
_THING = """
arbre~|branche~|platane~|pin~|cypres|palmier~|micocoulier~|panneau~|poteau~|lampadaire~|candelabre~|lampe~|
ampoule~|mur~|muret~|grille~|barriere~|poubelle~|conteneur~|container~|bac~|abribus|abri bus|tuile~|cable~|
enseigne~|borne~|voiture~|vehicule~|camion~|camionnette~|epave~|portail~|volet~|store~|chat~|chien~|chienne|
chatte|pigeon~|oiseau~|rat~|animal|animaux|sanglier~|ordinateur~|portable~|horodateur~|distributeur~|site|
ligne~|internet|fontaine~|plaque~|jardiniere~|pierre~|rocher~|pave~|ballon~|dossier~|courrier~|fleur~|haie~|
plante~|pelouse~|feux|mobilier|caniveau~|racine~
"""
_ANIMAL = """
chat~|chaton~|chatte~|chien~|chienne~|chiot~|pigeon~|oiseau~|rat~|souris|animal|animaux|sanglier~|herisson~|
tortue~|lapin~|poule~|coq~|mouette~|goeland~|cygne~|canard~|chevaux|cheval|poisson~|renard~|ecureuil~|
moineau~|hirondelle~|chevre~
"""
_WATER = """
eau~|l eau|canal|le canal|bassin~|fontaine~|riviere|piscine~|courant|crue|vistre|gardon|gard|rhone|
cadereau~|puits|etang~|lac|la mer|ruisseau|vidourle|egout~|fleuve|plan d eau|torrent
"""
_HOME = """
maison~|appartement~|appart~|immeuble~|batiment~|cuisine~|chambre~|salon~|garage~|cave~|grenier~|toit~|
toiture~|logement~|balcon~|etage~|hangar~|magasin~|restaurant~|ecole~|hotel~|entrepot~|usine~|tour~|
residence~|cage~ d escalier~|escalier~|local|locaux|studio~|mas|cabane~|cabanon~|grange~|cheminee~|hall|
palier|villa~|creche|college|lycee|hopital|eglise
"""
_BURNABLE = """
HOME|voiture~|vehicule~|camion~|camionnette~|bus|scooter~|moto~|poubelle~|conteneur~|container~|bac~|
palette~|carton~|ordures|dechets|foret~|garrigue~|colline~|bois|pinede~|broussaille~|vegetation~|herbe~|
champ~|haie~|arbre~|friteuse~|poele~|casserole~|four~|rideau~|matelas|canape~|lit~|tableau~|compteur~|
prise~|machine~|batterie~|trottinette~|telephone~|transfo*|parking~|terrain~|talus|coteau~|caravane~|tente~|
campement~|train|wagon|squat~|gaz
"""

# Between whoever it is about and the verb.
_AUX = r"""
qui|qui est|et|est|a|s est|vient de|viens de|vient d|viens d|s|se|me suis|il|elle|il est|elle est|il a|
elle a|il s est|elle s est|sont|ont|se sont|ils sont|encore|ici|surplace|juste|toujours|a ete|ont ete|suis|
est en train de|sont en train de|de \w+ ans|de \w+ \w+ ans|qui a \w+ ans|age de \w+ ans|agee de \w+ ans|
\d+ ans|agee|age|s est mis a|se met a|etait|en train de|j ai|ai|nous sommes|on est|on a|je suis|je me suis|
fait|s est fait|vient de se faire|de se
"""

_KIN = f"""
{_CHILD}|{_RELATIVE}|quelqu un|homme~|dame~|mec~|type~|gars|jeune~|vieux|vieille~|monsieur|personne|
personne agee|conducteur~|conductrice~|passager~|client~|eleve~|motard~|cycliste~|pieton~|ouvrier~
"""

VOCABULARY = {
    "CHILD": _CHILD,
    "RELATIVE": _RELATIVE,
    "PERSON": f"{_CHILD}|{_RELATIVE}|{_STRANGER}",
    # Those of whom it is said that "elle ne bouge plus", even if a thing was named too.
    "KIN": _KIN,
    "AUX": _AUX,
    "OWN": "mon|ma|mes|notre|nos|son|sa|ses|leur~|ton|ta|votre",
    "A": "un|une|le|la|les|l|des|deux|trois|plusieurs|ce|cet|cette|d autres|OWN",
    "THING": _THING,
    "ANIMAL": _ANIMAL,
    "WATER": _WATER,
    "HOME": _HOME,
    "BURNABLE": _BURNABLE,
}
