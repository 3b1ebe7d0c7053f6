"""Dangers told at length, by whoever saw them: calm callers, children, passers-by."""

from __future__ import annotations

import pytest

from bot.dialogue.emergency import EmergencyDetector

DETECTOR = EmergencyDetector()

STORIES = """
bonjour je suis au volant je viens de voir un accident sur le boulevard allende il y a quelqu'un éjecté
sur la route |
allô ma fille de six mois elle a les yeux qui se retournent et elle est toute raide |
il a avalé un bonbon de travers il devient tout rouge et il tousse plus |
mon grand-père il est tombé il a la jambe dans un drôle de sens |
madame je suis toute seule à la maison et j'ai très mal au ventre je perds du sang je suis enceinte |
mon patron il a pris la machine sur la main y a du sang partout |
je suis chauffeur de bus une dame s'est évanouie elle revient pas |
y a un jeune qui fait une overdose dans les toilettes de la gare |
mon coloc a bu deux bouteilles de vodka il vomit et il dort j'arrive pas à le réveiller |
mon petit frère a mis un sac sur la tête il bouge plus |
un monsieur de soixante ans s'est effondré au marché on lui fait un massage |
une dame a été piquée par une guêpe dans la gorge elle gonfle | mon mari a les lèvres toutes violettes |
elle a fait une crise de spasmophilie elle respire très vite | mon père a le côté gauche qui bouge plus |
ma mamie elle dit n'importe quoi depuis ce matin et sa bouche elle tombe |
mon fils a reçu un ballon dans la tête il voit double et il vomit |
le maçon est tombé de l'échelle il sent plus ses jambes |
il y a le feu au deuxième étage il y a des gens aux fenêtres qui crient |
de la fumée noire sort d'une fenêtre au quatrième rue de l'horloge |
le voisin a laissé une casserole sur le gaz ça sent le brûlé et il répond pas |
des enfants jouent avec le feu dans les herbes sèches ça prend |
un pneu de camion est en feu sur le périphérique |
l'armoire électrique de l'immeuble crépite et il y a de la fumée |
je crois que la cabine électrique va exploser |
un câble électrique tombé dans la cour de l'école touche le grillage |
ça sent le gaz dans toute la cage d'escalier les voisins toussent |
on a crevé la conduite de gaz en creusant | une dame crie au premier étage elle dit qu'on la frappe |
mon beau-frère est armé il est devant chez moi |
mon ex-mari vient de défoncer la porte il est dans le salon |
ils sont trois ils ont des barres de fer ils tapent sur un gars |
un homme est en train d'étrangler une femme dans une voiture |
ma sœur m'a envoyé un message elle dit que son copain va la tuer |
j'ai quatorze ans mon beau-père me touche j'ai peur il arrive |
on m'a mis quelque chose dans mon verre je me sens partir |
des types m'ont volé mon sac et m'ont frappée je saigne du nez | quelqu'un tape à ma porte avec une hache |
un homme cagoulé vient d'entrer dans la bijouterie | il y a eu un coup de feu et une personne est au sol |
un homme menace de sauter de la passerelle |
ma copine m'a dit adieu au téléphone elle a raccroché elle habite au dixième |
j'ai le fusil de mon père j'en peux plus de la vie |
je n'arrive plus à vivre je voudrais m'endormir et ne plus me réveiller |
mon fils de seize ans s'est scarifié il saigne énormément | un homme est allongé sur les rails du train |
j'ai ouvert le gaz je veux que ça se termine | un petit garçon est tombé dans le cadereau il est emporté |
une barque s'est retournée sur le gardon | mon ami a plongé il est pas remonté |
on est coincés dans le tunnel l'eau monte dans la voiture |
une vieille dame est piégée dans sa maison par l'inondation |
mon fils n'est pas descendu du car scolaire personne l'a vu |
ma mère a quitté l'hôpital en chemise de nuit on la trouve pas |
j'ai tourné le dos deux minutes mon fils n'est plus là | mon père est tombé dans le puits |
une partie de l'immeuble vient de s'écrouler il y a de la poussière partout |
le plafond de la classe s'est effondré sur les enfants | un enfant a la tête coincée entre les barreaux |
un ouvrier a le bras coincé dans la machine | on est enfermés dans l'ascenseur ça sent le brûlé |
un enfant a touché un fil il est resté collé | la foudre est tombée sur un monsieur |
je suis au premier étage et le feu monte par l'escalier |
j'ai vu un monsieur tomber du tram il se relève pas |
la dame du quatrième n'ouvre plus depuis trois jours et ça sent fort |
mon fils a la gorge qui se serre après les crevettes | mon mari a pris une guêpe dans la bouche |
papa a du sang qui sort de l'oreille | mon bébé est tombé de la table à langer il pleure plus |
mon fils a sauté dans la piscine sa tête a cogné le fond | ma femme fait un malaise vite |
le monsieur du kiosque est par terre il respire bizarrement |
une fillette vient de se faire mordre au visage par un chien |
j'ai quatre-vingt-sept ans je suis par terre depuis ce matin |
je n'arrive plus à bouger mes jambes d'un coup | mon oncle a une plaie au ventre |
il a du mal à parler et il tient pas debout | quelqu'un vient de faire un arrêt cardiaque à la piscine |
le feu a repris derrière le stade | y'a des flammes de deux mètres au bord de la route |
la forêt brûle vers la bastide | une caravane est en train de brûler |
l'atelier du rez-de-chaussée a pris feu il y a des bouteilles de gaz |
y a une odeur de gaz à tomber par terre | fuite de gaz au collège les enfants sont dehors |
on est en train de braquer la station service | un homme avec une arme à feu au centre commercial coupole |
deux bandes se tirent dessus à valdegour |
mon petit ami veut pas me laisser sortir il m'a prise par la gorge |
un inconnu essaie d'entrer par ma fenêtre | un homme bizarre suit ma fille elle m'appelle elle a peur |
mon père a pété les plombs il tape tout le monde | au secours il m'a retrouvée |
ma cousine vient de se faire agresser au couteau | il dit qu'il va nous brûler vivants |
mon frère est sur le toit il dit qu'il va se laisser tomber |
j'ai avalé plein de trucs je veux dormir pour toujours |
ma prof vient de recevoir un message d'un élève qui veut mourir | je veux qu'on me laisse mourir |
mon ex a dit qu'il se tuerait ce soir et il répond plus | quelqu'un a sauté du viaduc |
un adolescent s'est noyé au plan d'eau | une petite est tombée dans le bassin des jardins de la fontaine |
la voiture du voisin est partie avec l'eau il est dedans |
le cadereau a débordé une dame est accrochée à un arbre | un groupe d'enfants est bloqué par l'eau |
ma fille de treize ans est partie avec quelqu'un rencontré sur internet |
enfant perdu aux arènes il a quatre ans | une moto s'est encastrée dans un mur |
une voiture a percuté l'abribus il y avait des gens qui attendaient |
un camion s'est renversé sur une voiture | un cycliste par terre qui saigne au rond-point |
le sol de la boutique s'est effondré avec une cliente | un échafaudage s'est écroulé rue de l'aspic |
une tôle est tombée sur un passant | un enfant est coincé dans une grille |
un monsieur est bloqué sous son tracteur | mon mari a touché un fil il s'est pris le jus il convulse |
une ligne électrique est tombée sur la route et des enfants jouent à côté | police secours vite |
bonjour mon appartement prend feu je suis au sixième étage |
il y a une voiture qui brûle sous mes fenêtres | je vois une colonne de fumée au-dessus des immeubles |
ils ont jeté un cocktail molotov sur le bus | la chaufferie a explosé |
j'ai renversé de l'huile bouillante sur mon fils | on sent une drôle d'odeur de gaz dans l'école |
le livreur a heurté la cuve de gaz elle fuit |
ma mère a la maladie de parkinson elle est tombée et ne se relève plus |
un homme vient de s'écrouler devant la boulangerie |
une dame enceinte est tombée elle a des douleurs au ventre |
mon mari a les yeux dans le vide il répond à rien | mon grand-père délire il a beaucoup de fièvre |
mon fils asthmatique n'a plus de ventoline il siffle |
elle a une grosse réaction allergique elle a du mal à respirer |
il a vomi du sang cette nuit et encore maintenant | j'ai fait une fausse couche je perds beaucoup de sang |
je crois que j'accouche | la poche des eaux est rompue | ma fille de quatre ans a bu du produit ménager |
mon mari a inhalé des vapeurs de produit | il a reçu un coup de couteau dans le dos |
il s'est fait poignarder devant chez moi | j'ai été poignardé |
mon conjoint me tape dessus devant les enfants | mon mari essaie de m'étrangler |
je me suis sauvée de chez moi il me cherche pour me tuer | il menace de brûler la maison |
il menace de tout faire sauter | il a aspergé la porte d'essence |
mon fils est en crise il casse tout et nous menace | mon frère schizophrène a un couteau |
une personne armée dans le supermarché | quelqu'un a tiré sur le bus |
je suis enfermée dans mon magasin ils essaient de casser la vitrine |
on est en train de me voler ma voiture avec mon bébé dedans |
des individus sont en train de cambrioler le magasin en face | un homme nu court après des enfants |
une femme est attaquée par un chien | un pitbull attaque un enfant | j'ai décidé de mourir ce soir |
j'ai les cachets devant moi | je suis en haut de la tour magne je veux sauter |
je n'ai plus la force de continuer à vivre | mon mari parle de mourir il a pris la corde |
mon fils est parti avec l'arme de son père en disant qu'il allait mourir |
un homme menace de s'immoler devant la mairie | un baigneur est en difficulté dans le gardon |
un nageur a disparu sous l'eau | je suis dans l'eau je peux pas remonter |
le cadereau déborde on est prisonniers dans le garage |
l'eau arrive à la portière de ma voiture je peux pas sortir |
on a de l'eau jusqu'à la taille dans le salon avec deux enfants | ma voiture flotte |
ma mère de quatre-vingt-cinq ans est partie à pied elle n'a plus sa tête |
un enfant de cinq ans est perdu il dit qu'il cherche sa maman | j'ai perdu ma petite sœur à la feria |
mon fils autiste s'est enfui | une collision entre deux bus | un poids lourd s'est couché sur une voiture |
un deux roues a percuté un camion | mon vélo a été fauché par une voiture j'ai la jambe cassée |
une dame s'est fait renverser sur le passage piéton elle est au sol | un enfant est passé sous un camion |
le train a percuté quelqu'un | un accident de trottinette le gamin est sonné |
la terrasse du restaurant s'est écroulée avec des clients |
un pan de mur est tombé sur le trottoir quelqu'un est dessous |
le sol s'est ouvert et un homme est tombé dedans | des ouvriers sont ensevelis sous la terre |
un homme travaille sur le toit il a touché la ligne électrique |
l'électricien est tombé après avoir pris une châtaigne |
ma fille est restée coincée dans l'ascenseur elle panique |
il fait très chaud un bébé est tout seul dans une voiture |
mon mari cardiaque est coincé dans l'ascenseur | c'est la police qu'il me faut vite |
les gendarmes s'il vous plaît c'est grave | s'il vous plaît venez quelqu'un est en train de mourir |
il faut les secours tout de suite | on a besoin de secours | pouvez-vous prévenir les pompiers |
j'arrive pas à avoir le 15 | le 18 ne répond pas il y a le feu |
le samu ne répond pas mon père respire mal | je vous en supplie aidez-nous | SVP AIDE MON FILS SAIGNE |
mon mari ces fait agresser | il y a quelqu un de blessé | ya un feu a coté de lecole |
jai avaler des medicament | jai besoin d'aide mon mari me bat |
une trottinette m'a renversé je suis par terre
"""
# How long the sentence before the danger is must not matter.
LEAD = "bonjour madame excusez-moi de vous déranger voilà je vous appelle parce que"


@pytest.mark.parametrize("said", [story.strip() for story in STORIES.replace("\n", " ").split("|")])
def test_a_danger_is_heard_in_a_story(said: str) -> None:
    assert DETECTOR.detect(said) is not None
    assert DETECTOR.detect(f"{LEAD} {said}") is not None
