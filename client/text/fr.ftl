# Ce que lit un membre, en français. en.ftl porte les mêmes identifiants.
# Une phrase dit ce qui s'est passé, puis ce qu'il faut faire. Les dates et les nombres arrivent
# déjà mis en forme ; $count sert à choisir entre singulier et pluriel.

## Refus : le relais ou ce poste dit non.

refusal-not-enrolled = Cet appareil n'est pas inscrit à l'annuaire, ou son inscription a pris fin. Demandez une invitation à l'autorité.
refusal-not-found = Rien ne se trouve ici sous ce numéro, ou vous n'y avez pas accès. Vérifiez le numéro, puis demandez à la personne qui vous l'a donné.
refusal-not-a-member = Vous n'êtes pas membre de ce groupe avec cet appareil. Adressez-vous au coordonnateur du groupe.
refusal-unknown-flow = La nomenclature en vigueur ne connaît pas ce type d'échange. Affichez avec pli groups ceux qui sont permis, et choisissez-en un.
refusal-sender-role = Votre fonction ne permet pas d'envoyer ce type d'échange. Choisissez-en un autre, ou demandez à un collègue qui en a la charge.
refusal-recipient-role = Ce destinataire n'est pas membre du groupe, ou sa fonction ne lui permet pas de recevoir ce type d'échange. Affichez les membres avec pli groups, puis choisissez-en un autre.
refusal-group-kind = Ce type d'échange n'a pas lieu dans un groupe de cette nature. Choisissez le groupe prévu par la nomenclature.
refusal-retention = La date de destruction est passée, ou plus lointaine que ne le permet ce type d'échange. Choisissez une autre date.
refusal-bucket-end = La date de destruction ne tombe pas à la fin d'une période. Laissez Pli la choisir, ou demandez une autre date.
refusal-stale-roster = Les membres du groupe ou les règles d'échange ont changé pendant l'envoi. Rien n'est parti ; relisez la liste des lecteurs et renvoyez le pli.
refusal-stale-head = Ce que cet appareil sait du relais date de plus de dix minutes. Vérifiez la connexion, puis recommencez.
refusal-gate = Cet échange demande l'accord du parquet. Adressez-le d'abord au procureur ; les destinataires le liront après son accord.
refusal-screening = Le contrôle du contenu manque ou n'est plus à jour. Recommencez l'envoi : le contrôle sera refait.
refusal-parts-missing = Des documents de ce pli ne sont pas arrivés au relais. Recommencez l'envoi ; seul ce qui manque sera transmis.
refusal-id-used = Un autre pli porte déjà ce numéro au relais. Rien n'a été remplacé ; recommencez l'envoi depuis votre texte.
refusal-expired = Ce pli a expiré et plus personne ne peut l'ouvrir. Si son contenu est encore nécessaire, demandez à son auteur un nouvel envoi.
refusal-counter-used = Cet appareil a déjà fait une demande sous ce numéro : une copie de l'appareil existe peut-être. N'envoyez plus rien et téléphonez à l'autorité.
refusal-reason-missing = Ce pli ne s'ouvre qu'avec un motif. Ajoutez par exemple --reason suivi ; le motif « autre », et lui seul, demande aussi --reason-text.
refusal-reason-unknown = Ce motif ne figure pas parmi ceux que prévoit cet échange. Choisissez-en un dans la liste.
refusal-too-large = L'envoi dépasse la taille permise. Retirez un document ou répartissez-les sur plusieurs plis.
refusal-quota = Trop de demandes ou de données sont venues de cet appareil en peu de temps. Attendez quelques minutes, puis recommencez.
refusal-wait = Trop de demandes ou de données sont venues de cet appareil en peu de temps. Attendez { $seconds } secondes, puis recommencez.
refusal-statement = Cette décision n'est pas valable : une signature manque, ou une version plus récente existe. Mettez ce poste à jour auprès du relais, puis refaites-la.
refusal-not-a-reviewer = Le contrôle du journal est réservé aux personnes que le parquet a désignées. Adressez-vous au parquet.
refusal-grant-target = L'accès donné ne correspond pas aux membres nommés dans ce pli : un lecteur est en trop, ou il en manque un. Recommencez l'envoi ; pour écrire à une autre personne, envoyez un nouveau pli.
refusal-request-time = L'heure de cet ordinateur s'écarte de plus de dix minutes de celle du relais. Réglez l'heure, puis recommencez.
refusal-not-claimed = Ce pli n'a pas encore été ouvert avec cet appareil. Ouvrez-le d'abord, puis recommencez.
refusal-unavailable = Le relais ne peut pas répondre pour le moment. Recommencez dans quelques minutes ; ce qui a été confirmé n'est pas perdu.
refusal-version = Ce poste et le relais n'ont pas la même version de Pli. Installez la version indiquée par l'autorité.
refusal-malformed = Le relais n'a pas compris la demande de ce poste. Mettez Pli à jour ; si cela se répète, prévenez l'autorité.
refusal-disk-full = Le relais n'a plus de place pour de nouveaux plis : rien n'a été envoyé. Ce qui s'y trouve peut toujours être lu. Réessayez plus tard ; si cela dure, prévenez l'exploitant du relais.
refusal-invitation-used = Cette invitation a déjà servi à un autre appareil. Si ce n'est pas le vôtre, téléphonez à qui vous l'a remise ; il vous en faut une nouvelle.
refusal-invitation-ended = Cette invitation a pris fin, ou n'est plus valable. Demandez-en une nouvelle à qui vous l'a remise.
refusal-not-led = La direction du groupe a changé et n'a pas encore signé la liste des membres. Rien n'est parti ; demandez à la coordination de la faire signer.
refusal-charter-missing = Ce groupe n'a pas de charte en vigueur : rien de nominatif ne s'y échange. Demandez à la coordination de la proposer.
refusal-charter-unsigned = Vous n'avez pas signé la charte en vigueur de ce groupe. Lisez-la et signez-la avec pli charter sign.
refusal-recipient-unsigned = Ce destinataire n'a pas signé la charte en vigueur : rien de nominatif ne peut lui être envoyé. Demandez-lui de la signer.
refusal-example-address = Les certificats d'exemple ne servent que sur cet ordinateur. Pour un autre, inscrivez l'appareil avec une invitation.

## Envoyer

send-before = { $count ->
    [one] Ce pli sera lisible par une personne ({ $names }), détruit le { $date }, et chaque ouverture figurera au journal.
   *[other] Ce pli sera lisible par { $count } personnes ({ $names }), détruit le { $date }, et chaque ouverture figurera au journal.
}
send-confirm = Envoyer ?
send-cancelled = Rien n'a été envoyé.
send-uploading = Transmission de { $document }…
send-done = Le pli { $number } est déposé. Il sera détruit le { $date }.
send-device-without-recipient = { $name } ne pourra pas lire ce pli sur l'appareil { $device }, qui n'a pas préparé cette période. Choisissez une date plus proche, ou prévenez { $name }.

## Boîte de réception

inbox-count = { $count ->
    [0] Aucun pli ne vous attend.
    [one] Un pli vous attend.
   *[other] { $count } plis vous attendent.
}
inbox-line = { $number }  { $state }  { $flow }  de { $name }, { $group }, écrit le { $date }, { $documents } document(s), { $size }, détruit le { $expires }
inbox-line-unverified = { $number }  { $flow }  se dit de { $name } : signature non vérifiée, n'ouvrez pas et prévenez l'autorité. Reçu le { $date }, détruit le { $expires }

## Ouvrir

open-done = Pli { $number } de { $name }, écrit le { $date }. Signatures vérifiées ; ouverture inscrite au journal sous le n° { $leaf }.
open-document-saved = Le document { $document } est enregistré dans { $folder }. Cette copie n'est plus protégée par Pli : supprimez-la après usage.
open-not-authentic = Ce pli n'est pas conforme à ce que son auteur a signé. Il n'est pas affiché, et la preuve est conservée ; prévenez l'autorité.

## Plis envoyés

sent-none = Vous n'avez aucun pli en cours.
sent-line = { $number }  { $flow }  à { $names }, déposé le { $date }, détruit le { $expires }
send-relay-busy = Le relais attend encore la fin de l'envoi interrompu. Reprise dans quelques secondes…
sent-line-recorded = { $number }  { $flow }  à { $names }, enregistré ici le { $date } et pas encore déposé : relancez la même commande. À détruire le { $expires }
sent-line-unverified = { $number }  { $flow }  à { $names } : le relais vous l'attribue sans votre signature, prévenez l'autorité. Du { $date }, à détruire le { $expires }

## État

## Journal

log-none = Rien au journal pour cette période.
log-line = { $leaf }  { $date }  { $name }  { $act }  { $number }
log-conflict = Le relais a montré deux journaux différents. La preuve est conservée ; ce poste ne lui envoie plus rien. Prévenez le parquet.

## Session

unlock-passphrase = Phrase de passe :
unlock-done = Session ouverte. Elle se verrouille après { $count ->
    [one] une minute
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
status-exported = { $name } : exporté le { $date }.
status-opened = { $name } : ouvert le { $date }.
status-not-verified = { $name } : le { $date }, son poste a constaté que le pli n'est pas conforme.

act-deposit = dépôt
act-delivery = enveloppe montrée
act-release = remise
act-export = export
act-opening = ouverture
act-log-reading = lecture du journal

log-whole = Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Son contenu n'est lisible que du parquet.
log-whole-opened = { $count ->
    [one] Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Le seul acte inscrit a été lu et vérifié.
   *[other] Le journal est entier : { $size } feuilles, rien n'y a été coupé, changé ni ajouté. Les { $count } actes inscrits ont tous été lus et vérifiés.
}
log-fault-altered = La feuille n° { $leaf } a été changée après coup.
log-fault-malformed = La feuille n° { $leaf } n'est pas une feuille du journal.
log-fault-closed = L'acte n° { $leaf } ne s'ouvre pas, ou contient autre chose que ce qui était inscrit.
log-fault-unsigned = L'acte n° { $leaf } n'est pas signé par la personne à qui il est attribué.
log-fault-backwards = La feuille n° { $leaf } porte une heure antérieure à celle qui la précède.
log-fault-reason-text = Le texte du motif de l'acte n° { $leaf } manque, ou n'est pas celui qui était inscrit.

## Démonstration

demo-building = Construction d'un exemple : une autorité, un parquet, quatre organismes, deux groupes, cinq personnes.
demo-built = Le relais écoute sur { $address }. Chaque personne a son dossier, son coffre et sa phrase de passe.
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
demo-unexpected = Étape inattendue ({ $step }) : { $what }
demo-exists = Un exemple se trouve déjà dans ce dossier. Donnez-en un autre avec --dir.
demo-failed = L'exemple n'a pas pu être construit. Vérifiez la place libre et les droits du dossier.

## Groupes

groups-none = Vous n'êtes membre d'aucun groupe. Adressez-vous au coordonnateur de votre commune.
groups-line = { $number }  { $name }
groups-member = { "   " }{ $member } : { $name }, { $function }, { $organisation }
groups-flow = { "   " }{ $flow } : { $title }, détruit après { $days } jours

inbox-new = nouveau
inbox-delivered = vu
inbox-released = remis
inbox-opened = ouvert
inbox-unverified = douteux

open-exported = Le pli scellé et ce qui l'ouvre sont dans { $folder }. Quiconque a identity.txt peut tout lire : supprimez ce dossier après usage.

objection-form-subject = Donnez un objet d'une seule ligne, de 512 octets au plus, sans caractère invisible. Rien n'est parti et rien n'a été conservé.
objection-form-text = Le texte dépasse 512 Kio : joignez-le comme document. Rien n'est parti et rien n'a été conservé.
objection-form-documents = Joignez au plus 32 documents. Rien n'est parti et rien n'a été conservé.
objection-form-document-name = Renommez le document : son nom contient un chemin ou un caractère invisible, ou un système se le réserve. Rien n'est parti et rien n'a été conservé.
objection-form-document-size = Un document dépasse 16 Gio. Rien n'est parti et rien n'a été conservé.
