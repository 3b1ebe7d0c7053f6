"""What callers say every day with the words of a danger: it must not send them to the emergency numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.emergency import EmergencyDetector
from integrations.city import load_city

DETECTOR = EmergencyDetector()
NIMES = load_city(Path(__file__).parents[2] / "city" / "nimes")

ORDINARY = """
mon mari est tombé amoureux de cette maison il faut quelle autorisation |
il a fait un malheur au concert de la féria |
j'étouffe dans ce bureau vous pouvez ouvrir la mairie annexe plus tôt |
je meurs d'envie de savoir qui a gagné le concours des balcons fleuris |
vous m'avez sauvé la vie merci beaucoup | c'est le feu cette feria |
on a mis le feu à la piste hier soir c'était super la feria | j'ai un coup de pompe je vous rappelle |
mon fils fait une crise parce qu'il veut la piscine quels sont les horaires |
ma fille est malade elle n'ira pas à la cantine demain |
mon bébé a de la fièvre la crèche peut-elle le garder |
ma mère a fait une chute en mars je voudrais installer une rampe |
ma grand-mère s'est cassé le col du fémur elle sort de l'hôpital lundi il lui faut une aide |
mon père a eu un infarctus en 2015 il a droit à la carte de stationnement |
je suis diabétique la cantine fait des menus spéciaux |
j'ai été hospitalisée je n'ai pas pu payer la facture |
je suis aide-soignante je cherche un poste à la mairie |
je voudrais m'inscrire à la formation sauveteur secouriste | le club de plongée de la ville c'est où |
mon fils veut devenir policier municipal | comment devenir sapeur pompier volontaire |
une école de taekwondo | cours de self-défense pour femmes | un tir au but |
le match de handball il y a eu du sang et des larmes |
ma voiture a pris feu en juillet qui enlève l'épave |
il y a des voitures brûlées au pied de la tour depuis des semaines |
le conteneur a été incendié la semaine dernière |
les jeunes font des feux de poubelle régulièrement que fait la mairie |
peut-on faire du feu dans la garrigue en hiver | où acheter un détecteur de monoxyde |
la mairie aide-t-elle à remplacer une chaudière à gaz | l'usine à gaz de votre site internet |
ça sent le roussi cette affaire | ça pue dans le hall de la mairie annexe |
il faut nettoyer le sang sur le trottoir devant la boucherie | il y a des seringues dans le parc |
un oiseau est coincé dans une grille | un chaton est tombé dans une bouche d'égout |
un cheval s'est échappé sur la route d'uzès |
un essaim s'est posé sur mon balcon les pompiers viennent-ils | la grille du parc est coincée |
mon scooter est tombé dans un nid de poule la jante est morte | un cycliste aurait pu se tuer |
on a évité le pire de justesse la semaine passée | le virage est mortel |
il y a déjà eu deux morts à ce carrefour qu'attendez-vous |
les voitures frôlent les enfants devant l'école | il y a eu un accident ce matin le feu est tordu |
le panneau stop a été arraché dans un accident | un bus a accroché un rétroviseur |
une voiture a heurté la barrière de l'école | mon voisin me harcèle avec son coq |
mon voisin a menacé mon chien | je vais finir par m'énerver | je vais les tuer ces moustiques |
on nous assassine avec ces impôts | c'est du vol |
c'est un vrai coup de poignard dans le dos des commerçants | l'opposition attaque le maire |
on a perdu le fil de la conversation | je me perds dans vos services |
j'ai perdu mon mari il y a quinze jours que dois-je faire pour les papiers |
mon conjoint est porté disparu depuis 1998 comment faire un jugement | la fontaine est en eau |
un ballon dans l'eau du canal | les canards du bassin ont disparu |
le mur de mon jardin s'est écroulé avec la pluie | l'ascenseur de mon hlm est bloqué depuis trois jours |
je suis coincée chez moi à cause de l'ascenseur en panne | une décharge sauvage |
la décharge publique est ouverte | un électricien agréé | panne de secteur |
feu d'artifice | borne incendie qui fuit | la fontaine gaz | poste de police adresse |
mon mari est mort hier comment déclarer | défense incendie | alarme incendie test | feu rouge en panne |
le feu rouge ne marche plus | il y a le feu qui est cassé avenue jean jaurès |
le feu tricolore reste au rouge | feu vert | vous me donnez le feu vert |
c'est à quelle heure le feu d'artifice | y a-t-il un feu d'artifice ce soir |
le feu piéton est trop court | une voiture grille le feu tous les matins |
comment déclarer un incendie passé |
il y a eu un incendie hier dans la rue il reste des débris à ramasser |
suite à l'incendie de mon immeuble je cherche un logement | une bouche d'incendie est ouverte |
le poteau incendie est cassé | la sécurité incendie de l'école | c'est un exercice incendie |
si jamais il y a le feu que faire | que faire en cas d'incendie | que faire quand il y a un incendie |
y a pas le feu | l'incendie est maîtrisé | est-ce que j'ai le droit de faire un feu dans mon jardin |
mon voisin brûle ses déchets verts | un lampadaire grillé | une voiture brûlée abandonnée sur le parking |
la voiture a brûlé la semaine dernière il faut l'enlever | il y a une épave brûlée |
le prix de l'eau flambe | les loyers explosent | je voudrais des détecteurs de fumée |
interdiction de fumer dans les parcs | le calendrier des pompiers | je veux devenir pompier volontaire |
y a-t-il un plan incendie | risque incendie garrigue | mon feu mari | couvre-feu |
réunion sur les risques d'incendie | le compteur de gaz | une question sur ma facture de gaz |
une bouteille de gaz abandonnée dans la rue | qui appeler pour une coupure de gaz |
si je sens une odeur de gaz qui j'appelle | ça sent pas le gaz | travaux de gaz dans la rue |
il y a une fuite d'eau | mon père est décédé | déclarer un décès | ma mère est morte la semaine dernière |
un pigeon mort | un rat mort devant chez moi | c'est mort j'abandonne | je suis mort de rire |
on meurt de chaud dans cette école | on ne peut plus respirer tellement ça pue les poubelles |
le service ne répond pas | personne ne répond au téléphone | ça ne répond pas à l'état civil |
la mairie me répond pas | il y a une voiture ventouse elle bouge plus | je suis tombée sur votre site |
je suis tombé en panne | un arbre est tombé sur la route | le lampadaire est tombé |
une branche est tombée sur ma voiture | l'arbre il est tombé par terre |
mes clés sont tombées dans une grille | je suis tombé hier sur le trottoir |
quelqu'un va finir par tomber | un enfant pourrait se blesser | j'ai failli tomber |
il va y avoir un accident | on attend qu'il y ait un mort | il y a un risque d'accident |
il y a souvent des accidents ici | personne n'est blessé | sans connaissance du dossier |
les gens sont inconscients | la mairie n'est pas consciente du problème |
ma mère a fait un AVC l'an dernier je voudrais le portage de repas |
mon mari est handicapé depuis son accident | la collecte de sang à la mairie | cours de premiers secours |
formation aux premiers secours | la sortie de secours est bloquée | secours catholique |
une place handicapée | arrêt de bus | je suis en arrêt maladie |
j'ai mal au dos je peux pas me déplacer à la mairie | j'ai perdu mon chat | un chat coincé dans un arbre |
un nid de guêpes faut-il appeler les pompiers | vaccination | numéro de la maison médicale |
passeport en urgence | les rats | la crèche pour mon bébé qui va naître en mars | congé maternité |
bébé reconnaissance avant la naissance | adresse du commissariat | le numéro de la police municipale |
horaires de la police municipale | j'ai été cambriolé l'an dernier | un chien agressif |
l'agent d'accueil a été agressif | mon voisin me tape sur les nerfs |
des jeunes crient dans la rue la nuit | on se bat pour garder l'école |
mon propriétaire me menace d'expulsion | stand de tir | déclarer une arme |
aiguiseur de couteaux au marché | des bombes de peinture | enlèvement des encombrants | enlever une épave |
il faut enlever le tag | des sacs abandonnés sur le trottoir |
une valise abandonnée avec des vêtements dans les poubelles | association d'aide aux victimes |
l'assistante sociale qui me suit | commémoration des attentats | la course camarguaise |
un poteau renversé | une barrière a été renversée par une voiture |
une voiture a percuté un lampadaire hier soir | accident du travail |
j'ai eu un accident avec un trou dans la chaussée la semaine dernière | aide à domicile |
j'ai besoin d'aide pour remplir un dossier | vous pouvez m'aider | aide alimentaire |
prévention du suicide réunion | je veux en finir avec ce bruit | je ne veux plus vivre dans cet immeuble |
j'en peux plus du bruit | le plomb a sauté | faire sauter une amende | le bruit me tue |
noyé sous les démarches | le noyer de mon jardin | la rue est inondée |
cours de natation pour apprendre à nager | prévention noyade | les enfants se baignent dans la fontaine |
j'ai perdu la carte d'identité de ma fille | je ne trouve plus le dossier de mon fils |
j'ai perdu mon père il y a un mois pour la concession | je cherche mon rendez-vous |
à quel âge un enfant peut rentrer tout seul de l'école | le panneau a disparu |
la chaussée s'est effondrée | le trottoir s'affaisse | un mur menace de tomber |
un fil électrique pend dans la rue | plus de courant chez moi | la porte du parc est bloquée |
je suis coincé dans les embouteillages | le véhicule est coincé dans la cour |
je suis bloqué dans ma démarche en ligne | bonjour | il y a un trou devant chez moi |
un lampadaire éteint rue Hoche | les horaires de la mairie | une personne s'il vous plaît |
répétez s'il vous plaît | il y a des ordures sur le trottoir | un sdf dort dans mon hall |
les enfants jouent par terre dans la cour | vélo abandonné par terre | la maison des jeunes |
je suis malade je peux pas venir | ramener des médicaments périmés | produits chimiques déchetterie |
acte de décès | pompes funèbres | le monument aux morts est sale | au feu vous tournez à gauche |
entre le feu et la pharmacie il y a un nid de poule | la lumière du feu ne s'allume plus |
les feux sont en panne au rond-point | il manque une ampoule au feu de la rue | le feu met trop de temps |
la fête avec feu de la Saint-Jean | quelles sont les règles pour faire un feu de jardin |
peut-on tirer un feu d'artifice chez soi |
l'incendie du mois d'août a détruit la garrigue quand replantez-vous |
accès pompier bloqué par une voiture | la borne à incendie devant chez moi goutte |
des traces de brûlé sur la chaussée | des cendres sur le trottoir |
mon logement est insalubre il y a des fuites | l'odeur des égouts | ça sent mauvais dans ma rue |
la station service sent l'essence | des fumées de l'usine tous les jours |
ma femme a accouché hier je veux déclarer la naissance | mon bébé est né ce matin |
mon père est décédé cette nuit quelles démarches | le décès de mon mari |
transport de corps avant mise en bière | l'acte de décès de ma mère | combien coûte une crémation |
un hérisson blessé | une mouette morte | le chien du voisin aboie |
un chien m'a mordu la semaine dernière | les pigeons morts sur la place |
je suis aveugle comment faire pour voter | ça va mal dans cette ville | la ville va de mal en pis |
mon fauteuil roulant ne passe pas | je ne peux plus marcher je voudrais le portage des repas |
mon père ne peut plus vivre seul quelle résidence | je suis tombé dans un nid de poule avec mon vélo hier |
une dame est tombée la semaine dernière à cause des racines | un vieux monsieur a failli tomber |
c'est un coup à se tuer | il faut un mort pour que vous bougiez |
les voitures roulent trop vite il va y avoir des blessés | combien d'accidents à ce carrefour |
le potelet a été arraché par une voiture | une moto abandonnée par terre | les cartons sont par terre |
le sang des taureaux | centre de vaccination | pharmacie de garde | cours de secourisme |
brevet de secourisme | les urgences sont ouvertes | hébergement d'urgence |
ambulance garée sur une place handicapée | la place réservée aux ambulances |
mon fils est violent à l'école qui contacter à la mairie | mon voisin m'insulte |
des jeunes font du rodéo | tapage nocturne | des gens boivent et crient sous ma fenêtre |
des squatteurs dans l'immeuble | plus de caméras s'il vous plaît | on m'a volé mon vélo | vol de voiture |
la police peut elle venir pour une voiture garée devant mon garage |
envoyez la police municipale pour du bruit | je veux signaler une agression verbale d'un agent |
l'accueil est agressif | dératisation mort aux rats | les rats ont été empoisonnés | tuer les moustiques |
nid de frelons asiatiques | un essaim d'abeilles | je voudrais me marier |
j'abandonne c'est trop compliqué | je vais devenir fou avec ce bruit | je n'en peux plus de ce chantier |
la ville se meurt | les platanes meurent | la batterie de ma borne est morte |
réunion publique sur la prévention des inondations | ma cave a été inondée dossier catastrophe naturelle |
la rue est inondée à chaque pluie | le canal de la fontaine est sale | des canettes dans le bassin |
mon ballon est tombé dans le canal | leçons de natation pour mon fils | perdu doudou au parc |
ma fille a perdu son manteau | j'ai perdu mon chien il s'est enfui | chat disparu affiche |
la statue a disparu | mon fils est parti vivre chez son père | le plafond de l'école s'effrite |
un mur de soutènement se fissure | une grille d'égout manquante | les câbles pendent à hauteur d'homme |
un poteau téléphonique penche | coupure de courant dans le quartier | je suis bloqué sur le site |
la barrière du parking est bloquée | je suis enfermé dehors | un objet trouvé |
une trottinette abandonnée | minute de silence | allô | oui | non ce n'est pas grave |
il n'y a plus de feu au carrefour | le bouton du feu piéton ne marche pas |
les feux de la place des Carmes | il faudrait un feu à ce croisement | c'est au feu après la pharmacie |
feux d'artifice du nouvel an | un mortier d'artifice | il n'y a pas le feu au lac |
comment obtenir une attestation après un incendie | la trappe de désenfumage est cassée |
un écobuage autorisé | est-ce qu'on peut allumer un barbecue | combien coûte un extincteur |
les fumées de la cheminée du voisin | il y a une odeur bizarre dans la rue | relevé du compteur de gaz |
bouteille de gaz vide où la jeter | fin du chauffage au gaz | vous répondez pas au téléphone |
mon assistante sociale ne répond plus | le chantier ne bouge pas | le dossier ne bouge plus |
rien ne bouge | la ville étouffe sous les voitures | on a besoin d'air |
j'ai perdu la connaissance de mon code | chute de branches | une tuile est tombée du toit |
le store est tombé | le platane est tombé sur le banc | une branche est tombée sur la route |
il est tombé beaucoup d'eau | je tombe toujours sur le répondeur | noël tombe un vendredi |
un trou où on peut tomber | les piétons se font frôler |
il manque un passage piéton on va se faire écraser | c'est très dangereux pour les enfants |
panneau danger | l'arbre est dangereux | j'ai été victime d'un accident en 2019 |
carte de blessé de guerre | mon mari est mort il y a un an je veux changer le livret |
concession de mon père mort en 1990 | ramasser un animal mort | où est enterré mon oncle |
pompes funèbres coordonnées | la saignée des arbres | maison de santé | désert médical |
une ambulance passe tous les jours | vaccin contre la grippe | allergie au pollen |
les chenilles processionnaires | j'ai un bébé de trois mois je cherche une crèche |
la maternité de carémeau | mon fils s'est battu à l'école | la mairie nous tape sur les doigts |
frapper à la bonne porte | coup de balai | j'ai eu un coup de fil de la mairie |
on m'a agressé verbalement | un chien attaque les chats | des tags agressifs | ils violent le règlement |
zone de non droit | arme de service | couteau suisse perdu | la foire | une hache pour le bois |
les pistolets de la station service | vidéosurveillance après un cambriolage | un vol à l'étalage |
l'enlèvement des graffitis | enlèvement d'un véhicule | je voudrais qu'on enlève le panneau |
panne électrique | déclarer la mort de mon mari | je ne veux pas mourir idiot | je meurs d'impatience |
c'est à se pendre ce formulaire | en finir avec le stationnement sauvage |
ma vie est un enfer avec ces voisins | je veux partir de cette ville | mon nom a disparu de la liste |
le chemin a disparu | perdu dans les démarches | je suis perdu | mon fils est perdu en maths |
cherche famille d'accueil | bassin de rétention | bassin d'orage | l'eau du bassin est verte |
plan communal de sauvegarde | zone inondable | une fuite d'eau importante | l'eau coule dans la rue |
canalisation cassée | un trou s'effondre | le toit du gymnase fuit | mur fissuré chez le voisin |
immeuble insalubre | fil qui pend | il y a un feu rouge cassé | le feu tricolore est éteint |
où est la caserne | quel est le numéro d'urgence pour une fuite d'eau |
le feu d'artifice est à quelle heure | je veux un constat pour mon accident |
qui s'occupe des alarmes incendie dans les écoles | mon mari est décédé ce matin je dois faire quoi |
mon chien est mort | un arbre est tombé dans le parc | j'ai glissé sur le trottoir l'hiver dernier |
il y a un trou dangereux quelqu'un va se tuer | il faudrait un ralentisseur avant qu'il y ait un accident |
j'ai été agressé il y a un an je cherche une aide | la police municipale c'est où |
l'adresse de la police | une réunion sur les violences faites aux femmes | un cours de natation |
la piscine est fermée | un chat est perdu | ma fille a perdu son doudou | comment adopter un enfant |
ça sent le brûlé tous les soirs chez le voisin qui fait du feu |
mon voisin fait des feux dans son jardin c'est autorisé | le gaz est coupé chez moi | un rat crevé |
une ambulance privée | je suis en colère | je vais porter plainte contre la mairie | j'en ai marre |
le train est en retard | les travaux devant chez moi | c'est possible d'avoir une place handicapé |
il y a de l'eau sur la route | le feu au bout de la rue est tout le temps rouge |
à côté du feu il y a un panneau tordu | un pétard a brûlé mon abri de jardin l'été dernier |
que faire après un incendie | demander un rapport d'intervention des pompiers | numéro de la caserne |
le gaz de schiste | le tarif du gaz | la poubelle sent mauvais | les bébés nageurs à la piscine |
mes voisins se disputent tous les soirs | les voisins du dessus tapent sur le sol |
un sdf s'est installé devant la mairie | ma mère a quatre-vingts ans comment avoir la téléassistance |
accueil de jour alzheimer | je sors de l'hôpital |
je me suis cassé la jambe le mois dernier je voudrais une aide à domicile | don de plaquettes |
coeur de ville | corrida horaires | le taureau s'est échappé l'an dernier | un cheval en ville |
je suis allergique aux platanes | une branche menace de tomber | le lampadaire va tomber |
le mur du cimetière s'est effondré | un trou dans le toit de l'école | épave accidentée |
on m'a rayé ma voiture | on m'a cassé la vitre de la voiture | tags racistes |
mon fils est harcelé à l'école | conflit de voisinage | mon voisin m'embête | déposer une main courante |
c'est dangereux | panneau danger manquant | je cherche la rue du feu | l'impasse de la mort |
le cours de secourisme | le quinze du mois | le 17 rue de la république |
au 18 rue de l'horloge il y a un trou | le 112 route de beaucaire | je perds mes cheveux |
c'est à mourir de rire
"""

SENTENCES = [sentence.strip() for sentence in ORDINARY.replace("\n", " ").split("|")]
# Ways to name a problem of the street or an authority that do speak of people in danger.
DANGERS_TOO = frozenset(
    {
        *("brulage_dechets", "installation_electrique_danger", "rue_inondee", "aire_jeux"),
        *("violences_femmes", "prevention_suicide"),
    }
)


def test_there_are_enough_sentences_to_mean_something() -> None:
    assert len(SENTENCES) >= 400


@pytest.mark.parametrize("said", SENTENCES)
def test_an_ordinary_call_is_no_emergency(said: str) -> None:
    assert DETECTOR.detect(said) is None


def test_an_ordinary_call_is_no_emergency_in_capitals_nor_after_a_greeting() -> None:
    changed = [f"Bonjour madame, {said}." for said in SENTENCES] + [said.upper() for said in SENTENCES]
    assert [said for said in changed if DETECTOR.detect(said) is not None] == []


def test_half_a_sentence_rarely_sounds_like_a_danger() -> None:
    halves = [
        " ".join(said.split()[:n_words]) for said in SENTENCES for n_words in range(1, len(said.split()))
    ]
    heard = [half for half in halves if DETECTOR.detect(half, is_final=False) is not None]
    assert len(heard) <= len(SENTENCES) * 0.02


def test_no_street_of_the_city_is_a_danger() -> None:
    said = [f"il y a un trou {name}" for street in NIMES.streets for name in (street.name, *street.aliases)]
    assert [each for each in said if DETECTOR.detect(each) is not None] == []


def test_no_problem_of_the_street_is_a_danger_but_those_that_are() -> None:
    heard = [
        phrase
        for problem in NIMES.problem_types.values()
        if problem.code not in DANGERS_TOO
        for phrase in (problem.name, *problem.spoken)
        if DETECTOR.detect(phrase) is not None
    ]
    assert heard == []


def test_no_service_nor_authority_is_a_danger_but_those_that_are() -> None:
    entries = [*NIMES.services.values(), *NIMES.authorities.values()]
    heard = [
        phrase
        for entry in entries
        if entry.code not in DANGERS_TOO
        for phrase in (entry.name, *entry.names, *entry.answers)
        if DETECTOR.detect(phrase) is not None
    ]
    assert heard == []


@pytest.mark.parametrize("said", ["", " ", "...", "euh", "?!", "\n", "0123456789"])
def test_nothing_said_is_no_emergency(said: str) -> None:
    assert DETECTOR.detect(said) is None
    assert DETECTOR.detect(said, is_final=False) is None
