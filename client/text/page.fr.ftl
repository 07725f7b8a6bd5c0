
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
page-locked-late = Pli s'est verrouillé avant que votre demande n'arrive : elle n'a pas été faite. Déverrouillez, puis recommencez.
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
page-device-step-enrol = Apportez ce fichier sur l'autre poste et inscrivez-le avec Pli : il montre six mots.
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
