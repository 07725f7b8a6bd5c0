# Ce que lit un membre, en français. en.ftl porte les mêmes identifiants.
# Une phrase dit ce qui s'est passé, puis ce qu'il faut faire. Les dates et les nombres arrivent
# déjà mis en forme ; $count sert à choisir entre singulier et pluriel.

## Refus : le relais ou ce poste dit non.

refusal-not-enrolled = Cet appareil n'est pas inscrit à l'annuaire, ou son inscription a pris fin. Demandez une invitation à l'autorité.
refusal-not-found = Rien ne se trouve ici sous ce numéro, ou vous n'y avez pas accès. Vérifiez le numéro, puis demandez à la personne qui vous l'a donné.
refusal-not-a-member = Vous n'êtes pas membre de ce groupe avec cet appareil. Adressez-vous au coordonnateur du groupe.
refusal-unknown-flow = La nomenclature en vigueur ne connaît pas ce type d'échange. Affichez-les avec pli flow list, et choisissez-en un.
refusal-sender-role = Votre fonction ne permet pas d'envoyer ce type d'échange. Choisissez-en un autre, ou demandez à un collègue qui en a la charge.
refusal-recipient-role = Ce destinataire n'est pas membre du groupe, ou sa fonction ne lui permet pas de recevoir ce type d'échange. Affichez les membres avec pli groups, puis choisissez-en un autre.
refusal-group-kind = Ce type d'échange n'a pas lieu dans un groupe de cette nature. Choisissez le groupe prévu par la nomenclature.
refusal-retention = La date de destruction est passée, ou plus lointaine que ne le permet ce type d'échange. Choisissez une autre date.
refusal-bucket-end = La date de destruction ne tombe pas à la fin d'une période. Laissez Pli la choisir, ou demandez une autre date.
refusal-stale-roster = Les membres du groupe ou les règles d'échange ont changé pendant l'envoi. Rien n'est parti ; relisez la liste des lecteurs et renvoyez le pli.
refusal-stale-head = Ce que cet appareil sait du relais date de plus de dix minutes. Vérifiez la connexion, puis recommencez.
refusal-gate = Cet échange demande un accord avant d'être lu, et personne ici ne peut le donner : il faut un autre membre actif du groupe, qui ait la fonction prévue, ait signé la charte et ne soit pas destinataire. Affichez les membres avec pli groups.
refusal-screening = Le contrôle du contenu manque, ou n'est plus à jour, ou celui qui l'a relu n'en avait pas le droit. Recommencez l'envoi : le contrôle sera refait.
refusal-parts-missing = Des documents de ce pli ne sont pas arrivés au relais. Recommencez l'envoi ; seul ce qui manque sera transmis.
refusal-id-used = Un autre pli porte déjà ce numéro au relais. Rien n'a été remplacé ; recommencez l'envoi depuis votre texte.
refusal-expired = Ce pli a expiré et plus personne ne peut l'ouvrir. Si son contenu est encore nécessaire, demandez à son auteur un nouvel envoi.
refusal-counter-used = Cet appareil a déjà fait une demande sous ce numéro : une copie de l'appareil existe peut-être. N'envoyez plus rien et téléphonez à l'autorité.
refusal-cloned-device = Une copie de cet appareil existe : deux machines parlent en son nom. N'envoyez plus rien et téléphonez à l'autorité, qui vous donnera une nouvelle invitation.
refusal-reason-missing = Ce pli ne s'ouvre qu'avec un motif de sa liste : ajoutez --reason ; le motif « autre », et lui seul, demande aussi --reason-text.
open-reason = { "   " }--reason { $code } : { $title }
open-reason-missing = Ce pli ne s'ouvre qu'avec un motif. Ajoutez par exemple --reason { $code } ; le motif « autre », et lui seul, demande aussi --reason-text.
refusal-reason-unknown = Ce motif ne figure pas parmi ceux que prévoit cet échange. Choisissez-en un dans la liste.
refusal-too-large = L'envoi dépasse la taille permise. Retirez un document ou répartissez-les sur plusieurs plis.
refusal-quota = Trop de demandes ou de données sont venues de cet appareil en peu de temps. Attendez quelques minutes, puis recommencez.
refusal-wait = Trop de demandes ou de données sont venues de cet appareil en peu de temps. Attendez { $seconds } secondes, puis recommencez.
refusal-statement = Cette décision n'est pas valable : une signature manque, ou une version plus récente existe. Mettez ce poste à jour auprès du relais, puis refaites-la.
refusal-not-a-reviewer = Le contrôle du journal est réservé aux personnes que le parquet a désignées. Adressez-vous au parquet.
refusal-grant-target = L'accès donné ne correspond pas aux membres nommés dans ce pli : un lecteur est en trop, ou il en manque un. Recommencez l'envoi ; pour écrire à une autre personne, envoyez un nouveau pli.
refusal-request-time = L'heure de cet ordinateur s'écarte de plus de dix minutes de celle du relais. Réglez l'heure, puis recommencez ; si elle est juste, c'est celle du relais qui ne l'est pas : prévenez son exploitant.
refusal-not-claimed = Ce pli n'a pas encore été ouvert avec cet appareil. Ouvrez-le d'abord, puis recommencez.
refusal-unavailable = Le relais ne peut pas répondre pour le moment. Recommencez dans quelques minutes ; ce qui a été confirmé n'est pas perdu.
refusal-version = Ce poste et le relais n'ont pas la même version de Pli. Installez la version indiquée par l'autorité.
refusal-malformed = Le relais n'a pas compris la demande de ce poste. Mettez Pli à jour ; si cela se répète, prévenez l'autorité.
refusal-disk-full = Le relais n'a plus de place pour de nouveaux plis : rien n'a été envoyé. Ce qui s'y trouve peut toujours être lu. Réessayez plus tard ; si cela dure, prévenez l'exploitant du relais.
refusal-invitation-used = Cette invitation a déjà servi à un autre appareil. Si ce n'est pas le vôtre, téléphonez à qui vous l'a remise ; il vous en faut une nouvelle.
refusal-invitation-ended = Cette invitation a pris fin, ou n'est plus valable. Demandez-en une nouvelle à qui vous l'a remise.
refusal-not-led = La direction du groupe a changé et n'a pas encore signé la liste des membres. Rien n'est parti ; demandez à la coordination de la faire signer.
refusal-charter-missing = Ce groupe n'a pas de charte en vigueur : rien de nominatif ne s'y échange. Demandez à qui le dirige de la proposer.
refusal-charter-unsigned = Vous n'avez pas signé la charte en vigueur de ce groupe. Lisez-la et signez-la avec pli charter sign.
refusal-recipient-unsigned = Ce destinataire n'a pas signé la charte en vigueur : rien de nominatif ne peut lui être envoyé. Demandez-lui de la signer.
refusal-referents = L'identité d'un agent protégé va à ses deux référents, celui de son organisme et celui de la police : à tous les deux, et à personne d'autre. Nommez-les avec --to.
refusal-visa = Les archives départementales n'ont pas encore donné leur visa pour détruire ce type de pli : rien n'est accepté d'ici là. Adressez-vous au secrétariat.
refusal-retired = Ce pli a été retiré par son auteur, ou l'accord qu'il attendait a été refusé : plus personne ne peut l'ouvrir. Affichez avec pli inbox quand et pourquoi, ou demandez à son auteur.
refusal-grant-ground = Seul l'auteur d'un pli peut le rendre lisible sur un nouvel appareil d'un lecteur, et seul un destinataire peut le faire pour la personne qui le remplace. Adressez-vous à l'auteur.
refusal-held = Le procureur a ordonné la conservation de ce pli : il ne peut pas être retiré maintenant. Votre poste lui remet une copie scellée ; le retrait est possible quand un autre détenteur l'a fait aussi, ou quand la conservation prend fin. La copie remise au procureur, elle, ne se retire pas.
refusal-renewed = Ce pli ne peut pas être prolongé : il l'a déjà été, ou son type d'échange ne le permet pas. Écrivez un nouveau pli s'il le faut.
refusal-decided = Une autre décision a déjà été prise sur ce pli, et elle reste. Affichez-la avec pli inbox.
refusal-example-address = Les certificats d'exemple ne servent que sur cet ordinateur. Pour un autre, inscrivez l'appareil avec une invitation.

## Envoyer

send-before = { $count ->
    [1] Ce pli sera lisible par une personne ({ $names }), détruit le { $date }, et chaque ouverture figurera au journal.
   *[other] Ce pli sera lisible par { $count } personnes ({ $names }), détruit le { $date }, et chaque ouverture figurera au journal.
}
send-before-gated = { $count ->
    [1] Ce pli sera scellé à { $approver } et à vous seul. Il ne sera lisible qu'après l'accord de { $approver }, par une personne ({ $names }), pendant { $days } jours au plus ; sans décision avant le { $until }, il est détruit. Chaque ouverture figurera au journal.
   *[other] Ce pli sera scellé à { $approver } et à vous seul. Il ne sera lisible qu'après l'accord de { $approver }, par { $count } personnes ({ $names }), pendant { $days } jours au plus ; sans décision avant le { $until }, il est détruit. Chaque ouverture figurera au journal.
}
send-buildings-unknown = { $count ->
    [one] Une adresse de ce pli n'est pas dans les listes reçues sur cet appareil, ou sans certitude : vérifiez que vous écrivez au bailleur de l'immeuble.
   *[other] { $count } adresses de ce pli ne sont pas dans les listes reçues sur cet appareil, ou sans certitude : vérifiez que vous écrivez au bailleur de l'immeuble.
}
send-confirm = Envoyer ?
send-cancelled = Rien n'a été envoyé.
again-sent = Déjà parti le { $date } (pli { $number }).
again-confirm = Envoyer de nouveau ?
again-refused = La même chose est déjà partie de ce poste : rien n'a été envoyé. Pour l'envoyer de nouveau, ajoutez --again.
again-replaces = { $count ->
    [0] Cet envoi remplacera le vôtre du { $date } (pli { $number }, sans ligne).
    [1] Cet envoi remplacera le vôtre du { $date } (pli { $number }, une ligne).
   *[other] Cet envoi remplacera le vôtre du { $date } (pli { $number }, { $count } lignes).
}
send-uploading = Transmission de { $document }…
send-done = Le pli { $number } est déposé. Il sera détruit le { $date }.
send-done-gated = Le pli { $number } est déposé. Il attend l'accord de { $name } ; sans décision avant le { $date }, il est détruit. Suivez-le avec pli sent.
send-approver = Plusieurs membres du groupe peuvent donner l'accord que demande cet échange. Nommez-en un avec --approver.
send-approver-candidate = { $member } : { $name }
send-approver-needless = Cet échange ne demande l'accord de personne : retirez --approver.
send-device-without-recipient = { $name } ne pourra pas lire ce pli sur l'appareil { $device }, qui n'a pas préparé cette période. Choisissez une date plus proche, ou prévenez { $name }.

## Boîte de réception

inbox-count = { $count ->
    [0] Aucun pli ne vous attend.
    [1] Un pli vous attend.
   *[other] { $count } plis vous attendent.
}
inbox-documents = { $count ->
    [1] , un document
   *[other] , { $count } documents
}
inbox-line = { $number }  { $state }  { $flow }  de { $name }, { $group }, écrit le { $date }{ $documents }, { $size }, détruit le { $expires }
inbox-line-to-approve = { $number }  { $state }  { $flow }  de { $name }, { $group }, écrit le { $date }{ $documents }, { $size }, { $days ->
    [0] attend votre accord depuis aujourd'hui
    [1] attend votre accord depuis un jour
   *[other] attend votre accord depuis { $days } jours
}, sans décision détruit le { $expires }
inbox-line-unverified = { $number }  { $flow }  se dit de { $name } : signature non vérifiée, n'ouvrez pas et prévenez l'autorité. Reçu le { $date }, détruit le { $expires }
inbox-line-retired = { $number }  retiré par son auteur le { $retired } ({ $because })  { $flow }  de { $name }, { $group }, écrit le { $date }

## Ouvrir

open-done = Pli { $number } de { $name }, écrit le { $date }. Signatures vérifiées ; ouverture inscrite au journal sous le n° { $leaf }.
open-copy = Pli { $number } de { $name }, écrit le { $date } : copie de travail de ce poste, ouverte le { $opened } (journal, n° { $leaf }). Elle sera détruite le { $expires }.
open-document-saved = Le document { $document } est enregistré dans { $folder }. Cette copie n'est plus protégée par Pli : supprimez-la après usage.
open-form-saved = Le formulaire est enregistré dans { $file }. Cette copie n'est plus protégée par Pli : supprimez-la après usage.
open-not-authentic = Ce pli n'est pas conforme à ce que son auteur a signé. Il n'est pas affiché, et la preuve est conservée ; prévenez l'autorité.

## Plis envoyés

sent-none = Vous n'avez aucun pli en cours.
sent-line = { $number }  { $flow }  à { $names }, déposé le { $date }, détruit le { $expires }
send-relay-busy = Le relais attend encore la fin de l'envoi interrompu. Reprise dans quelques secondes…
sent-line-recorded = { $number }  { $flow }  à { $names }, enregistré ici le { $date } et pas encore déposé : relancez la même commande. À détruire le { $expires }
sent-line-unverified = { $number }  { $flow }  à { $names } : le relais vous l'attribue sans votre signature, prévenez l'autorité. Du { $date }, à détruire le { $expires }
sent-line-gated = { $number }  { $flow }  à { $names }, déposé le { $date }
sent-line-lost = { $number }  { $flow }  à { $names }, déposé le { $date } : à renvoyer, le relais ne l'a plus. Il aurait été détruit le { $expires }
sent-line-retired = { $number }  { $flow }  à { $names }, déposé le { $date }, retiré le { $retired } ({ $because })
sent-kept = Le relais est injoignable. Voici ce que ce poste a déposé et dont il garde le reçu ; l'état de chaque pli se relira avec le relais.

## Nouveaux appareils

regrant-none = Chaque lecteur de vos plis peut les lire sur tous ses appareils.
regrant-before = Pli { $number } : { $names } pourra le lire sur un nouvel appareil.
regrant-elsewhere = Pli { $number } : { $names } ne peut pas le lire sur un nouvel appareil. Ce poste n'a pas l'accès qu'il faudrait donner ; lancez la commande sur un autre de vos postes qui l'a, ou envoyez un nouveau pli.
regrant-confirm = Donner l'accès ?
regrant-cancelled = Rien n'a été changé.
regrant-done = { $count ->
    [1] Pli { $number } : un appareil de plus peut l'ouvrir. Inscrit au journal sous le n° { $leaf }.
   *[other] Pli { $number } : { $count } appareils de plus peuvent l'ouvrir. Inscrit au journal sous le n° { $leaf }.
}

## État

## Journal

log-none = Rien au journal pour cette période.
log-line = { $leaf }  { $date }  { $name }  { $act }  { $number }
log-times = ({ $count } fois, selon le relais)
log-by-relay = (sur la seule parole du relais)
log-found = { $count ->
    [0] Aucun acte ne correspond, sur { $all } au journal.
    [1] Un acte correspond, sur { $all } au journal.
   *[other] { $count } actes correspondent, sur { $all } au journal.
}
anomaly-none = Rien à signaler parmi { $count } actes examinés.
anomaly-records = { "   " }Du { $from } au { $until } ; actes n° { $numbers }.
anomaly-cause = { "   " }Explication possible : { $cause }
anomaly-not-a-member = { $count ->
    [1] Un pli a été remis à { $member }, qui n'était pas membre du groupe ce jour-là avec cet appareil.
   *[other] { $count } plis ont été remis à { $member }, qui n'était pas membre du groupe ces jours-là avec cet appareil.
}
anomaly-not-a-member-cause = la liste des membres a changé à la même minute. Sinon, le relais a remis ce qu'il devait refuser.
anomaly-before-signature = { $count ->
    [1] Un pli nominatif a été remis à { $member }, qui n'avait pas signé la charte en vigueur.
   *[other] { $count } plis nominatifs ont été remis à { $member }, qui n'avait pas signé la charte en vigueur.
}
anomaly-before-signature-cause = une nouvelle version de la charte est entrée en vigueur à la même minute. Sinon, le relais a remis ce qu'il devait refuser.
anomaly-unproved = { $count ->
    [1] Un pli a été remis à { $member }, et rien de signé ne montre ce qu'était cette personne ce jour-là.
   *[other] { $count } plis ont été remis à { $member }, et rien de signé ne montre ce qu'était cette personne ces jours-là.
}
anomaly-unproved-cause = aucune connue : le relais ne montre pas les décisions de ce jour.
anomaly-after-expiry = { $count ->
    [1] Un pli a été remis à { $member } après que sa fin a été inscrite.
   *[other] { $count } plis ont été remis à { $member } après que leur fin a été inscrite.
}
anomaly-after-expiry-cause = aucune connue : le relais aurait dû refuser.
anomaly-after-retirement = { $count ->
    [1] Un pli a été remis à { $member } après avoir été retiré par son auteur.
   *[other] { $count } plis ont été remis à { $member } après avoir été retirés par leur auteur.
}
anomaly-after-retirement-cause = aucune connue : le relais aurait dû refuser.
anomaly-before-approval = { $count ->
    [1] Un pli qui attendait un accord a été remis à { $member }, destinataire, sans que cet accord figure avant.
   *[other] { $count } plis qui attendaient un accord ont été remis à { $member }, destinataire, sans que cet accord figure avant.
}
anomaly-before-approval-cause = aucune connue : le relais aurait dû refuser. Rien n'est scellé à un destinataire avant l'accord, sauf par un programme modifié.
anomaly-decided-by-another = { $count ->
    [1] { $member } a décidé d'un pli sans être la personne dont l'accord était attendu, ou sans la fonction que prévoit cet échange.
   *[other] { $member } a décidé de { $count } plis sans être la personne dont l'accord était attendu, ou sans la fonction que prévoient ces échanges.
}
anomaly-decided-by-another-cause = les règles d'échange, ou la fonction de cette personne, ont changé depuis. Sinon, le relais a inscrit ce qu'il devait refuser.
anomaly-undecided = { $count ->
    [1] Un pli a attendu l'accord de { $member } jusqu'à sa fin, sans décision.
   *[other] { $count } plis ont attendu l'accord de { $member } jusqu'à leur fin, sans décision.
}
anomaly-undecided-cause = une absence, ou une demande devenue inutile.
anomaly-many-refusals = Selon le relais, la même chose a été refusée à { $member } au moins vingt fois en une minute. La dernière demande est signée ; leur nombre ne l'est pas.
anomaly-many-refusals-cause = un programme mal réglé, qui recommence sans cesse.
anomaly-unacknowledged = { $count ->
    [1] Un pli remis à { $member } n'a pas été suivi d'une ouverture inscrite.
   *[other] { $count } plis remis à { $member } n'ont pas été suivis d'une ouverture inscrite.
}
anomaly-unacknowledged-cause = coupure du réseau ou arrêt de l'ordinateur juste après la remise. Le pli a pu être lu.
anomaly-did-not-verify = { $count ->
    [1] Chez { $member }, un pli ne correspondait pas à ce que son auteur avait signé.
   *[other] Chez { $member }, { $count } plis ne correspondaient pas à ce que leur auteur avait signé.
}
anomaly-did-not-verify-cause = un document abîmé sur le disque du relais.
anomaly-mass-reading = { $member } s'est fait remettre au moins vingt plis différents en une heure.
anomaly-mass-reading-cause = retour de congé, préparation d'une réunion.
anomaly-closed-hours = { $count ->
    [1] { $member } s'est fait remettre un pli la nuit (22 h – 6 h) ou en fin de semaine.
   *[other] { $member } s'est fait remettre des plis la nuit (22 h – 6 h) ou en fin de semaine : { $count } remises.
}
anomaly-closed-hours-cause = service de nuit, permanence.
anomaly-always-other = { $count ->
    [1] { $member } choisit presque toujours le motif « autre » : une fois.
   *[other] { $member } choisit presque toujours le motif « autre » : { $count } fois.
}
anomaly-always-other-cause = la liste des motifs ne convient pas à sa fonction.
anomaly-own-organisation = { $count ->
    [1] { $member } s'est fait remettre un pli nominatif écrit par une autre personne de son propre organisme.
   *[other] { $member } s'est fait remettre des plis nominatifs écrits par d'autres personnes de son propre organisme : { $count } remises.
}
anomaly-own-organisation-cause = deux personnes du même organisme travaillent sur le même dossier.
anomaly-refused = { $count ->
    [1] Une décision sur les membres ou les règles, présentée par { $member }, a été refusée.
   *[other] { $count } décisions sur les membres ou les règles, présentées par { $member }, ont été refusées.
}
anomaly-refused-cause = une autre décision est passée avant, ou il manquait une signature.
log-person-ask = Nom, prénom et année de naissance (NOM Prénom, ANNÉE) :
log-person = Donnez la personne sous la forme NOM Prénom, ANNÉE ; l'année peut manquer.
log-person-none = Aucun pli du journal ne concerne cette personne. Ne sont trouvés que les plis dont l'auteur l'a nommée avec --person.
log-person-sure = Le pli { $number } concerne une personne de ce nom et de cette année de naissance.
log-person-name = Le pli { $number } concerne une personne de ce nom ; son année de naissance n'est pas donnée, ou est autre.
log-person-ungiven = { "   " }Ce pli n'a pas été remis à : { $names }
log-withheld = Le nouveau journal a été ouvert par des personnes à qui l'on n'avait pas montré tout ce que ce poste a vu de l'ancien. La preuve est conservée ; ce poste s'arrête là. Prévenez le parquet.
log-conflict = Le relais a montré deux journaux différents. La preuve est conservée ; ce poste ne lui envoie plus rien. Prévenez le parquet.
attested-since = Journal pas encore attesté depuis le { $date } : trop peu de témoins ont vu depuis ce que montre le relais. Vous pouvez continuer ; prévenez l'exploitant du relais.
attested-never = Journal pas encore attesté : trop peu de témoins ont vu jusqu'ici ce que montre le relais. Vous pouvez continuer ; prévenez l'exploitant du relais.
unattested = Rien n'a été envoyé : le journal du relais n'est plus attesté par ses témoins depuis trop longtemps. Vos plis restent lisibles. Prévenez le parquet ; l'envoi reprendra quand les témoins auront revu le journal.

## Témoins

witness-made = Le témoin est créé. Gardez ce dossier sur une machine qui n'est pas celle du relais ; remettez { $file } à l'autorité.
witness-signed = Journal vu et signé le { $date } : { $count } feuilles.
witness-exists = Ce dossier sert déjà. Donnez-en un autre avec --dir.
witness-absent = Il n'y a pas de témoin dans ce dossier. Créez-le avec : pli witness init --dir DOSSIER --name NOM
witness-name = Ce nom ne convient pas. Donnez un nom court, sans espace ni accent ni « + », comme temoin.exemple.fr.
witness-public = Ce fichier n'est pas le fichier public d'un témoin. Demandez au témoin son fichier public.json.
witness-relay = Dites une fois où est le relais et donnez ce qui l'a fondé : --relay ADRESSE:PORT --founding FICHIER
witness-founding = Ce fichier ne peut pas être lu. Demandez à l'exploitant celui que le parquet a signé.
witness-not-named = L'autorité et le parquet n'ont pas nommé ce témoin. Remettez-leur son fichier public.json avant la fondation du relais.
witness-stale = L'heure du relais et celle de cette machine diffèrent de plus de dix minutes : rien n'a été signé. Mettez cette machine à l'heure ; si cela se répète, prévenez l'exploitant du relais.
witness-again = Le journal n'a pas pu être vu cette fois ({ $reason }). Prochain essai dans une minute.
witness-two-logs = Ce témoin a vu deux journaux différents et ne signe plus rien. Les preuves sont dans son dossier, sous evidence. Prévenez le parquet.

## Rapport

report-written = { $count ->
    [0] Le rapport est dans { $file }. Aucun acte ne correspond.
    [1] Le rapport est dans { $file } : un acte, avec sa preuve.
   *[other] Le rapport est dans { $file } : { $count } actes, chacun avec sa preuve.
}
report-folder = Ce dossier contient déjà autre chose. Donnez-en un nouveau avec --out.
report-title = Rapport de contrôle du journal des accès
report-title-procedure = Rapport sur réquisition : journal des accès
report-requested-by = Demandé par
report-ground = Fondement
report-order = Référence de l'ordre écrit
report-made = Établi le
report-period = Période
report-period-all = Tout le journal
report-period-days = Du { $from } au { $until } inclus
report-query = Recherche
report-query-all = tous les actes
report-query-group = groupe { $value }
report-query-actor = auteur { $value }
report-query-organisation = organisme { $value }
report-query-item = pli { $value }
report-query-flow = type d'échange { $value }
report-query-act = nature : { $value }
report-query-reason = motif { $value }
report-query-night = la nuit (22 h – 6 h)
report-query-weekend = en fin de semaine
report-answer = 1. En bref
report-answer-none = Aucun acte ne correspond à cette recherche.
report-answer-acts = Actes trouvés : { $acts }, du { $from } au { $until }. Plis concernés : { $letters } ; personnes : { $members } ; organismes : { $organisations }.
report-answer-readings = Remises pour lecture : { $readings }, chacune inscrite avant que le pli ne soit lisible.
report-answer-anomalies = { $count ->
    [0] Aucun fait n'appelle de question selon les règles appliquées.
    [1] Un fait peut appeler une question (partie 4).
   *[other] { $count } faits peuvent appeler une question (partie 4).
}
report-answer-no-conclusion = Ce rapport constate ce qui est inscrit au journal. Il ne conclut sur la conduite de personne.
report-whole = Le journal est entier : rien n'y a été coupé, changé ni ajouté. Chaque acte lu est signé par son auteur, sauf les connexions et les expirations, que le relais atteste seul.
report-not-whole = { $count ->
    [1] ATTENTION : le journal n'est pas conforme en un point (partie 8). Ce rapport ne vaut que sous cette réserve.
   *[other] ATTENTION : le journal n'est pas conforme en { $count } points (partie 8). Ce rapport ne vaut que sous cette réserve.
}
report-unread = { $count ->
    [1] Un acte n'a pas pu être lu en entier par ce contrôle (partie 8) : il est plus ancien que l'inscription du contrôleur, ou ce qui l'accompagne manque.
   *[other] { $count } actes n'ont pas pu être lus en entier par ce contrôle (partie 8) : ils sont plus anciens que l'inscription du contrôleur, ou ce qui les accompagne manque.
}
report-vkey = VKEY est le nom public du journal. Demandez-le au parquet, et non à qui vous a remis ce dossier ; il doit être le même que dans preuves/vkey.
report-counts = 2. Nombres
report-activity = 3. Activité
report-anomalies = 4. Ce qui peut appeler une question
report-timeline = 5. Chronologie
report-gates = 6. Accords et délais
report-gates-none = Aucun des plis concernés ne demandait d'accord.
report-due-none = Les délais de la convention ne figurent pas encore au journal.
report-gate-since = Déposé le
report-gate-by = Accord demandé à
report-gate-decision = Décision
report-gate-approved = accord de { $member } le { $date }, lisible jusqu'au { $until }
report-gate-rejected = refus de { $member } le { $date } (motif : { $reason })
report-gate-undecided = aucune ; dernier jour le { $date }
report-gate-retired = aucune ; retiré par son auteur
report-membership = 7. Composition des groupes concernés
report-membership-none = Aucun de ces actes ne concerne un groupe.
report-membership-proved = D'après ce que les responsables ont signé, et tel que le journal le montrait ces jours-là. Une ligne par changement.
report-group = Groupe
report-since = Constaté le
report-members = Membres
report-witness = Vu et signé aussi par { $name }, le { $date }.
report-no-witness = Personne d'autre que le relais n'a signé ce journal.
report-integrity = 8. Intégrité
report-limits = 9. Limites
report-limit-1 = Un journal ne voit ni la photographie d'un écran, ni le papier, ni le téléphone.
report-limit-2 = « Remise » dit que le pli pouvait être lu, « ouverture » que le programme du lecteur a dit l'avoir ouvert. Ni l'un ni l'autre ne dit qui était devant l'écran.
report-limit-3 = Le motif est celui que le lecteur a choisi dans la liste ; rien ne prouve qu'il est exact.
report-limit-4 = L'heure est celle du relais. Pour un acte que son auteur a signé, elle s'écarte au plus de dix minutes de la sienne ; de deux de plus pour un refus. Le nombre de refus répétés est celui que dit le relais.
report-limit-5 = Sans ordre écrit, les personnes sont désignées par un numéro propre à ce rapport.
report-act = Nature
report-number = N°
report-count = Nombre
report-organisation = Organisme
report-readings = Remises pour lecture
report-time = Heure (Paris)
report-who = Auteur (fonction, organisme)
report-letter = Pli
report-flow = Type
report-reason = Motif
report-fact = Fait constaté
report-cause = Explication possible
report-numbers = Actes n°
report-bars-days = Actes par jour, du { $from } au { $until } ; au plus { $highest } par jour.
report-bars-weeks = Actes par semaine, du { $from } au { $until } ; au plus { $highest } par semaine.
report-hours = Remises pour lecture, par jour de la semaine et heure de Paris.
report-day-0 = lun.
report-day-1 = mar.
report-day-2 = mer.
report-day-3 = jeu.
report-day-4 = ven.
report-day-5 = sam.
report-day-6 = dim.
report-first-number = Premier acte
report-last-number = Dernier acte
report-leaves = Taille du journal
report-root = Empreinte du journal
report-software = Programme
report-again = Pour vérifier sans Pli et hors ligne, dans ce dossier :
report-paper = Le rapport n'a pas pu être mis en PDF : c'est un défaut de ce programme. Signalez-le à l'exploitant du relais.
sheet-page = Page { $page } sur { $pages }

## Vos accès

accesses-none = Aucun acte n'est gardé sur cet appareil pour cette recherche.
accesses-proved = { $count ->
    [1] Un acte, prouvé sans interroger le relais ; le journal avait alors { $size } feuilles.
   *[other] { $count } actes, prouvés sans interroger le relais ; le journal avait alors { $size } feuilles.
}
receipt-given = { $count ->
    [1] Un reçu est dans { $file }. Remettez ce fichier au contrôle du journal.
   *[other] { $count } reçus sont dans { $file }. Remettez ce fichier au contrôle du journal.
}
receipt-proved = { $count ->
    [1] Un reçu, prouvé hors ligne ; le journal avait alors { $size } feuilles.
   *[other] { $count } reçus, prouvés hors ligne ; le journal avait alors { $size } feuilles.
}
receipt-newest = Le point de contrôle le plus récent vu sur ce poste ({ $size } feuilles) est dans { $file }. Remettez-le à l'autorité si le relais a perdu son journal.
receipt-no-checkpoint = Ce poste n'a encore vérifié aucun point de contrôle. Lancez d'abord : pli inbox
receipt-file = Le fichier des reçus ne peut pas être lu. Vérifiez son nom, puis recommencez.
unverified-receipt = Ce fichier ne contient pas de reçus, ou il est abîmé. Redemandez-le à la personne qui vous l'a remis.
receipt-all-there = { $count ->
    [1] Le reçu correspond au journal.
   *[other] Les { $count } reçus correspondent au journal.
}
receipt-of-lost-log = { $count ->
    [1] Un reçu prouve un acte que le relais a perdu depuis : il vaut toujours, sous l'ancien journal.
   *[other] { $count } reçus prouvent des actes que le relais a perdus depuis : ils valent toujours, sous l'ancien journal.
}
receipt-not-there = L'acte n° { $leaf } du reçu n'est pas celui du journal que vous voyez : le relais a montré deux journaux. La preuve est conservée.

## Session

unlock-passphrase = Phrase de passe :
unlock-done = Session ouverte. Elle se verrouille après { $count ->
    [1] une minute
   *[other] { $count } minutes
} sans usage, ou avec : pli lock
lock-done = Session verrouillée.
lock-none = Aucune session n'était ouverte.

agent-running = La session est déjà ouverte. Pour la verrouiller : pli lock
agent-no-place = Le chemin de votre dossier est trop long pour garder la session ouverte. Donnez la phrase de passe à chaque commande, ou choisissez un dossier au chemin plus court.
agent-not-started = La session n'a pas pu rester ouverte. Donnez la phrase de passe à chaque commande.
agent-not-available = Ce système ne permet pas de garder la session ouverte. Donnez la phrase de passe à chaque commande.
agent-io = Un fichier de la session n'a pas pu être utilisé. Vérifiez les droits de votre dossier, ou donnez la phrase de passe à chaque commande.

## Coffre : ce que l'appareil garde secret

keystore-absent = Cet appareil n'a pas encore de coffre dans { $file }. Inscrivez-le d'abord avec une invitation.
keystore-already-there = Un coffre existe déjà dans { $file } et n'a pas été remplacé. Choisissez un autre dossier.
keystore-wrong-passphrase = La phrase de passe ne convient pas. Saisissez-la de nouveau.
keystore-damaged = Le fichier { $file } est abîmé. Si vous avez une copie du dossier entier, remettez-la en place ; sinon, demandez une nouvelle invitation à l'autorité.
keystore-other-version = Le fichier { $file } vient d'une autre version de Pli. Utilisez cette version, ou demandez une nouvelle invitation à l'autorité.
keystore-rotating-missing = Le coffre ne s'ouvre pas : une partie qui ne se sauvegarde jamais a disparu. Si vous venez de rétablir une sauvegarde, remettez le fichier plus récent ; sinon, demandez une nouvelle invitation à l'autorité.
keystore-busy = Une autre commande modifie le coffre. Recommencez dans un instant.
keystore-io = { $file } n'a pas pu être lu ou écrit. Vérifiez la place libre et les droits du dossier, puis recommencez.

## Autres échecs

unreached = Le relais ne répond pas. Vérifiez la connexion, puis relancez la même commande : elle reprendra où elle en était.
closed-struck = L'inscription de cet appareil a pris fin, et le relais a fermé la connexion. Demandez une invitation à l'autorité.
closed-changed = Vos groupes viennent de changer, et le relais a fermé la connexion. Relancez la même commande ; si un groupe ou un pli n'y est plus, vous n'en êtes plus membre. pli groups montre les vôtres.
interrupted = Interrompu. Relancez la même commande : elle reprendra où elle en était.
unverified-answer = Le relais a répondu autre chose que ce qui était demandé. Rien n'a été utilisé, et la preuve est conservée ; prévenez le parquet.
unverified-statement = Une décision montrée par le relais n'est pas conforme à ses signatures. Rien n'a été utilisé, et la preuve est conservée ; prévenez l'autorité.
log-faults = Le journal n'est pas conforme. Ne supprimez rien et prévenez le parquet.
home-absent = Ce dossier n'est pas celui d'un membre. Indiquez le bon avec --home, ou inscrivez d'abord cet appareil.
home-damaged = Un fichier de votre dossier est abîmé. Demandez une nouvelle invitation à l'autorité.
local-io = Ce poste n'a pas pu lire ou écrire un fichier. Vérifiez la place libre et les droits, puis recommencez.
local-certificate = L'accès de cet appareil au relais n'est pas utilisable. Demandez son renouvellement à l'autorité.
save-io = Les documents n'ont pas pu être enregistrés dans ce dossier. Choisissez-en un autre.
save-busy = Une autre commande enregistre ce document. Attendez qu'elle ait fini, puis recommencez.
save-reminder = Le pli { $number } est détruit. Des documents en avaient été enregistrés dans { $folder } : supprimez-les, Pli ne le fait pas à votre place.
send-person = Les échanges de ce type ne nomment personne : retirez --person, ou choisissez un échange nominatif.
send-document = Un document joint ne peut pas être lu. Vérifiez son nom, puis recommencez.
send-no-keys = Un destinataire n'a pas encore préparé son appareil pour cette période. Choisissez une date plus proche, ou prévenez-le.
usage-arguments = Cette commande n'existe pas, ou il lui manque quelque chose. L'aide : pli --help, ou pli COMMANDE --help
usage-home = Dites dans quel dossier travailler : --home DOSSIER, ou la variable PLI_HOME.
usage-passphrase-file = Le fichier de la phrase de passe ne peut pas être lu.
usage-locked = Cet appareil est verrouillé. Lancez pli unlock, ou donnez --passphrase-file.
usage-id = Un numéro de pli a 32 chiffres hexadécimaux ; les 6 premiers suffisent s'ils sont uniques.
usage-id-ambiguous = Plusieurs plis commencent ainsi. Donnez plus de chiffres.
usage-group = Aucun de vos groupes ne commence ainsi, ou plusieurs. Affichez vos groupes avec pli groups.
usage-text-file = Le fichier du texte ne peut pas être lu.

open-fetching = Réception de { $document }…
open-document = Document joint : { $document } ({ $bytes } octets). Pour l'enregistrer : --save DOSSIER

status-recorded = { $name } : enregistré sur ce poste le { $date }, pas encore déposé.
status-deposited = { $name } : déposé le { $date }, pas encore vu.
status-delivered = { $name } : l'enveloppe lui a été montrée le { $date }.
status-released = { $name } : remis le { $date }.
status-regranted = { $name } : a reçu l'accès le { $date } pour le transmettre, sans le texte.
status-renewed = { $name } : a reçu le pli le { $date } pour le resceller (prolongation, ou conservation ordonnée).
status-revealed = { $name } : valeurs masquées révélées le { $date }.
status-exported = { $name } : exporté le { $date }.
status-printed = { $name } : imprimé le { $date }.
status-opened = { $name } : ouvert le { $date }.
status-opened-copied = { $name } : ouvert le { $date }, avec une copie hors de Pli.
status-not-verified = { $name } : le { $date }, son poste a constaté que le pli n'est pas conforme.
status-retired = Retiré par son auteur le { $date } ({ $because }) : plus personne ne peut l'ouvrir.

act-deposit = dépôt
act-delivery = enveloppe montrée
act-release = remise
act-export = export
act-reveal = valeurs masquées révélées
act-print = impression
act-opening = ouverture
act-log-reading = lecture du journal
act-refusal = refus
act-regrant = remise pour donner accès, sans le texte
act-grant = accès donné à d'autres appareils
act-connection = connexion
act-expiry = expiration
act-membership = changement de membre
act-rule = changement de règle
act-hand-over = transmission des heures passées
act-destruction = compte rendu de destruction
act-retirement = retrait
act-renewal = remise pour resceller le pli jusqu'à une date plus lointaine, sans lecture
act-hold = conservation ordonnée par le procureur
act-rereading = relecture par une seconde personne
act-blocked = textes arrêtés par le contrôle (compte du jour)
act-contested = règle signalée comme une erreur (compte du jour)
act-approval = accord donné, et accès ouvert aux destinataires
act-rejection = accord refusé

log-whole = Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Son contenu n'est lisible que du parquet.
log-whole-opened = { $count ->
    [0] Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Aucun acte ne s'y ouvre.
    [1] Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Le seul acte qui s'ouvre a été lu et vérifié.
   *[other] Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Les { $count } actes qui s'ouvrent ont tous été lus et vérifiés.
}
log-whole-since = { $count ->
    [0] Le journal est entier : { $size } feuilles. Les { $from } premières étaient déjà vérifiées sur ce poste ; aucun acte ne s'y est ajouté. Pour tout reprendre : pli log verify --all
    [1] Le journal est entier : { $size } feuilles. Les { $from } premières étaient déjà vérifiées sur ce poste ; le seul acte inscrit depuis a été lu et vérifié. Pour tout reprendre : pli log verify --all
   *[other] Le journal est entier : { $size } feuilles. Les { $from } premières étaient déjà vérifiées sur ce poste ; les { $count } actes inscrits depuis ont tous été lus et vérifiés. Pour tout reprendre : pli log verify --all
}
log-unread-before = { $count ->
    [1] Avant cela, un acte n'a pas pu être lu en entier.
   *[other] Avant cela, { $count } actes n'ont pas pu être lus en entier.
}
log-unread = { $count ->
    [1] ATTENTION : un acte n'a pas pu être lu en entier. Pour savoir lequel : pli log verify --all
   *[other] ATTENTION : { $count } actes n'ont pas pu être lus en entier. Pour savoir lesquels : pli log verify --all
}
log-closed-on-order = { $count ->
    [1] Un acte de plus d'un an ne s'ouvre que sur ordre écrit : ajoutez sa référence avec --order. Sa place au journal est vérifiée.
   *[other] { $count } actes de plus d'un an ne s'ouvrent que sur ordre écrit : ajoutez sa référence avec --order. Leur place au journal est vérifiée.
}
log-closed-for-good = { $count ->
    [1] Un acte a dépassé la durée de conservation : ce qui l'ouvrait est détruit. Sa place au journal reste vérifiée.
   *[other] { $count } actes ont dépassé la durée de conservation : ce qui les ouvrait est détruit. Leur place au journal reste vérifiée.
}
log-fault-altered = La feuille n° { $leaf } a été changée après coup.
log-fault-malformed = La feuille n° { $leaf } n'est pas une feuille du journal.
log-fault-closed = L'acte n° { $leaf } ne s'ouvre pas, ou contient autre chose que ce qui était inscrit.
log-fault-unsigned = L'acte n° { $leaf } n'est pas signé par la personne à qui il est attribué.
log-fault-untimely = L'acte n° { $leaf } porte une autre heure que celle où le journal l'a pris.
log-fault-groups = La feuille n° { $leaf } annonce un changement des groupes, et rien de signé ne la précède.
log-fault-backwards = La feuille n° { $leaf } porte une heure antérieure à celle qui la précède.
log-fault-unopened = L'acte n° { $leaf } n'a pas pu être lu : rien de ce qui l'ouvre n'a été remis à cet appareil. Il a été inscrit avant votre arrivée, ou le relais le retient. Un contrôleur déjà en place peut vous le transmettre : pli log hand-over
log-fault-register = Feuille { $leaf } : le registre des éliminations compte d'autres plis que ceux dont la fin est inscrite juste avant.
log-fault-annex = Ce que l'auteur de l'acte n° { $leaf } a confié au parquet (texte du motif, personnes concernées) manque, ou n'est pas ce qui était inscrit.
hand-over-nobody = Cette personne n'est pas contrôleur du journal, ou n'a pas d'autre appareil que celui-ci. Le parquet doit d'abord l'inscrire dans cette fonction (AUD), ou elle doit accepter son nouvel appareil ; recommencez ensuite.
hand-over-nothing = Rien ne peut encore être transmis à cette personne : son appareil n'a jamais joint le relais, ou le journal est vide. Qu'elle lance une fois pli log verify, puis recommencez.
hand-over-progress = Transmission à l'appareil { $document }
hand-over-done = { $hours ->
    [1] Ce qui ouvre { $hours } heure du journal a été remis à { $member }
   *[other] Ce qui ouvre { $hours } heures du journal a été remis à { $member }
} ({ $devices ->
    [1] { $devices } appareil
   *[other] { $devices } appareils
}) ; ce que { $member } avait déjà n'a pas changé. Pour tout relire depuis le début : pli log verify --all
hand-over-already = { $member } avait déjà tout ce que ce poste peut ouvrir. Rien n'a été ajouté.
hand-over-unopened = { $count ->
    [1] { $count } heure n'a pas pu être transmise : ce poste ne peut pas l'ouvrir non plus. Si elle a plus d'un an, ajoutez la référence d'un ordre écrit : --order
   *[other] { $count } heures n'ont pas pu être transmises : ce poste ne peut pas les ouvrir non plus. Si elles ont plus d'un an, ajoutez la référence d'un ordre écrit : --order
}

mirror-done = La copie du journal est à jour : { $size } feuilles, dont { $added } de plus qu'avant. Tout a été recalculé sur ce poste.
mirror-current = La copie a déjà les { $size } feuilles du journal : il n'y a rien à ajouter.
mirror-not-empty = Ce dossier contient autre chose qu'une copie du journal. Choisissez un dossier vide.
mirror-other-log = Ce dossier contient la copie d'un autre journal, ou sa signature a été changée. Choisissez un autre dossier.
mirror-damaged = La copie du journal dans ce dossier est abîmée, et rien n'y a été ajouté. Mettez-la de côté et recommencez dans un dossier vide ; si c'est celle de votre propre dossier : pli log verify --all

## Pièce
bundle-proved = { $count ->
    [1] Pièce vérifiée : le pli { $number }, un acte. Établie le { $date } par { $name }, dont la signature couvre tout ce qui suit.
   *[other] Pièce vérifiée : le pli { $number }, { $count } actes. Établie le { $date } par { $name }, dont la signature couvre tout ce qui suit.
}
bundle-log = Chaque acte figure au journal tel que le relais l'a signé le { $date } : { $size } feuilles.
bundle-order = Établie, selon son auteur, sur l'ordre écrit { $order }.
bundle-witness = Ce journal a aussi été vu et signé par { $name }, le { $date }.
bundle-no-witness = Personne d'autre que le relais n'a signé ce journal.
bundle-header = En-tête d'origine, signé par { $name } : { $flow }, à { $names } ; { $documents ->
    [0] sans document
    [1] un document
   *[other] { $documents } documents
} ; fin prévue le { $date }.
bundle-no-header = Cette pièce ne contient pas l'en-tête du pli : le relais ne l'avait plus, ou le dépôt n'a pas pu être lu.
bundle-members = Membres du groupe au { $date }, d'après ce que les responsables ont signé : { $names }.
bundle-limit = Une pièce prouve ce qu'elle contient ; elle ne prouve pas qu'il n'y a rien d'autre.
bundle-written = Pièce écrite dans { $file }. Pour la vérifier sans relais ni inscription : pli bundle verify FICHIER --fingerprint { $fingerprint }
bundle-exists = Ce fichier existe déjà. Donnez un autre nom.
bundle-which = Plusieurs plis commencent ainsi. Donnez davantage de caractères.
bundle-large = Ce pli a trop d'actes pour tenir dans une pièce. Faites un rapport : pli log report
bundle-file = Cette pièce n'a pas pu être lue. Vérifiez le nom du fichier.
bundle-fingerprint = Indiquez l'empreinte de l'acte de fondation, en 64 caractères (0-9, a-f), avec --fingerprint : la convention ou l'annuaire du groupe la donne.
unverified-bundle = Cette pièce ne prouve rien : elle a été changée, ou vient d'un autre réseau. Gardez-la telle quelle et demandez-en une autre au parquet.

## Statistiques
stats-title = Statistiques des échanges
stats-what = Ces nombres viennent du journal des accès, vérifié de bout en bout ; un acte qui ne s'ouvre pas n'y est pas compté. Ils ne contiennent ni nom, ni objet, ni contenu.
stats-months = 1. Mois par mois
stats-kinds = 2. Par groupe et par type d'échange
stats-rest = 3. Ensemble
stats-chart = Plis déposés (noir) et remises pour lecture (blanc), par mois de dépôt.
stats-month = Mois
stats-letters = Plis déposés
stats-attested = Dont attestés
stats-readings = Remises pour lecture
stats-unread = Jamais remis
stats-median = Délai médian de lecture
stats-members = Membres ayant agi
stats-log-readings = Lectures du journal
stats-refusals = Refus du relais
stats-limits = Un pli peut être remis plusieurs fois au même lecteur ; le délai compte la première. Une lecture sur papier ou par téléphone ne se compte pas. Un pli attesté a une partie que les règles n'ont pas pu lire, dont son auteur répond. En dessous de cinq plis, seul leur nombre est donné. Ces nombres ne servent pas à noter des agents.
stats-minutes = { $count } min
stats-hours = { $count } h
stats-days = { $count } j
stats-written = Statistiques écrites. Ouvrez { $file }

retention-kept = { $number }  { $flow }  détruit le { $expires }, écrit par { $name }, lisible par { $names }
retention-destroyed = { $number }  { $flow }  détruit le { $date }
retention-count = { $count ->
    [0] Rien n'est conservé pour vous au relais.
    [1] Un pli est conservé. À sa date, ce qui l'ouvre est détruit sur les appareils, et le pli au relais.
   *[other] { $count } plis sont conservés. À sa date, ce qui ouvre chacun est détruit sur les appareils, et le pli au relais.
}
retention-owed = Cet appareil a détruit ce qui ouvrait les plis échus jusqu'au { $date } ; il en rendra compte à sa prochaine connexion.
retention-none = Aucun pli n'est venu à échéance dans cette période.
retention-ended = { $flow }, groupe { $group } : { $count ->
    [1] un pli échu, dont la fin est inscrite par le relais, sur sa seule parole.
   *[other] { $count } plis échus, dont la fin est inscrite par le relais, sur sa seule parole.
}
retention-ended-unrecorded = { $flow }, groupe { $group } : sur les plis échus ({ $count }), le relais n'a pas inscrit la fin de { $missing ->
    [1] l'un d'eux. Demandez-en compte à qui l'administre.
   *[other] { $missing } d'entre eux. Demandez-en compte à qui l'administre.
}
retention-told = { $name }, appareil { $device } : a rendu compte de la destruction pour { $count ->
    [1] le seul pli échu qu'il pouvait ouvrir.
   *[other] les { $count } plis échus qu'il pouvait ouvrir.
}
retention-overdue = { $name }, appareil { $device } : en retard. Plis échus sans compte rendu : { $missing } sur { $count } ; le dernier compte rendu va jusqu'au { $date }. Qu'il se connecte une fois.
retention-never-told = { $name }, appareil { $device } : en retard. Aucun compte rendu encore, pour { $count ->
    [1] le seul pli échu qu'il pouvait ouvrir. Qu'il se connecte une fois.
   *[other] les { $count } plis échus qu'il pouvait ouvrir. Qu'il se connecte une fois.
}
retention-gone = { $name }, appareil { $device } : n'est plus en service. Plis échus sans compte rendu : { $missing } sur { $count } ; il n'y en aura plus.
retention-limits = Un compte rendu est signé par l'appareil et inscrit au journal : il atteste une destruction, il ne la prouve pas. Ne sont pas couvertes les copies enregistrées hors de Pli, imprimées ou photographiées.

purge-line = { $date } : { $class }, plis détruits : { $count }, écrits du { $from } au { $until }, règle { $rule }, visa { $visa }
purge-line-unsigned = { $date } : { $class }, plis détruits : { $count }, écrits du { $from } au { $until }, règle { $rule }, sans visa des archives
purge-line-unclassed = { $date } : sans classe (type retiré de la nomenclature, ou enveloppe illisible), plis détruits : { $count }, écrits du { $from } au { $until }
purge-count = { $count ->
    [0] Rien n'a été détruit dans cette période.
    [1] Un pli détruit dans cette période. Le registre est lu dans le journal, vérifié sur ses { $size } feuilles ; les nombres sont ceux du relais.
   *[other] { $count } plis détruits dans cette période. Le registre est lu dans le journal, vérifié sur ses { $size } feuilles ; les nombres sont ceux du relais.
}

rights-kept = Pli { $number } ({ $flow }), déposé le { $date } par { $name }, conservé jusqu'au { $expires }.
rights-taken-back = Pli { $number } ({ $flow }), déposé le { $date } par { $name }, retiré par son auteur ; sa date de destruction était le { $expires }.
rights-unknown = Pli { $number } : il concerne cette personne, mais l'acte de son dépôt est incomplet. Demandez-en compte à qui administre le relais.
rights-ended = Pli { $number } ({ $flow }), déposé le { $date } par { $name }, échu le { $expires }.
rights-sure = Le nom et l'année de naissance concordent.
rights-name = Le nom concorde ; l'année de naissance n'est pas donnée, ou est autre.
rights-reader = { "   " }{ $name } : { $what }
rights-unread = ne l'a jamais ouvert
rights-read = l'a ouvert le { $date }
rights-exported = en a fait une copie hors de Pli le { $date }, à lui demander
rights-opens = peut encore l'ouvrir, si un accès lui a été donné (appareil { $device })
rights-gone = appareil { $device } : n'est plus en service
rights-retired = ne peut plus l'ouvrir (appareil { $device }) : son auteur l'a retiré le { $date }
rights-destroyed = déclare avoir détruit ce qui l'ouvrait (appareil { $device }, compte rendu du { $date })
rights-untold = n'a pas encore rendu compte (appareil { $device })
rights-untold-since = n'a pas encore rendu compte (appareil { $device }, dernier compte rendu jusqu'au { $date })
rights-no-device = n'avait aucun appareil
rights-none = Dans ce que vous pouvez lire du journal, aucun pli ne concerne cette personne. Ne sont trouvés que les plis dont l'auteur l'a nommée.
rights-limits = Un pli prolongé, ou conservé sur ordre du procureur, continue sous un autre numéro, que donne la référence de son dépôt au journal. Répondent à la personne les membres qui détiennent ces plis, jamais le relais. Ce que Pli ne voit pas : les copies hors de Pli, le papier, le téléphone, et les dossiers propres à chaque organisme.

## Démonstration

demo-building = Construction d'un exemple : une autorité, un parquet, quatre organismes, deux groupes, sept personnes.
demo-built = Le relais écoute sur { $address }. Chaque personne a son dossier, son coffre et sa phrase de passe.
demo-enrolled = Chacune a reçu une invitation, a lu six mots au téléphone, la dernière « { $words } », et n'a été inscrite qu'une fois ces mots reconnus.
demo-typed = { $name } $ pli { $command }
demo-refused = Refusé : { $message }
demo-1 = 1. La mairie écrit une note confidentielle à deux membres du groupe.
demo-1-deposited = Pli { $number } déposé, pour { $count } lecteurs, détruit le { $date }. Inscrit au journal sous le n° { $leaf }, preuve vérifiée.
demo-2 = 2. L'exploitant du relais regarde son disque.
demo-2-found = { $files } fichiers, { $bytes } octets : ni objet, ni texte, ni nom de document, ni motif. Il voit qu'un pli attend, pour qui, de quel type et jusqu'à quand.
demo-3 = 3. La police consulte sa boîte, puis ouvre.
demo-3-inbox = Une enveloppe { $flow } de { $name }, { $parts } parties. L'objet est à l'intérieur.
demo-3-opened = Ouvert : « { $subject } ». L'ouverture est inscrite sous le n° { $leaf }, avant que le pli ne soit lisible.
demo-4 = 4. La police envoie au bailleur ses résultats de patrouilles : un tableau et un PDF.
demo-4-deposited = Pli { $number } déposé avec deux documents.
demo-5 = 5. Le bailleur ouvre et enregistre les documents.
demo-5-inbox = { $count } enveloppes l'attendent ; il ouvre celle de la police et enregistre les documents.
demo-5-document = { $name } : { $bytes } octets, identiques à ceux de la police.
demo-6 = 6. Un collègue du bailleur, membre d'un autre groupe, essaie.
demo-6-empty = Sa boîte est vide.
demo-7 = 7. La mairie demande où en est sa note. Chaque étape est prouvée par le journal.
demo-7-opened = { $name } : ouvert ({ $date })
demo-7-released = { $name } : remis ({ $date })
demo-7-delivered = { $name } : enveloppe montrée ({ $date })
demo-7-deposited = { $name } : pas encore vu
demo-8 = 8. Le parquet lit le journal : qui a ouvert quoi, quand, pourquoi.
demo-8-record = n° { $leaf }  { $date }  { $name }  { $act }  motif : { $reason }
demo-8-whole = Journal entier et vérifié sans faire confiance au relais : { $size } feuilles.
demo-9 = 9. Quelqu'un change un bit du journal sur le disque du relais.
demo-9-named = Le parquet le voit aussitôt : la feuille n° { $leaf } a été changée après coup.
demo-9-mended = Le bit remis, le journal est de nouveau entier.
demo-checked = Le relais est arrêté ; son dossier est vérifié : { $count } éléments, tous conformes.
demo-end = Fin de l'histoire, en { $seconds } secondes. Chaque ligne est la réponse d'une vraie commande.
demo-keep = Tout est resté dans { $folder }. Pour continuer à la main :
demo-pages = Les pages des personnages sont ouvertes. Chacune demande son code (valable cinq minutes), sauf si le navigateur l'a déjà ouverte, puis sa phrase de passe.
demo-page = { $name }, { $organisation }
demo-page-way = { "   " }{ $address }   code { $code }   phrase de passe { $passphrase }
demo-pages-end = Écrivez au nom de la mairie, puis ouvrez le pli dans la fenêtre de la police. Ctrl-C ferme tout et efface l'exemple.
demo-unexpected = Étape inattendue ({ $step }) : { $what }
demo-exists = Un exemple se trouve déjà dans ce dossier. Donnez-en un autre avec --dir.
demo-failed = L'exemple n'a pas pu être construit. Vérifiez la place libre et les droits du dossier.

## Groupes

groups-none = Vous n'êtes membre d'aucun groupe. Adressez-vous au coordonnateur de votre commune.
groups-line = { $number }  { $name }
groups-member = { "   " }{ $member } : { $name }, { $function }, { $organisation }
groups-flow = { "   " }{ $flow } : { $title }, détruit après { $days } jours
## Groupes : décider à plusieurs

groups-without-roster = Groupe { $number } : la liste de ses membres n'est pas encore signée. Proposez-la avec pli group propose { $number }
groups-not-led = { "   " }La direction du groupe a changé : rien ne s'y envoie avant qu'elle ait signé la liste des membres.
member-described = { $name } ({ $function }, { $organisation })
group-heading = { $number }  { $name }, { $kind } ({ $territory }). Présidence : { $president }. Coordination : { $coordinator }.
group-member = { "   " }{ $member } : { $name }, { $state } ; appareils : { $devices }
group-delegation = { "      " }suppléance : { $name }, du { $from } au { $until }
standing-active = actif
standing-reads = actif, en lecture seule
standing-unsigned = suspendu : la charte en vigueur n'est pas signée
standing-ended = suspendu : sa fonction a pris fin
standing-not-begun = suspendu : sa fonction n'a pas commencé
standing-unattested = suspendu : sa fonction n'a pas été confirmée depuis un an
standing-may-not-join = suspendu : sa fonction ou son territoire n'est plus de ce groupe
standing-no-device = suspendu : aucun appareil n'est reconnu par le groupe
explain-group = Création du groupe { $number } « { $name } », { $kind } ({ $territory }). Présidence : { $president }. Coordination : { $coordinator }.
explain-channel = Ouverture du canal { $number } « { $name } » entre { $president } et { $coordinator }.
explain-restated = Groupe { $number } : « { $name } », { $kind } ({ $territory }). Présidence : { $president }. Coordination : { $coordinator }. La liste des membres devra être signée de nouveau.
explain-leader = { "   " }{ $new } remplace { $old }.
explain-roster = { $count ->
    [1] Groupe { $number } « { $name } » : un membre après ces changements.
   *[other] Groupe { $number } « { $name } » : { $count } membres après ces changements.
}
explain-charter = Charte de « { $name } », version { $version }, applicable à partir du { $date }.
change-none = { "   " }Les membres restent les mêmes.
change-added = { "   " }+ { $name }, appareils : { $devices }
change-added-read = { "   " }+ { $name }, en lecture seule, appareils : { $devices }
change-removed = { "   " }- { $name }
change-write = { "   " }{ $name } pourra écrire.
change-read = { "   " }{ $name } pourra seulement lire.
change-devices = { "   " }{ $name }, nouveaux appareils reconnus : { $devices }
roster-large = { "   " }Attention : { $count } membres. La charte demande un cercle restreint ; au-delà de { $most }, vérifiez que chacun est concerné.
proposal-signed = { "   " }Proposé le { $date }, déjà signé par : { $names }
proposal-confirm = Signer ?
charter-confirm = J'ai lu cette charte et je la signe ?
proposal-cancelled = Rien n'a été signé.
proposal-published = C'est signé par toutes les personnes nécessaires et en vigueur.
proposal-sent = Signé et transmis. Il manque encore la signature de : { $names }
proposal-replaces = Cette proposition remplace celle qui attendait dans ce groupe.
proposal-yours = { "   " }Votre signature est attendue : pli group validate (pour une charte, pli charter visa). Manque : { $names }
proposal-others = { "   " }Signature attendue de : { $names }
proposals-none = Aucune proposition n'attend de signature.
proposal-none = Rien n'attend votre signature ici. Affichez ce qui attend avec pli group proposals.
proposal-own = Vous avez déjà signé cette proposition : c'est à une autre personne de la valider.
proposal-stale = Autre chose est entré en vigueur depuis cette proposition. Proposez-la de nouveau.
proposal-rule = Les règles de la convention ne le permettent pas. Rien n'a été signé.
missing-president = la présidence
missing-coordinator = la coordination
missing-leader = la présidence ou la coordination du groupe, l'une des deux
missing-visa = le procureur (visa)
missing-authority = l'autorité
group-not-led-by-you = Un groupe est créé par la personne qui le préside ou le coordonne. Demandez-le à l'une d'elles.
group-no-change = Dites ce qui change : --president, --coordinator, --name ou --territory.
group-not-founded = La création de ce groupe attend encore une signature. Affichez laquelle avec pli group proposals.
group-roster-next = Cette décision sur le groupe est en vigueur. Sa présidence ou sa coordination propose maintenant la liste des membres : pli group propose { $number }
group-roster-then = Quand le groupe sera fondé, proposez la liste des membres, les personnes nommées ici comprises : pli group propose { $number }
leader-replaced = L'appareil par lequel l'une des deux personnes dirige ce groupe a été remplacé. Nommez-la d'abord de nouveau : pli group restate --coordinator ou --president, avec son nom.
group-roster-again = Faites maintenant signer la liste des membres : pli group propose.
member-unknown = Cette personne n'est pas à l'annuaire. Vérifiez son identifiant avec pli directory.
roster-no-change = La liste des membres resterait la même. Dites qui ajouter ou retirer.
roster-faults = Rien n'a été appliqué : corrigez ce qui est indiqué, puis recommencez.
remove-not-yours = Seule la direction du groupe, ou un collègue de la même organisation, peut retirer cette personne.
fault-line = Ligne { $line } { $member } : { $reason }
fault-member = { $member } : { $reason }
wrong-line = il faut deux colonnes, member et action.
wrong-handle = ce n'est pas un identifiant de membre.
wrong-action = l'action est add, read, write ou remove.
wrong-twice = cette personne figure deux fois.
wrong-unknown = personne ne porte cet identifiant, ni à l'annuaire ni dans le groupe.
wrong-not-in-office = sa fonction n'a pas commencé, a pris fin ou n'a pas été confirmée.
wrong-may-not-join = sa fonction ou son territoire ne permet pas d'entrer dans ce groupe.
wrong-not-there = cette personne n'est pas membre du groupe.
usage-list-file = Le fichier de la liste ne peut pas être lu.
history-line = { $date }  { $what } : { $names }
history-group = groupe, version { $version }, signé par
history-roster = liste des membres, version { $version }, signée par
history-charter = charte, version { $version }, signée par
history-adhesion = adhésion n° { $version } à la charte
history-delegation = suppléance n° { $version } donnée ou retirée par
history-group-proposed = proposition n° { $version } pour le groupe, par
history-roster-proposed = proposition n° { $version } pour la liste des membres, par
history-charter-proposed = proposition n° { $version } pour la charte, par

## Charte

charter-reglement = { "   " }Règlement intérieur : { $reference } du { $date }
charter-named = { "   " }Fonctions admises par ce règlement : { $roles }
charter-order = { "   " }Application anticipée ordonnée par le procureur : { $reference }
charter-sanctions = Qui révèle une information à caractère secret encourt un an d'emprisonnement et 15 000 € d'amende (code pénal, art. 226-13) ; qui révèle ce qu'il sait d'une enquête ou d'une instruction par ses fonctions, deux ans et 30 000 € (art. 434-7-2).
charter-already = Vous avez déjà signé la version { $version } de cette charte.
charter-signed = Vous avez signé la version { $version } de la charte, applicable à partir du { $date }.
charter-in-force = Charte en vigueur : version { $version }.
charter-none-in-force = Aucune charte n'est en vigueur.
charter-coming = { $count ->
    [0] La version { $version } s'appliquera le { $date }, dans moins d'un jour.
    [1] La version { $version } s'appliquera le { $date }, dans un jour.
   *[other] La version { $version } s'appliquera le { $date }, dans { $count } jours.
}
charter-member-signed = { "   " }{ $name } : version { $version }, signée le { $date }
charter-member-unsigned = { "   " }{ $name } : pas encore signée
charter-notice = Une nouvelle version s'applique au plus tôt deux semaines après sa proposition, sauf ordre du procureur (--order). Choisissez une autre date.
charter-newer = Une version plus récente de cette charte existe. Relisez-la avant de signer.
charter-reglement-missing = Donnez la référence du règlement intérieur : --reglement.
charter-text = La charte est un texte non vide de 256 Kio au plus.
unlock-charter = La charte de « { $name } » attend votre signature : pli charter sign { $number }
unlock-charter-coming = { $count ->
    [1] La nouvelle charte de « { $name } » attend votre signature ; elle s'applique le { $date }, dans un jour : pli charter sign { $number }
   *[other] La nouvelle charte de « { $name } » attend votre signature ; elle s'applique le { $date }, dans { $count } jours : pli charter sign { $number }
}

## Annuaire

annuaire-absent = L'autorité n'a pas publié d'annuaire sous ce titre. Vérifiez-le, puis demandez à l'autorité.
directory-heading = { $count ->
    [0] { $title }, version { $version } du { $date }, signée par l'autorité : personne ne correspond.
    [1] { $title }, version { $version } du { $date }, signée par l'autorité : une personne.
   *[other] { $title }, version { $version } du { $date }, signée par l'autorité : { $count } personnes.
}
directory-line = { $member } : { $name }, { $function }, { $organisation } [{ $id }]{ $territory }  { $telephone }  { $email }
directory-changed = { "   " }Cette fiche a changé depuis cette version de l'annuaire.
directory-kept = Le relais est injoignable. Voici l'annuaire tel que cet appareil l'a vérifié le { $date }.
directory-exported = { $count ->
    [0] Personne ne correspond : le fichier est vide.
    [1] Une personne est dans le fichier. Supprimez-le après usage : il n'est plus protégé par Pli.
   *[other] { $count } personnes sont dans le fichier. Supprimez-le après usage : il n'est plus protégé par Pli.
}
export-io = Le fichier n'a pas pu être écrit. Choisissez un autre endroit.
file-exists = Ce fichier existe déjà, et n'est pas remplacé. Donnez un autre nom.

## Suppléance

delegation-done = { $name } recevra aussi vos plis dans « { $group } » du { $from } au { $until }.
delegation-waiting = { $count ->
    [1] Un pli vous attend, que cette personne pourrait lire à votre place.
   *[other] { $count } plis vous attendent, que cette personne pourrait lire à votre place.
}
delegation-confirm = Les lui donner aussi ?
delegation-letters = { $count ->
    [1] Un pli en attente lui est donné aussi.
   *[other] { $count } plis en attente lui sont donnés aussi.
}
delegation-ended = La suppléance dans « { $group } » est terminée.
delegation-none = Vous n'avez aucune suppléance en cours ou à venir.
delegation-nowhere = Vous n'êtes pas tous deux membres d'un même groupe. Affichez les membres avec pli groups.
delegation-dates = Le dernier jour doit suivre le premier et ne pas être passé.
delegation-rule = Une suppléance va à un autre membre, pour trois mois au plus.
send-away = { $name } s'absente jusqu'au { $date } : { $delegate } recevra aussi ce pli.
send-away-alone = { $name } s'absente jusqu'au { $date }, et { $delegate } ne peut pas recevoir ce pli à sa place.
send-unsigned = { $name } n'a pas signé la charte en vigueur et ne recevra pas ce pli.
send-new-device = { $name } lit depuis peu sur un nouvel appareil, « { $device } » ({ $number }). En cas de doute, téléphonez.

## Agents protégés

identity-family-name = Nom :
identity-given-name = Prénom :
identity-telephone = Téléphone où vous rappeler :
identity-email = Courriel, si vous en avez un :
identity-subject = Identité de { $member }
identity-text =
    Nom : { $family-name }
    Prénom : { $given-name }
    Organisme : { $organisation }
    Téléphone : { $telephone }
    Courriel : { $email }
identity-card = Il faut le nom, le prénom et un téléphone. Donnez-les quand Pli les demande, ou dans un fichier avec --card.
identity-unprotected = Votre nom figure déjà à l'annuaire : cette commande est celle des agents protégés.

inbox-new = nouveau
inbox-delivered = vu
inbox-released = remis
inbox-opened = ouvert
inbox-to-approve = À VALIDER
inbox-decided = décidé
inbox-unverified = douteux

open-exported = Le pli scellé et ce qui l'ouvre sont dans { $folder }. Quiconque a identity.txt peut tout lire : supprimez ce dossier après usage.

objection-form-subject = Donnez un objet d'une seule ligne, de 512 octets au plus, sans caractère invisible. Rien n'est parti et rien n'a été conservé.
objection-form-text = Le texte dépasse 512 Kio : joignez-le comme document. Rien n'est parti et rien n'a été conservé.
objection-form-documents = Joignez au plus 32 documents. Rien n'est parti et rien n'a été conservé.
objection-form-document-name = Renommez le document : son nom contient un chemin ou un caractère invisible, ou un système se le réserve. Rien n'est parti et rien n'a été conservé.
objection-form-document-size = Un document dépasse 16 Gio. Rien n'est parti et rien n'a été conservé.

## Inscription d'un appareil

enroll-for = Invitation pour { $name } ({ $member }), { $function }, { $organisation }.
enroll-for-device = Invitation pour un nouvel appareil de { $name } ({ $member }), { $function }, { $organisation }.
enroll-confirm = Cette invitation est-elle bien pour vous ?
enroll-words = Vos six mots : { $words }
enroll-call-authority = Téléphonez à l'autorité, au numéro que vous lui connaissez, et lisez-lui ces six mots. L'inscription se termine dès qu'elle les a acceptés.
enroll-call-parquet = Téléphonez au parquet, au numéro que vous lui connaissez, et lisez-lui ces six mots. L'inscription se termine dès qu'il les a acceptés.
enroll-call-referent = Votre nom ne figure nulle part : lisez ces six mots au référent de votre organisme, qui les dira à l'autorité. L'inscription se termine dès qu'elle les a acceptés.
enroll-other-screen = Sur votre autre appareil, lancez pli device accept et comparez les six mots des deux écrans.
enroll-later = Personne n'a encore accepté cet appareil. Relancez plus tard la même commande : elle reprendra où elle en était.
enroll-done-now = Cet appareil est inscrit pour { $member }. pli groups montre les groupes où il sert ; s'il en manque un, demandez à qui le dirige de l'y ajouter : pli group propose.
enroll-protected = un agent protégé
enroll-done-protected = Cet appareil est inscrit pour { $member }. Ni l'annuaire ni l'autorité ne connaissent votre nom. Ouvrez un canal avec le référent de la police et celui de votre organisme (pli group create --kind bilateral), puis dites-leur qui vous êtes : pli identity.
enroll-file = Le fichier de l'invitation ne peut pas être lu. Vérifiez son nom, puis recommencez.
enroll-other-home = Ce dossier est déjà celui d'un autre membre. Donnez-en un autre avec --home.
enroll-done = Cet appareil est déjà inscrit. Pour en inscrire un autre, donnez un autre dossier avec --home.
enroll-folder = Ce dossier contient déjà autre chose. Donnez-en un nouveau avec --home.
unverified-invitation = Ce fichier est abîmé, ou n'est pas ce qui a été signé. Rien n'a été fait ; demandez-le de nouveau à qui vous l'a remis.
unverified-words = Ce ne sont pas les mêmes mots : un autre appareil a peut-être répondu. Rien n'a été accepté ; relisez-les ensemble, et s'ils diffèrent toujours, faites une nouvelle invitation.
unverified-own-devices = Un appareil que vous n'avez pas accepté figure à votre nom. Ce poste s'arrête, et la preuve est conservée ; prévenez le parquet sans passer par Pli.
words-confirm = Ces six mots sont-ils les mêmes ?
words-differ = Rien n'a été accepté. Si les mots diffèrent vraiment, un autre appareil a répondu : faites une nouvelle invitation.
usage-words = Donnez les six mots qui vous ont été lus : --words "…"
nothing-done = Rien n'a été fait.
passphrase-new = Choisissez une phrase de passe :
passphrase-again = La même, encore une fois :
passphrase-differs = Les deux saisies diffèrent. Recommencez.
passphrase-short = Cette phrase de passe est trop courte. Prenez-en une de douze caractères au moins, par exemple quatre mots.

## Vos appareils

device-line = { $device }  { $name }, depuis le { $date }
device-line-this = { $device }  { $name }, depuis le { $date } (cet appareil)
device-counts = { "   " }{ $name } : lit et envoie
device-counts-not = { "   " }{ $name } : ne compte pas ; le groupe doit d'abord renouveler votre inscription
device-invited = L'invitation est dans { $file }, valable jusqu'au { $date }. Sur le nouvel appareil : pli enroll { $file } --home DOSSIER
device-compare = L'appareil qui a répondu montre ces six mots : { $words }
device-accepted = L'appareil « { $name } » signe maintenant pour vous.
device-named = L'appareil { $device } s'appelle maintenant « { $name } ».
device-revoked = L'appareil { $device } est radié. Il ne lit plus rien de nouveau et ne peut pas revenir.
device-revoke-confirm = Un appareil radié ne revient jamais. Le radier ?
device-news = Un nouvel appareil ({ $device }) signe pour vous, accepté par l'un des vôtres. Si ce n'est pas vous, lancez pli device revoke { $device } et prévenez l'autorité.
device-none-waits = Aucun appareil n'a répondu à une invitation de votre part.
device-too-many = Vous avez déjà huit appareils. Radiez-en un d'abord : pli device revoke
device-this = Un appareil ne se radie pas lui-même. Faites-le depuis un autre ; si c'est le dernier, adressez-vous à l'autorité.
device-unknown = Aucun de vos appareils ne commence ainsi, ou plusieurs. Affichez-les avec pli device list.

## L'autorité et le parquet

authority-made = L'autorité est créée. Gardez ce dossier et sa phrase de passe hors ligne ; demandez ensuite à l'exploitant son fichier relay.json et au parquet son fichier public.json : pli authority draft.
authority-witnesses = Ces témoins ne conviennent pas : il faut au moins autant de témoins différents que vous en demandez, huit au plus, et aucun qui soit l'autorité, le parquet ou le relais. Donnez leurs fichiers avec --witness.
parquet-made = L'accès du parquet est créé. Gardez ce dossier et sa phrase de passe hors ligne ; remettez { $file } à l'autorité.
authority-reopened = Signé par l'autorité dans { $file } : le journal reprend à { $size } feuilles, et le plus récent qu'on vous a montré en avait { $newest }. Au parquet de le signer : pli parquet sign --dir DOSSIER { $file }
authority-drafted = Le projet est signé par l'autorité dans { $file }. Au parquet de le signer : pli parquet sign --dir DOSSIER { $file }
parquet-shown = Projet de l'autorité : relais « { $log } », journal lisible un an, puis sur ordre écrit jusqu'à { $months } mois, { $count } types d'échange. Empreinte : { $fingerprint }
parquet-shown-witnesses = Témoins du journal : { $names } ; { $needed } d'entre eux au moins doivent l'avoir vu.
parquet-shown-reopening = Le relais a perdu son journal « { $earlier } » : on en connaît { $newest } feuilles, la sauvegarde en a { $size }. Il reprendrait sous le nom « { $log } ».
parquet-confirm = Le signer au nom du parquet ?
parquet-signed-reopening = Signé des deux parts. Le relais le prend avec : pli-relay restore --dir DOSSIER --root { $file }
parquet-signed = Signé des deux parts. Le relais le prend avec : pli-relay init --dir DOSSIER --founding { $file }
authority-invited = Invitation pour { $member } dans { $file }, valable jusqu'au { $date } et une seule fois. Remettez-la à cette personne ; elle vous téléphonera.
authority-invited-protected = Invitation pour { $member } dans { $file }, valable jusqu'au { $date } et une seule fois. Remettez-la au référent de son organisme ; c'est lui qui vous téléphonera.
authority-new-organisation = Aucun membre n'a encore pour organisme « { $organisation } ». Si ce nom est une faute de frappe, refaites l'invitation : deux orthographes feraient deux organismes.
authority-waits = { $member } ({ $function }, { $organisation }) a répondu le { $date } : { $words }
authority-none-answered = Personne n'attend d'être accepté.
authority-compare = Demandez à cette personne de vous lire ses six mots. Ils doivent être : { $words }
authority-accepted = { $member } est inscrit.
authority-attested = { $count ->
    [1] Confirmé pour douze mois : { $members }
   *[other] Confirmés pour douze mois ({ $count }) : { $members }
}
authority-will-strike = Seront radiés sur-le-champ : { $members }
authority-strike-confirm = Les radier ?
authority-struck = { $count ->
    [1] Radié : { $members }. Son nom et son téléphone sont effacés.
   *[other] Radiés ({ $count }) : { $members }. Leurs noms et téléphones sont effacés.
}
authority-rotate-confirm = Remplacer l'accès de cette autorité et confirmer de nouveau chaque personne ?
authority-rotated = { $count ->
    [0] L'accès est remplacé. Refaites vos copies de ce dossier.
    [1] L'accès est remplacé, et une personne est confirmée de nouveau. Refaites vos copies de ce dossier.
   *[other] L'accès est remplacé, et { $count } personnes sont confirmées de nouveau. Refaites vos copies de ce dossier.
}
authority-published = { $count ->
    [0] L'annuaire « { $title } » est publié, sans personne.
    [1] L'annuaire « { $title } » est publié avec une personne.
   *[other] L'annuaire « { $title } » est publié avec { $count } personnes.
}
authority-exists = Ce dossier sert déjà. Donnez-en un autre avec --dir.
authority-absent = Ce dossier n'est pas celui de cette autorité. Indiquez le bon avec --dir.
authority-public = Ce fichier n'est pas le fichier public attendu. Demandez public.json à qui l'a créé.
authority-relay-file = Ce fichier n'est pas celui d'un relais. Demandez relay.json à l'exploitant.
authority-nomenclature = La nomenclature ne peut pas être lue, ou se contredit.
authority-relay = Dites où le relais écoute : --relay ADRESSE:PORT. C'est retenu pour la suite.
authority-not-founded = Aucun relais n'a été fondé depuis ce dossier. Faites d'abord le projet, ou signez-le.
reopen-backup = Le fichier backup.json ne peut pas être lu, ou n'est pas d'une sauvegarde de ce relais. Demandez-le à qui tient le relais.
reopen-seen = Un point de contrôle ne peut pas être lu, ou n'est pas signé par ce relais. Redemandez-le à la personne qui vous l'a remis.
reopen-origin = Donnez au journal un nom nouveau, en un mot, sans espace ni signe plus.
parquet-founding = Le projet ne peut pas être lu. Demandez-le à l'autorité.
authority-missing = Il manque la fonction, l'organisme ou la personne. L'aide : pli authority invite --help
authority-member-exists = Ce membre est déjà inscrit. S'il a perdu son dernier appareil, ajoutez --replace.
authority-member-unknown = Aucun membre en fonction ne porte ce nom d'inscription.
authority-function = Cette fonction relève de l'autre autorité : les quatre fonctions du parquet sont certifiées par lui, et lui seul.
authority-protected = D'un agent protégé, l'autorité ne connaît pas le nom. Retirez-le de la commande : l'agent le dira lui-même à ses deux référents, avec pli identity.
authority-none-waits = Personne n'a répondu à une invitation de ce membre.
authority-stale = La fiche de ce membre a changé depuis cette invitation. Rien n'a été accepté ; faites une nouvelle invitation.
authority-unlisted = L'annuaire ne peut nommer que des personnes en fonction et non protégées.

## Retirer un pli

because-superseded = un pli plus récent dit autre chose
because-replaced = remplacé
because-received = reçu, il a servi
because-function-ended = fin de fonction
because-wrong-recipient = envoyé par erreur

retire-because = Ce motif de retrait n'existe pas. Donnez superseded (un pli plus récent dit autre chose), replaced (remplacé), received (reçu, il a servi) ou function-ended (fin de fonction). Pour un envoi à la mauvaise personne : pli recall.
retire-before = Pli { $number }, { $flow }, à { $names } : une fois retiré, plus personne ne pourra l'ouvrir, vous compris.
retire-confirm = Retirer ce pli ?
retire-cancelled = Rien n'a été changé.
retire-never-sent = Pli { $number } : d'après le relais, il n'était pas déposé. Il est effacé de ce poste.
retire-gone = Ce pli est déjà détruit, à la date prévue lors de l'envoi : il n'y a plus rien à retirer.
retire-done = Pli { $number } retiré le { $date } : le relais atteste avoir détruit ce qui permettait de l'ouvrir. Inscrit au journal sous le n° { $leaf }.
retire-again = Pli { $number } : il était déjà retiré, depuis le { $date }. La nouvelle demande est inscrite au journal sous le n° { $leaf }.
retire-read = L'ont ouvert avant le retrait, ou ont pu le lire :
retire-limit = Ce qui a été lu, copié ou enregistré ne peut pas être repris, et une lecture en cours n'est pas interrompue : demandez à ces personnes de détruire ce qu'elles ont gardé.
retire-unread = D'après les actes que le relais a transmis, ne l'ont jamais ouvert, et ne le pourront plus : { $names }.
retire-incomplete = Ce poste ne sait pas tout de ce qui a été ouvert : il n'avait pas ce pli dès l'envoi, ou vous n'êtes plus membre du groupe. Refaites la commande sur le poste de l'envoi, ou demandez au parquet de consulter le journal.
recall-notice = Un envoi à la mauvaise personne est une violation de données : elle se notifie dans les 72 heures, donc au plus tard le { $date } si vous venez de l'apprendre. Prévenez votre délégué à la protection des données ; pour préparer l'avis : pli recall { $number } --notice FICHIER
recall-written = Le projet d'avis est dans { $file }. Remettez-le sans attendre à votre délégué à la protection des données, qui le complète : la notification est due au plus tard le { $date } si vous venez d'apprendre l'erreur.
recall-exists = Ce fichier existe déjà. Donnez un autre nom.

breach-title = PROJET DE NOTIFICATION D'UNE VIOLATION DE DONNÉES À CARACTÈRE PERSONNEL
breach-law = Règlement général sur la protection des données (RGPD), article 33. À relire et à compléter par le délégué à la protection des données avant tout envoi.
breach-made = Établi le { $date }, heure de Paris comme toutes les heures ci-dessous. Une heure suivie d'un numéro d'acte est celle d'un acte inscrit au journal des accès, vérifié sur le poste de l'auteur. Ce qui reste à remplir est marqué [À COMPLÉTER]. Le contenu du pli n'est pas repris ici.
breach-limit-title = 1. DÉLAI
breach-limit = La notification à la CNIL est due au plus tard 72 heures après la prise de connaissance de la violation, samedis, dimanches et jours fériés compris, à moins qu'elle ne soit pas susceptible d'engendrer un risque pour les personnes.
breach-limit-date = Si l'erreur a été connue au moment du retrait : au plus tard le { $date }.
breach-limit-blank = [À COMPLÉTER] Date et heure de la prise de connaissance, si elle est antérieure au retrait : le délai part de là. Au-delà de 72 heures, motifs du retard.
breach-nature-title = 2. NATURE DE LA VIOLATION
breach-nature = Perte de confidentialité : un pli a été adressé à une personne qui ne devait pas le recevoir.
breach-letter = Pli : { $number }
breach-group = Groupe : { $group }
breach-flow = Type d'échange : { $flow }
breach-writer = Auteur : { $person }
breach-parts = { $documents ->
    [0] Composition : une note, sans document joint
    [1] Composition : une note et un document joint
   *[other] Composition : une note et { $documents } documents joints
}
breach-sent = Envoyé le { $date }, acte n° { $leaf }
breach-sent-elsewhere = Écrit le { $date } ; l'acte de dépôt est sur un autre poste de l'auteur
breach-recalled = Retiré le { $date }, acte n° { $leaf }
breach-recalled-elsewhere = Retiré le { $date } ; l'acte de retrait est sur un autre poste de l'auteur
breach-expires = Destruction prévue lors de l'envoi : le { $date }
breach-nature-blank = [À COMPLÉTER] Qui, parmi les destinataires ci-dessous, ne devait pas le recevoir, et comment l'erreur s'est produite.
breach-data-title = 3. CATÉGORIES DE DONNÉES, D'APRÈS LA CLASSE DU PLI
breach-class-n0 = Classe N0 : ce type d'échange ne prévoit pas de donnée à caractère personnel.
breach-class-n1 = Classe N1 : coordonnées professionnelles.
breach-class-n2 = Classe N2 : informations confidentielles ou nominatives, échangées dans un groupe de l'article L. 132-5 du code de la sécurité intérieure.
breach-class-n3 = Classe N3 : informations d'origine policière ou judiciaire sur une personne identifiable ; le titre III de la loi Informatique et Libertés peut s'appliquer.
breach-class-n4 = Classe N4 : identité d'une personne à protéger (témoin, victime, agent).
breach-data-blank = [À COMPLÉTER] Catégories et nombre approximatif de personnes concernées et d'enregistrements ; mineurs ; données sensibles.
breach-readers-title = 4. DESTINATAIRES
breach-readers-unknown = [À COMPLÉTER] L'auteur n'est plus membre du groupe : qui a ouvert le pli se demande au parquet, qui contrôle le journal. Les destinataires étaient :
breach-readers-blank = [À COMPLÉTER] Ce poste n'avait pas ce pli dès l'envoi : des ouvertures plus anciennes peuvent manquer ci-dessus. À vérifier sur le poste de l'envoi, ou auprès du parquet, qui contrôle le journal.
breach-read = Ont ouvert le pli avant le retrait, ou ont pu le lire :
breach-read-none = D'après les actes que le relais a transmis à l'auteur, personne n'a ouvert le pli avant le retrait.
breach-unread = D'après ces actes, n'ont jamais ouvert le pli, et ne le peuvent plus :
breach-person = { $name } ({ $function }, { $organisation })
breach-act = { $date } : { $act }, acte n° { $leaf }
breach-act-not-verified = { $date } : { $act }, acte n° { $leaf } (le poste du lecteur a jugé le pli non conforme et ne l'a pas affiché)
breach-act-quarantined = { $date } : { $act }, acte n° { $leaf } (le contrôle du poste du lecteur l'a gardé fermé)
breach-consequences-title = 5. CONSÉQUENCES PROBABLES
breach-consequences-blank = [À COMPLÉTER] Conséquences probables pour les personnes concernées.
breach-measures-title = 6. MESURES PRISES
breach-measures-destroyed = Le pli a été retiré : le relais atteste avoir détruit, avant de confirmer le retrait, ce qui permettait de l'ouvrir et la note chiffrée ; il devait ensuite effacer les documents chiffrés. Plus personne ne peut l'ouvrir par Pli, son auteur compris.
breach-measures-limit = Ce qui a été lu, copié ou enregistré avant le retrait ne peut pas être repris, et une lecture en cours n'a pas été interrompue.
breach-measures-blank = [À COMPLÉTER] Destruction demandée à chaque personne ci-dessus qui a pu lire le pli, et sa réponse ; autres mesures prises ou envisagées.
breach-people-title = 7. INFORMATION DES PERSONNES CONCERNÉES (ARTICLE 34)
breach-people-blank = [À COMPLÉTER] Risque élevé pour leurs droits et libertés, oui ou non, et pourquoi ; date et moyen de l'information.
breach-contacts-title = 8. RESPONSABLE DU TRAITEMENT
breach-contacts-blank = [À COMPLÉTER] Responsable du traitement ; nom et coordonnées du délégué à la protection des données ; référence au registre des violations (article 33, paragraphe 5).
breach-proof-title = 9. PREUVES
breach-proof = L'auteur ne connaît que les actes que le relais lui a transmis. Le parquet contrôle le journal entier et peut établir, sur ordre écrit, le compte complet de ce pli (pli log bundle), vérifiable sans Pli.

# --- extension and hold ---

extend-not = Les plis « { $flow } » ne se prolongent pas : ils sont détruits à leur date.
extend-early = La date demandée n'est pas postérieure à celle du pli. Donnez une date plus lointaine, ou aucune pour la plus lointaine permise.
extend-persons = Si ce pli concerne des personnes, nommez-les de nouveau avec --person : sinon la recherche par nom ne trouve que l'ancien exemplaire.
extend-gone = { $name } n'est plus membre du groupe et ne recevra pas le pli prolongé.
extend-confirm = Prolonger ce pli ?
extend-done = Pli { $first } prolongé : il porte désormais le numéro { $number } et sera détruit le { $date }. Il ne pourra plus être prolongé.
extend-first-stays = L'ancien exemplaire n'a pas pu être retiré : il sera détruit à sa date, le { $date }.
hold-none = Ce pli n'est pas conservé. Pour ordonner sa conservation, donnez --reference et --until.
hold-proc = Seul le procureur de la République ordonne une conservation, avec l'appareil inscrit dans cette fonction. Rien n'a été ordonné.
hold-past = Cette date est passée. Donnez le dernier jour de la conservation.
hold-far = Cette date est trop lointaine : aucun appareil ne garde encore de quoi ouvrir un pli jusque-là. Donnez une date plus proche.
hold-shortened = La conservation de ce pli est déjà ordonnée, référence { $reference }, jusqu'au { $date }. Elle peut être levée (--lift) ou écourtée sous la même référence ; elle ne s'allonge pas et ne change pas de référence.
hold-id = Pour une conservation, donnez le numéro entier du pli, 32 chiffres : pli log search le montre au contrôle du journal, et --json à qui l'a reçu.
hold-gone = Pli { $number } : il n'est plus au relais. Il est détruit, retiré, ou n'a jamais été déposé dans ce groupe : rien ne peut plus être conservé. S'il a été prolongé, il porte un autre numéro. Le journal le dit ; demandez à un réviseur : pli log search --item.
hold-short = Ce pli ne sera détruit qu'après cette date, ou à cette date : il n'y a rien à conserver. Donnez une date plus lointaine.
hold-done = Pli { $number } : conservation ordonnée, référence { $reference }, jusqu'au { $date }. Chacun de ses détenteurs qui se connecte vous en remet une copie scellée. Si aucun ne le fait avant sa date de destruction, il est perdu : ouvrez la copie dès qu'elle arrive. La référence est visible du groupe.
hold-lifted = Pli { $number } : conservation levée, référence { $reference }, le { $date }. Le relais ne remet plus la copie scellée ; elle est détruite au jour qui avait été ordonné.
hold-told = { $number }  conservé sur ordre du procureur, référence { $reference }, jusqu'au { $date }
hold-complied = { $number }  votre poste en a remis une copie scellée au procureur. Le journal le dit.
hold-waits = { $number }  la copie pour le procureur n'a pas pu être remise maintenant : elle le sera à la prochaine consultation.
open-held = Pli { $number } de { $name }, du { $date }, conservé sur ordre : tel que son auteur l'a signé. Ouverture inscrite au journal sous le n° { $leaf }.

# pli screen
screen-pass = { $input } : rien à signaler.
screen-notice = { $input } : peut être envoyé ; est-ce nécessaire ?
screen-unscreenable = { $input } : ne peut pas être lu. Celui qui l'envoie en répond.
screen-refuse = { $input } : ne peut pas être envoyé par ce canal (convention, article 5, et charte).
screen-finding = règle { $rule }, { $title } : { $words }
screen-file = Ce fichier ne peut pas être lu : vérifiez son nom et vos droits.

# --- screening ---
objection-subject = Ce texte ne peut pas être envoyé ici.
objection-unread = Des parties de ce pli n'ont pas pu être lues, donc pas contrôlées. Rien n'est parti. Si vous en répondez, recommencez avec --attest : vos lecteurs en seront informés.
quarantined = Ce pli est reçu mais ne s'affiche pas : le contrôle de votre poste y trouve ce que la convention exclut. Le journal le note, sans le texte, et son auteur en est informé.
stopped-by = Règle { $rule } : « { $words } ». Une erreur ? Reformulez, ou signalez la règle : pli screen report { $rule }
stopped-releasable = Un collègue de votre organisation, membre du groupe, peut le relire avec vous et le laisser passer : recommencez avec --second
send-unread = { $place } : { $because }
unread-whole = le document
send-attest-confirm = Ces parties n'ont pas pu être contrôlées. Vous répondez de leur contenu ; vos lecteurs en seront informés. Continuer ?
send-attested = { $count ->
    [1] Une partie de ce pli n'a pas pu être contrôlée : vous en répondez, et vos lecteurs en seront informés.
   *[other] { $count } parties de ce pli n'ont pas pu être contrôlées : vous en répondez, et vos lecteurs en seront informés.
}
send-notice = Donnée sensible (règle { $rule }) : « { $words } ». Est-elle nécessaire ?
send-document-changed = Un document a changé pendant l'envoi : rien n'est parti. Recommencez.
second-confirm = Un collègue de votre organisation, membre du groupe, peut relire ce texte sur votre écran et le laisser passer. Le lui demander ?
second-open-confirm = Un collègue de votre organisation, membre du groupe, peut lever cette fermeture ; vous lirez ensemble. Le lui demander ?
second-code = Votre collègue ({ $names }) relit avec vous, puis tape sur son propre poste : pli reread { $code } --group { $group }
second-nobody = Aucun collègue de votre organisation n'est membre de ce groupe : personne ne peut relire ce texte avec vous.
second-came = { $name } l'a laissé passer.
reread-before = Vous confirmez avoir relu, sur l'écran de votre collègue, ce que le contrôle y a arrêté, sous le code { $code }. Votre nom est inscrit au journal.
reread-confirm = Le laisser passer ?
reread-done = C'est fait : { $code }. L'écran de votre collègue continue de lui-même.
reread-nobody = Personne ne l'a laissé passer en un quart d'heure. Rien n'est parti, rien n'est affiché. Recommencez quand un collègue est là.
open-attested = { $count ->
    [1] Une partie de ce pli n'a pas été contrôlée ; son auteur en répond :
   *[other] { $count } parties de ce pli n'ont pas été contrôlées ; son auteur en répond :
}
open-reread = Une seconde personne de l'organisation de son auteur l'a relu et laissé passer.
status-quarantined = { $name } : le { $date }, le contrôle de son poste l'a gardé fermé (convention, article 5). Le texte n'a pas été affiché.
screen-rule = Il n'y a pas de règle de ce numéro. Pour les voir : pli ruleset show
screen-explain = Règle { $rule } : { $title }
screen-explain-release = Ce qu'elle trouve peut être relu et levé par une seconde personne de la même organisation.
screen-explain-strict = Ce qu'elle trouve ne peut être levé par personne.
screen-explain-words = Elle cherche : { $words }
screen-reported = La règle { $rule } est signalée à l'autorité : son numéro, et rien d'autre.
ruleset-file = Ce fichier ne peut pas être lu : vérifiez son nom et vos droits.
ruleset-invalid = Ces règles ne peuvent pas servir.
ruleset-valid = { $file } : ces règles peuvent servir.
ruleset-same = Rien ne diffère.
ruleset-drafted = Version { $version } des règles, signée par l'autorité : { $file }. Le parquet la signe avec : pli parquet sign --dir DOSSIER { $file }
ruleset-published = La version { $version } des règles est en vigueur. Les envois préparés sous la précédente passent encore pendant 72 heures.
ruleset-count-blocked = { $rule } : { $count } fois dans le groupe { $group }
ruleset-count-contested = { $rule } : signalée { $count } fois comme une erreur
ruleset-count-nothing = Rien n'est compté depuis le dernier relevé.
parquet-shown-rules = Version { $version } des règles de contrôle : { $count } différences avec celles en vigueur.
parquet-shown-weights = Ce qui a été appris de phrases change aussi.
parquet-signed-rules = Signé des deux parts. L'autorité les publie avec : pli ruleset publish --dir DOSSIER { $file }
unread-image = une image : ce qui y est écrit n'est pas lu
unread-sound = du son ou de la vidéo
unread-password = protégé par un mot de passe
unread-unknown = un type de fichier qui n'est pas lu ici
unread-ambiguous = de plusieurs types à la fois
unread-broken = abîmé
unread-partial = incomplet
unread-too-large = trop volumineux pour être lu
unread-too-deep = trop de documents emboîtés
unread-too-many = trop de parties ou de pages
unread-embedded = un objet d'un autre logiciel
unread-macro = un programme (macro)
unread-blank = une page sans texte, peut-être numérisée
unread-letters = des lettres que le document ne permet pas d'identifier
unread-time = trop long à lire
unread-failed = la lecture s'est interrompue
unread-unprotected = ce poste ne permet pas de le lire en sécurité
unread-earlier = contrôlé lors du premier envoi
screen-ocr = tesseract n'est pas installé sur cette machine : sans lui, aucune image n'est reconnue.

form-faults = Le formulaire n'est pas complet, ou pas exact : rien n'en est envoyé ni gardé.
fault-more = … et { $count } autres.
fault-in-line = { $count ->
    [1] Ligne { $line } :
   *[other] Lignes { $line } :
}
fault-in-cell = { $count ->
    [1] Ligne { $line }, « { $field } » :
   *[other] Lignes { $line }, « { $field } » :
}
fault-in-field = « { $field } » :
fault-in-named = « { $field } » ({ $name }) :
fault-missing = à remplir.
fault-unknown = ce formulaire n'a pas ce champ, ou il a changé depuis.
fault-not-asked = ne se remplit pas, d'après une autre réponse.
fault-twice = rempli plusieurs fois ; une seule valeur est attendue.
fault-date = une date est attendue, comme 24/12/2026.
fault-before = cette date précède celle de « { $other } ».
fault-beyond = au plus tard le { $other }.
fault-future = cette date est à venir.
fault-time = une heure est attendue, comme 14:05.
fault-number = un nombre entier est attendu.
fault-below = au moins { $bound }.
fault-above = au plus { $bound }.
fault-yes-no = oui ou non est attendu.
fault-choice = choisissez dans la liste : { $other }.
fault-person = une personne s'écrit NOM Prénom, ANNÉE de naissance (l'année si elle est connue).
fault-address = une adresse s'écrit 12 rue des Lilas, 93200 Saint-Denis.
fault-postcode = le code postal manque : une adresse s'écrit 12 rue des Lilas, 93200 Saint-Denis.
fault-organisation = un identifiant d'organisme est attendu, comme le montre pli directory ; le nom d'un organisme du groupe convient aussi.
fault-telephone = un numéro de téléphone est attendu, comme 01 23 45 67 89.
fault-email = une adresse électronique est attendue.
fault-position = une position s'écrit 48.936100,2.357400.
fault-too-long = au plus { $bound } caractères ; un texte plus long se joint comme document.
fault-too-many = au plus { $bound }.
fault-letters = contient des caractères invisibles : retapez-le.
fault-no-rows = le tableau est vide.
fault-names-somebody = nomme ou décrit une personne, ce que ce document ne permet pas : retirez ces mots.
fault-landlord = son immeuble est, d'après les listes reçues, d'un autre bailleur que ceux à qui vous écrivez.
fault-ended = est trop ancien : { $bound } jours après, il ne reste rien de cet échange, et rien ne s'envoie plus.
send-outcome-text = Cette suite se donne avec sa raison : dites-la avec --text. Rien n'est parti.
send-thread = Ce qui est attendu, ou la suite donnée, se choisit dans la liste ci-dessus, que montre aussi pli flow show CODE.
send-by-past = La date donnée avec --by est passée. Donnez un jour à venir.
send-by-late = La date donnée avec --by tombe après la destruction de ce pli. Donnez un jour plus proche, ou une destruction plus lointaine avec --expires.
send-choice = { "   " }{ $option } { $code } : { $title }

form-row = Ligne { $line } du tableau (laissez vide pour terminer)
form-legend = * : à remplir. Un choix se donne par son numéro ou par son code.
form-yes = oui
form-no = non
form-hidden = (masqué)
form-file = Le formulaire ne peut pas être lu. Il s'écrit en TOML, JSON ou CSV ; un modèle : pli form template CODE.
form-from = Donnez le formulaire avec --from FICHIER, ou remplissez-le dans un terminal.
form-draft = Aucun de vos brouillons ne commence ainsi, ou plusieurs. Affichez-les avec pli form list.
form-no-keys = Cet appareil n'a pas encore préparé de période pour garder un brouillon. Relevez d'abord vos plis avec pli inbox.
form-valid = Le formulaire est complet et exact.
form-template = Le modèle est dans { $file }. Remplissez-le, puis : pli form check, ou pli send --form.
form-template-kind = Un modèle s'écrit en TOML, en JSON ou, pour le tableau seul, en CSV : donnez un nom qui finit par .toml, .json ou .csv. Un tableur ouvre le CSV et l'enregistre en XLSX.
form-column-field = Champ
form-column-value = Valeur
form-template-row = Une ligne du tableau ; à répéter.
form-kept = Brouillon { $number } gardé sur cet appareil jusqu'au { $date }. Pour l'envoyer : pli send --form { $number } …
form-removed = Le brouillon est supprimé.
form-none = Aucun brouillon.
form-listed = { $number } : { $flow }, jusqu'au { $date }
flow-file = Le fichier de la nomenclature ne peut pas être lu.
flow-invalid = Cette nomenclature se contredit ou n'est pas lisible.
flow-valid = { $file } : { $count } échanges, sans contradiction.
flow-drafted = La version { $version } est dans { $file }, signée par l'autorité. Le parquet la relit et la signe avec pli parquet sign.
flow-published = La version { $version } de la nomenclature est publiée. Les appareils l'appliquent dès leur prochain contact.
flow-not-here = Cet échange ne passe pas par Pli.
flow-refused = Ne passe pas par Pli :
flow-articles = Ce que la convention dit aussi, et pour quoi rien ne s'envoie :
flow-purpose = Pourquoi : { $text }
flow-from = Envoyé par : { $text }
flow-to = Reçu par : { $text }
flow-closed = Liste fermée (tous, et eux seuls) : { $text }
flow-groups = Dans : { $text }
flow-class = Sensibilité : { $text }
flow-class-n0 = N0, aucune donnée personnelle
flow-class-n1 = N1, coordonnées professionnelles
flow-class-n2 = N2, confidentiel ou nominatif
flow-class-n3 = N3, issu de la police ou de la justice, sur une personne identifiable
flow-class-n4 = N4, identité à protéger
flow-retention = Détruit après : { $text }
flow-days = { $days } jours (au plus { $most })
flow-days-only = { $days } jours
flow-ends = Et au plus tard : { $text }
flow-ends-year = le 31 janvier qui suit l'année (« { $field } »)
flow-ends-field = { $days } jours après « { $field } »
flow-agreement = Accord nécessaire : { $text }
flow-gate = { $by }, sous { $days } jours
flow-due = Échéance : { $text }
flow-due-week = { $days } jours après chaque semaine
flow-due-month = { $days } jours après chaque mois
flow-due-quarter = { $days } jours après chaque trimestre
flow-due-year = chaque année, le { $date }
flow-due-answered = { $hours } heures après { $flow }
flow-due-answered-days = { $days } jours après { $flow }
flow-due-field = { $days } jours après « { $field } »
flow-answers = Répond à : { $text }
flow-reasons = Motifs d'ouverture (--reason) : { $text }
flow-expects = Attendu du lecteur, le premier sauf mention contraire (--expects) : { $text }
flow-outcomes = Suites d'une réponse (--outcome) : { $text }
flow-law = Textes : { $text }
flow-fields = Formulaire :
flow-table = Tableau, par ligne :
flow-field = { $label } ({ $name })
flow-field-required = { $label } ({ $name }), obligatoire
flow-field-masked = , masqué jusqu'à ce qu'on le révèle
flow-field-several = , plusieurs fois si besoin
flow-field-when = , seulement si « { $field } » dit : { $is }
parquet-shown-flows = Nomenclature, version { $version } : { $count } lignes changent.
parquet-signed-flows = Vous avez signé. L'autorité publie { $file } avec pli flow publish.
open-expects = Attendu : { $action }
open-expects-by = Attendu : { $action }, avant le { $date }
open-outcome = Suite donnée : { $outcome }
handling-d1 = Diffusion : tout le groupe.
handling-d3 = Diffusion : aucun autre usage sans l'accord de l'auteur.
handling-d4 = Diffusion : à ne pas produire en justice sans l'accord de l'auteur.
refusal-closed-list = Cet échange a une liste fermée de destinataires : tous ceux du groupe qui y figurent, et eux seuls. Nommez-les par leur fonction.
refusal-territory = Un destinataire n'est pas compétent pour cette adresse. Choisissez celui de la circonscription ou de la commune de l'adresse.
refusal-answers = Le pli auquel vous répondez est d'un autre groupe, ne vous est pas adressé, ou n'appelle pas cette réponse.
form-yes-no = oui, ou non
## Échéances

deadlines-due = à faire
deadlines-late = en retard
deadlines-done = fait
deadlines-closed = clos
deadlines-told = pour mémoire
deadlines-until = jusqu'au { $date }
deadlines-until-both = jusqu'au { $date } par prudence, au { $legal } si l'article 801 du CPP s'applique
deadlines-period = { $title } ({ $flow }), { $period }
deadlines-counted = { $title } ({ $flow }), compté à partir du { $date }, pli { $number }
deadlines-answer = { $title } ({ $flow }), en réponse au pli { $number }
deadlines-convention = Reconduction tacite de la convention pour trois ans (art. 24)
deadlines-week = semaine { $number } de { $year }
deadlines-month = mois { $number } de { $year }
deadlines-quarter = { $number ->
    [1] 1er trimestre { $year }
   *[other] { $number }e trimestre { $year }
}
deadlines-year = année { $year }
deadlines-proof = déposé le { $date }, n° { $leaf } du journal
deadlines-court = { "   " }Pli n'en est pas la voie légale : remise, ou lettre recommandée avec accusé de réception (LRAR).
deadlines-none = Rien n'est à faire.
deadlines-limits = Ce qui a été envoyé depuis un autre appareil, ou par un collègue, n'est pas connu ici.
deadlines-event = Pli : { $what }
deadlines-written = { $count ->
    [0] Rien n'est à faire : aucun agenda n'est écrit dans { $file }.
    [1] Une échéance est écrite dans l'agenda { $file }.
   *[other] { $count } échéances sont écrites dans l'agenda { $file }.
}
unlock-deadline = À faire { $until } : { $what }
unlock-deadline-late = En retard, { $until } : { $what }
# --- agreement ---

gate-waiting = { "  " }attend l'accord de { $name } { $days ->
    [0] depuis aujourd'hui
    [1] depuis un jour
   *[other] depuis { $days } jours
}, jusqu'au { $until }
gate-approved = { "  " }accord de { $name } le { $date }, lisible jusqu'au { $end }
gate-rejected = { "  " }refusé par { $name } le { $date } ({ $reason }) : plus personne ne peut l'ouvrir
gate-lapsed = { "  " }sans décision de { $name } jusqu'au { $until } : détruit
gate-unread = Vous n'avez pas encore lu le pli { $number } sur ce poste. Pour le lire d'abord : pli open { $number }.
approve-before = Pli { $number }, { $flow }, de { $writer } : votre accord le rend lisible par { $names } jusqu'au { $date }. Il est signé, inscrit au journal et joint au pli ; il ne se reprend pas.
approve-left-out = { $name } ne pourra pas lire ce pli : cette personne n'est plus active dans le groupe, ou ses appareils n'ont pas préparé cette période.
approve-confirm = Donner votre accord ?
approve-cancelled = Rien n'a été décidé.
approve-done = Pli { $number } : votre accord est inscrit au journal sous le n° { $leaf }. Lisible jusqu'au { $date } par { $names }.
approve-again = Pli { $number } : vous avez déjà donné votre accord, et il ne se reprend pas. Les destinataires peuvent lire ce pli sur tous leurs appareils.
approve-nobody = Aucun destinataire ne pourrait lire ce pli : ils ne sont plus actifs dans le groupe, ou leurs appareils n'ont pas préparé cette période. Rien n'a été décidé.
approve-unread = Vous n'avez pas lu ce pli sur ce poste, et un accord ne se reprend pas. Ouvrez-le d'abord avec pli open ; pour donner votre accord sans l'avoir lu, ajoutez --yes.
reject-before = Pli { $number }, { $flow }, de { $name } : après votre refus ({ $reason }), plus personne ne pourra l'ouvrir, vous compris. Son auteur lira le motif.
reject-confirm = Refuser votre accord ?
reject-reason = Un refus dit son motif, choisi dans la liste : ajoutez --reason.
reject-done = Pli { $number } : votre refus est inscrit au journal sous le n° { $leaf }. Le relais atteste avoir détruit ce qui permettait d'ouvrir ce pli.
reject-again = Pli { $number } : vous l'aviez déjà refusé. La nouvelle demande est inscrite au journal sous le n° { $leaf } ; le premier motif reste.

## Tableaux : ce qui empêche d'en prendre les lignes.

table-file = Le fichier du tableau ne peut pas être lu. Vérifiez son nom et vos droits.
table-line = ligne { $line }
table-cell = cellule { $cell }
table-kind = Ce fichier n'est ni un texte (CSV) ni un classeur XLSX. Enregistrez-le sous l'un de ces formats, sans mot de passe.
table-broken = Ce classeur est abîmé. Ouvrez-le dans un tableur, enregistrez-le de nouveau, puis recommencez.
table-failed = Ce classeur n'a pas pu être lu. Enregistrez-le sous forme de texte (CSV), puis recommencez.
table-time = La lecture de ce classeur prend trop de temps. Enregistrez-le sous forme de texte (CSV), puis recommencez.
table-empty = Ce tableau est vide : il lui faut une ligne de titres, puis une ligne par résultat.
table-too-large = Ce tableau est trop volumineux. Répartissez-le sur plusieurs fichiers.
table-rows = Ce tableau a plus de { $max } lignes. Répartissez-le sur plusieurs fichiers.
table-columns = Ce tableau a trop de colonnes ({ $place }). Ne gardez que celles du formulaire.
table-long-cell = Le texte est trop long ({ $place }). Raccourcissez-le.
table-formula = Une formule n'est pas acceptée ({ $place }). Remplacez-la par sa valeur : copier, puis collage spécial, valeurs.
table-error = Une formule a échoué ({ $place }). Corrigez-la, puis remplacez-la par sa valeur.
table-merged = Des cellules sont fusionnées ({ $place }). Défusionnez-les et remplissez chaque ligne.
table-hidden-sheet = La feuille { $sheet } est masquée et n'est pas vide. Supprimez-la, ou affichez-la et gardez une seule feuille remplie.
table-hidden-row = Une ligne masquée n'est pas vide ({ $place }). Affichez-la, ou supprimez-la.
table-hidden-column = Une colonne masquée n'est pas vide ({ $place }). Affichez-la, ou supprimez-la.
table-second-sheet = La feuille { $sheet } est remplie aussi. Gardez une seule feuille remplie dans le classeur.
table-encoding = Des lettres de ce fichier sont abîmées. Enregistrez-le de nouveau en UTF-8, puis recommencez.
table-quote = Un guillemet n'est pas refermé, ou se trouve au milieu d'un texte ({ $place }) : deux lignes pourraient être prises pour une. Corrigez-le, ou enregistrez le tableau depuis un tableur.
table-long-row = Une valeur n'a pas de titre au-dessus d'elle ({ $place }). Vérifiez les séparateurs de cette ligne, ou donnez un titre à la colonne. Si le séparateur est la virgule, enregistrez le tableau avec des points-virgules, ou mettez entre guillemets les textes qui contiennent une virgule.
table-headings = Les titres des colonnes ne sont pas ceux du formulaire :
table-heading-unknown = { "   " }colonne { $column }, « { $heading } » : ce n'est pas un titre de ce formulaire
table-heading-missing = { "   " }la colonne « { $label } » manque
table-heading-twice = { "   " }la colonne « { $label } » est en double
table-heading-known = { "   " }les titres attendus : { $labels }

## Résultats de patrouilles : à chaque bailleur les lignes de ses immeubles.

patrol-flow = Cet échange n'a pas de tableau avec une adresse par ligne. Affichez ses colonnes avec pli flow show CODE.
patrol-no-buildings = Cet appareil ne sait pas à qui sont les immeubles. Ouvrez d'abord la liste annuelle des adresses d'un bailleur, ou le tableau du patrimoine, ou donnez --buildings FICHIER.
patrol-answers = Une liste de halls indiquée avec --answers n'en est pas une, ou son auteur n'est pas dans ce groupe, ou deux sont du même bailleur.
batch-letters = Trop de plis en une fois. Répartissez les résultats sur plusieurs fichiers.
patrol-subject = Résultats de patrouille
patrol-subject-day = Résultats de patrouille du { $date }
patrol-subject-days = Résultats de patrouille du { $from } au { $until }
patrol-before = { $count ->
    [0] { $rows } lignes lues. Aucune ne peut être envoyée.
    [1] { $rows } lignes lues. Un pli sera envoyé :
   *[other] { $rows } lignes lues. { $count } plis seront envoyés :
}
patrol-parcel = { $count ->
    [1] { "   " }{ $organisation } : une ligne, lue par { $names }
   *[other] { "   " }{ $organisation } : { $rows } lignes, lues par { $names }
}
patrol-until = { $count ->
    [1] Il sera détruit le { $date }. Chaque ouverture est inscrite au journal.
   *[other] Ils seront détruits le { $date }. Chaque ouverture est inscrite au journal.
}
patrol-unmatched = { $count ->
    [1] Une ligne ne part pas :
   *[other] { $rows } lignes ne partent pas :
}
patrol-why-no-address = { $count ->
    [1] { "   " }sans adresse : ligne { $lines }
   *[other] { "   " }sans adresse : lignes { $lines }
}
patrol-why-unknown = { $count ->
    [1] { "   " }adresse inconnue des listes : ligne { $lines }
   *[other] { "   " }adresse inconnue des listes : lignes { $lines }
}
patrol-why-needs-hall = { $count ->
    [1] { "   " }adresse de plusieurs bailleurs, sans hall pour les distinguer : ligne { $lines }
   *[other] { "   " }adresse de plusieurs bailleurs, sans hall pour les distinguer : lignes { $lines }
}
patrol-why-ambiguous = { $count ->
    [1] { "   " }adresse de plusieurs bailleurs, et ce hall n'est attribué à aucun, ou à plusieurs : ligne { $lines }
   *[other] { "   " }adresse de plusieurs bailleurs, et ce hall n'est attribué à aucun, ou à plusieurs : lignes { $lines }
}
patrol-why-no-reader = { $count ->
    [1] { "   " }bailleur inconnu dans ce groupe, ou sans référent : ligne { $lines }
   *[other] { "   " }bailleur inconnu dans ce groupe, ou sans référent : lignes { $lines }
}
patrol-unanswered = Aucune ligne ne concerne { $organisation } : sa liste de halls reste sans réponse.
patrol-already = { $count ->
    [1] Un pli est déjà parti lors de l'envoi interrompu ; il ne repart pas.
   *[other] { $count } plis sont déjà partis lors de l'envoi interrompu ; ils ne repartent pas.
}
patrol-confirm = Envoyer ?
patrol-sending = Envoi des plis
patrol-broken-off = Envoi interrompu : { $sent } plis sur { $total } sont partis. La même commande reprend où elle s'est arrêtée.
patrol-done = { $count ->
    [0] Aucun pli n'a été envoyé.
    [1] Un pli est déposé :
   *[other] { $count } plis sont déposés :
}
patrol-done-letter = { $count ->
    [1] { "   " }{ $organisation } : une ligne, pli { $number }
   *[other] { "   " }{ $organisation } : { $rows } lignes, pli { $number }
}
patrol-done-before = { $count ->
    [1] { "   " }{ $organisation } : une ligne, déjà partie le { $date } (pli { $number }) ; elle ne repart pas
   *[other] { "   " }{ $organisation } : { $rows } lignes, déjà parties le { $date } (pli { $number }) ; elles ne repartent pas
}
reveal-done = Pli { $number } de { $name }. Valeurs révélées à l'instant ; inscrit au journal sous le n° { $leaf }.
reveal-nothing = Ce pli ne masque rien : ouvrez-le avec pli open.
open-printed = Imprimé par { $name } le { $date }, inscription n° { $leaf }.
open-hidden = Des valeurs sont masquées. Pour les voir, au moment où vous en avez besoin : pli reveal { $number }

## Le tableau du patrimoine (article 4)

patrimoine-building = bât. { $name }
patrimoine-hall = hall { $name }
patrimoine-rising = en hausse
patrimoine-stable = stable
patrimoine-falling = en baisse
patrimoine-level = niveau { $level }
patrimoine-column-building = Adresse
patrimoine-column-level = Niveau de difficulté
patrimoine-column-problem = Problématique
patrimoine-column-trend = Tendance
patrimoine-column-landlord = Bailleur
patrimoine-ranking = Classement par niveau de difficulté
patrimoine-ranking-caption = Niveau de 1 (faible) à 5 (très élevé), puis tendance. { $shown ->
    [1] Une ligne montrée sur { $count }.
   *[other] { $shown } lignes montrées sur { $count }.
}
patrimoine-levels = Nombre d'immeubles ou de halls par niveau et par trimestre
patrimoine-levels-caption = Chaque immeuble ou hall compte une fois, par la pire de ses lignes. Le niveau 5 est au pied de chaque colonne. Un tiret : cet appareil n'a pas de tableau de ce trimestre.
patrimoine-evolution = Évolution par immeuble
patrimoine-evolution-caption = Niveau de 1 (en bas) à 5 (en haut) à chaque trimestre, par la pire des lignes, dans l'ordre du classement. Un rond vide : l'immeuble n'est plus au dernier tableau. { $shown ->
    [1] Un immeuble montré sur { $count }, d'abord ceux qui ont bougé.
   *[other] { $shown } immeubles montrés sur { $count }, d'abord ceux qui ont bougé.
}
patrimoine-map = Carte
patrimoine-map-caption = Une forme par niveau ; les numéros sont ceux du classement. { $shown ->
    [1] Un immeuble ou hall sur { $count } porte une position.
   *[other] { $shown } immeubles ou halls sur { $count } portent une position.
}
patrimoine-map-none = Aucune ligne ne porte de position : il n'y a pas de carte.
patrimoine-title = Tableau du patrimoine { $quarter }
patrimoine-subject = { $title } : { $quarter }
patrimoine-source = Origine
patrimoine-source-letter = Version { $version }, écrite le { $date } (pli { $number })
patrimoine-source-merged = { $count ->
    [1] Fusion faite sur ce poste, à partir d'un envoi de bailleur
   *[other] Fusion faite sur ce poste, à partir des envois de { $count } bailleurs
}
patrimoine-lines = Lignes
patrimoine-landlords = Bailleurs
patrimoine-quarter = Trimestre
patrimoine-column-position = Position
patrimoine-what = Ce tableau classe des adresses, et ne dit rien d'aucune personne. Il est destiné au secrétariat, au parquet, à l'état-major et aux chefs de circonscription (convention, article 4). À côté de chaque image se trouve le même contenu en tableau.
patrimoine-described = { $building } ({ $landlord }, niveau { $level })
patrimoine-template = Modèle écrit : { $file }. Remplissez une ligne par immeuble ou par hall. Ce que les listes acceptent :
patrimoine-import = { $count ->
    [0] Aucune ligne pour le trimestre { $quarter }.
    [1] Une ligne pour le trimestre { $quarter }.
   *[other] { $count } lignes pour le trimestre { $quarter }.
}
patrimoine-merged = { $count ->
    [0] Tableau { $quarter } : aucune ligne ; bailleurs reçus : { $received } sur { $expected }.
    [1] Tableau { $quarter } : une ligne ; bailleurs reçus : { $received } sur { $expected }.
   *[other] Tableau { $quarter } : { $count } lignes ; bailleurs reçus : { $received } sur { $expected }.
}
patrimoine-others = { $count ->
    [1] Un envoi concerne { $quarter } : --quarter { $quarter }
   *[other] { $count } envois concernent { $quarter } : --quarter { $quarter }
}
patrimoine-fewer = { $count ->
    [0] Attention : { $landlord } n'a plus aucune ligne, contre { $before } dans son envoi précédent. Est-ce voulu ?
    [1] Attention : { $landlord } n'a plus qu'une ligne, contre { $before } dans son envoi précédent. Est-ce voulu ?
   *[other] Attention : { $landlord } n'a plus que { $count } lignes, contre { $before } dans son envoi précédent. Est-ce voulu ?
}
patrimoine-counted = { $count ->
    [1] Compté : { $landlord }, une ligne, envoi du { $date } (pli { $number }).
   *[other] Compté : { $landlord }, { $count } lignes, envoi du { $date } (pli { $number }).
}
patrimoine-replaced = { $count ->
    [1] Remplacé par un envoi plus récent : { $landlord }, une ligne, envoi du { $date } (pli { $number }).
   *[other] Remplacé par un envoi plus récent : { $landlord }, { $count } lignes, envoi du { $date } (pli { $number }).
}
patrimoine-late = { $count ->
    [0] En retard : { $landlord }.
    [1] En retard : { $landlord }, qui avait une ligne au trimestre précédent.
   *[other] En retard : { $landlord }, qui avait { $count } lignes au trimestre précédent.
}
patrimoine-unopened = À ouvrir d'abord : le pli { $number } de { $name }, du { $date }. Il n'est pas compté.
patrimoine-duplicate = En double, laissé de côté : { $left }. Retenu : { $kept }.
patrimoine-gap = Manque depuis { $quarter } : { $line }.
patrimoine-aside = Laissé de côté : le pli { $number } n'est pas un tableau lisible. Ouvrez-le, puis demandez un nouvel envoi à son auteur.
patrimoine-written = Écrit : { $file }
patrimoine-up = Monte de { $before } à { $after } : { $building }, { $problem } ({ $landlord })
patrimoine-new = Nouveau, niveau { $after } : { $building }, { $problem } ({ $landlord })
patrimoine-down = Baisse de { $before } à { $after } : { $building }, { $problem } ({ $landlord })
patrimoine-gone = Disparu, était au niveau { $before } : { $building }, { $problem } ({ $landlord })
patrimoine-unsaid = Sans nouvelle, le bailleur n'a rien envoyé ; était au niveau { $before } : { $building }, { $problem } ({ $landlord })
patrimoine-unchanged = Inchangé, niveau { $after } : { $building }, { $problem } ({ $landlord })
patrimoine-same = { $count ->
    [0] Aucune ligne au même niveau.
    [1] Une ligne au même niveau.
   *[other] { $count } lignes au même niveau.
}
patrimoine-none = Aucun pli du tableau du patrimoine n'a été ouvert sur cet appareil. Affichez avec pli inbox ce qui vous attend, et ouvrez-le.
patrimoine-group = Cet appareil a le tableau de plusieurs groupes. Dites lequel avec --group.
patrimoine-empty = Rien de ce trimestre n'a été ouvert sur cet appareil. Choisissez un autre trimestre avec --quarter, ou ouvrez d'abord les plis qui vous attendent.
patrimoine-open-first = Des plis du tableau n'ont pas encore été ouverts : le tableau serait incomplet. Ouvrez-les d'abord ; pour envoyer sans eux, ajoutez --partial.

threads-asked = { $number }  { $title } ({ $flow }), à { $with } : vous attendez : { $action }{ $by }  { $ended }
threads-owed = { $number }  { $title } ({ $flow }), de { $with } : attendu de vous : { $action }{ $by }  { $ended }
threads-by = , avant le { $date }
threads-ended = ({ $outcome })
threads-late = (en retard)
threads-none = Rien n'est attendu, ni de vous, ni par vous.

# Être prévenu par courriel (pli notify)
notify-subject = Un pli vous attend
notify-body = Un pli vous attend. Ouvrez Pli sur votre poste pour le lire.
notify-watching = À l'écoute. Un courriel part quand un pli arrive, un au plus par quart d'heure. Ctrl-C arrête.
notify-told = Un courriel est parti.
notify-again = Le serveur de courriel n'a pas pris le message ; nouvel essai dans une minute ({ $reason }).
notify-away = Le relais ne répond pas. Nouvel essai de soi-même.
notify-locked = Ce poste est verrouillé : Pli ne peut pas se reconnecter. Lancez pli unlock, ou donnez --passphrase-file ; l'écoute reprendra d'elle-même.
notify-file = Le fichier du serveur de courriel ne peut pas être lu, ou ne dit pas ce qu'il faut : host, port, security, from et to, puis user et password_file si le serveur les demande.
notify-in-clear = Sans sécurité (« none »), seul un serveur de cet ordinateur est accepté. Choisissez « tls » ou « starttls ».
notify-not-sent = Le serveur de courriel n'a pas pris le message. Vérifiez le fichier, puis recommencez.
