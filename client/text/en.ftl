# What a member reads, in English. fr.ftl comes first and has the same ids.
# A sentence says what happened, then what to do. Dates and numbers arrive formatted; $count chooses
# between singular and plural.

## Refusals: the relay or this computer says no.

refusal-not-enrolled = This device is not enrolled in the directory, or its enrolment has ended. Ask the authority for an invitation.
refusal-not-found = Nothing is here under this number, or you have no access to it. Check the number, then ask whoever gave it to you.
refusal-not-a-member = You are not a member of this group with this device. Ask the group's coordinator.
refusal-unknown-flow = The nomenclature in force has no such flow. Show with pli groups those that are allowed, and choose one.
refusal-sender-role = Your function may not send this kind of exchange. Choose another, or ask a colleague who is in charge of it.
refusal-recipient-role = This recipient is not a member of the group, or their function may not receive this flow. Show the members with pli groups, then choose another.
refusal-group-kind = This kind of exchange does not take place in a group of this nature. Choose the group that the nomenclature provides for.
refusal-retention = The date of destruction is past, or later than this kind of exchange permits. Choose another date.
refusal-bucket-end = The date of destruction does not fall on the end of a period. Let Pli choose it, or ask for another date.
refusal-stale-roster = The members of the group or the rules of exchange changed while you were sending. Nothing has left; read the list of readers again and send once more.
refusal-stale-head = What this device knows of the relay is more than ten minutes old. Check the connection, then try again.
refusal-gate = This exchange needs the prosecutor's agreement. Address it to the prosecutor first; the recipients will read it after the agreement.
refusal-screening = The check of the content is missing or out of date. Send again: the check will be repeated.
refusal-parts-missing = Documents of this letter did not reach the relay. Send again; only what is missing will be transferred.
refusal-id-used = A different letter with this number is already at the relay. Nothing was replaced; send again from your text.
refusal-expired = This letter has expired and nobody can open it any more. If its content is still needed, ask its writer to send it anew.
refusal-counter-used = This device has already made a request under this number: a copy of the device may exist. Send nothing more and telephone the authority.
refusal-reason-missing = This letter opens with a reason only. Add for example --reason suivi; the reason "autre", and no other, also needs --reason-text.
refusal-reason-unknown = This reason is not among those of this exchange. Choose one from the list.
refusal-too-large = This is larger than permitted. Remove a document or spread them over several letters.
refusal-quota = Too many requests or too much data came from this device in a short time. Wait a few minutes, then try again.
refusal-wait = Too many requests or too much data came from this device in a short time. Wait { $seconds } seconds, then try again.
refusal-statement = This decision is not valid: a signature is missing, or a newer version exists. Bring this computer up to date with the relay, then make it again.
refusal-not-a-reviewer = Reviewing the log is reserved to persons whom the prosecutor's office has named. Ask the prosecutor's office.
refusal-grant-target = The access given does not match the members named in this letter: there is a reader too many, or one is missing. Send again; to write to somebody else, send a new letter.
refusal-request-time = The clock of this computer differs from the relay's by more than ten minutes. Set the clock, then try again.
refusal-not-claimed = This letter has not been opened with this device yet. Open it first, then try again.
refusal-unavailable = The relay cannot answer at the moment. Try again in a few minutes; what was confirmed is not lost.
refusal-version = This computer and the relay do not have the same version of Pli. Install the version that the authority names.
refusal-malformed = The relay did not understand the request of this computer. Update Pli; if it happens again, tell the authority.
refusal-disk-full = The relay has no room for new messages: nothing was sent. What is there can still be read. Try again later; if it lasts, tell who runs the relay.
refusal-invitation-used = This invitation was used by another device already. If that is not yours, telephone whoever gave it to you; you need a new one.
refusal-invitation-ended = This invitation has ended, or is not valid any more. Ask whoever gave it to you for a new one.
refusal-not-led = The group has new leaders who have not signed the list of members yet. Nothing was sent; ask the coordinator to have it signed.
refusal-charter-missing = This group has no charter in force: nothing about persons is exchanged there. Ask the coordinator to propose one.
refusal-charter-unsigned = You have not signed the charter in force of this group. Read it and sign it with pli charter sign.
refusal-recipient-unsigned = This recipient has not signed the charter in force: nothing about persons can be sent to them. Ask them to sign it.
refusal-example-address = The example certificates work on this computer only. For another one, enrol the device with an invitation.

## Sending

send-before = { $count ->
    [one] This letter will be readable by one person ({ $names }), destroyed on { $date }, and every opening will stand in the log.
   *[other] This letter will be readable by { $count } persons ({ $names }), destroyed on { $date }, and every opening will stand in the log.
}
send-confirm = Send?
send-cancelled = Nothing was sent.
send-uploading = Transferring { $document }…
send-done = Letter { $number } is deposited. It will be destroyed on { $date }.
send-device-without-recipient = { $name } will not be able to read this letter on device { $device }, which has not prepared this period. Choose an earlier date, or tell { $name }.

## Inbox

inbox-count = { $count ->
    [0] No letter is waiting for you.
    [one] One letter is waiting for you.
   *[other] { $count } letters are waiting for you.
}
inbox-line = { $number }  { $state }  { $flow }  from { $name }, { $group }, written on { $date }, { $documents } document(s), { $size }, destroyed on { $expires }
inbox-line-unverified = { $number }  { $flow }  says it is from { $name }: signature not verified, do not open it and tell the authority. Received on { $date }, destroyed on { $expires }

## Opening

open-done = Letter { $number } from { $name }, written on { $date }. Signatures verified; opening recorded in the log as no. { $leaf }.
open-document-saved = Document { $document } is saved in { $folder }. Pli no longer protects this copy: delete it after use.
open-not-authentic = This letter is not what its writer signed. It is not shown, and the evidence is kept; tell the authority.

## Sent letters

sent-none = You have no letter under way.
sent-line = { $number }  { $flow }  to { $names }, deposited on { $date }, destroyed on { $expires }
send-relay-busy = The relay still waits for the interrupted sending to end. Going on in a few seconds…
sent-line-recorded = { $number }  { $flow }  to { $names }, recorded here on { $date } and not deposited yet: run the same command again. To be destroyed on { $expires }
sent-line-unverified = { $number }  { $flow }  to { $names }: the relay says it is yours, without your signature; tell the authority. Of { $date }, to be destroyed on { $expires }

## Status

## Log

log-none = Nothing in the log for this period.
log-line = { $leaf }  { $date }  { $name }  { $act }  { $number }
log-conflict = The relay has shown two different logs. The evidence is kept, and this computer sends it nothing more. Tell the prosecutor's office.

## Session

unlock-passphrase = Passphrase:
unlock-done = Session open. It locks after { $count ->
    [one] one minute
   *[other] { $count } minutes
} without use, or with: pli lock
lock-done = Session locked.
lock-none = No session was open.

agent-running = The session is already open. To lock it: pli lock
agent-no-place = The path of your folder is too long to keep the session open. Give the passphrase with each command, or choose a folder with a shorter path.
agent-not-started = The session could not be kept open. Give the passphrase with each command.
agent-not-available = This system cannot keep the session open. Give the passphrase with each command.
agent-io = A file of the session could not be used. Check the rights of your folder, or give the passphrase with each command.

## Key store: what the device keeps secret

keystore-absent = This device has no key store in { $file } yet. Enrol it first with an invitation.
keystore-already-there = A key store is already in { $file } and was not replaced. Choose another folder.
keystore-wrong-passphrase = The passphrase does not fit. Type it again.
keystore-damaged = File { $file } is damaged. If you have a copy of the whole folder, put it back; if not, ask the authority for a new invitation.
keystore-other-version = File { $file } comes from another version of Pli. Use that version, or ask the authority for a new invitation.
keystore-rotating-missing = The key store does not open: a part that is never backed up is gone. If you have just restored a backup, put back the newer file; if not, ask the authority for a new invitation.
keystore-busy = Another command is changing the key store. Try again in a moment.
keystore-io = { $file } could not be read or written. Check the free space and the rights of the folder, then try again.

## Other failures

unreached = The relay does not answer. Check the connection, then run the same command again: it goes on where it was.
interrupted = Interrupted. Run the same command again: it goes on where it was.
unverified-answer = The relay answered something else than what was asked. Nothing was used and the evidence is kept; tell the parquet.
unverified-statement = A decision shown by the relay is not what its signatures say. Nothing was used and the evidence is kept; tell the authority.
log-faults = The log is not what it should be. Delete nothing and tell the parquet.
home-absent = This is not a member's folder. Give the right one with --home, or enrol this device first.
home-damaged = A file of your folder is damaged. Ask the authority for a new invitation.
local-io = This computer could not read or write a file. Check the free space and the permissions, then try again.
local-certificate = This device's access to the relay cannot be used. Ask the authority to renew it.
save-io = The documents could not be saved in this folder. Choose another.
save-busy = Another command is saving this document. Wait until it has ended, then try again.
send-document = A document cannot be read. Check its name, then try again.
send-no-keys = A recipient has not prepared their device for that time yet. Choose a nearer date, or tell them.
usage-arguments = There is no such command, or something is missing. Help: pli --help, or pli COMMAND --help
usage-home = Say in which folder to work: --home FOLDER, or the variable PLI_HOME.
usage-passphrase-file = The passphrase file cannot be read.
usage-locked = This device is locked. Run pli unlock, or give --passphrase-file.
usage-id = A letter's number has 32 hexadecimal digits; the first 6 are enough if no other begins so.
usage-id-ambiguous = Several letters begin so. Give more digits.
usage-group = No group of yours begins so, or several do. Show your groups with pli groups.
usage-text-file = The text file cannot be read.

open-fetching = Receiving { $document }…
open-document = Document attached: { $document } ({ $bytes } bytes). To save it: --save FOLDER

status-recorded = { $name }: recorded on this computer on { $date }, not deposited yet.
status-deposited = { $name }: deposited on { $date }, not seen yet.
status-delivered = { $name }: was shown the envelope on { $date }.
status-released = { $name }: handed over on { $date }.
status-exported = { $name }: exported on { $date }.
status-opened = { $name }: opened on { $date }.
status-not-verified = { $name }: on { $date } their computer found that the letter is not what was signed.

act-deposit = deposit
act-delivery = envelope shown
act-release = handed over
act-export = export
act-opening = opening
act-log-reading = reading of the log

log-whole = The log is whole: { $size } leaves, nothing was cut, changed or added. Only the parquet can read what it says.
log-whole-opened = { $count ->
    [one] The log is whole: { $size } leaves, nothing was cut, changed or added. The one act in it was read and verified.
   *[other] The log is whole: { $size } leaves, nothing was cut, changed or added. All { $count } acts in it were read and verified.
}
log-fault-altered = Leaf no. { $leaf } was changed afterwards.
log-fault-malformed = Leaf no. { $leaf } is no leaf of the log.
log-fault-closed = Act no. { $leaf } does not open, or holds something else than was recorded.
log-fault-unsigned = Act no. { $leaf } is not signed by the person to whom it is attributed.
log-fault-backwards = Leaf no. { $leaf } has an earlier time than the one before it.
log-fault-reason-text = The text of the reason of act no. { $leaf } is missing, or is not the one that was recorded.

## Demonstration

demo-building = Building an example: an authority, a parquet, four organisations, two groups, five people.
demo-built = The relay listens on { $address }. Everybody has a folder, a safe and a passphrase.
demo-typed = { $name } $ pli { $command }
demo-refused = Refused: { $message }
demo-1 = 1. The town hall writes a confidential note to two members of the group.
demo-1-deposited = Letter { $number } deposited, for { $count } readers, destroyed on { $date }. Recorded as no. { $leaf }, proof verified.
demo-2 = 2. The relay's operator looks at the disk.
demo-2-found = { $files } files, { $bytes } bytes: no subject, no text, no name of a document, no reason. The operator sees that a letter waits, for whom, of which kind and until when.
demo-3 = 3. The police look at their mailbox, then open.
demo-3-inbox = One envelope { $flow } from { $name }, { $parts } parts. The subject is inside.
demo-3-opened = Opened: "{ $subject }". The opening is recorded as no. { $leaf }, before the letter can be read.
demo-4 = 4. The police send the landlord their patrol results: a table and a PDF.
demo-4-deposited = Letter { $number } deposited with two documents.
demo-5 = 5. The landlord opens it and saves the documents.
demo-5-inbox = { $count } envelopes wait; they open the one from the police and save the documents.
demo-5-document = { $name }: { $bytes } bytes, the same as the police have.
demo-6 = 6. A colleague of the landlord, member of another group, tries.
demo-6-empty = Their mailbox is empty.
demo-7 = 7. The town hall asks how far its note is. Each step is proved from the log.
demo-7-opened = { $name }: opened ({ $date })
demo-7-released = { $name }: handed over ({ $date })
demo-7-delivered = { $name }: was shown the envelope ({ $date })
demo-7-deposited = { $name }: not seen yet
demo-8 = 8. The parquet reads the log: who opened what, when, why.
demo-8-record = no. { $leaf }  { $date }  { $name }  { $act }  reason: { $reason }
demo-8-whole = Log whole and verified without trusting the relay: { $size } leaves.
demo-9 = 9. Somebody changes one bit of the log on the relay's disk.
demo-9-named = The parquet sees it at once: leaf no. { $leaf } was changed afterwards.
demo-9-mended = With the bit put back, the log is whole again.
demo-checked = The relay has stopped; its folder is verified: { $count } items, all as they should be.
demo-end = The end, after { $seconds } seconds. Every line is the answer of a real command.
demo-keep = Everything stays in { $folder }. To go on by hand:
demo-unexpected = Unexpected step ({ $step }): { $what }
demo-exists = There is an example in this folder already. Give another with --dir.
demo-failed = The example could not be built. Check the free space and the permissions of the folder.

## Groups

groups-none = You are not a member of any group. Ask the coordinator of your commune.
groups-line = { $number }  { $name }
groups-member = { "   " }{ $member }: { $name }, { $function }, { $organisation }
groups-flow = { "   " }{ $flow }: { $title }, destroyed after { $days } days

inbox-new = new
inbox-delivered = seen
inbox-released = handed over
inbox-opened = opened
inbox-unverified = doubtful

open-exported = The sealed letter and what opens it are in { $folder }. Whoever has identity.txt can read it all: delete this folder after use.

objection-form-subject = Give a subject of one line, at most 512 bytes, without invisible characters. Nothing left and nothing was kept.
objection-form-text = The text is over 512 KiB: attach it as a document. Nothing left and nothing was kept.
objection-form-documents = Attach at most 32 documents. Nothing left and nothing was kept.
objection-form-document-name = Rename the document: its name holds a path or an invisible character, or is reserved by a system. Nothing left and nothing was kept.
objection-form-document-size = A document is over 16 GiB. Nothing left and nothing was kept.
