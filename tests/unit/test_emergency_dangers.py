"""Dangers as people say them in panic and as recognisers write them: each must be heard."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from bot.dialogue.emergency import EmergencyDetector, EmergencyKind

DETECTOR = EmergencyDetector()

# By kind of danger; sentences are separated by bars.
SAID = {
    EmergencyKind.FIRE: """
il y a le feu | y a le feu | ya le feu | au feu | au feu au feu | il y a le feu chez moi |
y a le feu chez le voisin | le feu a pris dans la cuisine | il y a un début d'incendie dans l'immeuble |
ça brûle | ça brûle chez moi | ma cuisine est en feu | ma voiture est en train de brûler |
une voiture brûle rue de la république | il y a des poubelles qui brûlent devant l'école |
des jeunes ont mis le feu à une poubelle | ils sont en train de mettre le feu à une voiture |
il y a de la fumée noire qui sort de l'immeuble d'en face | il y a plein de fumée dans les escaliers |
je vois des flammes par la fenêtre | la friteuse a pris feu | mon tableau électrique prend feu |
ça sent le brûlé dans tout l'appartement | un incendie s'est déclaré au deuxième étage |
incendie rue nationale | je voudrais signaler un incendie | il y a un feu de garrigue route d'Uzès |
la colline brûle | départ de feu dans le bois des Espeisses | il y a eu une explosion dans l'immeuble |
ça a explosé il y a des flammes | ma maison brûle venez vite | le feu se propage vers les maisons |
on est bloqués par le feu au troisième étage | tout crame là | il y a un feu dans la cage d'escalier |
le camion poubelle est en feu | comment je fais il y a le feu chez moi |
j'appelle pour prévenir qu'il y a le feu |
bonjour excusez moi de vous déranger mais je crois qu'il y a le feu à côté |
ils ont jeté un cocktail molotov sur le bus | on peut pas sortir il y a de la fumée dans le couloir |
Bonjour, il y a un gros feu derrière la maison de mes parents | sa brule chez la voisine du dessous |
la haie est en train de brûler
""",
    EmergencyKind.GAS: """
ça sent le gaz | ca sen le gaz | ça sent le gars très fort dans la cage d'escalier |
ça sent vraiment très fort le gaz chez moi | il y a une odeur de gaz dans la rue |
forte odeur de gaz avenue Jean Jaurès | je crois qu'il y a une fuite de gaz | fuite de gaz |
les ouvriers ont percé un tuyau de gaz | la bouteille de gaz fuit |
j'ai une odeur de gaz dans mon appartement depuis hier |
une conduite de gaz a été arrachée par la pelleteuse |
le détecteur de monoxyde sonne et on a mal à la tête | je voudrais signaler une odeur de gaz |
bonjour la mairie je vous appelle parce que ça sent le gaz dans mon immeuble et j'arrive pas à joindre GRDF |
odeur de gaz très forte dans le hall | ça pue le gaz dans l'escalier | on sent le gaz depuis une heure |
je sens une odeur de gaz chez ma mère | il y a du gaz qui sort du trottoir |
j'ai la tête qui tourne je crois que c'est le chauffage le monoxyde |
il y a un problème de gaz ça sent très fort | le tuyau de la gazinière fuit ça sent |
une pelleteuse vient de toucher le gaz | sa sent le gaz dans lascenseur |
on a tous mal à la tête et envie de vomir c'est peut-être le monoxyde | le gaz fuit dans ma cuisine |
mon compteur de gaz fait un bruit de sifflement et ça sent | le livreur a heurté la cuve de gaz elle fuit |
odeur suspecte de gaz dans tout le quartier
""",
    EmergencyKind.MEDICAL: """
il respire plus | il ne respire plus | elle respire pas | mon bébé respire mal |
mon fils n'arrive plus à respirer | j'ai du mal à respirer | mon père s'étouffe |
il s'étouffe en mangeant | il est en train de s'étouffer | ma femme est inconsciente |
il est inconscient par terre | un conscient par terre | elle a perdu connaissance |
mon mari a fait un malaise | ma mère fait un malaise | il fait une crise cardiaque |
je crois que mon mari fait un infarctus | arrêt cardiaque | mon père fait un AVC |
ma mère a la bouche tordue et elle parle plus | il convulse | ma fille fait une crise d'épilepsie |
il bouge plus | mon voisin ne bouge plus | mon mari est tombé il répond pas |
ma mère est tombée elle peut plus se relever | je suis tombée et je n'arrive pas à me relever |
je suis tombé je peux plus bouger | il est tombé du toit |
un ouvrier est tombé de l'échafaudage il saigne | mon fils est tombé par la fenêtre |
une dame est tombée dans la rue elle saigne de la tête | il saigne beaucoup | il perd beaucoup de sang |
il y a du sang partout | ma fille s'est coupé le doigt avec la tondeuse | il y a un blessé |
il y a des blessés | quelqu'un est blessé devant le lycée |
un homme est allongé par terre il ne réagit pas | il y a un monsieur par terre devant la pharmacie |
j'ai très mal à la poitrine | j'ai une douleur dans la poitrine et dans le bras gauche |
ma femme est en train d'accoucher | ma femme accouche dans la voiture | elle a perdu les eaux |
mon petit s'est brûlé avec l'eau bouillante | il fait une réaction allergique sa gorge gonfle |
mon mari a été piqué par des frelons il gonfle | elle est toute bleue | mon bébé est tout bleu |
il est en train de mourir | il va mourir venez vite | je crois que ma voisine est morte |
j'ai trouvé mon voisin mort chez lui | ma mère va très mal | je me sens très mal |
mon père fait une hypoglycémie | on n'arrive pas à la réveiller | mon grand-père se réveille pas |
ma voisine âgée ne répond plus depuis deux jours et ses volets sont fermés | il a plus de pouls |
je lui fais un massage cardiaque | urgence vitale |
je sais pas si elle respire encore elle est inconsciente | elle est plus consciente |
mon bébé s'étouffe qu'est-ce que je dois faire | qu'est-ce que je fais mon mari est tombé il parle plus |
un chien a mordu une petite fille elle saigne | deux voitures se sont rentrées dedans il y a des blessés |
un scooter est tombé le conducteur bouge plus |
allô oui bonjour madame écoutez voilà je suis au 12 rue des lombards
et là mon mari il vient de tomber il bouge plus du tout |
s'il vous plaît s'il vous plaît mon bébé il respire plus |
comment on fait un massage cardiaque il respire plus | une vieille dame gît sur le trottoir |
il s'est tranché la main avec la scie | il a avalé de travers il devient bleu | maman respire plus |
il est froid il respire pas | je sais pas quoi faire ma fille convulse | il a arrêté de respirer |
un jeune s'est planté en scooter il bouge plus | ma mère étouffe |
mon collègue vient de se sectionner le bras | le bébé est tout mou il réagit pas
""",
    EmergencyKind.POISON: """
mon enfant a avalé de la javel | ma fille a avalé une pile | mon fils a bu du déboucheur |
il fait une overdose | mon fils de deux ans a mangé des médicaments | j'ai avalé de l'eau de javel |
j'ai mangé des champignons je vomis du sang | le petit a bu le produit pour les vitres |
ma fille de quatre ans a bu du produit ménager |
je sais plus si c'est le 15 ou le 18 mon bébé a avalé un bouchon | jai avaler des medicament |
mon fils a avalé des médicaments
""",
    EmergencyKind.VIOLENCE: """
on m'agresse | on magresse | on ma graisse | je me fais agresser |
une femme se fait agresser sur le parking | il me frappe | mon mari me bat | mon mari me frappe j'ai peur |
mon ex est devant ma porte il menace de me tuer | il frappe sa femme | il est en train de taper ma mère |
un homme tape une dame dans la rue | ils se battent devant chez moi | il y a une bagarre devant la gare |
des coups de feu | j'ai entendu des coups de feu à pissevin | ça tire dans le quartier |
on nous tire dessus | il a un couteau | il y a un homme avec un couteau | un homme armé devant l'école |
il a une arme | quelqu'un essaie d'entrer chez moi | il y a quelqu'un dans ma maison |
quelqu'un est en train de forcer ma porte | on me cambriole | il y a un cambrioleur chez ma voisine |
on me suit dans la rue | un homme me suit depuis dix minutes | il veut me tuer | il va me tuer |
on a essayé d'enlever ma fille | ma fille s'est fait enlever | j'ai été violée | on vient de me violer |
je viens de me faire agresser | il a poignardé quelqu'un | il m'a enfermée je peux pas sortir |
il m'étrangle | mon fils me menace avec un couteau | mon mari est violent il casse tout j'ai peur |
un homme se fait tabasser | y a un mec qui se fait tabasser | jsuis en train de me faire agresser |
bonjour je voudrais une information comment faire parce que mon mari me frappe |
si personne vient il va me tuer | il s'est planté un couteau dans la jambe | il vient de me frapper |
mon ex défonce ma porte | il est rentré chez moi il veut me frapper |
mon fils m'a menacée avec un couteau | un type me suit il a un couteau |
une bande de jeunes est en train de tabasser quelqu'un |
ils sont en train de casser la porte de ma voisine | des hommes cagoulés braquent le bureau de tabac |
un braquage à la pharmacie | on a tiré sur quelqu'un | il y a eu des tirs à Pissevin |
quelqu'un s'est fait poignarder | quelqu'un s'est fait tirer dessus | il m'a violée |
un homme essaie de violer une fille |
un homme s'exhibe devant l'école et il essaie d'attraper les enfants |
une fille est retenue de force dans un appartement | il a reçu un coup de couteau dans le dos |
un fou avec un couteau | mon mari ces fait agresser | je suis en danger |
il m'attend en bas avec un couteau | quelqu'un a tiré sur le bus | un homme me touche dans le bus |
il tambourine à ma porte il dit qu'il va me tuer | on a volé mon bébé |
un individu rôde autour de l'école avec une arme | mon mari m'a menacée de mort
""",
    EmergencyKind.SUSPICIOUS_OBJECT: """
il y a un colis suspect à la gare | il y a une bombe | une valise suspecte devant la mairie |
j'ai trouvé un obus dans mon jardin | il dit qu'il a une bombe |
il y a un paquet bizarre avec des fils devant la mairie
""",
    EmergencyKind.SUICIDE: """
il s'est ouvert les veines | il a pris trop de médicaments | je veux mourir | je veux me suicider |
j'ai envie de mourir | j'ai plus envie de vivre | je veux en finir | je vais en finir avec la vie |
je vais me jeter sous un train | il veut se jeter du pont | il menace de sauter |
un homme va sauter du toit | ma fille a avalé une boîte de médicaments | j'ai pris tous mes cachets |
j'ai des idées noires | mon fils parle de se suicider | ma sœur veut se suicider | je vais me tuer |
je veux plus vivre | jveux mourir | il s'est pendu | elle s'est ouvert les veines |
je vais faire une bêtise | quelqu'un sur le pont qui veut sauter | j'en peux plus je veux disparaître |
personne ne me regrettera | il y a quelqu'un sur les rails | mon mari sest suicidé | quiero morir |
elle a avalé toute la plaquette de somnifères | je veux plus être là je veux mourir |
j'ai pris des médicaments pour mourir | j'ai avalé trois boîtes de doliprane |
je suis au bord du pont je vais sauter | dites à ma famille que je les aime je vais en finir |
mon frère vient de m'envoyer un message d'adieu | mon ami dit qu'il va se tuer |
ma mère a essayé de se suicider | mon fils s'est pendu | il s'est tiré une balle |
je vais prendre tous mes médicaments | il y a un gars debout sur le parapet |
à quoi ça sert de vivre je vais me foutre en l'air | je vais sauter par la fenêtre |
un homme menace de s'immoler devant la mairie
""",
    EmergencyKind.DROWNING: """
quelqu'un se noie | un enfant se noie dans la piscine | il se noix | un enfant est tombé dans le canal |
ma fille est tombée dans le bassin | il y a quelqu'un dans l'eau au canal de la fontaine |
un monsieur s'est jeté dans l'eau | noyade à la piscine | il y a un corps dans le canal |
un homme est en train de couler | elle coule elle sait pas nager | mon fils est tombé à l'eau |
il est tombé à l'eau | il y a un enfant au fond de la piscine |
des gens coincés dans leur voiture dans le cadereau | noyade |
une dame est tombée dans la fontaine elle se noie | un homme est en train de se noyer dans le canal |
un enfant flotte dans la piscine | elle se noie | un homme est tombé dans le canal et il ne remonte pas |
quelqu'un est emporté par le cadereau | la rivière a emporté une voiture avec des gens |
un enfant est tombé dans un puits
""",
    EmergencyKind.FLOOD: """
une voiture a été emportée par l'eau avec quelqu'un dedans | on est coincés dans la voiture l'eau monte |
l'eau monte dans la maison on est bloqués à l'étage |
je suis sur le toit de ma voiture à cause de l'inondation | l'eau rentre on a de l'eau jusqu'aux genoux |
ma voiture est emportée par le courant je suis dedans |
on est réfugiés sur le toit l'eau continue de monter | on est bloqués au premier étage l'eau arrive |
l'eau entre par la porte on est piégés | je suis dans ma voiture l'eau monte |
le cadereau déborde on est prisonniers dans le garage | l'eau monte on est sur le toit
""",
    EmergencyKind.MISSING_PERSON: """
enfant disparu | mon fils a disparu | ma fille a disparu depuis ce matin | je ne trouve plus mon fils |
j'ai perdu mon enfant au marché | j'ai perdu mon fils dans les arènes |
ma mère a disparu elle a alzheimer | mon mari n'est pas rentré depuis hier soir |
ma fille de 14 ans n'est pas rentrée de l'école | mon père est sorti en pyjama il a alzheimer |
ma grand-mère s'est perdue | j'ai trouvé un enfant tout seul dans la rue |
il y a une petite fille toute seule qui pleure | disparition d'un enfant | ma fille a fugué |
ma petite a disparu au jardin de la fontaine | je retrouve plus ma fille elle a trois ans |
on ne trouve plus mamie elle est partie ce matin | mon père alzheimer est parti de la maison |
mon garçon de six ans n'est pas rentré | mon enfant s'est perdu à la feria |
il manque un enfant au centre aéré | on ne retrouve pas un enfant de quatre ans |
ma fille devait rentrer à seize heures elle est pas là | mon fils autiste s'est enfui |
un bébé abandonné devant l'église | mon père a quitté la maison de retraite on le cherche partout |
ma petite fille n'est pas sortie de l'école | mon fils de 5 ans a disparu |
ma femme n'est pas rentrée elle est dépressive | mon petit garçon a disparu |
ma fille de huit ans est introuvable
""",
    EmergencyKind.ACCIDENT: """
il y a un accident | il y a un accident grave boulevard Gambetta | il y a eu un accident devant chez moi |
une voiture a renversé un piéton | un cycliste s'est fait renverser | un enfant s'est fait écraser |
mon fils s'est fait percuter par une voiture | une moto vient de percuter une dame | un piéton renversé |
accident de voiture | oui alors hier je vous ai appelé pour un lampadaire et là il y a un accident |
il vient de se faire renverser par une voiture | un vélo s'est fait percuter par un bus |
accident entre un tram bus et une voiture | une voiture sur le toit route de Sauve |
un camion a écrasé un piéton | un bus a percuté un cycliste | une trottinette a renversé une vieille dame |
quelqu'un s'est fait écraser par le tram bus | deux voitures viennent de se percuter |
un scooter est rentré dans une dame | un bus s'est renversé | un enfant a été renversé rue séguier |
accident mortel | une voiture a foncé dans la foule |
un deux roues a percuté un camion | un accident vient d'arriver devant chez moi
""",
    EmergencyKind.COLLAPSE: """
il a reçu une tuile sur la tête | l'immeuble s'est effondré | le plafond est tombé sur ma mère |
un mur est tombé sur quelqu'un | le balcon s'écroule | il y a des gens sous les décombres |
une branche est tombée sur une dame | l'immeuble vient de s'effondrer |
la façade est en train de s'écrouler | le mur s'est écroulé sur des enfants |
le plancher s'est effondré avec ma fille dedans |
un arbre est tombé sur une voiture il y a quelqu'un dedans | un arbre est tombé sur un monsieur |
une grue est tombée | un immeuble menace de s'effondrer il y a des familles dedans |
un arbre s'est abattu sur une tente | des ouvriers sont ensevelis sous la terre |
le toit est tombé sur des gens | un immeuble s'écroule | mon immeuble s'effondre
""",
    EmergencyKind.TRAPPED: """
quelqu'un est coincé dans sa voiture | un bébé est enfermé dans une voiture en plein soleil |
je suis coincé dans l'ascenseur | le chauffeur est coincé dans le camion |
l'ouvrier est coincé sous la pelleteuse | deux personnes coincées dans une voiture sous le pont inondé |
mon bébé est enfermé dans la voiture | je suis coincée dans ma baignoire |
mon mari cardiaque est coincé dans l'ascenseur | le conducteur est coincé il crie |
un ouvrier est suspendu à l'échafaudage | un enfant s'est coincé la main dans l'escalator
""",
    EmergencyKind.ELECTROCUTION: """
il s'est électrocuté | mon mari s'est électrocuté | un ouvrier a pris une décharge électrique |
une ligne à haute tension est tombée sur la route | un câble électrique fait des étincelles par terre |
mon fils a touché un fil électrique il bouge plus | il a pris le jus il est par terre |
mon fils a mis ses doigts dans la prise il est inconscient | mon enfant a mis les doigts dans la prise |
mon fils s'est électrocuté avec la rallonge | un homme est électrocuté sur le toit |
l'électricien est tombé après avoir pris une châtaigne
""",
    EmergencyKind.HELP: """
envoyez le samu | appelez une ambulance | il faut une ambulance vite | j'ai besoin des pompiers |
appelez les pompiers | vite les pompiers | c'est quoi le numéro des pompiers | je veux les pompiers |
au secours | au secours aidez moi | o secours | à l'aide | aidez-moi vite | appelez la police vite |
ma voisine crie au secours | j'entends une femme qui appelle à l'aide | aidez-nous | vite venez |
appelez les gendarmes vite | le samu s'il vous plaît | je cherche le samu |
il faut les secours tout de suite | envoyez une ambulance au vingt rue porte de france |
les gendarmes s'il vous plaît c'est grave | j'ai besoin d'une ambulance | il faut appeler le samu |
faut-il appeler les pompiers ma voisine est tombée | ma voisine âgée crie à l'aide derrière sa porte |
passez moi les pompiers | help
""",
}


def sentences(block: str) -> list[str]:
    return [sentence.strip() for sentence in block.replace("\n", " ").split("|")]


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


DANGERS = [(said, kind) for kind, block in SAID.items() for said in sentences(block)]


def test_there_are_enough_sentences_to_mean_something() -> None:
    assert len(DANGERS) >= 400


@pytest.mark.parametrize(("said", "kind"), DANGERS)
def test_a_danger_is_heard(said: str, kind: EmergencyKind) -> None:
    found = DETECTOR.detect(said)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(str.upper, id="in capitals"),
        pytest.param(without_accents, id="without accents"),
        pytest.param(lambda said: f"allô oui bonjour madame {said}", id="after a greeting"),
        pytest.param(lambda said: f"{said} s'il vous plaît", id="politely"),
        pytest.param(lambda said: f"Bonjour. {said} !", id="with punctuation"),
        pytest.param(lambda said: f"je sais pas quoi faire {said}", id="at a loss"),
    ],
)
def test_a_danger_is_heard_however_it_is_written(changed: Callable[[str], str]) -> None:
    # A cry of two words is one only by itself.
    spoken = [said for said, _ in DANGERS if len(said.split()) > 2]
    missed = [said for said in spoken if DETECTOR.detect(changed(said)) is None]
    assert missed == []
