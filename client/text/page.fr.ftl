
# La page (pli ui). Ce qui y est dit comme au terminal est dans fr.ftl.

ui-opened = Pli est ouvert dans votre navigateur ({ $address }). S'il ne s'affiche pas, ouvrez cette adresse et saisissez le code { $code } (valable cinq minutes). Ctrl-C ferme la page.
ui-not-opened = Ouvrez { $address } dans le navigateur de cet ordinateur et saisissez le code { $code } (valable cinq minutes, une seule fois). Ctrl-C ferme la page.

page-skip = Aller au contenu
page-navigation = Rubriques
page-enter = Entrer
page-back = Retour
page-inbox = À traiter
page-write = Écrire
page-sent = Envoyés
page-approvals = À valider
page-deadlines = Échéances
page-stock = Patrimoine
page-directory = Annuaire
page-groups = Groupes
page-accesses = Vos accès
page-journal = Journal
page-verify = Vérifier une pièce
page-lock = Verrouiller
page-veiled = Page masquée : personne ne l'a utilisée depuis un moment.
page-unveil = Afficher
page-wrong = Cela n'a pas été fait
page-nothing-title = Page introuvable
page-nothing = Il n'y a rien à cette adresse.
page-turned = Demande refusée
page-turned-host = Cette page ne répond qu'à l'adresse { $address }. Ouvrez-la directement.
page-turned-proxied = Cette page ne répond pas à travers un serveur mandataire. Demandez au service informatique de ne pas faire passer { $address } par le serveur mandataire.
page-turned-origin = Cette demande vient d'une autre page, ou ne dit pas d'où elle vient : rien n'a été fait. Ouvrez { $address } directement.
page-closed-title = Entrer dans Pli
page-closed = Pour entrer, saisissez le code que Pli affiche dans la fenêtre où il a été lancé.
page-closed-for-good = Cette ouverture n'est plus valable. Fermez Pli là où il a été lancé, puis relancez-le.
page-code = Code à huit caractères
page-locked-title = Pli est verrouillé
page-locked = Rien n'a été perdu. Saisissez votre phrase de passe pour continuer.
page-passphrase = Phrase de passe
page-unlock = Déverrouiller
page-inbox-none = Rien n'attend : tout est lu.
page-approvals-none = Aucun pli n'attend votre accord.
page-state = État
page-what = Objet
page-from = De
page-to = À
page-group = Groupe
page-received = Reçu le
page-sent-on = Envoyé le
page-ends = Détruit le
page-status = Où en est ce pli
page-state-deposited = déposé
page-state-recorded = en cours d'envoi
page-state-retired = repris
page-state-lost = à renvoyer
page-state-unverified = non vérifié
page-state-waiting = attend un accord
page-state-approved = accordé
page-state-rejected = refusé
page-state-lapsed = sans réponse, détruit
page-why = Pourquoi l'ouvrez-vous ?
page-why-text = Précision, si besoin (lue seulement par les contrôleurs du journal)
page-open = Ouvrir
page-open-recorded = L'ouverture est inscrite au journal avant l'affichage : qui, quand, pourquoi.
page-byline = De { $name }, le { $date }
page-documents = Documents
page-proof = Ouverture n° { $leaf } inscrite au journal, vérifiée
page-proof-means = L'inscription a été faite avant l'affichage et cet appareil l'a vérifiée : le relais ne peut ni l'effacer ni la modifier sans que cela se voie.
page-proof-ends = Ce pli sera détruit le { $date }.

# Écrire

page-write-choose = Que voulez-vous faire ?
page-write-none = Votre fonction n'envoie rien dans vos groupes, ou vos groupes ne sont pas encore ouverts.
page-write-again = Écrire un autre pli
page-required = (à remplir)
page-readers = Destinataires
page-readers-none = Personne, dans ce groupe, ne reçoit cet envoi.
page-readers-closed = La liste est celle de la convention : tous, et personne d'autre.
page-unsigned = n'a pas signé la charte
page-subject = Objet
page-fields = Compléter par des champs (facultatif)
page-text = Texte
page-text-more = Précisions (facultatif)
page-rows = Tableau
page-table-file = Déposer un tableau (CSV ou XLSX) au lieu de remplir les lignes
page-documents-help = Déposez-les ici ou choisissez-les. Ils sont lus par les règles sur cet ordinateur avant tout envoi.
page-more = Diffusion, suite attendue, durée
page-handling = Ce que les destinataires peuvent en faire
page-handling-d1 = D1 : tout le groupe peut en prendre connaissance
page-handling-d2 = D2 : destinataires nommés seulement
page-handling-d3 = D3 : aucun autre usage sans l'accord de l'auteur
page-handling-d4 = D4 : à ne pas produire en justice sans l'accord de l'auteur
page-expects = Suite attendue
page-by = Avant le
page-outcome = Suite donnée
page-outcome-none = Aucune : la demande reste ouverte
page-approver = Qui doit donner son accord
page-days = Détruit après (jours)
page-days-help = { $count } jours si vous ne dites rien, { $most } au plus.
page-continue = Vérifier et continuer
page-continue-help = Rien ne part encore : vous verrez d'abord qui lira ce pli et jusqu'à quand.
page-faults =
    { $count ->
        [one] Un point est à corriger.
       *[other] { $count } points sont à corriger.
    }
page-attest = J'atteste avoir lu ces parties : elles ne portent pas sur ce que l'article 5 exclut. Les destinataires en seront informés.
page-send = Envoyer
page-change = Modifier
page-sent-done = Pli déposé
page-arriving = Réception des documents
page-too-many = Trop de documents pour un pli. Envoyez-en une partie dans un second pli. Rien n'est parti.
page-too-large = C'est trop long pour un pli. Raccourcissez, ou joignez un document. Rien n'est parti.
page-no-room = Il n'y a plus assez de place sur ce disque. Libérez de la place, puis recommencez. Rien n'est parti.
page-broken = L'envoi du formulaire s'est interrompu. Recommencez. Rien n'est parti.
