"""Different words for one thing, as people say them to a town hall: the everyday word and the official one.

A city's catalogue need not know them all: a word that is heard also stands for the others of its concept.
"""

from __future__ import annotations

from collections.abc import Mapping

CONCEPTS: Mapping[str, str] = {
    "enfant": (
        "enfant, fils, fille, garçon, petit, petite, gamin, gamine, gosse, minot, môme, ado, adolescent, "
        "mineur, loulou, marmot, pitchoun"
    ),
    "bebe": "bébé, nourrisson, tout petit, tout petits, nouveau né, petiot",
    "proche": (
        "mère, père, maman, papa, parent, parents, grand mère, grand père, mamie, papi, papy, mémé, pépé, "
        "tante, oncle, beau père, belle mère, frère, sœur"
    ),
    "conjoint": (
        "mari, femme, époux, épouse, conjoint, conjointe, compagnon, compagne, copain, copine, fiancé, "
        "fiancée, partenaire, concubin"
    ),
    "age": (
        "âgé, âgée, vieux, vieille, aîné, aînés, senior, seniors, retraité, retraités, retraite, ancien, "
        "anciens, mamie, papi, grand mère, grand père, mémé, pépé, personne âgée, troisième âge"
    ),
    "jeune": "jeune, jeunes, ado, adolescent, étudiant, étudiante, lycéen, lycéenne, collégien",
    "perte": (
        "perdu, perdue, perdre, perte, égaré, égarée, paumé, disparu, disparue, introuvable, oublié, "
        "oubliée, retrouve plus, trouve plus"
    ),
    "vol": "volé, volée, voler, vol, cambriolé, piqué, fauché, dérobé",
    "mort": (
        "mort, morte, décès, décédé, décédée, défunt, mourir, meurt, perdu ma femme, perdu mon mari, perdu "
        "mon père, perdu ma mère, veuf, veuve, disparition"
    ),
    "enterrer": (
        "enterrer, enterrement, enterré, obsèques, inhumation, inhumer, funérailles, caveau, cercueil, corps"
    ),
    "tombe": "tombe, tombeau, caveau, concession, sépulture, stèle",
    "cendres": (
        "cendres, urne, crémation, incinération, incinéré, incinérer, columbarium, crématorium, jardin du "
        "souvenir"
    ),
    "naissance": "naissance, né, née, accouchement, accoucher, accouché, naître, maternité",
    "enceinte": "enceinte, grossesse, attend un bébé, attend un enfant, futur père",
    "mariage": "marier, mariage, marié, mariée, épouser, noces, alliance",
    "separation": (
        "séparation, séparer, sépare, séparés, divorce, divorcer, rompre, casser, dissoudre, quitter, ex"
    ),
    "rdv": "rendez vous, rdv, créneau, créneaux, place disponible",
    "papiers": "papier, papiers, document, pièce, pièces, titre, titres",
    "cni": (
        "cni, carte d identité, carte identité, pièce d identité, carte nationale, carte didentité, identité"
    ),
    "passeport": "passeport, passeports",
    "perime": (
        "périmé, périmée, expiré, expirée, date dépassée, plus valable, se termine, arrive à la fin, "
        "renouveler, renouvellement, refaire"
    ),
    "demenager": (
        "déménager, déménage, déménagement, déménagé, emménager, emménage, arriver, arrivé, installer, "
        "changé d adresse, changer d adresse, changement d adresse"
    ),
    "nouveau": "viens d arriver, vient d arriver, emménager, nouvel habitant, viens d emménager",
    "vote": (
        "voter, vote, votant, élection, élections, électoral, électorale, électeur, électrice, scrutin, "
        "urne, bulletin, isoloir"
    ),
    "procuration": (
        "procuration, mandataire, voter à ma place, vote à ma place, empêché de voter, absent le jour"
    ),
    "ecole": (
        "école, scolaire, scolarité, maternelle, primaire, élémentaire, cp, classe, maîtresse, rentrée, "
        "scolariser, établissement scolaire"
    ),
    "cantine": "cantine, cantoche, restauration scolaire, repas, midi, déjeuner, menu, resto scolaire",
    "manger": (
        "manger, nourrir, nourriture, repas, cuisiner, cuisine, mange, aliment, alimentaire, faim, plateau, "
        "plateaux"
    ),
    "garder": "garder, garde, gardé, garderie, nounou, périscolaire, après la classe",
    "nounou": "nounou, nourrice, assistante maternelle, assistantes maternelles, assmat, ass mat",
    "creche": "crèche, crèches, crêche, halte garderie, multi accueil",
    "periscolaire": "garderie, périscolaire, étude, après la classe, après l école, avant la classe",
    "loisirs": "centre aéré, centre de loisirs, accueil de loisirs, clsh, alsh, centre loisirs",
    "vacances": "vacances, été, congés, juillet, août, toussaint, pâques, hiver, février",
    "colo": "colo, colonie, séjour, séjours, camp",
    "payer": "payer, paye, paie, paiement, régler, règlement, facture, acquitter, prélèvement, virement",
    "tarif": (
        "tarif, prix, coûte, combien coûte, coût, montant, cher, chère, quotient, combien c est, c combien"
    ),
    "argent": (
        "argent, sous, revenu, revenus, moyens, thune, fric, fauché, misère, pauvre, pas les moyens, "
        "difficultés"
    ),
    "aide": "aide, aides, aider, allocation, bourse, subvention, coup de pouce, soutien, secours",
    "remboursement": (
        "rembourser, remboursement, remboursé, indemniser, indemnisation, dédommager, réparation"
    ),
    "annuler": (
        "annuler, annulation, décommander, désinscrire, supprimer, arrêter, résilier, décocher, suspendre"
    ),
    "absence": "absent, absente, absence, malade, maladie, varicelle, grippe, fièvre",
    "erreur": (
        "erreur, faute, fausse, faux, fausses, trompé, trompe, orthographe, rectifier, corriger, correction"
    ),
    "contester": (
        "contester, conteste, contestation, recours, pas d accord, désaccord, attaquer, réclamation, réclamer"
    ),
    "amende": (
        "amende, pv, contravention, fps, forfait post stationnement, papillon, procès verbal, verbalisé, "
        "prune"
    ),
    "stationner": (
        "stationnement, stationner, garer, gare, parking, parcmètre, horodateur, place de parking, se garer"
    ),
    "resident": "résident, résidents, riverain, riverains, macaron, habite, habitant",
    "voiture": "voiture, auto, véhicule, bagnole, automobile, camion, scooter, moto",
    "fourriere": "fourrière, enlevée, embarquée, emmené ma voiture",
    "pro": (
        "professionnel, professionnels, artisan, plombier, électricien, infirmière, infirmier, soignant, "
        "soignants, dépannage, kiné, libéral, libérale"
    ),
    "logement": "logement, appartement, appart, maison, studio, habitation, chambre, logé, loger",
    "hlm": (
        "hlm, logement social, habitat social, bailleur social, logement pas cher, appartement pas cher, "
        "bailleurs"
    ),
    "proprietaire": "propriétaire, proprio, bailleur",
    "louer": "louer, loue, location, locataire, loyer",
    "insalubre": (
        "insalubre, indigne, moisissure, moisissures, moisi, humidité, dangereux, chauffage, taudis, cave, "
        "effondrer, péril, menace ruine, fissures"
    ),
    "tourisme": (
        "airbnb, meublé de tourisme, location de vacances, touristique, touristes, gîte, chambre d hôtes, "
        "saisonnière"
    ),
    "expulsion": "expulser, expulsion, expulsé, dehors, impayés, loyers en retard",
    "sdf": (
        "sdf, sans domicile, sans abri, sans adresse, pas d adresse, à la rue, hébergement, dort dehors, "
        "dormir dehors"
    ),
    "nuisible": (
        "rat, rats, souris, cafard, cafards, punaise, punaises, guêpe, guêpes, frelon, frelons, blatte, "
        "blattes, nid, dératisation"
    ),
    "chat": "chat, chats, chatte, chaton, minou",
    "chien": "chien, chiens, chienne, toutou, rottweiler, pitbull, staff, molosse",
    "errant": "errant, errants, libre, libres, sans maître",
    "handicap": (
        "handicap, handicapé, handicapée, fauteuil, invalidité, invalide, infirme, autiste, autisme, "
        "trisomique, mdph, rqth, aah, pmr, aveugle, malvoyant, prothèse"
    ),
    "sourd": "sourd, sourde, malentendant, malentendante, langue des signes, lsf",
    "aidehumaine": "avs, aesh, aide humaine, accompagnante",
    "domicile": "domicile, à la maison, chez elle, chez lui, chez soi",
    "menage": "ménage, courses, toilette, aide ménagère, auxiliaire de vie, femme de ménage, bricoler",
    "chute": "chute, tombé, tombée, bracelet, bouton, téléalarme, médaillon",
    "chaleur": "canicule, chaleur, chaleurs, chaud, fortes chaleurs",
    "isole": "isolé, isolée, seul, seule, solitude, compagnie, personne ne passe",
    "ehpad": "ehpad, maison de retraite, résidence autonomie, foyer logement, médicalisée",
    "bus": "bus, tram, car, transport, transports, minibus, navette",
    "travaux": "travaux, chantier, rénover, rénovation, construire, construction, bâtir, bâtit, aménager",
    "cloture": "clôture, mur, portail, muret, grillage, haie",
    "piscine": "piscine, bassin",
    "abri": "abri, cabanon, cabane de jardin, abri de jardin",
    "fenetre": (
        "fenêtre, fenêtres, véranda, balcon, vitre, vitres, baie, velux, volet, volets, porte, toiture, toit"
    ),
    "facade": "façade, ravaler, ravalement, repeindre, crépi, volets, clim, climatisation, parabole, balcon",
    "arbre": "arbre, arbres, pin, platane, abattre, élaguer",
    "demolir": "démolir, démolition, détruire, raser",
    "plu": "plu, plan local, zonage, constructible, règles, zone inondable, urbanisme",
    "finchantier": "fini, terminé, achèvement, daact, fin de chantier, fin des travaux",
    "proroger": "proroger, prolonger, prorogation, prolongation",
    "ceder": "céder, cède, transférer, transfert, transmettre",
    "vendre": "vendre, vente, vend, vends, acheter, achète, achat, notaire",
    "benne": "benne, échafaudage, grue, nacelle, gravats",
    "chaussee": "chaussée, trottoir, rue, voirie, route, domaine public",
    "bloquer": "bloquer, fermer, couper, barrer, fermée, barrée",
    "borne": "borne, bornes, badge",
    "pieton": "piéton, piétonne, piétonnier, écusson, centre ancien, centre ville",
    "garage": "garage, bateau, entrée de garage, porte cochère",
    "numero": "numéro, numérotage, numérotation, numéro de voirie, plaque",
    "dommage": "dégât, dégâts, dommage, cassé, abîmé, crevé, jante, blessé",
    "terrasse": "terrasse, terrasses, tables dehors, étalage, étal, tables devant",
    "resto": "restaurant, resto, café, bar, brasserie, pizzeria, pizzéria, snack",
    "commerce": "commerce, commerçant, boutique, magasin, enseigne, vitrine, local",
    "marche": "marché, marchés, halles, étal",
    "ambulant": (
        "food truck, foodtruck, camion à pizza, ambulant, stand, manège, chalet, forain, emplacement"
    ),
    "encombrant": (
        "encombrant, encombrants, canapé, matelas, meuble, meubles, frigo, machine à laver, jeter, "
        "débarrasser, débarras"
    ),
    "tag": "tag, tags, graffiti, graffitis, graff, tagué, graffé",
    "salete": "nettoyer, nettoyage, ramasser, ramassage, déchets, détritus",
    "asso": "association, associations, asso, associatif, club, clubs",
    "clubsport": "club, clubs, boxe, judo, danse, couture, échecs, foot",
    "salle": "salle, salles, local, foyer municipal",
    "materiel": "matériel, tables, chaises, sono, barnum, barrières, scène, bancs",
    "fete": "fête, fêtes, bal, kermesse, apéro, repas de quartier, soirée, anniversaire",
    "videgrenier": "vide grenier, vide greniers, brocante, brocanteur, vide dressing, puces",
    "buvette": "buvette, alcool, bière, vin, boissons, débit de boissons",
    "spectacle": "spectacle, concert, théâtre, exposition, exposer, affiche, affiches, agenda, événement",
    "film": "film, filmer, tournage, tourner, clip, caméra, drone, photo, photos, photographe",
    "musicien": "musicien, musique, chanteur, guitare, jouer, artiste, groupe",
    "biblio": "bibliothèque, médiathèque, livre, livres, lecture, lire, emprunter",
    "conservatoire": "conservatoire, solfège, piano, violon, danse, instrument, batterie, guitare",
    "musee": "musée, musées, exposition, arènes, maison carrée, muséum",
    "archives": (
        "archives, généalogie, généalogique, ancêtre, ancêtres, ancien, vieux papiers, histoire, plans "
        "anciens"
    ),
    "sport": (
        "sport, sports, sportif, sportive, foot, judo, tennis, course, gym, gymnase, stade, natation, "
        "nager, piscine"
    ),
    "nager": "nager, natation, nage, aquagym, bébés nageurs",
    "terrain": "terrain, stade, gymnase, court, tennis, foot, créneau, tournoi",
    "course": "course, marathon, trail, coureurs, cyclosportive",
    "taxe": "taxe, taxes, impôt, impôts, redevance, fiscal, fiscale",
    "attestation": "attestation, certificat, justificatif, preuve, prouver, prouve",
    "fournisseur": "fournisseur, chorus, marché public, appel d offres",
    "maire": "maire, élu, élus, adjoint, conseiller municipal",
    "ecrire": "écrire, lettre, courrier, mail, pétition, plainte, réclamation",
    "plainte": "pas content, mécontent, mécontente, scandaleux, réclamation, plaindre",
    "avis": "avis, opinion, consultation, enquête, concertation",
    "donnees": "données personnelles, rgpd, vie privée, fichiers, mes données",
    "inondation": "inondation, inondations, inondé, inondable, crue, eau monte, cadereau",
    "alerte": "alerte, alertes, sms, prévenir, prévenu",
    "travail": "travail, travailler, boulot, job, emploi, embauche, recrute, cv, candidature, poste",
    "stage": "stage, apprentissage, alternance, apprenti, stagiaire",
    "etranger": "étranger, étrangère, visa, pays, algérie, maroc, tunisie, algérien, marocain, sénégal",
    "heberger": "héberger, héberge, hébergement, accueillir, recevoir, inviter, loger",
    "sortie": (
        "sortie du territoire, sortie de territoire, voyage scolaire, quitter la france, part à l étranger"
    ),
    "recensement": "recensement, recenser, recensé, jdc, journée défense, 16 ans, seize ans",
    "nom": "nom, nom de famille, s appeler, m appeler, porter le nom",
    "prenom": "prénom, s appeler, m appeler",
    "signature": "signature, signer, légaliser, légalisation, certifier",
    "copie": "copie, photocopie, duplicata, exemplaire, exemplaires, double",
    "couple": "concubinage, vie commune, vivre ensemble, vivons ensemble, union libre, vis avec",
    "bapteme": "baptême, parrain, marraine, parrainage",
    "facture": "facture, factures, avis des sommes, titre de recettes, trésor public, relance",
    "energie": "électricité, gaz, eau, chauffage, énergie, edf",
    "epuise": "épuisé, épuisée, à bout, fatigué, craqué",
    "ordinateur": "ordinateur, informatique, internet, tablette, numérique, smartphone",
    "stele": "stèle, pierre, marbre, marbrier, graver, gravure, monument, pierre tombale",
    "surveiller": (
        "surveiller, surveillance, ronde, passer devant ma maison, je pars en vacances, opération "
        "tranquillité"
    ),
    "broussailles": "débroussailler, débroussaillage, broussailles, garrigue, herbes hautes",
    "camera": (
        "caméra, caméras, vidéosurveillance, vidéo surveillance, vidéoprotection, images, enregistrement"
    ),
    "bruit": "bruit, tapage, vacarme, aboie, aboiements, nuisances sonores, musique trop forte",
    "voisin": "voisin, voisine, voisins, voisinage",
    "droit": "avocat, juriste, conciliateur, justice, tribunal, conseil juridique",
    "lettre": "écrivain public, remplir un dossier, écrire une lettre, comprendre un courrier",
    "rsa": "rsa, rmi, revenu de solidarité, minima sociaux",
    "conduire": "permis de conduire, code de la route, auto école, conduire, passer le permis",
    "bafa": "bafa, animateur, animatrice, moniteur",
    "devoirs": "devoirs, étude, soutien scolaire",
    "regime": (
        "allergie, allergique, régime, pai, porc, halal, végétarien, végétarienne, gluten, arachide, "
        "intolérance"
    ),
    "greve": "grève, gréviste, service minimum",
    "secteur": "dérogation, carte scolaire, secteur, autre école, hors secteur",
    "urgent": "urgent, urgente, urgence, vite, rapidement",
    "retirer": "retirer, retrait, récupérer, aller chercher, est prêt, est prête",
    "predemande": "pré demande, prédemande, ants, france titres",
    "nomusage": "nom d usage, nom marital, nom de jeune fille, nom de mon mari, nom d épouse",
    "heritage": "héritage, héritier, héritiers, succession, hérédité, hériter",
    "recharge": "recharger, recharge, électrique",
    "animal": "animal, animaux, bête, chien, chat, oiseau, tortue, perroquet",
    "mordre": "mordu, mord, mordre, morsure, attaqué",
    "steriliser": "stériliser, stérilisation, castrer, reproduisent, portée",
    "planter": "planter, plantes, fleurs, fleurir, végétaliser, jardin, jardinière, potager, jardinage",
    "noel": "noël, colis, goûter, fin d année",
    "gratuit": "gratuit, gratuite, gratuité, gratuitement, réduit, réduction, moins cher",
    "horaires": "ouvert, ouverte, ouverture, fermé, fermeture, horaires, horaire, heures",
    "inscrire": "inscrire, inscription, inscriptions, inscrit, inscrite, place, places",
    "don": "donner, don, dons, offrir, léguer",
    "changer": "changer, changement, modifier, modification, mise à jour, mettre à jour",
    "creer": "créer, création, monter, fonder",
    "echeancier": "plusieurs fois, échéancier, délai de paiement, étaler, en une fois",
    "banque": "prélèvement, rib, iban, coordonnées bancaires, virement",
    "publicite": "publicité, enseigne, panneau, affichage, publicitaire",
    "orientation": "orientation, métier, avenir, conseiller, formation",
}
