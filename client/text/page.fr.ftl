
# La page (pli ui). Ce qui y est dit comme au terminal est dans fr.ftl.

ui-opened = Pli est ouvert dans votre navigateur ({ $address }). S'il ne s'affiche pas, ouvrez cette adresse et saisissez le code { $code } (valable cinq minutes). Ctrl-C ferme la page.
ui-not-opened = Ouvrez { $address } dans le navigateur de cet ordinateur et saisissez le code { $code } (valable cinq minutes, une seule fois). Ctrl-C ferme la page.
ui-running = La page est déjà ouverte pour ce dossier, dans un autre terminal. Fermez-la là-bas avec Ctrl-C, puis recommencez.

page-skip = Aller au contenu
page-navigation = Rubriques
page-enter = Entrer
page-back = Retour
page-inbox = À traiter
page-write = Écrire
page-sent = Envoyés
page-approvals = À valider
page-deadlines = Échéances
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
page-turned-large = C'est plus long que ce que cette page accepte : rien n'a été fait. Revenez en arrière, raccourcissez, puis recommencez.
page-turned-form = Cette demande n'est pas complète ou n'est pas comprise : rien n'a été fait. Revenez à la première page, puis recommencez.
page-closed-title = Entrer dans Pli
page-closed = Pour entrer, saisissez le code que Pli affiche dans la fenêtre où il a été lancé.
page-closed-for-good = Cette ouverture n'est plus valable. Fermez Pli là où il a été lancé, puis relancez-le.
page-code = Code à huit caractères
page-locked-title = Pli est verrouillé
page-locked = Rien n'a été perdu. Saisissez votre phrase de passe pour continuer.
page-locked-late = Pli s'est verrouillé avant que votre demande n'arrive : elle n'a pas été faite. Déverrouillez, puis recommencez. Si vous écriviez un pli, cherchez-le dans vos brouillons, en haut de la page Écrire.
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
page-state-receipt = reçu gardé
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

# Ce qui est dit autrement qu'au terminal

page-said-unreached = Le relais ne répond pas. Vérifiez la connexion, puis affichez de nouveau cette page.
page-said-usage-arguments = Une des valeurs n'est pas comprise, une date par exemple. Corrigez-la, puis recommencez. Rien n'a été fait.
page-said-usage-group = Ce groupe n'est pas l'un des vôtres. Revenez à la liste de vos groupes.
page-said-proposal-none = Cette proposition n'attend plus votre signature : elle a été signée, remplacée ou abandonnée. Rien n'a été signé.
page-said-proposal-own = Vous avez déjà signé cette proposition : une autre personne la valide.
page-said-group-not-founded = La création de ce groupe attend encore une signature.
page-said-delegation-nowhere = Vous n'êtes pas tous deux membres de ce groupe. Choisissez quelqu'un d'autre, ou un autre groupe.
page-said-device-unknown = Ce poste n'est pas l'un des vôtres, ou ne l'est plus. Revenez à la liste de vos postes.
page-said-device-too-many = Vous avez déjà huit postes. Radiez-en un d'abord.
page-said-device-none-waits = Aucun poste n'a encore répondu à votre invitation. Commencez l'inscription sur l'autre poste, puis recopiez les mots qu'il montre.

# Écrire

page-write-choose = Que voulez-vous faire ?
page-write-none = Votre fonction n'envoie rien dans vos groupes, ou vos groupes ne sont pas encore ouverts.
page-write-again = Écrire un autre pli
page-rest = { $count ->
    [one] Et un de plus.
   *[other] Et { $count } de plus.
}
page-example = Par exemple : { $example }.
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

# Pièces communes

page-cancel = Ne rien faire
page-all = Tous
page-choose = Choisissez
page-filter = Filtrer
page-search = Chercher
page-do = Actions
page-pages = Pages
page-previous = Précédente
page-next = Suivante
page-number = Page { $number } sur { $count }
page-from-day = À partir du
page-until-day = Jusqu'au (compris)
page-name = Nom
page-function = Fonction
page-organisation = Organisme
page-territory = Territoire
page-sign = Signer

# Groupes

page-members = Membres
page-your-state = Votre état
page-you = (vous)
page-suspended = suspendu
page-standing-active = actif
page-standing-reads = actif, en lecture seule
page-standing-unsigned = La charte en vigueur n'est pas signée.
page-standing-ended = La fonction a pris fin.
page-standing-not-begun = La fonction n'a pas commencé.
page-standing-unattested = La fonction n'a pas été confirmée depuis un an.
page-standing-may-not-join = La fonction ou le territoire n'est plus de ce groupe.
page-standing-no-device = Aucun poste n'est reconnu par le groupe.
page-standing-leads = direction, sans y siéger
page-group-not-yours = Vous dirigez ce groupe sans y siéger : vous n'y recevez ni n'envoyez rien.
page-group-unsigned = membres à signer
page-group-unsigned-means = La liste des membres n'est pas encore signée : rien ne s'envoie dans ce groupe avant.
page-group-not-led = direction changée
page-group-not-led-means = La direction du groupe a changé : rien ne s'envoie avant qu'elle ait signé la liste des membres.
page-group-kind = Nature
page-group-president = Présidence
page-group-coordinator = Coordination
page-group-flows = Ce que vous pouvez y envoyer
page-group-no-flows = Votre fonction n'envoie rien dans ce groupe ; vous y recevez ce qui vous est adressé.
page-destroyed-after = { $days ->
    [one] Détruit après un jour
   *[other] Détruit après { $days } jours
}
page-signed = signée
page-not-signed = pas signée
page-to-sign = version { $version } à signer
page-away = Absence du { $from } au { $until } : { $name } reçoit aussi ses plis.

# Charte

page-charter = Charte
page-charter-signed = Vous avez signé cette charte.
page-charter-unsigned = Vous ne l'avez pas encore signée. Sans votre signature, vous ne recevez ni n'envoyez rien dans ce groupe.
page-charter-unsigned-yet = Vous n'avez pas encore signé la version { $version }. Sans votre signature, vous ne recevrez ni n'enverrez plus rien dans ce groupe à partir du { $date }.
page-charter-coming = Version { $version }, applicable à partir du { $date }.
page-charter-read = Lire la charte
page-charter-read-sign = Lire et signer la charte
page-charter-now = En vigueur
page-charter-next = À venir
page-version = Version
page-applies-from = Applicable à partir du
page-reglement = Règlement intérieur
page-charter-order = Application anticipée ordonnée par le procureur
page-charter-have-read = J'ai lu la charte
page-charter-unread = Cochez cette case après avoir lu le texte : la charte n'a pas été signée.
page-charter-sign = Signer la charte

# Propositions

page-proposals-yours = Attend votre signature
page-proposals-others = { $count ->
    [one] Une proposition attend la signature d'une autre personne
   *[other] { $count } propositions attendent la signature d'autres personnes
}
page-proposal-group = Groupe « { $name } »
page-proposal-roster = Membres de « { $name } »
page-proposal-charter = Charte de « { $name } »
page-proposed-by = Proposé par
page-sign-before = À signer avant le
page-waits-for = Attend
page-examine = Examiner et valider
page-validation = Valider une proposition
page-validation-means = Relisez ce que vous allez signer. Votre phrase de passe confirme que c'est bien vous.

# Absence

page-absence = Pendant votre absence
page-absence-tile = Choisir qui reçoit aussi vos plis, et jusqu'à quand.
page-absence-means = Une personne de vos groupes reçoit aussi les plis qui vous sont adressés, pendant trois mois au plus. Tout le groupe le voit ; cela prend fin au jour dit.
page-absence-nobody = Personne d'autre n'est membre de vos groupes.
page-absence-now = En cours ou à venir
page-absence-line = { $group } : { $name }, du { $from } au { $until }
page-absence-back = Vous êtes de retour ?
page-absence-end = Mettre fin à la suppléance
page-absence-new = Nouvelle suppléance
page-absence-who = Qui reçoit aussi vos plis ?
page-absence-group = Dans quel groupe ?
page-absence-all-groups = Tous nos groupes communs
page-absence-flow = Pour quels plis ?
page-absence-all-flows = Tous
page-absence-letters = Donner aussi accès aux plis qui m'attendent déjà
page-absence-sign = Désigner cette personne

# Annuaire

page-telephone = Téléphone
page-email = Courriel
page-directory-search = Chercher une personne
page-directory-whole = Tout l'annuaire
page-directory-count = { $count ->
    [one] Une personne
   *[other] { $count } personnes
}
page-directory-none = Personne ne correspond à ces critères. Élargissez-les, ou revenez à tout l'annuaire.
page-directory-changed = fiche modifiée depuis la publication de l'annuaire

# Échéances

page-deadlines-none = Rien n'est à faire. Ce que votre fonction doit envoyer apparaîtra ici avec son délai.
page-deadlines-open = À faire
page-deadlines-what = À envoyer
page-deadlines-until = Délai
page-deadlines-do = Action
page-deadlines-over-title = Fait ou clos
page-deadlines-over = { $count ->
    [one] Une échéance faite ou close
   *[other] { $count } échéances faites ou closes
}
page-deadlines-file = Télécharger pour votre agenda
page-proof-short = Preuve
page-months = Autres mois
page-month-owed = { $title } : { $action }
page-month-none = Rien n'est dû ce mois-ci, pour ce que cet appareil en sait.
page-month = { $month }, jour par jour
page-month-caption = Échéances, { $month }
page-month-name = { $month ->
    [1] Janvier
    [2] Février
    [3] Mars
    [4] Avril
    [5] Mai
    [6] Juin
    [7] Juillet
    [8] Août
    [9] Septembre
    [10] Octobre
    [11] Novembre
   *[12] Décembre
} { $year }
page-weekday = { $day ->
    [1] Lundi
    [2] Mardi
    [3] Mercredi
    [4] Jeudi
    [5] Vendredi
    [6] Samedi
   *[7] Dimanche
}
page-threads = Demandes et réponses
page-threads-owed = Attendu de vous
page-threads-asked = Attendu par vous
page-threads-open = en cours
page-threads-ended = { $count ->
    [one] Une demande terminée
   *[other] { $count } demandes terminées
}
page-expected = Ce qui est attendu
page-before = Avant le

# Vos accès

page-accesses-means = Chacun de vos actes sur ce poste est inscrit au journal. Les voici tels que le journal les contient, avec la preuve que ce poste en a gardée. Vos autres postes gardent les leurs.
page-act = Acte
page-all-acts = Tous les actes
page-when = Quand
page-reason = Motif
page-record = Inscription
page-record-number = n° { $leaf }
page-letter-number = pli { $number }

# Vos postes

page-devices = Vos postes
page-devices-tile = Ajouter un second poste, en radier un qui est perdu.
page-devices-means = Chaque poste de cette liste signe pour vous et lit vos plis. Radiez sans attendre un poste perdu ou volé.
page-device = Poste
page-device-this = ce poste
page-since = Depuis le
page-device-counts = lit et envoie
page-device-counts-not = attend que le groupe renouvelle votre inscription
page-device-name = Nouveau nom
page-device-rename = Renommer
page-device-revoke = Radier ce poste
page-device-revoke-named = Radier « { $name } »
page-device-revoke-means = Le poste { $number } ne lira plus rien de nouveau. Un poste radié ne revient jamais.
page-device-add = Ajouter un poste
page-device-step-invite = Sur ce poste, téléchargez une invitation. Elle vaut deux semaines et n'ouvre rien par elle-même.
page-device-invite = Télécharger l'invitation
page-device-step-enrol = Apportez ce fichier sur l'autre poste et ouvrez-y Pli : la page « Première ouverture » le demande, puis montre six mots.
page-device-step-words = Recopiez ici les six mots que l'autre poste montre. S'ils ne correspondent pas, rien n'est accepté.
page-device-words = Les six mots de l'autre poste
page-device-accept = Accepter ce poste

# Un pli : ce qu'on en fait, et la décision.
page-letter-acts = Ensuite
page-letter-waits = Ce pli attend votre accord jusqu'au { $date }. Ouvrez-le pour le lire, puis décidez sur la même page.
page-letter-ours = Vous avez écrit ce pli.
page-letter-copy = Ce pli a déjà été ouvert sur cet appareil. Vous pouvez le relire sans le relais.
page-open-copy = Relire
page-why-act = Motif
page-reply = Répondre
page-reveal = Afficher les valeurs masquées
page-reveal-means = Elles s'affichent une fois, sur cette page. Cet affichage est inscrit au journal : qui, quand, pourquoi.
page-revealed = Valeurs affichées, inscrites au journal sous le n° { $leaf }.
page-save = Enregistrer les documents
page-save-means = Un document enregistré sort de Pli : il ne sera pas détruit avec le pli. Cet enregistrement est inscrit au journal.
page-saved = Documents à enregistrer
page-saved-recorded = Enregistrement inscrit au journal sous le n° { $leaf }. Les documents n'ont pas été ouverts : choisissez où les garder.
page-taken-limit = Ces fichiers restent disponibles ici jusqu'au verrouillage. Ce que vous enregistrez est à votre charge : supprimez-le quand il n'est plus utile.
page-print = Imprimer
page-print-means = La feuille porte votre nom, la date et le numéro d'inscription. L'impression est inscrite au journal, que la feuille sorte ou non.
page-print-ready = L'impression est inscrite. Lancez-la avec le bouton, ou par le menu Imprimer du navigateur (Ctrl + P).
page-print-first = Ce pli ne s'imprime pas depuis cette page. Utilisez le bouton Imprimer du pli : la feuille est alors datée et inscrite au journal.
page-decide = Votre décision
page-decide-means = Rien n'est décidé avant la page suivante, qui dit ce qui va se passer et redemande votre phrase de passe.
page-approve = Donner l'accord
page-approve-means = Les destinataires pourront lire ce pli.
page-approve-sure = Confirmer l'accord
page-reject = Refuser
page-reject-why = Motif du refus, lu par l'auteur
page-reject-sure = Confirmer le refus
page-decide-before = Ce qui va se passer
page-decide-not = Ne rien décider
page-decide-back = Retour à ce qui attend votre accord

# Journal.
page-journal-closed = Le journal est lu par ses contrôleurs, que le parquet désigne. Ce qui est inscrit à votre nom est ici :
page-journal-state = État de vérification
page-journal-verified = Journal vérifié par cet appareil jusqu'au n° { $leaf }, du { $date }.
page-journal-unverified = Cet appareil n'a pas encore vérifié le journal.
page-journal-attested = Vu et signé aussi par ses témoins le { $date }.
page-journal-unattested = Aucun témoin ne l'a encore vu : il repose sur la seule parole du relais.
page-journal-whole = { $count ->
    [0] Le journal est entier : { $size } inscriptions, rien n'y a été coupé, changé ni ajouté.
    [one] Le journal est entier : { $size } inscriptions, rien n'y a été coupé, changé ni ajouté. Le seul acte nouveau a été lu et vérifié.
   *[other] Le journal est entier : { $size } inscriptions, rien n'y a été coupé, changé ni ajouté. Les { $count } actes nouveaux ont tous été lus et vérifiés.
}
page-journal-report-narrowed = Le rapport suit la recherche ci-dessus (acte, motif, organisme, groupe, heures).
page-rule-not-a-member = Remise à qui n'est pas membre du groupe
page-rule-before-signature = Remise avant la signature de la charte
page-rule-unproved = Remise dont la composition du groupe n'est pas prouvée
page-rule-after-expiry = Remise après la fin du pli
page-rule-after-retirement = Remise après le retrait du pli
page-rule-before-approval = Remise avant l'accord
page-rule-decided-by-another = Décision d'une autre fonction que celle prévue
page-rule-undecided = Demande restée sans décision
page-rule-unacknowledged = Remise sans ouverture confirmée
page-rule-did-not-verify = Pli non conforme à l'ouverture
page-rule-mass-reading = Nombreuses lectures en une heure
page-rule-closed-hours = Lecture la nuit ou en fin de semaine
page-rule-always-other = Motif « autre » presque toujours
page-rule-own-organisation = Lecture d'un pli de son propre organisme
page-rule-refused = Décision de groupe refusée par le relais
page-rule-many-refusals = Refus répétés en une minute
page-journal-verify = Vérifier la suite
page-journal-search = Chercher
page-journal-recorded = Chaque recherche lit le journal ; cette lecture y est elle-même inscrite, à votre nom.
page-journal-which = Quels actes
page-journal-any = Tous
page-journal-from = Du
page-journal-until = Au
page-journal-act = Acte
page-journal-reason = Motif
page-journal-organisation = Organisme de l'auteur
page-journal-group = Groupe
page-journal-group-help = Le début de son numéro, tel que le tableau le montre.
page-journal-order = Référence d'un ordre écrit
page-journal-order-help = Facultative. Elle est inscrite au journal et ouvre ce qui a plus d'un an.
page-journal-night = La nuit (22 h à 6 h)
page-journal-weekend = Le samedi et le dimanche
page-journal-acts = Voir les actes
page-journal-anomalies = Points à éclaircir
page-journal-activity = Frise et horaires
page-journal-found = { $count ->
    [0] Aucun acte
    [one] Un acte
   *[other] { $count } actes
}
page-journal-many = Seuls les { $count } derniers sont montrés. Précisez la recherche, ou demandez un rapport, qui les contient tous.
page-journal-many-points = Il y en a davantage : seuls les { $count } premiers sont affichés ici. Réduisez la période, ou préparez un rapport.
page-journal-many-letters = Il y en a davantage : seuls les { $count } premiers plis sont affichés ici.
page-journal-more-acts = D'autres actes concernent ce pli : cherchez-le par son numéro, { $number }.
page-member-help = Son identifiant, comme dans l'annuaire.
page-journal-number = N°
page-journal-when = Le
page-journal-who = Par
page-journal-about = Au sujet de
page-journal-why = Motif
page-journal-relay = le relais
page-journal-unshown = non montré au lecteur
page-journal-letter = pli { $number }
page-journal-of-group = groupe { $number }
page-journal-anomalies-mean = Un point à éclaircir est un fait, pas une faute. Chacun est donné avec la règle qui l'a trouvé et une explication possible.
page-journal-span = Quand
page-journal-numbers = Actes n°
page-journal-cause = Explication possible
page-journal-rule = Règle
page-journal-person = Chercher ce qui a été fait avec les plis d'une personne
page-journal-person-who = Personne
page-journal-person-help = NOM Prénom, ANNÉE de naissance ; l'année peut manquer. Ce nom est comparé sur cet appareil : il n'est ni transmis ni gardé.
page-journal-person-find = Chercher cette personne
page-journal-person-found = { $count ->
    [0] Aucun pli au sujet de cette personne
    [one] Un pli au sujet de cette personne
   *[other] { $count } plis au sujet de cette personne
}
page-journal-timeline = Au fil des jours
page-journal-hours = Heures et jours
page-journal-numbers-table = Les mêmes nombres en tableau
page-journal-day = Jour
page-journal-count = Actes
page-journal-report = Rapport
page-journal-report-means = Un rapport rassemble, pour un magistrat, les actes demandés, leurs preuves et ce qui peut appeler une question. Sans ordre écrit, il ne nomme personne.
page-journal-report-ask = Préparer un rapport
page-journal-report-order = Facultative. Avec elle, le rapport dit qui sont les personnes ; elle est inscrite au journal.
page-journal-report-write = Établir le rapport
page-journal-report-done = Le rapport est prêt. « rapport.zip » contient tout, preuves comprises.

# Vérifier une pièce.
page-verify-means = Une pièce est le compte rendu d'un pli, établi pour un tribunal. Déposez-la : cet appareil la vérifie seul, sans le relais, et n'en garde rien.
page-verify-file = Pièce à vérifier
page-verify-other = Elle vient d'un autre groupe de la convention
page-verify-fingerprint = Empreinte de l'acte de fondation
page-verify-fingerprint-help = 64 caractères, donnés par la convention ou l'annuaire. Sans elle, celle de cet appareil est prise.
page-verify-do = Vérifier
page-verify-another = Vérifier une autre pièce
page-verify-proved = Tout ce que cette pièce contient est prouvé.
page-verify-refused = Pièce refusée
page-verify-records = { $count ->
    [0] Aucun acte
    [one] Un acte prouvé
   *[other] { $count } actes prouvés
}

# Members of a group
page-roster = Changer les membres
page-roster-add = Proposer un nouveau membre
page-roster-add-means = L'autre responsable du groupe signe votre proposition ; la personne en fait partie ensuite, et lit ce qui est écrit à partir de là.
page-roster-add-none = Toutes les personnes de l'annuaire en font déjà partie.
page-roster-who = Personne
page-roster-may = Cette personne
page-roster-writes = lit et écrit
page-roster-reads = lit seulement
page-roster-propose = Proposer
page-roster-remove = Retirer une personne
page-roster-remove-means = Une signature suffit, et l'effet est immédiat : la personne n'ouvre plus rien de ce groupe. Un responsable retire qui que ce soit ; chacun peut retirer un collègue de sa propre organisation.

page-journal-actor = Membre
page-journal-flow = Type d'échange
page-journal-item = N° du pli
page-journal-item-help = Les premiers caractères suffisent.

# Drafts
page-draft = Brouillon
page-drafts = Vos brouillons
page-draft-keep = Garder comme brouillon
page-draft-kept = Ce que vous avez écrit est gardé sur ce poste, scellé, jusqu'au { $date }. Les documents joints n'y sont pas : vous les joindrez de nouveau.
page-draft-kept-by-itself = Ce que vous écriviez est aussi gardé comme brouillon, jusqu'au { $date }, sans les documents joints.
page-draft-not-kept = Ce que vous écriviez n'a pas pu être gardé comme brouillon : c'est encore sur cette page, tant que Pli reste ouvert.
page-draft-go-on = Reprendre ce brouillon
page-draft-dates = modifié le { $changed }, détruit le { $dies }
page-draft-remove = Supprimer
page-draft-remove-named = Supprimer le brouillon « { $title } »
page-readers-away = Le relais est injoignable. Vous choisirez les destinataires quand il répondra ; d'ici là, gardez ce pli comme brouillon.

# What may be done with a letter that was sent
page-sent-acts = Que faire de ce pli ?
page-confirm = Oui, continuer
page-retire = Reprendre ce pli
page-retire-why = Pourquoi le reprendre
page-recall = Il est parti à la mauvaise personne
page-recall-means = Plus personne ne l'ouvrira, et le projet d'avis à votre délégué à la protection des données se remplit tout seul : une telle erreur se notifie dans les 72 heures.
page-recall-do = Le retirer et préparer l'avis
page-recall-notice = Projet d'avis de violation de données
page-recall-notice-means = Remettez-le sans attendre à votre délégué à la protection des données, qui le complète et le notifie dans les 72 heures.
page-extend = Le garder plus longtemps
page-extend-means = Une seule fois, et pour une raison inscrite au journal. Le pli est scellé de nouveau ; l'ancien exemplaire est détruit.
page-extend-why = Pourquoi
page-extend-until = Jusqu'au (sans date : aussi longtemps que possible)
page-regrant = Un destinataire a changé d'ordinateur
page-regrant-means = Il lira ce pli sur le poste qu'il a depuis, sans que vous le renvoyiez.
page-regrant-do = Lui donner l'accès sur son nouveau poste

# A second reading
page-reread = Relire pour un collègue
page-reread-tile = Laisser passer, avec le code de son écran, ce que vous y avez relu.
page-reread-means = Un collègue de votre organisation vous a montré, sur son écran, un texte que le contrôle y a arrêté. Si vous confirmez qu'il peut partir, tapez le code affiché sur cet écran. Votre nom est inscrit au journal.
page-reread-code = Code affiché sur l'écran de votre collègue
page-reread-do = J'ai relu ce texte, il peut partir
page-second-ask = Demander une seconde lecture à un collègue
page-second-code = Faites relire ce texte sur cet écran par { $names }. Sur son propre poste, dans « Groupes » puis « Relire pour un collègue », cette personne tape ce code :
page-second-go-on = C'est fait, continuer
# Première ouverture
page-first = Première ouverture
page-first-step = Étape { $number } sur 3
page-first-means = Ce poste n'est pas encore inscrit. Choisissez le fichier d'invitation que l'on vous a remis, ou déposez-le dans le cadre.
page-first-file = Fichier d'invitation
page-first-file-help = Il vous a été remis par l'autorité ou par le parquet ; pour un second poste, téléchargez-le sur le premier (page « Vos postes »).
page-first-look = Lire l'invitation
page-first-none = Pas d'invitation ? Demandez-la à l'autorité du dispositif ; pour une fonction du parquet, au parquet.
page-first-for = Cette invitation est-elle bien pour vous ? Sinon, ne continuez pas et rendez-la à qui vous l'a remise.
page-first-for-device = Cette invitation ajoute ce poste à ceux de la personne ci-dessous. Si ce n'est pas vous, ne continuez pas.
page-first-member = Identifiant
page-first-name = bureau
page-first-name-label = Nom de ce poste
page-first-name-help = Pour le distinguer de vos autres postes. Il figure à l'annuaire.
page-first-phrase = Phrase de passe
page-first-phrase-help = Douze caractères au moins, par exemple quatre mots sans lien entre eux. Elle ouvre Pli sur ce poste ; personne ne peut la retrouver.
page-first-again = La même, encore une fois
page-first-chosen-already = Celle que vous avez choisie la première fois sur ce poste.
page-first-do = C'est bien pour moi : inscrire ce poste
page-first-busy = Pli prépare ce poste et répond à l'invitation. Cela prend quelques secondes.
page-first-busy-again = Pli ouvre ce poste et interroge le relais. Cela prend quelques secondes.
page-first-other = Choisir une autre invitation
page-first-words = Vos six mots
page-first-waiting = Votre réponse est arrivée. Personne n'a encore accepté ce poste : cette page vérifie d'elle-même.
page-first-unreached = Le relais ne répond pas. Vérifiez la connexion ; cette page réessaie d'elle-même, et rien n'est perdu.
page-first-other-screen = Sur votre autre poste, ouvrez « Groupes », puis « Vos postes », et recopiez-y ces six mots. Dès que vous y acceptez ce poste, il est inscrit.
page-first-compare = Lisez les six mots dans l'ordre. S'ils ne sont pas reconnus, ne recommencez pas : quelqu'un d'autre a pu répondre à votre invitation.
page-first-compare-own = S'ils n'y sont pas reconnus, n'insistez pas : quelqu'un d'autre a pu répondre à votre invitation. Téléchargez-en une nouvelle.
page-first-go-on-means = L'inscription a été commencée sur ce poste. Saisissez votre phrase de passe pour vérifier si elle a été acceptée.
page-first-go-on = Continuer
page-first-ask = Vérifier maintenant
page-first-close = Vous pouvez fermer cette page et la rouvrir plus tard : les mêmes mots reviendront.
page-welcome = Bienvenue
page-welcome-done = Ce poste est inscrit.
page-welcome-charter = La charte du groupe « { $name } » attend votre signature. Tant qu'elle n'est pas signée, rien de nominatif ne s'y échange avec vous.
page-welcome-no-group = Vous n'êtes encore membre d'aucun groupe : la personne qui dirige le vôtre doit vous y inscrire. Vous n'avez rien à faire d'ici là.
page-welcome-not-counted = Ce poste n'est pas encore reconnu par : { $groups }. Le groupe doit d'abord renouveler votre inscription ; demandez-le à qui le dirige.
page-welcome-further = Les plis envoyés avant l'inscription de ce poste restent sur vos autres postes, tant que leurs auteurs ne les ont pas rendus lisibles ici.
page-welcome-passphrase = Gardez votre phrase de passe pour vous. Pli la demande après dix minutes sans activité.
page-said-enroll-file = Aucun fichier n'est arrivé, ou pas en entier. Choisissez-le de nouveau.
page-said-enroll-other-home = L'inscription commencée sur ce poste est celle d'une autre personne ou d'un autre dispositif. Reprenez la première invitation, ou demandez au service informatique d'ouvrir Pli avec un autre dossier.
page-said-enroll-done = Ce poste est déjà inscrit.
page-said-passphrase-differs = Les deux saisies de la phrase de passe diffèrent. Rien n'a été fait : saisissez-la deux fois à l'identique.

# Être prévenu
page-notice = Un pli vous attend
page-notify = Me prévenir sur ce poste
page-notify-means = Le navigateur dira « Un pli vous attend », sans rien d'autre, quand vous regardez ailleurs.
page-notify-done = Ce navigateur vous prévient quand un pli arrive, tant que Pli reste ouvert.
page-notify-denied = Ce navigateur refuse les avis de cette page. Pour en recevoir, autorisez les notifications dans ses réglages.
# Résultats de patrouille
page-patrol = Résultats de patrouille
page-patrol-preview = Résultats de patrouille : avant l'envoi
page-patrol-nowhere = Votre fonction n'envoie pas de résultats de patrouille dans vos groupes, ou vos groupes ne sont pas encore ouverts.
page-patrol-no-lists = Cet appareil ne sait pas encore à qui sont les immeubles : aucune ligne ne trouverait son bailleur.
page-patrol-open-lists = Ouvrir d'abord la liste d'adresses d'un bailleur, ou le tableau du patrimoine
page-patrol-file = Tableau des résultats (CSV ou XLSX)
page-patrol-file-help = Déposez-le une fois : chaque bailleur recevra les lignes de ses immeubles. Colonnes lues, dans n'importe quel ordre : { $columns }.
page-patrol-lists = Listes de halls auxquelles ces résultats répondent
page-patrol-lists-help = La dernière liste de chaque bailleur est cochée. Une seule par bailleur.
page-patrol-continue = Rien ne part encore : vous verrez d'abord quel bailleur reçoit quelles lignes.
page-patrol-template = Télécharger un tableau vide
page-patrol-by-hand = Remplir à la main, pour un seul bailleur
page-patrol-another = Choisir un autre tableau
page-patrol-more = Envoyer d'autres résultats
page-patrol-who = Qui reçoit quoi
page-patrol-parcel = { $count ->
    [one] une ligne, lue par { $names }
   *[other] { $count } lignes, lues par { $names }
}
page-patrol-answers = Répond à la liste de halls de ce bailleur (pli { $number }).
page-patrol-none = Aucune ligne de ce tableau ne peut partir.
page-patrol-all-sent = Tout ce qui pouvait partir est déjà parti. Rien ne sera envoyé une seconde fois.
page-patrol-sentence = { $rows ->
    [one] Une ligne partira
   *[other] { $rows } lignes partiront
} en { $count ->
    [one] un pli, lisible
   *[other] { $count } plis, lisibles
} par { $people ->
    [one] une personne
   *[other] { $people } personnes
} ({ $names }), { $count ->
    [one] détruit
   *[other] détruits
} le { $date } ; chaque ouverture figurera au journal.
page-patrol-kept = Déjà parti avec les mêmes lignes, et ne repart pas :
page-patrol-kept-line = { $count ->
    [one] une ligne, le { $date }
   *[other] { $count } lignes, le { $date }
}
page-patrol-unmatched = { $count ->
    [one] Une ligne ne part pas
   *[other] { $count } lignes ne partent pas
}
page-patrol-unmatched-means = { $count ->
    [one] Elle n'est envoyée à personne. Corrigez-la dans le tableau et déposez-le de nouveau : ce qui est déjà parti ne repartira pas.
   *[other] Elles ne sont envoyées à personne. Corrigez-les dans le tableau et déposez-le de nouveau : ce qui est déjà parti ne repartira pas.
}
page-patrol-see-rows = { $count ->
    [one] Voir cette ligne
   *[other] Voir ces { $count } lignes
}
page-patrol-rows = Lignes
page-row-rest = { $count ->
    [one] Et la ligne { $lines }.
   *[other] Et { $count } autres lignes du tableau : { $lines }.
}
page-row-faults = Rien n'est parti. Corrigez le tableau, puis déposez-le de nouveau.
page-row-faults-table = Ce qui est à corriger
page-row-line = Ligne
page-row-lines = Lignes
page-row-column = Colonne
page-row-wrong = À corriger
page-patrol-done-title = Résultats envoyés
page-patrol-done = { $count ->
    [0] Aucun pli n'est parti.
    [one] Un pli est déposé.
   *[other] { $count } plis sont déposés.
}
page-patrol-done-table = Plis déposés, par bailleur
page-patrol-landlord = Bailleur
page-patrol-readers = Lu par
page-patrol-letter = Pli
page-patrol-broken-off = Envoi interrompu
page-patrol-goes-on = Ce qui est parti reste parti. Le même tableau reprend où il s'est arrêté : rien ne part deux fois.
page-patrol-go-on = Reprendre l'envoi
page-said-patrol-no-buildings = Cet appareil ne sait pas à qui sont les immeubles. Ouvrez d'abord, dans « À traiter », la liste annuelle des adresses d'un bailleur ou le tableau du patrimoine. Rien n'est parti.
page-said-patrol-answers = Deux des listes cochées sont du même bailleur, ou l'une n'est pas une liste de halls de ce groupe. Gardez-en une par bailleur. Rien n'est parti.
page-file-too-large = Ce fichier est trop gros. Répartissez les lignes sur plusieurs fichiers. Rien n'est parti.

# Patrimoine
page-which-group = Dans quel groupe ?
page-patrimoine = Patrimoine
page-patrimoine-ranking = Classement
page-patrimoine-evolution = Évolution
page-patrimoine-views = Vues du tableau
page-patrimoine-show = Afficher
page-patrimoine-groups = Tableaux d'autres groupes :
page-patrimoine-count = { $count ->
    [one] Une ligne.
   *[other] { $count } lignes.
}
page-patrimoine-what = Ce tableau classe des adresses, et ne dit rien d'aucune personne. Il est destiné au secrétariat, au parquet, à l'état-major et aux chefs de circonscription (convention, article 4). Il se consulte ici sans le relais.
page-patrimoine-none-lines = Les lignes que vous déposez partent à l'AORIF, qui les réunit en un tableau unique. Ce tableau est destiné au parquet et à la police : il ne s'affiche pas ici. Vos envois figurent dans « Envoyés ».
page-patrimoine-none-merge = Aucun envoi de bailleur n'a été ouvert sur cet appareil. Ouvrez ceux qui attendent dans « À traiter », puis réunissez-les.
page-patrimoine-none-read = Le tableau arrive par un pli. Ouvrez-le dans « À traiter » : il s'affichera ici, avec son évolution et sa carte.
page-patrimoine-none = Ce tableau n'est pas destiné à votre fonction : rien ne s'affiche ici. Ce qui vous est adressé est dans « À traiter ».
page-patrimoine-table = { $title } : le même contenu en tableau
page-patrimoine-map-none = Aucune ligne de ce trimestre ne porte de position : il n'y a pas de carte. Les bailleurs peuvent remplir la colonne « Position » (latitude, longitude).
page-patrimoine-no-before = Aucun tableau du trimestre { $quarter } n'est sur cet appareil : rien à comparer.
page-patrimoine-changes = Ce qui a changé depuis { $quarter }
page-patrimoine-no-change = Aucun changement.
page-patrimoine-change = Changement
page-patrimoine-before = Avant
page-patrimoine-after = Maintenant
page-patrimoine-more-changes = { $count ->
    [one] Et un autre changement.
   *[other] Et { $count } autres changements.
}
page-change-up = en hausse
page-change-down = en baisse
page-change-new = nouveau
page-change-gone = disparu
page-change-unsaid = sans nouvelle
page-patrimoine-lines = Déposer vos lignes du tableau
page-patrimoine-lines-nowhere = Votre fonction n'envoie pas de lignes du tableau dans vos groupes, ou le groupe départemental n'est pas encore ouvert.
page-patrimoine-file = Tableau de vos lignes (CSV ou XLSX)
page-patrimoine-file-help = Une ligne par immeuble ou par hall, et par problématique. Tout est vérifié sur cet ordinateur avant l'envoi.
page-patrimoine-template = Télécharger le modèle
page-patrimoine-continue = Rien ne part encore : vous verrez d'abord ce qui partira, à qui et jusqu'à quand.
page-patrimoine-columns = Ce que chaque colonne accepte
page-patrimoine-accepts = Valeurs acceptées
page-accepts-address = par exemple : 12 rue des Lilas, 93200 Saint-Denis
page-accepts-line = un texte court
page-accepts-number = un nombre de { $min } à { $max }
page-accepts-date = un jour passé, comme 24/09/2026
page-accepts-position = latitude et longitude, comme 48.9362, 2.3574
page-version-awaited = attendu
page-patrimoine-your-lines = Vos lignes
page-patrimoine-merge = Réunir et envoyer le tableau
page-patrimoine-transmit = Transmettre le tableau
page-patrimoine-table-nowhere = Votre fonction n'envoie pas ce tableau dans vos groupes, ou le groupe départemental n'est pas encore ouvert.
page-patrimoine-nothing-to-send = Rien de ce trimestre n'est encore sur cet appareil. Ouvrez dans « À traiter » ce qui est arrivé, ou choisissez un autre trimestre.
page-patrimoine-partial = Envoyer sans les plis qui ne sont pas encore ouverts : le tableau sera incomplet.
page-patrimoine-look = Voir ce tableau, son évolution et sa carte
page-patrimoine-unopened = { $count ->
    [one] Un envoi n'est pas encore ouvert, et n'est pas compté. Ouvrez-le, puis revenez ici :
   *[other] { $count } envois ne sont pas encore ouverts, et ne sont pas comptés. Ouvrez-les, puis revenez ici :
}
page-patrimoine-others = { $count ->
    [one] Un envoi concerne { $quarter } : l'afficher
   *[other] { $count } envois concernent { $quarter } : les afficher
}
page-patrimoine-aside = Le pli { $number } n'est pas un tableau lisible : il est laissé de côté. Demandez un nouvel envoi à son auteur.
page-patrimoine-had = { $count ->
    [one] (une ligne au trimestre précédent)
   *[other] ({ $count } lignes au trimestre précédent)
}
page-patrimoine-fewer = (moins de lignes que dans son envoi précédent)
page-version-counted = compté
page-version-replaced = remplacé
page-patrimoine-duplicates = { $count ->
    [one] Une ligne en double
   *[other] { $count } lignes en double
}
page-patrimoine-kept = Retenue
page-patrimoine-left = Laissée de côté
page-patrimoine-gaps = { $count ->
    [one] Une ligne manque
   *[other] { $count } lignes manquent
}
page-patrimoine-gaps-means = Elles étaient au tableau du trimestre précédent, et leur bailleur ne les a pas renvoyées.
page-patrimoine-table-of = { $count ->
    [one] Le tableau : une ligne
   *[other] Le tableau : { $count } lignes
}
page-patrimoine-more-lines = { $count ->
    [one] Et une autre ligne.
   *[other] Et { $count } autres lignes.
}
page-again = Envoyer de nouveau
page-again-means = C'est la même chose, ligne pour ligne.
page-table-gone = Le tableau n'est plus là : il a été envoyé, ou la page a été verrouillée. Ce qui est parti figure dans « Envoyés ». Pour autre chose, déposez le tableau de nouveau.
page-said-patrimoine-none = Aucun pli du tableau n'a été ouvert sur cet appareil. Ouvrez dans « À traiter » ce qui vous attend.
page-said-patrimoine-empty = Rien de ce trimestre n'a été ouvert sur cet appareil. Choisissez un autre trimestre, ou ouvrez d'abord dans « À traiter » ce qui vous attend.
page-said-patrimoine-open-first = Des plis du tableau n'ont pas encore été ouverts : le tableau serait incomplet. Ouvrez-les d'abord, ou cochez la case pour envoyer sans eux. Rien n'est parti.

# En retard
page-late = En retard
page-late-none = Rien n'est en retard, pour ce que cet appareil en sait : les plis ouverts et envoyés depuis ce poste.
page-late-approvals = Votre accord est attendu, et le temps presse
page-late-decide-by = À décider avant le
page-late-decide = Lire et décider
page-late-to-send = À envoyer
page-late-read = Relire le pli
page-late-owed = Réponses attendues de vous
page-late-answer = Ouvrir et répondre
page-late-asked = Réponses que vous attendez
page-late-look = Voir où il en est
page-late-next = Voir toutes les échéances
page-late-since = { $count ->
    [0] depuis aujourd'hui
    [one] depuis un jour
   *[other] depuis { $count } jours
}
# Dit au terminal avec une commande à taper : ici, où cliquer.

page-said-refusal-reason-missing = Ce pli ne s'ouvre qu'avec un motif de sa liste. Choisissez-en un ; le motif « autre », et lui seul, demande aussi une précision.
page-said-open-reason-missing = Ce pli ne s'ouvre qu'avec un motif de sa liste. Choisissez-en un ; le motif « autre », et lui seul, demande aussi une précision.
page-said-open-reason = { $title }
page-said-refusal-charter-unsigned = Vous n'avez pas signé la charte en vigueur de ce groupe. Lisez-la et signez-la dans la rubrique Groupes.
page-said-refusal-retired = Ce pli a été retiré par son auteur, ou l'accord qu'il attendait a été refusé : plus personne ne peut l'ouvrir. Demandez-en la raison à son auteur.
page-said-refusal-decided = Une autre décision a déjà été prise sur ce pli, et elle reste. Elle figure dans la rubrique À valider.
page-said-again-refused = La même chose est déjà partie de ce poste : rien n'a été envoyé. Voyez la rubrique Envoyés ; pour un nouvel envoi, changez l'objet ou le texte.
page-said-send-done-gated = Le pli { $number } est déposé. Il attend l'accord de { $name } ; sans décision avant le { $date }, il est détruit. Suivez-le dans la rubrique Envoyés.
page-said-send-approver = Plusieurs membres du groupe peuvent donner l'accord que demande cet échange. Choisissez l'un d'eux.
page-said-send-approver-needless = Cet échange ne demande l'accord de personne. Recommencez depuis la rubrique Écrire.
page-said-send-outcome-text = Cette suite se donne avec sa raison : écrivez-la dans le texte. Rien n'est parti.
page-said-send-by-past = La date donnée pour la suite attendue est passée. Choisissez un jour à venir.
page-said-send-by-late = La date donnée pour la suite attendue tombe après la destruction de ce pli. Choisissez un jour plus proche, ou une destruction plus lointaine.
page-said-log-person-none = Aucun pli du journal ne concerne cette personne. Ne sont trouvés que les plis dont l'auteur l'a nommée comme personne concernée.
page-said-receipt-no-checkpoint = Ce poste n'a encore vérifié aucun point de contrôle. Affichez d'abord la rubrique À traiter.
page-said-usage-locked = Pli s'est verrouillé. Déverrouillez-le, puis recommencez. Rien n'a été fait.
page-said-log-unread = { $count ->
    [1] ATTENTION : un acte n'a pas pu être lu en entier. L'exploitant de Pli peut dire lequel.
   *[other] ATTENTION : { $count } actes n'ont pas pu être lus en entier. L'exploitant de Pli peut dire lesquels.
}
page-said-log-closed-on-order = { $count ->
    [1] Un acte de plus d'un an ne s'ouvre que sur ordre écrit, avec sa référence. Sa place au journal est vérifiée.
   *[other] { $count } actes de plus d'un an ne s'ouvrent que sur ordre écrit, avec sa référence. Leur place au journal est vérifiée.
}
page-said-log-fault-unopened = L'acte n° { $leaf } n'a pas pu être lu : rien de ce qui l'ouvre n'a été remis à cet appareil. Il a été inscrit avant votre arrivée, ou le relais le retient. Un contrôleur déjà en place peut vous le transmettre.
page-said-bundle-fingerprint = Donnez l'empreinte de l'acte de fondation, en 64 caractères (0-9, a-f) : la convention ou l'annuaire du groupe la donne.
page-said-group-roster-next = Cette décision sur le groupe est en vigueur. Sa présidence ou sa coordination propose maintenant la liste des membres.
page-said-group-roster-again = La liste des membres doit maintenant être signée de nouveau.
page-said-leader-replaced = L'appareil par lequel l'une des deux personnes dirige ce groupe a été remplacé. Elle doit d'abord être désignée de nouveau.
page-said-member-unknown = Cette personne n'est pas à l'annuaire. Cherchez-la dans la rubrique Annuaire.
page-said-device-news = Un nouveau poste ({ $device }) signe pour vous, accepté par l'un des vôtres. Si ce n'est pas vous, radiez-le dans « Vos postes » et prévenez l'autorité.
page-said-objection-unread = Des parties de ce pli n'ont pas pu être lues, donc pas contrôlées. Rien n'est parti. Si vous en répondez, cochez la case ci-dessous : vos lecteurs en seront informés.
page-said-stopped-by = Règle { $rule } : « { $words } ». Une erreur ? Écrivez-le autrement, ou signalez cette règle à votre référent.
page-said-stopped-releasable = Un collègue de votre organisation, membre du groupe, peut le relire avec vous et le laisser passer.
page-said-gate-unread = Vous n'avez pas encore lu le pli { $number } sur ce poste. Ouvrez-le d'abord.
page-said-approve-unread = Vous n'avez pas lu ce pli sur ce poste, et un accord ne se reprend pas. Ouvrez-le d'abord.
page-said-reject-reason = Un refus dit son motif, choisi dans la liste. Choisissez-en un.
page-said-reveal-nothing = Ce pli ne masque rien : il se lit en entier.
page-said-open-hidden = Des valeurs sont masquées. Affichez-les plus bas, au moment où vous en avez besoin.
page-said-open-document = Document joint : { $document } ({ $bytes } octets).
page-said-send-thread = Ce qui est attendu, ou la suite donnée, se choisit dans la liste. Rien n'est parti.
page-said-form-file = Ce fichier ne peut pas être lu comme un tableau. Enregistrez-le en CSV ou en XLSX, puis recommencez.
page-said-fault-in-named = « { $field } » :
page-said-inbox-delivered = à ouvrir
page-said-inbox-to-approve = à valider
