# What a member reads, in English. fr.ftl comes first and has the same ids.
# A sentence says what happened, then what to do. Dates and numbers arrive formatted; $count chooses
# between singular and plural.

## Refusals: the relay or this computer says no.

refusal-not-enrolled = This device is not enrolled in the directory, or its enrolment has ended. Ask the authority for an invitation.
refusal-not-found = Nothing is here under this number, or you have no access to it. Check the number, then ask whoever gave it to you.
refusal-not-a-member = You are not a member of this group with this device. Ask the group's coordinator.
refusal-unknown-flow = The nomenclature in force has no such flow. Show them with pli flow list, and choose one.
refusal-sender-role = Your function may not send this kind of exchange. Choose another, or ask a colleague who is in charge of it.
refusal-recipient-role = This recipient is not a member of the group, or their function may not receive this flow. Show the members with pli groups, then choose another.
refusal-group-kind = This kind of exchange does not take place in a group of this nature. Choose the group that the nomenclature provides for.
refusal-retention = The date of destruction is past, or later than this kind of exchange permits. Choose another date.
refusal-bucket-end = The date of destruction does not fall on the end of a period. Let Pli choose it, or ask for another date.
refusal-stale-roster = The members of the group or the rules of exchange changed while you were sending. Nothing has left; read the list of readers again and send once more.
refusal-stale-head = What this device knows of the relay is more than ten minutes old. Check the connection, then try again.
refusal-gate = This exchange needs an agreement before it is read, and nobody here can give it: that takes another active member of the group who has the function for it, has signed the charter and is no recipient. See the members with pli groups.
refusal-screening = The check of the content is missing or out of date. Send again: the check will be repeated.
refusal-parts-missing = Documents of this letter did not reach the relay. Send again; only what is missing will be transferred.
refusal-id-used = A different letter with this number is already at the relay. Nothing was replaced; send again from your text.
refusal-expired = This letter has expired and nobody can open it any more. If its content is still needed, ask its writer to send it anew.
refusal-counter-used = This device has already made a request under this number: a copy of the device may exist. Send nothing more and telephone the authority.
refusal-cloned-device = A copy of this device exists: two machines speak in its name. Send nothing more and telephone the authority, who will give you a new invitation.
refusal-reason-missing = This letter opens with a reason of its list only: add --reason; the reason "autre", and no other, also needs --reason-text.
open-reason = { "   " }--reason { $code }: { $title }
open-reason-missing = This letter opens with a reason only. Add for example --reason { $code }; the reason "autre", and no other, also needs --reason-text.
refusal-reason-unknown = This reason is not among those of this exchange. Choose one from the list.
refusal-too-large = This is larger than permitted. Remove a document or spread them over several letters.
refusal-quota = Too many requests or too much data came from this device in a short time. Wait a few minutes, then try again.
refusal-wait = Too many requests or too much data came from this device in a short time. Wait { $seconds } seconds, then try again.
refusal-statement = This decision is not valid: a signature is missing, or a newer version exists. Bring this computer up to date with the relay, then make it again.
refusal-not-a-reviewer = Reviewing the log is reserved to persons whom the prosecutor's office has named. Ask the prosecutor's office.
refusal-grant-target = The access given does not match the members named in this letter: there is a reader too many, or one is missing. Send again; to write to somebody else, send a new letter.
refusal-request-time = The clock of this computer differs from the relay's by more than ten minutes. Set the clock, then try again; if it is right, the relay's is wrong: tell its operator.
refusal-not-claimed = This letter has not been opened with this device yet. Open it first, then try again.
refusal-unavailable = The relay cannot answer at the moment. Try again in a few minutes; what was confirmed is not lost.
refusal-version = This computer and the relay do not have the same version of Pli. Install the version that the authority names.
refusal-malformed = The relay did not understand the request of this computer. Update Pli; if it happens again, tell the authority.
refusal-disk-full = The relay has no room for new messages: nothing was sent. What is there can still be read. Try again later; if it lasts, tell who runs the relay.
refusal-invitation-used = This invitation was used by another device already. If that is not yours, telephone whoever gave it to you; you need a new one.
refusal-invitation-ended = This invitation has ended, or is not valid any more. Ask whoever gave it to you for a new one.
refusal-not-led = The group has new leaders who have not signed the list of members yet. Nothing was sent; ask the coordinator to have it signed.
refusal-charter-missing = This group has no charter in force: nothing about persons is exchanged there. Ask who leads it to propose one.
refusal-charter-unsigned = You have not signed the charter in force of this group. Read it and sign it with pli charter sign.
refusal-recipient-unsigned = This recipient has not signed the charter in force: nothing about persons can be sent to them. Ask them to sign it.
refusal-referents = The identity of a protected agent goes to their two référents, the one of their organisation and the one of the police: to both, and to nobody else. Name them with --to.
refusal-visa = The departmental archives have not given their visa yet for destroying this kind of letter: nothing is taken until then. Ask the secretariat.
refusal-retired = This letter was taken back by its writer, or the agreement it waited for was refused: nobody can open it any more. See with pli inbox when and why, or ask its writer.
refusal-grant-ground = Only the writer of a letter can let a reader's new device read it, and only a recipient can do so for the person who replaces them. Ask the writer.
refusal-held = The prosecutor ordered that this letter is kept: it cannot be taken back now. Your device passes them a sealed copy; it can be taken back once another holder has done so, too, or when the hold ends. The copy that was passed on is not taken back at all.
refusal-renewed = This letter cannot be extended: it was already, or its kind does not allow it. Write a new letter if need be.
refusal-decided = Another decision was made about this letter before, and it stays. See it with pli inbox.
refusal-example-address = The example certificates work on this computer only. For another one, enrol the device with an invitation.

## Sending

send-before = { $count ->
    [one] This letter will be readable by one person ({ $names }), destroyed on { $date }, and every opening will stand in the log.
   *[other] This letter will be readable by { $count } persons ({ $names }), destroyed on { $date }, and every opening will stand in the log.
}
send-before-gated = { $count ->
    [one] This letter will be sealed to { $approver } and to you alone. It will be readable only once { $approver } has agreed, by one person ({ $names }), for { $days } days at most; without a decision before { $until } it is destroyed. Every opening will stand in the log.
   *[other] This letter will be sealed to { $approver } and to you alone. It will be readable only once { $approver } has agreed, by { $count } persons ({ $names }), for { $days } days at most; without a decision before { $until } it is destroyed. Every opening will stand in the log.
}
send-buildings-unknown = { $count ->
    [one] One address of this letter is not on the lists received on this device, or not without a doubt: check that you write to the landlord of the building.
   *[other] { $count } addresses of this letter are not on the lists received on this device, or not without a doubt: check that you write to the landlord of the building.
}
send-confirm = Send?
send-cancelled = Nothing was sent.
again-sent = Sent already on { $date } (letter { $number }).
again-confirm = Send it again?
again-refused = The same was sent from this device already: nothing was sent. To send it again, add --again.
again-replaces = { $count ->
    [0] This will replace yours of { $date } (letter { $number }, without a line).
    [one] This will replace yours of { $date } (letter { $number }, one line).
   *[other] This will replace yours of { $date } (letter { $number }, { $count } lines).
}
send-uploading = Transferring { $document }…
send-done = Letter { $number } is deposited. It will be destroyed on { $date }.
send-done-gated = Letter { $number } is deposited. It waits for the agreement of { $name }; without a decision before { $date } it is destroyed. Follow it with pli sent.
send-approver = Several members of the group can give the agreement that this exchange needs. Name one with --approver.
send-approver-candidate = { $member }: { $name }
send-approver-needless = This exchange needs nobody's agreement: leave --approver out.
send-device-without-recipient = { $name } will not be able to read this letter on device { $device }, which has not prepared this period. Choose an earlier date, or tell { $name }.

## Inbox

inbox-count = { $count ->
    [0] No letter is waiting for you.
    [one] One letter is waiting for you.
   *[other] { $count } letters are waiting for you.
}
inbox-documents = { $count ->
    [one] , one document
   *[other] , { $count } documents
}
inbox-line = { $number }  { $state }  { $flow }  from { $name }, { $group }, written on { $date }{ $documents }, { $size }, destroyed on { $expires }
inbox-line-to-approve = { $number }  { $state }  { $flow }  from { $name }, { $group }, written on { $date }{ $documents }, { $size }, { $days ->
    [0] waits for your agreement since today
    [one] waits for your agreement for one day
   *[other] waits for your agreement for { $days } days
}, destroyed on { $expires } without a decision
inbox-line-unverified = { $number }  { $flow }  says it is from { $name }: signature not verified, do not open it and tell the authority. Received on { $date }, destroyed on { $expires }
inbox-line-retired = { $number }  taken back by its writer on { $retired } ({ $because })  { $flow }  from { $name }, { $group }, written on { $date }

## Opening

open-done = Letter { $number } from { $name }, written on { $date }. Signatures verified; opening recorded in the log as no. { $leaf }.
open-copy = Letter { $number } from { $name }, written on { $date }: working copy of this device, opened on { $opened } (log, no. { $leaf }). It will be destroyed on { $expires }.
open-document-saved = Document { $document } is saved in { $folder }. Pli no longer protects this copy: delete it after use.
open-form-saved = The form is saved in { $file }. This copy is not protected by Pli any more: remove it after use.
open-not-authentic = This letter is not what its writer signed. It is not shown, and the evidence is kept; tell the authority.

## Sent letters

sent-none = You have no letter under way.
sent-line = { $number }  { $flow }  to { $names }, deposited on { $date }, destroyed on { $expires }
send-relay-busy = The relay still waits for the interrupted sending to end. Going on in a few seconds…
sent-line-recorded = { $number }  { $flow }  to { $names }, recorded here on { $date } and not deposited yet: run the same command again. To be destroyed on { $expires }
sent-line-unverified = { $number }  { $flow }  to { $names }: the relay says it is yours, without your signature; tell the authority. Of { $date }, to be destroyed on { $expires }
sent-line-gated = { $number }  { $flow }  to { $names }, deposited on { $date }
sent-line-lost = { $number }  { $flow }  to { $names }, deposited on { $date }: to be sent again, the relay has it no more. It would have been destroyed on { $expires }
sent-line-retired = { $number }  { $flow }  to { $names }, deposited on { $date }, taken back on { $retired } ({ $because })
sent-kept = The relay cannot be reached. This is what this device deposited and has the receipts of; the state of each letter is read again with the relay.

## New devices

regrant-none = Every reader of your letters can read them on all of their devices.
regrant-before = Letter { $number }: { $names } will be able to read it on a new device.
regrant-elsewhere = Letter { $number }: { $names } cannot read it on a new device. This computer has not the access that it would give; run the command on another of yours that has it, or send a new letter.
regrant-confirm = Give access?
regrant-cancelled = Nothing was changed.
regrant-done = { $count ->
    [one] Letter { $number }: one device more can open it. Recorded as no. { $leaf }.
   *[other] Letter { $number }: { $count } devices more can open it. Recorded as no. { $leaf }.
}

## Status

## Log

log-none = Nothing in the log for this period.
log-line = { $leaf }  { $date }  { $name }  { $act }  { $number }
log-times = ({ $count } times, the relay says)
log-by-relay = (on the relay's word alone)
log-found = { $count ->
    [0] No act fits, of { $all } in the log.
    [one] One act fits, of { $all } in the log.
   *[other] { $count } acts fit, of { $all } in the log.
}
anomaly-none = Nothing to report among { $count } acts.
anomaly-records = { "   " }From { $from } to { $until }; records no. { $numbers }.
anomaly-cause = { "   " }A possible explanation: { $cause }
anomaly-not-a-member = { $count ->
    [one] A letter was given to { $member }, who was no member of the group that day with that device.
   *[other] { $count } letters were given to { $member }, who was no member of the group on those days with that device.
}
anomaly-not-a-member-cause = the list of members changed in the same minute. Else the relay gave what it should refuse.
anomaly-before-signature = { $count ->
    [one] A nominative letter was given to { $member }, who had not signed the charter in force.
   *[other] { $count } nominative letters were given to { $member }, who had not signed the charter in force.
}
anomaly-before-signature-cause = a new version of the charter came into force in the same minute. Else the relay gave what it should refuse.
anomaly-unproved = { $count ->
    [one] A letter was given to { $member }, and nothing that is signed shows what that person was on that day.
   *[other] { $count } letters were given to { $member }, and nothing that is signed shows what that person was on those days.
}
anomaly-unproved-cause = none known: the relay does not show the decisions of that day.
anomaly-after-expiry = { $count ->
    [one] A letter was given to { $member } after its end was recorded.
   *[other] { $count } letters were given to { $member } after their ends were recorded.
}
anomaly-after-expiry-cause = none known: the relay should have refused.
anomaly-after-retirement = { $count ->
    [one] A letter was given to { $member } after its writer had taken it back.
   *[other] { $count } letters were given to { $member } after their writers had taken them back.
}
anomaly-after-retirement-cause = none known: the relay should have refused.
anomaly-before-approval = { $count ->
    [one] A letter that waited for an agreement was given to { $member }, a recipient, without that agreement standing before.
   *[other] { $count } letters that waited for an agreement were given to { $member }, a recipient, without that agreement standing before.
}
anomaly-before-approval-cause = none known: the relay should have refused. Nothing is sealed to a recipient before the agreement, but by a changed program.
anomaly-decided-by-another = { $count ->
    [one] { $member } decided about a letter without being the person whose agreement it waited for, or without the function that the exchange asks for.
   *[other] { $member } decided about { $count } letters without being the person whose agreement they waited for, or without the function that the exchanges ask for.
}
anomaly-decided-by-another-cause = the rules of exchange, or this person's function, have changed since. Otherwise the relay recorded what it should have refused.
anomaly-undecided = { $count ->
    [one] A letter waited for the agreement of { $member } until its end, without a decision.
   *[other] { $count } letters waited for the agreement of { $member } until their end, without a decision.
}
anomaly-undecided-cause = an absence, or a request that was needed no more.
anomaly-many-refusals = By the relay's word, { $member } was refused the same thing at least twenty times within a minute. The last request is signed; their number is not.
anomaly-many-refusals-cause = a program that is set up badly and tries again and again.
anomaly-unacknowledged = { $count ->
    [one] A letter that was given to { $member } was not followed by a recorded opening.
   *[other] { $count } letters that were given to { $member } were not followed by a recorded opening.
}
anomaly-unacknowledged-cause = the network or the computer failed just after it was given. The letter may have been read.
anomaly-did-not-verify = { $count ->
    [one] With { $member }, a letter was not what its writer had signed.
   *[other] With { $member }, { $count } letters were not what their writers had signed.
}
anomaly-did-not-verify-cause = a document was damaged on the relay's disk.
anomaly-mass-reading = { $member } was given at least twenty different letters within an hour.
anomaly-mass-reading-cause = back from leave, or preparing a meeting.
anomaly-closed-hours = { $count ->
    [one] { $member } was given a letter at night (22:00 to 6:00) or at the week-end.
   *[other] { $member } was given letters at night (22:00 to 6:00) or at the week-end: { $count } times.
}
anomaly-closed-hours-cause = night duty, or on call.
anomaly-always-other = { $count ->
    [one] { $member } nearly always states the reason “other”: once.
   *[other] { $member } nearly always states the reason “other”: { $count } times.
}
anomaly-always-other-cause = the list of reasons does not fit their function.
anomaly-own-organisation = { $count ->
    [one] { $member } was given a nominative letter by somebody else of their own organisation.
   *[other] { $member } was given nominative letters by other people of their own organisation: { $count } times.
}
anomaly-own-organisation-cause = two people of one organisation work on the same case.
anomaly-refused = { $count ->
    [one] A decision about members or rules by { $member } was refused.
   *[other] { $count } decisions about members or rules by { $member } were refused.
}
anomaly-refused-cause = another decision came first, or a signature was missing.
log-person-ask = Last name, first name and year of birth (NOM Prénom, ANNÉE):
log-person = Give the person as NOM Prénom, ANNÉE; the year may be absent.
log-person-none = No letter in the log concerns this person. Only letters are found whose writer named them with --person.
log-person-sure = Letter { $number } concerns a person of this name and year of birth.
log-person-name = Letter { $number } concerns a person of this name; the year of birth is not given, or is another.
log-person-ungiven = { "   " }It was not given to: { $names }
log-withheld = The new log was opened by people who had not been shown all that this computer saw of the old one. The evidence is kept, and this computer goes no further. Tell the prosecutor's office.
log-conflict = The relay has shown two different logs. The evidence is kept, and this computer sends it nothing more. Tell the prosecutor's office.
attested-since = The log has not been attested since { $date }: too few witnesses have seen since then what the relay shows. You can go on; if this lasts for more than a day, tell the operator of the relay.
attested-never = The log has never been attested: too few witnesses have seen what the relay shows. You can go on; if this lasts for more than a day, tell the operator of the relay.
unattested = Nothing was sent: the relay's log has not been attested by its witnesses for too long. Your letters can still be read. Tell the prosecutor's office; sending goes on when the witnesses have seen the log again.

## Witnesses

witness-made = The witness is made. Keep this folder on a machine that is not the relay's; give { $file } to the authority.
witness-signed = Log seen and signed on { $date }: { $count } lines.
witness-exists = This folder is used already. Give another with --dir.
witness-absent = There is no witness in this folder. Make it with: pli witness init --dir FOLDER --name NAME
witness-name = This name does not do. Give a short one, without spaces, accents or "+", such as witness.example.
witness-public = This file is not the public file of a witness. Ask the witness for public.json.
witness-relay = Say once where the relay is, and give what it was founded with: --relay ADDRESS:PORT --founding FILE
witness-founding = This file cannot be read. Ask the operator for the one that the parquet signed.
witness-not-named = The authority and the parquet have not named this witness. Give them its public.json before the relay is founded.
witness-stale = The relay's clock and this machine's differ by more than ten minutes: nothing was signed. Set this machine's clock; if it happens again, tell the operator of the relay.
witness-again = The log could not be seen this time ({ $reason }). The next try is in a minute.
witness-two-logs = This witness was shown two different logs and signs nothing any more. The evidence is in its folder, under evidence. Tell the prosecutor's office.

## Report

report-written = { $count ->
    [0] The report is in { $file }. No act fits.
    [one] The report is in { $file }: one act, with its proof.
   *[other] The report is in { $file }: { $count } acts, each with its proof.
}
report-folder = This folder holds something already. Give a new one with --out.
report-title = Review of the access log
report-title-procedure = Report on a written order: access log
report-requested-by = Requested by
report-ground = Legal ground
report-order = Reference of the written order
report-made = Made
report-period = Period
report-period-all = The whole log
report-period-days = { $from } to { $until }, inclusive
report-query = Query
report-query-all = all acts
report-query-group = group { $value }
report-query-actor = by { $value }
report-query-organisation = organisation { $value }
report-query-item = letter { $value }
report-query-flow = flow { $value }
report-query-act = kind: { $value }
report-query-reason = reason { $value }
report-query-night = at night (22:00 to 6:00)
report-query-weekend = at the week-end
report-answer = 1. In short
report-answer-none = No act fits this query.
report-answer-acts = Acts found: { $acts }, from { $from } to { $until }. Letters concerned: { $letters }; persons: { $members }; organisations: { $organisations }.
report-answer-readings = Given to be read: { $readings } times, each recorded before the letter could be read.
report-answer-anomalies = { $count ->
    [0] By the rules that were applied, nothing calls for a question.
    [one] One fact may call for a question (part 4).
   *[other] { $count } facts may call for a question (part 4).
}
report-answer-no-conclusion = This report states what stands in the log. It concludes on nobody's conduct.
report-whole = The log is whole: nothing was cut, changed or added. Each act that was read is signed by who did it, but for connections and ends of letters, which the relay alone attests.
report-not-whole = { $count ->
    [one] WARNING: the log does not fit in one place (part 8). This report holds only with that reservation.
   *[other] WARNING: the log does not fit in { $count } places (part 8). This report holds only with that reservation.
}
report-unread = { $count ->
    [one] One record could not be read whole by this review (part 8): it is older than the reviewer's enrolment, or what goes with it is missing.
   *[other] { $count } records could not be read whole by this review (part 8): they are older than the reviewer's enrolment, or what goes with them is missing.
}
report-vkey = VKEY is the log's public name. Ask the parquet for it, and not whoever handed you this folder; it must be the one in preuves/vkey.
report-counts = 2. Numbers
report-activity = 3. Activity
report-anomalies = 4. What may call for a question
report-timeline = 5. Timeline
report-gates = 6. Agreements and deadlines
report-gates-none = None of the letters concerned needed an agreement.
report-due-none = The convention's deadlines are not in the log yet.
report-gate-since = Deposited on
report-gate-by = Agreement asked of
report-gate-decision = Decision
report-gate-approved = agreed to by { $member } on { $date }, readable until { $until }
report-gate-rejected = refused by { $member } on { $date } (reason: { $reason })
report-gate-undecided = none; last day { $date }
report-gate-retired = none; taken back by its writer
report-membership = 7. Members of the groups concerned
report-membership-none = None of these acts concerns a group.
report-membership-proved = By what those in charge signed, as the log showed it on those days. One line for each change.
report-group = Group
report-since = Found on
report-members = Members
report-witness = Also seen and signed by { $name }, on { $date }.
report-no-witness = Nobody but the relay has signed this log.
report-integrity = 8. Integrity
report-limits = 9. Limits
report-limit-1 = A log sees no photograph of a screen, no paper and no telephone.
report-limit-2 = “Given” says that the letter could be read, “opened” that the reader's program said it opened. Neither says who sat before the screen.
report-limit-3 = The reason is the one that the reader chose from the list; nothing proves that it is true.
report-limit-4 = The time is the relay's. For an act that its actor signed it is within ten minutes of theirs; two more for a refusal. How often a refusal was repeated is what the relay says.
report-limit-5 = Without a written order, persons are called by a number of this report alone.
report-act = Kind
report-number = No.
report-count = Count
report-organisation = Organisation
report-readings = Given to be read
report-time = Time (Paris)
report-who = By (function, organisation)
report-letter = Letter
report-flow = Flow
report-reason = Reason
report-fact = Fact
report-cause = Possible explanation
report-numbers = Records no.
report-bars-days = Acts by day, { $from } to { $until }; at most { $highest } a day.
report-bars-weeks = Acts by week, { $from } to { $until }; at most { $highest } a week.
report-hours = Given to be read, by weekday and hour in Paris.
report-day-0 = Mon
report-day-1 = Tue
report-day-2 = Wed
report-day-3 = Thu
report-day-4 = Fri
report-day-5 = Sat
report-day-6 = Sun
report-first-number = First act
report-last-number = Last act
report-leaves = Size of the log
report-root = Digest of the log
report-software = Software
report-again = To verify it without Pli and offline, in this folder:
report-paper = The report could not be made a PDF: this is a fault of this program. Tell the operator of the relay.
sheet-page = Page { $page } of { $pages }

## Your accesses

accesses-none = No act is kept on this device for this query.
accesses-proved = { $count ->
    [one] One act, proved without asking the relay; the log had { $size } leaves then.
   *[other] { $count } acts, proved without asking the relay; the log had { $size } leaves then.
}
receipt-given = { $count ->
    [one] One receipt is in { $file }. Hand that file to a reviewer of the log.
   *[other] { $count } receipts are in { $file }. Hand that file to a reviewer of the log.
}
receipt-proved = { $count ->
    [one] One receipt, proved offline; the log had { $size } leaves then.
   *[other] { $count } receipts, proved offline; the log had { $size } leaves then.
}
receipt-newest = The newest checkpoint seen on this computer ({ $size } leaves) is in { $file }. Hand it to the authority if the relay has lost its log.
receipt-no-checkpoint = This computer has verified no checkpoint yet. First run: pli inbox
receipt-file = The file of receipts cannot be read. Check its name and try again.
unverified-receipt = This file holds no receipts, or is damaged. Ask whoever gave it to you for it again.
receipt-all-there = { $count ->
    [one] The receipt fits the log.
   *[other] The { $count } receipts fit the log.
}
receipt-of-lost-log = { $count ->
    [one] One receipt proves a record that the relay has lost since: it still holds, under the old log.
   *[other] { $count } receipts prove records that the relay has lost since: they still hold, under the old log.
}
receipt-not-there = Record no. { $leaf } of the receipt is not that of the log that you see: the relay has shown two logs. The evidence is kept.

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
closed-struck = The inscription of this device has ended, and the relay closed the connection. Ask the authority for an invitation.
closed-changed = Your groups have just changed, and the relay closed the connection. Run the same command again; if a group or a letter is gone, you are no longer a member of it. pli groups shows yours.
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
save-reminder = Letter { $number } is destroyed. Documents of it had been saved in { $folder }: remove them, Pli does not do it for you.
send-person = Letters of this flow name nobody: leave --person out, or choose a nominative flow.
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
status-regranted = { $name }: was given access on { $date } to pass it on, without the text.
status-renewed = { $name }: was given the letter on { $date } to seal it anew (extension, or a hold that was ordered).
status-revealed = { $name }: hidden values revealed on { $date }.
status-exported = { $name }: exported on { $date }.
status-printed = { $name }: printed on { $date }.
status-opened = { $name }: opened on { $date }.
status-opened-copied = { $name }: opened on { $date }, with a copy outside Pli.
status-not-verified = { $name }: on { $date } their computer found that the letter is not what was signed.
status-retired = Taken back by its writer on { $date } ({ $because }): nobody can open it any more.

act-deposit = deposit
act-delivery = envelope shown
act-release = handed over
act-export = export
act-reveal = hidden values revealed
act-print = printing
act-opening = opening
act-log-reading = reading of the log
act-refusal = refusal
act-regrant = handed over to give access, without the text
act-grant = access given to more devices
act-connection = connection
act-expiry = expiry
act-membership = change of members
act-rule = change of rules
act-hand-over = handing over of earlier hours
act-destruction = account of destruction
act-retirement = taking back
act-renewal = release to seal the letter anew until a later day, unread
act-hold = hold ordered by the prosecutor
act-rereading = second person's reading
act-blocked = texts stopped by the rules (count of the day)
act-contested = rule reported as a mistake (count of the day)
act-approval = agreement, and access for the recipients
act-rejection = agreement refused

log-whole = The log is whole: { $size } leaves, nothing was cut, changed or added. Only the parquet can read what it says.
log-whole-opened = { $count ->
    [0] The log is whole: { $size } leaves, nothing was cut, changed or added. No act in it opens.
    [one] The log is whole: { $size } leaves, nothing was cut, changed or added. The one act that opens was read and verified.
   *[other] The log is whole: { $size } leaves, nothing was cut, changed or added. All { $count } acts that open were read and verified.
}
log-whole-since = { $count ->
    [0] The log is whole: { $size } leaves. The first { $from } had been verified on this machine before; no record was added. To take all of it again: pli log verify --all
    [one] The log is whole: { $size } leaves. The first { $from } had been verified on this machine before; the one record since was read and verified. To take all of it again: pli log verify --all
   *[other] The log is whole: { $size } leaves. The first { $from } had been verified on this machine before; the { $count } records since were all read and verified. To take all of it again: pli log verify --all
}
log-unread-before = { $count ->
    [one] Before that, one record could not be read whole.
   *[other] Before that, { $count } records could not be read whole.
}
log-unread = { $count ->
    [one] WARNING: one record could not be read whole. To learn which: pli log verify --all
   *[other] WARNING: { $count } records could not be read whole. To learn which: pli log verify --all
}
log-closed-on-order = { $count ->
    [one] One record is older than a year and opens on a written order alone: give its reference with --order. Its place in the log is verified.
   *[other] { $count } records are older than a year and open on a written order alone: give its reference with --order. Their place in the log is verified.
}
log-closed-for-good = { $count ->
    [one] One record is older than the log is kept: what opened it is destroyed. Its place in the log is still verified.
   *[other] { $count } records are older than the log is kept: what opened them is destroyed. Their place in the log is still verified.
}
log-fault-altered = Leaf no. { $leaf } was changed afterwards.
log-fault-malformed = Leaf no. { $leaf } is no leaf of the log.
log-fault-closed = Act no. { $leaf } does not open, or holds something else than was recorded.
log-fault-unsigned = Act no. { $leaf } is not signed by the person to whom it is attributed.
log-fault-untimely = Act no. { $leaf } has another time than that at which the log took it.
log-fault-groups = Leaf no. { $leaf } says that groups changed, and nothing that somebody signed stands before it.
log-fault-backwards = Leaf no. { $leaf } has an earlier time than the one before it.
log-fault-unopened = Record no. { $leaf } could not be read: nothing that opens it was given to this device. It was made before you came, or the relay withholds it. A reviewer in place can hand it to you: pli log hand-over
log-fault-register = Leaf { $leaf }: the elimination register counts other letters than those whose end is recorded just before.
log-fault-annex = What the author of record no. { $leaf } sealed to the reviewers (text of the reason, persons concerned) is missing, or is not what was recorded.
hand-over-nobody = This person is no reviewer of the log, or has no other device than this one. The prosecutor's office has to enrol them with that function (AUD) first, or they have to accept their new device; then try again.
hand-over-nothing = Nothing can be handed to this person yet: their device never reached the relay, or the log is empty. Let them run pli log verify once, then try again.
hand-over-progress = Handing over to device { $document }
hand-over-done = { $hours ->
    [one] What opens { $hours } hour of the log was given to { $member }
   *[other] What opens { $hours } hours of the log was given to { $member }
} ({ $devices ->
    [one] { $devices } device
   *[other] { $devices } devices
}); what { $member } had already has not changed. To read everything again from the beginning: pli log verify --all
hand-over-already = { $member } had everything already that this computer can open. Nothing was added.
hand-over-unopened = { $count ->
    [one] { $count } hour could not be handed over: this computer cannot open it either. If it is more than a year old, give the reference of a written order: --order
   *[other] { $count } hours could not be handed over: this computer cannot open them either. If they are more than a year old, give the reference of a written order: --order
}

mirror-done = The copy of the log is up to date: { $size } leaves, { $added } more than before. All of it was computed again on this computer.
mirror-current = The copy has the { $size } leaves of the log already: there is nothing to add.
mirror-not-empty = This folder holds something else than a copy of the log. Choose an empty folder.
mirror-other-log = This folder holds the copy of another log, or its signature was changed. Choose another folder.
mirror-damaged = The copy of the log in this folder is damaged, and nothing was added. Put it aside and begin again in an empty folder; if it is that of your own folder: pli log verify --all

## Bundle
bundle-proved = { $count ->
    [one] Bundle verified: letter { $number }, one record. Made on { $date } by { $name }, whose signature covers all that follows.
   *[other] Bundle verified: letter { $number }, { $count } records. Made on { $date } by { $name }, whose signature covers all that follows.
}
bundle-log = Each record stands in the log as the relay signed it on { $date }: { $size } leaves.
bundle-order = Made, as its maker says, on the written order { $order }.
bundle-witness = This log was also seen and signed by { $name }, on { $date }.
bundle-no-witness = Nobody but the relay has signed this log.
bundle-header = The original header, signed by { $name }: { $flow }, to { $names }; { $documents ->
    [0] no document
    [one] one document
   *[other] { $documents } documents
}; to end on { $date }.
bundle-no-header = This bundle does not hold the letter's header: the relay no longer had it, or the deposit could not be read.
bundle-members = Members of the group on { $date }, by what those in charge signed: { $names }.
bundle-limit = A bundle proves what is in it; it does not prove that there is nothing else.
bundle-written = Bundle written to { $file }. To verify it without relay or enrolment: pli bundle verify FILE --fingerprint { $fingerprint }
bundle-exists = This file is there already. Give another name.
bundle-which = More than one letter begins so. Give more digits.
bundle-large = This letter has too many records for a bundle. Make a report: pli log report
bundle-file = This bundle could not be read. Check the name of the file.
bundle-fingerprint = Give the fingerprint of the founding statement, 64 digits, with --fingerprint: the convention or the annuaire has it.
unverified-bundle = This bundle proves nothing: it was changed, or is of another network. Keep it as it is and ask the parquet for another.

## Statistics
stats-title = Statistics of the exchanges
stats-what = These numbers come from the access log, verified from end to end; a record that does not open is not counted. They hold no name, no subject and no content.
stats-months = 1. Month by month
stats-kinds = 2. By group and flow
stats-rest = 3. Altogether
stats-chart = Letters deposited (black) and given to be read (white), by month of deposit.
stats-month = Month
stats-letters = Letters deposited
stats-attested = Attested among them
stats-readings = Given to be read
stats-unread = Given to nobody
stats-median = Median time to reading
stats-members = Members who acted
stats-log-readings = Readings of the log
stats-refusals = Refusals by the relay
stats-limits = One letter may be given to the same reader several times; the delay is to the first. Reading on paper or by telephone is not counted. An attested letter has a part that the rules could not read, for which its writer vouches. Of fewer than five letters only their number is given. These numbers are not for rating staff.
stats-minutes = { $count } min
stats-hours = { $count } h
stats-days = { $count } d
stats-written = Statistics written. Open { $file }

retention-kept = { $number }  { $flow }  destroyed on { $expires }, written by { $name }, can be read by { $names }
retention-destroyed = { $number }  { $flow }  destroyed on { $date }
retention-count = { $count ->
    [0] Nothing is kept for you at the relay.
    [one] One letter is kept. On its day, what opens it is destroyed on the devices, and the letter at the relay.
   *[other] { $count } letters are kept. On its day, what opens each is destroyed on the devices, and the letter at the relay.
}
retention-owed = This device has destroyed what opened letters up to { $date }; it will say so in the log when it next connects.
retention-none = No letter came to its end in this period.
retention-ended = { $flow }, group { $group }: { $count ->
    [one] one letter at its end, recorded by the relay on its word alone.
   *[other] { $count } letters at their end, recorded by the relay on its word alone.
}
retention-ended-unrecorded = { $flow }, group { $group }: of the letters at their end ({ $count }), the relay has not recorded the end of { $missing ->
    [one] one. Ask who runs it.
   *[other] { $missing }. Ask who runs it.
}
retention-told = { $name }, device { $device }: accounted for the destruction of { $count ->
    [one] the only letter at its end that it could open.
   *[other] the { $count } letters at their end that it could open.
}
retention-overdue = { $name }, device { $device }: overdue. Letters at their end without an account: { $missing } of { $count }; the last account reaches to { $date }. Let it connect once.
retention-never-told = { $name }, device { $device }: overdue. No account yet, of { $count ->
    [one] the only letter at its end that it could open. Let it connect once.
   *[other] the { $count } letters at their end that it could open. Let it connect once.
}
retention-gone = { $name }, device { $device }: out of service. Letters at their end without an account: { $missing } of { $count }; none will come.
retention-limits = An account is signed by the device and stands in the log: it attests a destruction, it does not prove it. Copies that were saved outside of Pli, printed or photographed are not covered.

purge-line = { $date }: { $class }, letters destroyed: { $count }, written from { $from } to { $until }, rule { $rule }, visa { $visa }
purge-line-unsigned = { $date }: { $class }, letters destroyed: { $count }, written from { $from } to { $until }, rule { $rule }, without a visa of the archives
purge-line-unclassed = { $date }: of no class (their flow is no longer in the nomenclature, or the envelope cannot be read), letters destroyed: { $count }, written from { $from } to { $until }
purge-count = { $count ->
    [0] Nothing was destroyed in this period.
    [one] One letter was destroyed in this period. The register is read from the log, verified over its { $size } leaves; the numbers are the relay's.
   *[other] { $count } letters were destroyed in this period. The register is read from the log, verified over its { $size } leaves; the numbers are the relay's.
}

rights-kept = Letter { $number } ({ $flow }), deposited on { $date } by { $name }, kept until { $expires }.
rights-taken-back = Letter { $number } ({ $flow }), deposited on { $date } by { $name }, taken back by its writer; it was to be destroyed on { $expires }.
rights-unknown = Letter { $number }: it concerns this person, and the record of its deposit is incomplete. Ask who runs the relay.
rights-ended = Letter { $number } ({ $flow }), deposited on { $date } by { $name }, at its end on { $expires }.
rights-sure = Name and year of birth are the same.
rights-name = The name is the same; the year of birth is not given, or is another.
rights-reader = { "   " }{ $name }: { $what }
rights-unread = never opened it
rights-read = opened it on { $date }
rights-exported = made a copy outside of Pli on { $date }: to be asked for
rights-opens = can still open it, if it was given access (device { $device })
rights-gone = device { $device }: out of service
rights-retired = can no longer open it (device { $device }): its writer took it back on { $date }
rights-destroyed = says that it destroyed what opened it (device { $device }, account of { $date })
rights-untold = has not accounted for it yet (device { $device })
rights-untold-since = has not accounted for it yet (device { $device }, last account up to { $date })
rights-no-device = had no device
rights-none = In what you can read of the log, no letter concerns this person. Only letters are found whose writer named them.
rights-limits = A letter that was extended, or is held by order of the prosecutor, goes on under another number, which the reference of its deposit in the log leads to. The members who hold these letters answer the person, never the relay. What Pli cannot see: copies outside of Pli, paper, telephone, and each organisation's own files.

## Demonstration

demo-building = Building an example: an authority, a parquet, four organisations, two groups, seven people.
demo-built = The relay listens on { $address }. Everybody has a folder, a safe and a passphrase.
demo-enrolled = Each was sent an invitation, read six words over the telephone, the last one "{ $words }", and was enrolled only when these words were recognised.
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
demo-pages = The pages of its people are open. Each asks for its code (good for five minutes), unless the browser opened it already, and then for its passphrase.
demo-page = { $name }, { $organisation }
demo-page-way = { "   " }{ $address }   code { $code }   passphrase { $passphrase }
demo-pages-end = Write as the town hall, then open the letter in the window of the police. Ctrl-C closes everything and removes the example.
demo-unexpected = Unexpected step ({ $step }): { $what }
demo-exists = There is an example in this folder already. Give another with --dir.
demo-failed = The example could not be built. Check the free space and the permissions of the folder.

## Groups

groups-none = You are not a member of any group. Ask the coordinator of your commune.
groups-line = { $number }  { $name }
groups-member = { "   " }{ $member }: { $name }, { $function }, { $organisation }
groups-flow = { "   " }{ $flow }: { $title }, destroyed after { $days } days
## Groups: deciding together

groups-without-roster = Group { $number }: the list of its members is not signed yet. Propose it with pli group propose { $number }
groups-not-led = { "   " }The group has new leaders: nothing is sent there before they have signed the list of members.
member-described = { $name } ({ $function }, { $organisation })
group-heading = { $number }  { $name }, { $kind } ({ $territory }). President: { $president }. Coordinator: { $coordinator }.
group-member = { "   " }{ $member }: { $name }, { $state }; devices: { $devices }
group-delegation = { "      " }delegate: { $name }, from { $from } to { $until }
standing-active = active
standing-reads = active, reads only
standing-unsigned = suspended: the charter in force is not signed
standing-ended = suspended: their office has ended
standing-not-begun = suspended: their office has not begun
standing-unattested = suspended: their office was not confirmed for a year
standing-may-not-join = suspended: their function or territory is not of this group any more
standing-no-device = suspended: the group recognises no device of theirs
explain-group = Creation of group { $number } "{ $name }", { $kind } ({ $territory }). President: { $president }. Coordinator: { $coordinator }.
explain-channel = Opening of channel { $number } "{ $name }" between { $president } and { $coordinator }.
explain-restated = Group { $number }: "{ $name }", { $kind } ({ $territory }). President: { $president }. Coordinator: { $coordinator }. The list of members will have to be signed again.
explain-leader = { "   " }{ $new } replaces { $old }.
explain-roster = { $count ->
    [one] Group { $number } "{ $name }": one member after these changes.
   *[other] Group { $number } "{ $name }": { $count } members after these changes.
}
explain-charter = Charter of "{ $name }", version { $version }, in force from { $date }.
change-none = { "   " }The members stay the same.
change-added = { "   " }+ { $name }, devices: { $devices }
change-added-read = { "   " }+ { $name }, reads only, devices: { $devices }
change-removed = { "   " }- { $name }
change-write = { "   " }{ $name } will be able to write.
change-read = { "   " }{ $name } will be able to read only.
change-devices = { "   " }{ $name }, devices recognised from now on: { $devices }
roster-large = { "   " }Take care: { $count } members. The charter asks for a small circle; over { $most }, make sure that everybody is concerned.
proposal-signed = { "   " }Proposed on { $date }, signed so far by: { $names }
proposal-confirm = Sign?
charter-confirm = I have read this charter and sign it?
proposal-cancelled = Nothing was signed.
proposal-published = Everybody who must has signed it; it is in force.
proposal-sent = Signed and sent on. Still missing is the signature of: { $names }
proposal-replaces = This proposal replaces the one that waited in this group.
proposal-yours = { "   " }Your signature is asked for: pli group validate (for a charter, pli charter visa). Missing: { $names }
proposal-others = { "   " }Waits for the signature of: { $names }
proposals-none = No proposal waits for a signature.
proposal-none = Nothing here waits for your signature. Show what waits with pli group proposals.
proposal-own = You signed this proposal already: somebody else has to validate it.
proposal-stale = Something else has taken effect since this proposal. Propose it again.
proposal-rule = The rules of the convention do not allow it. Nothing was signed.
missing-president = the president
missing-coordinator = the coordinator
missing-leader = the group's president or coordinator, one of the two
missing-visa = the prosecutor (visa)
missing-authority = the authority
group-not-led-by-you = A group is created by its president or its coordinator. Ask one of them.
group-no-change = Say what changes: --president, --coordinator, --name or --territory.
group-not-founded = The creation of this group still waits for a signature. Show whose with pli group proposals.
group-roster-next = This decision about the group is in force. Its president or coordinator now proposes the list of members: pli group propose { $number }
group-roster-then = When the group is founded, propose the list of members, with those named here: pli group propose { $number }
leader-replaced = The device by which one of the two leads this group was replaced. Name them again first: pli group restate --coordinator or --president, with their handle.
group-roster-again = Now have the list of members signed: pli group propose.
member-unknown = Nobody with this handle is on the annuaire. Look it up with pli directory.
roster-no-change = The list of members would stay the same. Say whom to add or to remove.
roster-faults = Nothing was applied: mend what is named, then try again.
remove-not-yours = Only a leader of the group, or a colleague of the same organisation, can remove this person.
fault-line = Line { $line } { $member }: { $reason }
fault-member = { $member }: { $reason }
wrong-line = two columns are needed, member and action.
wrong-handle = this is no handle of a member.
wrong-action = the action is add, read, write or remove.
wrong-twice = this person stands there twice.
wrong-unknown = nobody has this handle, neither on the annuaire nor in the group.
wrong-not-in-office = their office has not begun, has ended or was not confirmed.
wrong-may-not-join = their function or territory may not join this group.
wrong-not-there = this person is no member of the group.
usage-list-file = The file of the list cannot be read.
history-line = { $date }  { $what }: { $names }
history-group = group, version { $version }, signed by
history-roster = list of members, version { $version }, signed by
history-charter = charter, version { $version }, signed by
history-adhesion = signature no. { $version } under the charter
history-delegation = delegation no. { $version } given or withdrawn by
history-group-proposed = proposal no. { $version } for the group, by
history-roster-proposed = proposal no. { $version } for the list of members, by
history-charter-proposed = proposal no. { $version } for the charter, by

## Charter

charter-reglement = { "   " }Règlement intérieur: { $reference } of { $date }
charter-named = { "   " }Functions that it admits: { $roles }
charter-order = { "   " }Takes effect sooner by the prosecutor's order: { $reference }
charter-sanctions = Whoever reveals secret information risks one year of prison and a fine of €15,000 (French criminal code, art. 226-13); whoever reveals what they know of an investigation by their office, two years and €30,000 (art. 434-7-2).
charter-already = You have signed version { $version } of this charter already.
charter-signed = You have signed version { $version } of the charter, in force from { $date }.
charter-in-force = Charter in force: version { $version }.
charter-none-in-force = No charter is in force.
charter-coming = { $count ->
    [one] Version { $version } takes effect on { $date }, in one day.
   *[other] Version { $version } takes effect on { $date }, in { $count } days.
}
charter-member-signed = { "   " }{ $name }: version { $version }, signed on { $date }
charter-member-unsigned = { "   " }{ $name }: not signed yet
charter-notice = A new version takes effect two weeks after its proposal at the soonest, unless the prosecutor orders otherwise (--order). Choose another date.
charter-newer = There is a newer version of this charter. Read it before you sign.
charter-reglement-missing = Give the reference of the règlement intérieur: --reglement.
charter-text = A charter is a text, not empty, of at most 256 KiB.
unlock-charter = The charter of "{ $name }" waits for your signature: pli charter sign { $number }
unlock-charter-coming = { $count ->
    [one] The new charter of "{ $name }" waits for your signature; it takes effect on { $date }, in one day: pli charter sign { $number }
   *[other] The new charter of "{ $name }" waits for your signature; it takes effect on { $date }, in { $count } days: pli charter sign { $number }
}

## Annuaire

annuaire-absent = The authority has published no annuaire with this title. Check it, then ask the authority.
directory-heading = { $count ->
    [0] { $title }, version { $version } of { $date }, signed by the authority: nobody matches.
    [one] { $title }, version { $version } of { $date }, signed by the authority: one person.
   *[other] { $title }, version { $version } of { $date }, signed by the authority: { $count } persons.
}
directory-line = { $member }: { $name }, { $function }, { $organisation } [{ $id }]{ $territory }  { $telephone }  { $email }
directory-changed = { "   " }This card has changed since this version of the annuaire.
directory-kept = The relay cannot be reached. This is the directory as this device verified it on { $date }.
directory-exported = { $count ->
    [0] Nobody matches: the file is empty.
    [one] One person is in the file. Delete it after use: Pli does not protect it any more.
   *[other] { $count } persons are in the file. Delete it after use: Pli does not protect it any more.
}
export-io = The file could not be written. Choose another place.
file-exists = This file is there already, and is not replaced. Give another name.

## Delegation

delegation-done = { $name } will be sent your letters, too, in "{ $group }" from { $from } to { $until }.
delegation-waiting = { $count ->
    [one] One letter waits for you that they could read in your place.
   *[other] { $count } letters wait for you that they could read in your place.
}
delegation-confirm = Give them these, too?
delegation-letters = { $count ->
    [one] One letter that waits is given to them, too.
   *[other] { $count } letters that wait are given to them, too.
}
delegation-ended = The delegation in "{ $group }" has ended.
delegation-none = No delegation of yours holds or is to come.
delegation-nowhere = You are not both members of one group. Show the members with pli groups.
delegation-dates = The last day comes after the first and is not past.
delegation-rule = A delegation leads to another member, for three months at most.
send-away = { $name } is away until { $date }: { $delegate } will be sent this letter, too.
send-away-alone = { $name } is away until { $date }, and { $delegate } may not receive this letter in their place.
send-unsigned = { $name } has not signed the charter in force and will not receive this letter.
send-new-device = { $name } reads on a new device of late, "{ $device }" ({ $number }). If in doubt, call.

## Protected agents

identity-family-name = Last name:
identity-given-name = First name:
identity-telephone = Telephone to call you back:
identity-email = E-mail, if you have one:
identity-subject = Identity of { $member }
identity-text =
    Last name: { $family-name }
    First name: { $given-name }
    Organisation: { $organisation }
    Telephone: { $telephone }
    E-mail: { $email }
identity-card = Both names and a telephone are needed. Give them when Pli asks, or in a file with --card.
identity-unprotected = Your name is on the annuaire already: this command is for protected agents.

inbox-new = new
inbox-delivered = seen
inbox-released = handed over
inbox-opened = opened
inbox-to-approve = TO BE AGREED
inbox-decided = decided
inbox-unverified = doubtful

open-exported = The sealed letter and what opens it are in { $folder }. Whoever has identity.txt can read it all: delete this folder after use.

objection-form-subject = Give a subject of one line, at most 512 bytes, without invisible characters. Nothing left and nothing was kept.
objection-form-text = The text is over 512 KiB: attach it as a document. Nothing left and nothing was kept.
objection-form-documents = Attach at most 32 documents. Nothing left and nothing was kept.
objection-form-document-name = Rename the document: its name holds a path or an invisible character, or is reserved by a system. Nothing left and nothing was kept.
objection-form-document-size = A document is over 16 GiB. Nothing left and nothing was kept.

## Enrolling a device

enroll-for = Invitation for { $name } ({ $member }), { $function }, { $organisation }.
enroll-for-device = Invitation for a further device of { $name } ({ $member }), { $function }, { $organisation }.
enroll-confirm = Is this invitation for you?
enroll-words = Your six words: { $words }
enroll-call-authority = Telephone the authority, at the number that you know, and read these six words out. The enrolment ends as soon as they are accepted.
enroll-call-parquet = Telephone the parquet, at the number that you know, and read these six words out. The enrolment ends as soon as they are accepted.
enroll-call-referent = Your name stands nowhere: read these six words to the référent of your organisation, who tells them to the authority. The enrolment ends as soon as it has accepted them.
enroll-other-screen = On your other device, run pli device accept and compare the six words on both screens.
enroll-later = Nobody accepted this device yet. Run the same command again later: it goes on where it was.
enroll-done-now = This device is enrolled for { $member }. pli groups shows the groups in which it counts; if one is missing, ask who leads it to add you there: pli group propose.
enroll-protected = a protected agent
enroll-done-protected = This device is enrolled for { $member }. Neither the annuaire nor the authority knows your name. Open a channel with the référent of the police and the one of your organisation (pli group create --kind bilateral), then tell them who you are: pli identity.
enroll-file = The file of the invitation cannot be read. Check its name, then try again.
enroll-other-home = This folder is another member's already. Give another one with --home.
enroll-done = This device is enrolled already. To enrol another one, give another folder with --home.
enroll-folder = There is something else in this folder. Give a new one with --home.
unverified-invitation = This file is damaged, or is not what was signed. Nothing was done; ask whoever gave it to you for it again.
unverified-words = These are not the same words: another device may have answered. Nothing was accepted; read them again together, and if they still differ, make a new invitation.
unverified-own-devices = A device that you did not accept stands in your name. This device stops, and the evidence is kept; tell the parquet by another way than Pli.
words-confirm = Are these six words the same?
words-differ = Nothing was accepted. If the words do differ, another device answered: make a new invitation.
usage-words = Give the six words that were read to you: --words "…"
nothing-done = Nothing was done.
passphrase-new = Choose a passphrase:
passphrase-again = The same once more:
passphrase-differs = The two differ. Start again.
passphrase-short = This passphrase is too short. Take one of twelve letters at least, such as four words.

## Your devices

device-line = { $device }  { $name }, since { $date }
device-line-this = { $device }  { $name }, since { $date } (this device)
device-counts = { "   " }{ $name }: reads and sends
device-counts-not = { "   " }{ $name }: does not count; the group has to renew your membership first
device-invited = The invitation is in { $file }, good until { $date }. On the new device: pli enroll { $file } --home FOLDER
device-compare = The device that answered shows these six words: { $words }
device-accepted = The device "{ $name }" signs for you now.
device-named = The device { $device } is now called "{ $name }".
device-revoked = The device { $device } is struck off. It reads nothing new and cannot come back.
device-revoke-confirm = A device that was struck off never comes back. Strike it off?
device-news = A new device ({ $device }) signs for you, accepted by one of yours. If that was not you, run pli device revoke { $device } and tell the authority.
device-none-waits = No device answered an invitation of yours.
device-too-many = You have eight devices already. Strike one off first: pli device revoke
device-this = A device does not strike itself off. Do it from another one; if it is the last, ask the authority.
device-unknown = No one device of yours begins so. Show them with pli device list.

## The authority and the parquet

authority-made = The authority is made. Keep this folder and its passphrase off line; then ask the operator for relay.json and the parquet for public.json: pli authority draft.
authority-witnesses = These witnesses do not do: as many different ones are needed as you ask for, eight at most, and none that is the authority, the parquet or the relay. Give their files with --witness.
parquet-made = The parquet's root is made. Keep this folder and its passphrase off line; hand { $file } to the authority.
authority-reopened = Signed by the authority in { $file }: the log goes on at { $size } leaves, and the newest that you were shown had { $newest }. The parquet signs it with: pli parquet sign --dir FOLDER { $file }
authority-drafted = The draft is signed by the authority in { $file }. The parquet signs it with: pli parquet sign --dir FOLDER { $file }
parquet-shown = The authority's draft: relay "{ $log }", log readable for a year, then on a written order for up to { $months } months, { $count } kinds of exchange. Fingerprint: { $fingerprint }
parquet-shown-witnesses = Witnesses of the log: { $names }; { $needed } of them at least must have seen it.
parquet-shown-reopening = The relay has lost its log "{ $earlier }": { $newest } leaves of it are known, and the backup has { $size }. It would go on under the name "{ $log }".
parquet-confirm = Sign it for the parquet?
parquet-signed-reopening = Signed by both. The relay takes it with: pli-relay restore --dir FOLDER --root { $file }
parquet-signed = Signed by both. The relay takes it with: pli-relay init --dir FOLDER --founding { $file }
authority-invited = Invitation for { $member } in { $file }, good until { $date } and only once. Hand it to that person; they will telephone you.
authority-invited-protected = Invitation for { $member } in { $file }, valid until { $date } and once. Hand it to the référent of their organisation, who will call you.
authority-new-organisation = No member is of the organisation “{ $organisation }” yet. If this is a slip, make the invitation again: two spellings would be two organisations.
authority-waits = { $member } ({ $function }, { $organisation }) answered on { $date }: { $words }
authority-none-answered = Nobody waits to be accepted.
authority-compare = Ask that person to read their six words to you. They must be: { $words }
authority-accepted = { $member } is enrolled.
authority-attested = { $count ->
    [one] Attested for twelve months: { $members }
   *[other] Attested for twelve months ({ $count }): { $members }
}
authority-will-strike = These will be struck off at once: { $members }
authority-strike-confirm = Strike them off?
authority-struck = { $count ->
    [one] Struck off: { $members }. Their name and telephone are erased.
   *[other] Struck off ({ $count }): { $members }. Their names and telephones are erased.
}
authority-rotate-confirm = Replace this root and attest everybody again?
authority-rotated = { $count ->
    [0] The key is replaced. Make your copies of this folder anew.
    [one] The root is replaced, and one person is attested again. Make your copies of this folder anew.
   *[other] The root is replaced, and { $count } persons are attested again. Make your copies of this folder anew.
}
authority-published = { $count ->
    [0] The annuaire "{ $title }" is published with nobody on it.
    [one] The annuaire "{ $title }" is published with one person.
   *[other] The annuaire "{ $title }" is published with { $count } persons.
}
authority-exists = This folder is used already. Give another one with --dir.
authority-absent = This folder is not this root's. Give the right one with --dir.
authority-public = This is not the public file that is needed. Ask for public.json.
authority-relay-file = This is not a relay's file. Ask its operator for relay.json.
authority-nomenclature = The nomenclature cannot be read, or contradicts itself.
authority-relay = Say where the relay listens: --relay ADDRESS:PORT. It is remembered.
authority-not-founded = No relay was founded from this folder. Draft the founding first, or sign it.
reopen-backup = The file backup.json cannot be read, or is not of a backup of this relay. Ask who runs the relay for it.
reopen-seen = A checkpoint cannot be read, or is not signed by this relay. Ask the person who gave it to you again.
reopen-origin = Give the log a new name, in one word, without spaces and plus signs.
parquet-founding = The draft cannot be read. Ask the authority for it.
authority-missing = The function, the organisation or the person is missing. Help: pli authority invite --help
authority-member-exists = This member is enrolled already. If they lost their last device, add --replace.
authority-member-unknown = No member in office has this handle.
authority-function = The other root certifies this function: the four hats of the parquet are its own, and nobody else's.
authority-protected = The authority does not know the name of a protected agent. Leave it out of the command: the agent tells their two référents, with pli identity.
authority-none-waits = Nobody answered an invitation of this member.
authority-stale = This member's card changed since this invitation. Nothing was accepted; make a new invitation.
authority-unlisted = The annuaire names persons in office who are not protected.

## Taking a letter back

because-superseded = a later letter says something else
because-replaced = replaced
because-received = received, it has served
because-function-ended = end of a function
because-wrong-recipient = sent by mistake

retire-because = There is no such ground to take a letter back. Give superseded (a later letter says something else), replaced, received (it has served) or function-ended (end of a function). For a letter that went to the wrong person: pli recall.
retire-before = Letter { $number }, { $flow }, to { $names }: once it is taken back, nobody can open it any more, you neither.
retire-confirm = Take this letter back?
retire-cancelled = Nothing was changed.
retire-never-sent = Letter { $number }: by the relay, it had not been deposited. It is erased from this machine.
retire-gone = This letter is destroyed already, on the day that was set when it was sent: there is nothing left to take back.
retire-done = Letter { $number } was taken back on { $date }: the relay attests that it destroyed what opened it. In the log as no. { $leaf }.
retire-again = Letter { $number }: it was taken back already, since { $date }. The new request is in the log under no. { $leaf }.
retire-read = Opened it before, or were able to read it:
retire-limit = What was read, copied or saved cannot be taken back, and a reading that goes on is not interrupted: ask these people to destroy what they kept.
retire-unread = By the records that the relay passed on, never opened it, and cannot any more: { $names }.
retire-incomplete = This machine does not know of everything that was opened: it did not have this letter from the start, or you are no member of the group any more. Give the command again on the machine it was sent from, or ask the parquet to look at the log.
recall-notice = A letter sent to the wrong person is a breach of personal data: it is notified within 72 hours, so by { $date } if you have just learned of it. Tell your data protection officer; to prepare the notice: pli recall { $number } --notice FILE
recall-written = The draft of the notice is in { $file }. Give it to your data protection officer at once, who completes it: the notification is due by { $date } if you have just learned of the mistake.
recall-exists = This file is there already. Give another name.

breach-title = DRAFT OF THE NOTIFICATION OF A PERSONAL DATA BREACH
breach-law = General Data Protection Regulation (GDPR), article 33. To be read again and completed by the data protection officer before it is sent.
breach-made = Made on { $date }, Paris time as every time below. A time followed by the number of an act is that of an act in the access log, verified on the writer's machine. What is left to fill in is marked [TO BE COMPLETED]. The content of the letter is not in it.
breach-limit-title = 1. TIME LIMIT
breach-limit = The CNIL is to be notified at the latest 72 hours after the breach became known, Saturdays, Sundays and holidays included, unless it is unlikely to result in a risk to people.
breach-limit-date = If the mistake became known when the letter was taken back: by { $date }.
breach-limit-blank = [TO BE COMPLETED] When it became known, if that was before: the time runs from there. After more than 72 hours, the reasons for the delay.
breach-nature-title = 2. NATURE OF THE BREACH
breach-nature = Loss of confidentiality: a letter was sent to a person whom it was not for.
breach-letter = Letter: { $number }
breach-group = Group: { $group }
breach-flow = Exchange: { $flow }
breach-writer = Writer: { $person }
breach-parts = { $documents ->
    [0] Made of: a note, without documents
    [one] Made of: a note and a document
   *[other] Made of: a note and { $documents } documents
}
breach-sent = Sent on { $date }, act no. { $leaf }
breach-sent-elsewhere = Written on { $date }; the act of the deposit is on another machine of the writer's
breach-recalled = Taken back on { $date }, act no. { $leaf }
breach-recalled-elsewhere = Taken back on { $date }; the act is on another machine of the writer's
breach-expires = Destruction as set when it was sent: { $date }
breach-nature-blank = [TO BE COMPLETED] Which of the recipients below should not have received it, and how the mistake came about.
breach-data-title = 3. CATEGORIES OF DATA, BY THE CLASS OF THE LETTER
breach-class-n0 = Class N0: this exchange is not meant for personal data.
breach-class-n1 = Class N1: professional contact details.
breach-class-n2 = Class N2: confidential information or information naming people, exchanged in a group of article L. 132-5 of the code de la sécurité intérieure.
breach-class-n3 = Class N3: information from police or courts about a person who can be identified; title III of the loi Informatique et Libertés may apply.
breach-class-n4 = Class N4: the identity of a person to be protected (witness, victim, agent).
breach-data-blank = [TO BE COMPLETED] Categories and approximate number of people and of records concerned; minors; sensitive data.
breach-readers-title = 4. RECIPIENTS
breach-readers-unknown = [TO BE COMPLETED] The writer is no member of the group any more: who opened the letter is asked of the parquet, which reviews the log. The recipients were:
breach-readers-blank = [TO BE COMPLETED] This machine did not have the letter from the start: earlier openings may be missing above. To be checked on the machine it was sent from, or with the parquet, which reviews the log.
breach-read = Opened the letter before it was taken back, or were able to read it:
breach-read-none = By the records that the relay passed on to the writer, nobody opened the letter before it was taken back.
breach-unread = By these records, never opened the letter, and cannot any more:
breach-person = { $name } ({ $function }, { $organisation })
breach-act = { $date }: { $act }, act no. { $leaf }
breach-act-not-verified = { $date }: { $act }, act no. { $leaf } (the reader's machine found that the letter is not what was signed, and did not show it)
breach-act-quarantined = { $date }: { $act }, act no. { $leaf } (the rules of the reader's machine kept it closed)
breach-consequences-title = 5. LIKELY CONSEQUENCES
breach-consequences-blank = [TO BE COMPLETED] Likely consequences for the people concerned.
breach-measures-title = 6. MEASURES TAKEN
breach-measures-destroyed = The letter was taken back: the relay attests that, before it confirmed, it destroyed what opened it and the encrypted note; the encrypted documents were to follow. Nobody can open it through Pli any more, its writer included.
breach-measures-limit = What was read, copied or saved before cannot be taken back, and a reading that went on was not interrupted.
breach-measures-blank = [TO BE COMPLETED] Destruction asked of each person above who was able to read the letter, and their answer; other measures, taken or intended.
breach-people-title = 7. INFORMATION OF THE PEOPLE CONCERNED (ARTICLE 34)
breach-people-blank = [TO BE COMPLETED] A high risk to their rights and freedoms, yes or no, and why; when and how they were told.
breach-contacts-title = 8. CONTROLLER
breach-contacts-blank = [TO BE COMPLETED] Controller; name and contact of the data protection officer; reference in the register of breaches (article 33, paragraph 5).
breach-proof-title = 9. EVIDENCE
breach-proof = The writer knows the acts only that the relay passed on to them. The parquet reviews the whole log and can make, on a written order, the full account of this letter (pli log bundle), which is verified without Pli.

# --- extension and hold ---

extend-not = Letters « { $flow } » are not extended: they are destroyed on their day.
extend-early = The day is not later than that of the letter. Give a later one, or none for the latest that is allowed.
extend-persons = If this letter concerns persons, name them again with --person: otherwise a search by name finds the first copy only.
extend-gone = { $name } is no member of the group any more and will not receive the extended letter.
extend-confirm = Extend this letter?
extend-done = Letter { $first } is extended: it has the number { $number } now and will be destroyed on { $date }. It cannot be extended again.
extend-first-stays = The first copy could not be taken back: it will be destroyed on its day, { $date }.
hold-none = This letter is not held. To order that it is, give --reference and --until.
hold-proc = Only PROC orders a hold, with the device that is enrolled in that function. Nothing was ordered.
hold-past = That day is over. Give the last day of the hold.
hold-far = That day is too far: no device keeps yet what opens a letter until then. Give an earlier one.
hold-shortened = A hold of this letter is ordered already, reference { $reference }, until { $date }. It can be lifted (--lift), or shortened under the same reference; it is not prolonged, and keeps its reference.
hold-id = To hold a letter, give its whole id, 32 digits: pli log search shows it to the reviewers of the log, and --json to who received it.
hold-gone = Letter { $number }: it is not at the relay any more. It is destroyed, taken back, or was never deposited in this group: nothing can be held. If it was extended, it has another number. The log says so; ask a reviewer: pli log search --item.
hold-short = This letter is destroyed on that day or after it: there is nothing to hold. Give a later day.
hold-done = Letter { $number }: hold ordered, reference { $reference }, until { $date }. Each of its holders who connects passes you a sealed copy. If none does before its day of destruction, it is lost: open the copy as soon as it comes. The group sees the reference.
hold-lifted = Letter { $number }: hold ended, reference { $reference }, on { $date }. The relay releases the sealed copy no more; it is destroyed on the day that was ordered.
hold-told = { $number }  held by order of the prosecutor, reference { $reference }, until { $date }
hold-complied = { $number }  your device passed a sealed copy to the prosecutor. The log says so.
hold-waits = { $number }  the copy for the prosecutor could not be passed on now: it will be when you look again.
open-held = Letter { $number } from { $name }, of { $date }, held by order: as its writer signed it. The opening is in the log as no. { $leaf }.

# pli screen
screen-pass = { $input }: nothing to say.
screen-notice = { $input }: may be sent; is it necessary?
screen-unscreenable = { $input }: cannot be read. Whoever sends it vouches for it.
screen-refuse = { $input }: may not be sent through this channel (convention, article 5, and charter).
screen-finding = rule { $rule }, { $title }: { $words }
screen-file = This file cannot be read: check its name and your rights.

# --- screening ---
objection-subject = This text cannot be sent here.
objection-unread = Parts of this letter could not be read, and so not screened. Nothing was sent. If you vouch for them, run again with --attest: your readers will be told.
quarantined = This letter arrived and is not shown: your machine's rules find in it what the convention excludes. The log notes it, without the text, and its writer is told.
stopped-by = Rule { $rule }: "{ $words }". A mistake? Write it otherwise, or report the rule: pli screen report { $rule }
stopped-releasable = A colleague of your organisation who is a member of the group may read it with you and let it pass: run again with --second
send-unread = { $place }: { $because }
unread-whole = the document
send-attest-confirm = These parts could not be screened. You vouch for what is in them; your readers will be told. Go on?
send-attested = { $count ->
    [one] One part of this letter could not be screened: you vouch for it, and your readers will be told.
   *[other] { $count } parts of this letter could not be screened: you vouch for them, and your readers will be told.
}
send-notice = Sensitive data (rule { $rule }): "{ $words }". Is it necessary?
send-document-changed = A document changed while it was sent: nothing was sent. Run again.
second-confirm = A colleague of your organisation who is a member of the group may read this text on your screen and let it pass. Ask them?
second-open-confirm = A colleague of your organisation who is a member of the group may open this; you will read it together. Ask them?
second-code = Your colleague ({ $names }) reads it with you, then types on their own machine: pli reread { $code } --group { $group }
second-nobody = No colleague of your organisation is a member of this group: nobody can read this text with you.
second-came = { $name } let it pass.
reread-before = You confirm that you have read, on your colleague's screen, what the rules stopped there, under the code { $code }. Your name goes into the log.
reread-confirm = Let it pass?
reread-done = Done: { $code }. Your colleague's screen goes on by itself.
reread-nobody = Nobody let it pass within a quarter of an hour. Nothing was sent, nothing is shown. Run again when a colleague is there.
open-attested = { $count ->
    [one] One part of this letter was not screened; its writer vouches for it:
   *[other] { $count } parts of this letter were not screened; its writer vouches for them:
}
open-reread = A second person of its writer's organisation read it and let it pass.
status-quarantined = { $name }: on { $date } the rules of their machine kept it closed (convention, article 5). The text was not shown.
screen-rule = There is no rule with this id. To see them: pli ruleset show
screen-explain = Rule { $rule }: { $title }
screen-explain-release = What it finds may be read and released by a second person of the same organisation.
screen-explain-strict = What it finds can be released by nobody.
screen-explain-words = It looks for: { $words }
screen-reported = The rule { $rule } is reported to the authority: its id, and nothing else.
ruleset-file = This file cannot be read: look at its name and at your rights.
ruleset-invalid = These rules cannot be used.
ruleset-valid = { $file }: these rules can be used.
ruleset-same = Nothing differs.
ruleset-drafted = Version { $version } of the rules, signed by the authority: { $file }. The parquet signs it with: pli parquet sign --dir DIR { $file }
ruleset-published = Version { $version } of the rules is in force. What was made under the one before still passes for 72 hours.
ruleset-count-blocked = { $rule }: { $count } times in the group { $group }
ruleset-count-contested = { $rule }: reported { $count } times as a mistake
ruleset-count-nothing = Nothing was counted since the last record.
parquet-shown-rules = Version { $version } of the rules of screening: { $count } differences from those in force.
parquet-shown-weights = What was learned from sentences changes too.
parquet-signed-rules = Signed by both. The authority publishes them with: pli ruleset publish --dir DIR { $file }
unread-image = a picture: what is written in it is not read
unread-sound = sound or video
unread-password = locked by a password
unread-unknown = a kind of file that is not read here
unread-ambiguous = of several kinds at once
unread-broken = damaged
unread-partial = incomplete
unread-too-large = too large to be read
unread-too-deep = too many documents in documents
unread-too-many = too many parts or pages
unread-embedded = an object of another program
unread-macro = a program (macro)
unread-blank = a page without text, perhaps scanned
unread-letters = letters of which the document does not say which ones they are
unread-time = reading it took too long
unread-failed = reading it broke off
unread-unprotected = this machine cannot read it safely
unread-earlier = screened when it was first sent
screen-ocr = tesseract is not installed on this machine: without it no image is recognised.

form-faults = The form is not complete, or not exact: nothing of it is sent or kept.
fault-more = … and { $count } more.
fault-in-line = { $count ->
    [one] Line { $line }:
   *[other] Lines { $line }:
}
fault-in-cell = { $count ->
    [one] Line { $line }, "{ $field }":
   *[other] Lines { $line }, "{ $field }":
}
fault-in-field = "{ $field }":
fault-in-named = "{ $field }" ({ $name }):
fault-missing = has to be filled.
fault-unknown = this form has no such field, or it changed since.
fault-not-asked = is not to be filled, as another answer stands.
fault-twice = filled more than once; one value is expected.
fault-date = a day is expected, such as 24/12/2026.
fault-before = this day is before that of "{ $other }".
fault-beyond = not after { $other }.
fault-future = this day is still to come.
fault-time = a time is expected, such as 14:05.
fault-number = a whole number is expected.
fault-below = at least { $bound }.
fault-above = at most { $bound }.
fault-yes-no = oui or non is expected.
fault-choice = choose from the list: { $other }.
fault-person = a person is typed as NOM Prénom, YEAR of birth (the year where it is known).
fault-address = an address is typed as 12 rue des Lilas, 93200 Saint-Denis.
fault-postcode = the postal code is missing: an address is typed as 12 rue des Lilas, 93200 Saint-Denis.
fault-organisation = the id of an organisation is expected, as pli directory shows it; the name of an organisation of the group is taken, too.
fault-telephone = a telephone number is expected, such as 01 23 45 67 89.
fault-email = an e-mail address is expected.
fault-position = a position is typed as 48.936100,2.357400.
fault-too-long = at most { $bound } characters; a longer text is attached as a document.
fault-too-many = at most { $bound }.
fault-letters = holds characters that are not seen: type it again.
fault-no-rows = the table is empty.
fault-names-somebody = names or describes a person, which this document does not allow: take these words out.
fault-landlord = its building is, by the lists that were received, another landlord's than those you write to.
fault-ended = is too long ago: { $bound } days after it nothing is left of this exchange, and nothing is sent any more.
send-outcome-text = This outcome is given with its reason: say it with --text. Nothing was sent.
send-thread = What is expected, or how it ended, is chosen from the list above, which pli flow show CODE shows too.
send-by-past = The day that was given with --by is over. Give one that is still to come.
send-by-late = The day that was given with --by comes after the letter's destruction. Give an earlier day, or a later destruction with --expires.
send-choice = { "   " }{ $option } { $code }: { $title }

form-row = Row { $line } of the table (leave empty to end)
form-legend = *: to be filled. A choice is given by its number or by its code.
form-yes = yes
form-no = no
form-hidden = (hidden)
form-file = The form cannot be read. It is written in TOML, JSON or CSV; a template: pli form template CODE.
form-from = Give the form with --from FILE, or fill it at a terminal.
form-draft = No draft of yours begins so, or several do. List them with pli form list.
form-no-keys = This device has not prepared a period yet in which to keep a draft. Fetch your letters first with pli inbox.
form-valid = The form is complete and exact.
form-template = The template is in { $file }. Fill it, then: pli form check, or pli send --form.
form-template-kind = A template is written as TOML, JSON or, for the table alone, CSV: give a name that ends in .toml, .json or .csv. A spreadsheet opens the CSV and saves it as XLSX.
form-column-field = Field
form-column-value = Value
form-template-row = One row of the table; to be repeated.
form-kept = Draft { $number } is kept on this device until { $date }. To send it: pli send --form { $number } …
form-removed = The draft is removed.
form-none = No draft.
form-listed = { $number }: { $flow }, until { $date }
flow-file = The file of the nomenclature cannot be read.
flow-invalid = This nomenclature contradicts itself or cannot be read.
flow-valid = { $file }: { $count } flows, without contradiction.
flow-drafted = Version { $version } is in { $file }, signed by the authority. The parquet reads it and signs it with pli parquet sign.
flow-published = Version { $version } of the nomenclature is published. Devices apply it from their next contact on.
flow-not-here = This exchange does not go through Pli.
flow-refused = Does not go through Pli:
flow-articles = What the convention says beside, for which nothing is sent:
flow-purpose = Why: { $text }
flow-from = Sent by: { $text }
flow-to = Received by: { $text }
flow-closed = Closed list (everybody on it, and nobody else): { $text }
flow-groups = In: { $text }
flow-class = Sensitivity: { $text }
flow-class-n0 = N0, no personal data
flow-class-n1 = N1, professional contact data
flow-class-n2 = N2, confidential or nominative
flow-class-n3 = N3, from the police or the courts, about an identifiable person
flow-class-n4 = N4, an identity to protect
flow-retention = Destroyed after: { $text }
flow-days = { $days } days (at most { $most })
flow-days-only = { $days } days
flow-ends = And not later than: { $text }
flow-ends-year = 31 January after the year ("{ $field }")
flow-ends-field = { $days } days after "{ $field }"
flow-agreement = Agreement needed: { $text }
flow-gate = { $by }, within { $days } days
flow-due = Deadline: { $text }
flow-due-week = { $days } days after each week
flow-due-month = { $days } days after each month
flow-due-quarter = { $days } days after each quarter
flow-due-year = each year, on { $date }
flow-due-answered = { $hours } hours after { $flow }
flow-due-answered-days = { $days } days after { $flow }
flow-due-field = { $days } days after "{ $field }"
flow-answers = Answers: { $text }
flow-reasons = Reasons to open it (--reason): { $text }
flow-expects = Expected of its reader, the first unless something else is said (--expects): { $text }
flow-outcomes = How an answer ends it (--outcome): { $text }
flow-law = Texts: { $text }
flow-fields = Form:
flow-table = Table, for each row:
flow-field = { $label } ({ $name })
flow-field-required = { $label } ({ $name }), required
flow-field-masked = , hidden until it is revealed
flow-field-several = , more than once where needed
flow-field-when = , only where "{ $field }" says: { $is }
parquet-shown-flows = Nomenclature, version { $version }: { $count } lines change.
parquet-signed-flows = You have signed. The authority publishes { $file } with pli flow publish.
open-expects = Expected: { $action }
open-expects-by = Expected: { $action }, by { $date }
open-outcome = How it ended: { $outcome }
handling-d1 = Handling: the whole group.
handling-d3 = Handling: no other use without its author's agreement.
handling-d4 = Handling: not to be produced in court without its author's agreement.
refusal-closed-list = This exchange has a closed list of recipients: everybody in the group who stands on it, and nobody else. Name them by their functions.
refusal-territory = A recipient is not competent for this address. Choose the one of the circonscription or commune of the address.
refusal-answers = The letter that you answer is of another group, does not name you, or does not call for this answer.
form-yes-no = oui (yes), or non (no)
## Deadlines

deadlines-due = to do
deadlines-late = late
deadlines-done = done
deadlines-closed = closed
deadlines-told = for the record
deadlines-until = until { $date }
deadlines-until-both = until { $date } to be safe, { $legal } if article 801 of the CPP applies
deadlines-period = { $title } ({ $flow }), { $period }
deadlines-counted = { $title } ({ $flow }), counted from { $date }, letter { $number }
deadlines-answer = { $title } ({ $flow }), in answer to letter { $number }
deadlines-convention = Tacit renewal of the convention for three years (art. 24)
deadlines-week = week { $number } of { $year }
deadlines-month = month { $number } of { $year }
deadlines-quarter = quarter { $number } of { $year }
deadlines-year = year { $year }
deadlines-proof = deposited on { $date }, no. { $leaf } of the log
deadlines-court = { "   " }Pli is not its legal channel: hand it over, or send it by registered letter with acknowledgement of receipt (LRAR).
deadlines-none = Nothing is to be done.
deadlines-limits = What was sent from another device, or by a colleague, is not known here.
deadlines-event = Pli: { $what }
deadlines-written = { $count ->
    [0] Nothing is to be done: no calendar is written into { $file }.
    [one] One deadline is written into the calendar { $file }.
   *[other] { $count } deadlines are written into the calendar { $file }.
}
unlock-deadline = To do { $until }: { $what }
unlock-deadline-late = Late, { $until }: { $what }
# --- agreement ---

gate-waiting = { "  " }waits for the agreement of { $name } { $days ->
    [0] since today
    [one] for one day
   *[other] for { $days } days
}, until { $until }
gate-approved = { "  " }agreed to by { $name } on { $date }, readable until { $end }
gate-rejected = { "  " }refused by { $name } on { $date } ({ $reason }): nobody can open it any more
gate-lapsed = { "  " }no decision by { $name } until { $until }: destroyed
gate-unread = You have not read letter { $number } on this device yet. To read it first: pli open { $number }.
approve-before = Letter { $number }, { $flow }, from { $writer }: your agreement lets { $names } read it until { $date }. It is signed, recorded in the log and travels with the letter; it is not taken back.
approve-left-out = { $name } will not be able to read this letter: they are not active in the group any more, or their devices have not prepared this period.
approve-confirm = Agree?
approve-cancelled = Nothing was decided.
approve-done = Letter { $number }: your agreement is recorded in the log as no. { $leaf }. Readable until { $date } by { $names }.
approve-again = Letter { $number }: you have agreed already, and it is not taken back. The recipients can read this letter on all their devices.
approve-nobody = No recipient could read this letter: they are not active in the group any more, or their devices have not prepared this period. Nothing was decided.
approve-unread = You have not read this letter on this device, and an agreement is not taken back. Open it first with pli open; to agree unread, add --yes.
reject-before = Letter { $number }, { $flow }, from { $name }: after your refusal ({ $reason }) nobody will be able to open it, you neither. Its writer will read why.
reject-confirm = Refuse your agreement?
reject-reason = A refusal says why, from the list: add --reason.
reject-done = Letter { $number }: your refusal is recorded in the log as no. { $leaf }. The relay attests that it destroyed what opened this letter.
reject-again = Letter { $number }: you had refused it before. The new request is recorded in the log as no. { $leaf }; the first reason stays.

## Tables: what keeps their rows from being taken.

table-file = The file of the table cannot be read. Check its name and your rights.
table-line = line { $line }
table-cell = cell { $cell }
table-kind = This file is neither a text (CSV) nor an XLSX workbook. Save it as one of these, without a password.
table-broken = This workbook is damaged. Open it in a spreadsheet program, save it again, then run again.
table-failed = This workbook could not be read. Save it as a text (CSV), then run again.
table-time = Reading this workbook takes too long. Save it as a text (CSV), then run again.
table-empty = This table is empty: it needs a line of headings, then a line for each result.
table-too-large = This table is too large. Spread it over several files.
table-rows = This table has more than { $max } rows. Spread it over several files.
table-columns = This table has too many columns ({ $place }). Keep only those of the form.
table-long-cell = The text is too long ({ $place }). Shorten it.
table-formula = A formula is not taken ({ $place }). Replace it by its value: copy, then paste special, values.
table-error = A formula failed ({ $place }). Correct it, then replace it by its value.
table-merged = Cells are merged ({ $place }). Unmerge them and fill every line.
table-hidden-sheet = Sheet { $sheet } is hidden and not empty. Delete it, or show it and keep one filled sheet.
table-hidden-row = A hidden line is not empty ({ $place }). Show it, or delete it.
table-hidden-column = A hidden column is not empty ({ $place }). Show it, or delete it.
table-second-sheet = Sheet { $sheet } is filled too. Keep one filled sheet in the workbook.
table-encoding = Letters of this file are damaged. Save it again in UTF-8, then run again.
table-quote = A quotation mark is not closed, or stands within a text ({ $place }): two lines could be taken for one. Correct it, or save the table from a spreadsheet program.
table-long-row = A value has no heading above it ({ $place }). Check the separators of this line, or give the column a heading. Where the delimiter is a comma, save the table with semicolons, or put texts that have a comma between quotation marks.
table-headings = The headings of the columns are not those of the form:
table-heading-unknown = { "   " }column { $column }, “{ $heading }”: no heading of this form
table-heading-missing = { "   " }the column “{ $label }” is missing
table-heading-twice = { "   " }the column “{ $label }” stands twice
table-heading-known = { "   " }the headings that are expected: { $labels }

## Results of patrols: to each landlord the rows of its own buildings.

patrol-flow = This flow has no table with an address in each row. Show its columns with pli flow show CODE.
patrol-no-buildings = This device does not know whose the buildings are. First open a landlord's yearly list of addresses, or the table of the estates, or give --buildings FILE.
patrol-answers = A list of halls given with --answers is none, or its writer is not in this group, or two are of one landlord.
batch-letters = Too many letters at once. Spread the results over several files.
patrol-subject = Results of patrols
patrol-subject-day = Results of patrols of { $date }
patrol-subject-days = Results of patrols from { $from } to { $until }
patrol-before = { $count ->
    [0] { $rows } rows read. None of them can be sent.
    [1] { $rows } rows read. One letter will be sent:
   *[other] { $rows } rows read. { $count } letters will be sent:
}
patrol-parcel = { $count ->
    [1] { "   " }{ $organisation }: one row, read by { $names }
   *[other] { "   " }{ $organisation }: { $rows } rows, read by { $names }
}
patrol-until = { $count ->
    [one] It will be destroyed on { $date }. Each opening is recorded.
   *[other] They will be destroyed on { $date }. Each opening is recorded.
}
patrol-unmatched = { $count ->
    [1] One row is not sent:
   *[other] { $rows } rows are not sent:
}
patrol-why-no-address = { $count ->
    [one] { "   " }without an address: line { $lines }
   *[other] { "   " }without an address: lines { $lines }
}
patrol-why-unknown = { $count ->
    [one] { "   " }address on no list: line { $lines }
   *[other] { "   " }address on no list: lines { $lines }
}
patrol-why-needs-hall = { $count ->
    [one] { "   " }address of several landlords, without a hall to tell them apart: line { $lines }
   *[other] { "   " }address of several landlords, without a hall to tell them apart: lines { $lines }
}
patrol-why-ambiguous = { $count ->
    [one] { "   " }address of several landlords, and this hall is said to be of none, or of several: line { $lines }
   *[other] { "   " }address of several landlords, and this hall is said to be of none, or of several: lines { $lines }
}
patrol-why-no-reader = { $count ->
    [one] { "   " }a landlord that is not in this group, or has nobody there who receives this: line { $lines }
   *[other] { "   " }a landlord that is not in this group, or has nobody there who receives this: lines { $lines }
}
patrol-unanswered = No row is about { $organisation }: its list of halls stays without an answer.
patrol-already = { $count ->
    [1] One letter left in the run that was interrupted; it does not leave again.
   *[other] { $count } letters left in the run that was interrupted; they do not leave again.
}
patrol-confirm = Send?
patrol-sending = Sending the letters
patrol-broken-off = Interrupted: { $sent } letters of { $total } have left. The same command goes on where it stopped.
patrol-done = { $count ->
    [0] No letter was sent.
    [1] One letter is deposited:
   *[other] { $count } letters are deposited:
}
patrol-done-letter = { $count ->
    [1] { "   " }{ $organisation }: one row, letter { $number }
   *[other] { "   " }{ $organisation }: { $rows } rows, letter { $number }
}
patrol-done-before = { $count ->
    [1] { "   " }{ $organisation }: one row, which went on { $date } (letter { $number }); it does not go again
   *[other] { "   " }{ $organisation }: { $rows } rows, which went on { $date } (letter { $number }); they do not go again
}
reveal-done = Letter { $number } from { $name }. Its hidden values, shown now; recorded in the log as no. { $leaf }.
reveal-nothing = This letter hides nothing: open it with pli open.
open-printed = Printed by { $name } on { $date }, record no. { $leaf }.
open-hidden = Some values are hidden. To see them, when you need them: pli reveal { $number }

## The table of the housing stock (article 4)

patrimoine-building = building { $name }
patrimoine-hall = hall { $name }
patrimoine-rising = getting worse
patrimoine-stable = stable
patrimoine-falling = getting better
patrimoine-level = level { $level }
patrimoine-column-building = Address
patrimoine-column-level = Level of difficulty
patrimoine-column-problem = Problem
patrimoine-column-trend = Trend
patrimoine-column-landlord = Landlord
patrimoine-ranking = Ranking by level of difficulty
patrimoine-ranking-caption = Level from 1 (low) to 5 (very high), then trend. { $shown ->
    [one] One line shown of { $count }.
   *[other] { $shown } lines shown of { $count }.
}
patrimoine-levels = Buildings or halls of each level, quarter by quarter
patrimoine-levels-caption = Each building or hall counts once, by the worst of its lines. Level 5 is at the foot of each column. A dash: this device has no table of that quarter.
patrimoine-evolution = Evolution of each building
patrimoine-evolution-caption = Level from 1 (bottom) to 5 (top) in each quarter, by the worst of its lines, in the order of the ranking. An open ring: the building is not in the last table. { $shown ->
    [one] One building shown of { $count }, those that moved first.
   *[other] { $shown } buildings shown of { $count }, those that moved first.
}
patrimoine-map = Map
patrimoine-map-caption = A shape for each level; the numbers are those of the ranking. { $shown ->
    [one] One building or hall of { $count } has a position.
   *[other] { $shown } buildings or halls of { $count } have a position.
}
patrimoine-map-none = No line has a position: there is no map.
patrimoine-title = Table of the housing stock { $quarter }
patrimoine-subject = { $title }: { $quarter }
patrimoine-source = Origin
patrimoine-source-letter = Version { $version }, written on { $date } (letter { $number })
patrimoine-source-merged = { $count ->
    [one] Merged on this machine, from what one landlord sent
   *[other] Merged on this machine, from what { $count } landlords sent
}
patrimoine-lines = Lines
patrimoine-landlords = Landlords
patrimoine-quarter = Quarter
patrimoine-column-position = Position
patrimoine-what = This table ranks addresses and says nothing of any person. It is for the secretariat, the prosecutor's office, the police headquarters and the heads of the circonscriptions (convention, article 4). Beside each picture stands the same as a table.
patrimoine-described = { $building } ({ $landlord }, level { $level })
patrimoine-template = Template written: { $file }. Fill a line for each building or hall. What the lists accept:
patrimoine-import = { $count ->
    [0] No line for the quarter { $quarter }.
    [one] One line for the quarter { $quarter }.
   *[other] { $count } lines for the quarter { $quarter }.
}
patrimoine-merged = { $count ->
    [0] Table { $quarter }: no line; landlords received: { $received } of { $expected }.
    [one] Table { $quarter }: one line; landlords received: { $received } of { $expected }.
   *[other] Table { $quarter }: { $count } lines; landlords received: { $received } of { $expected }.
}
patrimoine-others = { $count ->
    [one] One letter is for { $quarter }: --quarter { $quarter }
   *[other] { $count } letters are for { $quarter }: --quarter { $quarter }
}
patrimoine-fewer = { $count ->
    [0] Attention: { $landlord } has no line any more, and had { $before } in its letter before. Is that meant?
    [one] Attention: { $landlord } has one line left, and had { $before } in its letter before. Is that meant?
   *[other] Attention: { $landlord } has { $count } lines left, and had { $before } in its letter before. Is that meant?
}
patrimoine-counted = { $count ->
    [one] Counted: { $landlord }, one line, sent on { $date } (letter { $number }).
   *[other] Counted: { $landlord }, { $count } lines, sent on { $date } (letter { $number }).
}
patrimoine-replaced = { $count ->
    [one] Replaced by a newer one: { $landlord }, one line, sent on { $date } (letter { $number }).
   *[other] Replaced by a newer one: { $landlord }, { $count } lines, sent on { $date } (letter { $number }).
}
patrimoine-late = { $count ->
    [0] Late: { $landlord }.
    [one] Late: { $landlord }, who had one line in the quarter before.
   *[other] Late: { $landlord }, who had { $count } lines in the quarter before.
}
patrimoine-unopened = To be opened first: the letter { $number } from { $name }, of { $date }. It is not counted.
patrimoine-duplicate = Twice, left out: { $left }. Kept: { $kept }.
patrimoine-gap = Missing since { $quarter }: { $line }.
patrimoine-aside = Left out: the letter { $number } is no table that can be read. Open it, and ask its writer to send it again.
patrimoine-written = Written: { $file }
patrimoine-up = Rises from { $before } to { $after }: { $building }, { $problem } ({ $landlord })
patrimoine-new = New, level { $after }: { $building }, { $problem } ({ $landlord })
patrimoine-down = Falls from { $before } to { $after }: { $building }, { $problem } ({ $landlord })
patrimoine-gone = Gone, was at level { $before }: { $building }, { $problem } ({ $landlord })
patrimoine-unsaid = No news, the landlord has sent nothing; was at level { $before }: { $building }, { $problem } ({ $landlord })
patrimoine-unchanged = Unchanged, level { $after }: { $building }, { $problem } ({ $landlord })
patrimoine-same = { $count ->
    [0] No line at the same level.
    [one] One line at the same level.
   *[other] { $count } lines at the same level.
}
patrimoine-none = No letter of the table was opened on this device. Show with pli inbox what waits for you, and open it.
patrimoine-group = This device has the table of several groups. Say which with --group.
patrimoine-empty = Nothing of this quarter was opened on this device. Choose another quarter with --quarter, or open first what waits for you.
patrimoine-open-first = Letters of the table were not opened yet: it would not be whole. Open them first; to send it without them, add --partial.

threads-asked = { $number }  { $title } ({ $flow }), to { $with }: you expect: { $action }{ $by }  { $ended }
threads-owed = { $number }  { $title } ({ $flow }), from { $with }: expected of you: { $action }{ $by }  { $ended }
threads-by = , by { $date }
threads-ended = ({ $outcome })
threads-late = (late)
threads-none = Nothing is expected, neither of you nor by you.

# Being told by e-mail (pli notify)
notify-subject = A letter waits for you
notify-body = A letter waits for you. Open Pli on your device to read it.
notify-watching = Listening. An e-mail goes when a letter comes, one in a quarter of an hour at most. Ctrl-C ends it.
notify-told = An e-mail went.
notify-again = The mail server did not take the message; it is tried again in a minute ({ $reason }).
notify-away = The relay does not answer. It is tried again.
notify-locked = This device is locked: Pli cannot connect again. Run pli unlock, or give --passphrase-file; listening goes on by itself.
notify-file = The file of the mail server cannot be read, or does not say what is needed: host, port, security, from and to, and user and password_file if the server asks for them.
notify-in-clear = Without security (“none”), only a server of this machine is accepted. Choose “tls” or “starttls”.
notify-not-sent = The mail server did not take the message. Check the file, then try again.
