
# The page (pli ui). What is said there as at a terminal stands in en.ftl.

ui-opened = Pli is open in your browser ({ $address }). If it does not appear, open that address and type the code { $code } (good for five minutes). Ctrl-C closes the page.
ui-not-opened = Open { $address } in the browser of this machine and type the code { $code } (good for five minutes, once). Ctrl-C closes the page.
ui-running = The page of this home is open already, in another terminal. Close it there with Ctrl-C, then try again.

page-skip = Skip to the content
page-navigation = Sections
page-enter = Enter
page-back = Back
page-inbox = To handle
page-write = Write
page-sent = Sent
page-approvals = To approve
page-deadlines = Deadlines
page-directory = Directory
page-groups = Groups
page-accesses = Your accesses
page-journal = Log
page-verify = Verify a file
page-lock = Lock
page-veiled = The page is hidden: nobody has used it for a while.
page-unveil = Show
page-wrong = This was not done
page-nothing-title = Page not found
page-nothing = There is nothing at this address.
page-turned = Request refused
page-turned-host = This page answers at { $address } alone. Open it directly.
page-turned-proxied = This page does not answer through a proxy. Ask your IT department not to send { $address } through the proxy.
page-turned-origin = This request comes from another page, or does not say where it comes from: nothing was done. Open { $address } directly.
page-turned-large = That is longer than this page takes: nothing was done. Go back, make it shorter, and do it again.
page-turned-form = This request is not whole, or is not understood: nothing was done. Go back to the first page, and do it again.
page-closed-title = Enter Pli
page-closed = To enter, type the code that Pli shows in the window where it was started.
page-closed-for-good = This opening is not valid any more. Close Pli where it was started, and start it again.
page-code = Code of eight characters
page-locked-title = Pli is locked
page-locked = Nothing was lost. Type your passphrase to go on.
page-locked-late = Pli was locked before your request came: it was not done. Unlock, then do it again. If you were writing a letter, look among your drafts, at the top of the page Write.
page-passphrase = Passphrase
page-unlock = Unlock
page-inbox-none = Nothing waits: everything is read.
page-approvals-none = No letter waits for your agreement.
page-state = State
page-what = Subject
page-from = From
page-to = To
page-group = Group
page-received = Received
page-sent-on = Sent
page-ends = Destroyed
page-status = How far this letter is
page-state-deposited = deposited
page-state-recorded = on its way
page-state-retired = taken back
page-state-lost = to be sent again
page-state-receipt = receipt kept
page-state-unverified = not verified
page-state-waiting = waits for an agreement
page-state-approved = agreed to
page-state-rejected = not agreed to
page-state-lapsed = without answer, destroyed
page-why = Why do you open it?
page-why-text = More, if needed (read by the reviewers of the log alone)
page-open = Open
page-open-recorded = The opening is recorded in the log before it is shown: who, when, why.
page-byline = From { $name }, { $date }
page-documents = Documents
page-proof = Opening no. { $leaf } recorded in the log, verified
page-proof-means = The record was made before anything was shown, and this device has verified it: the relay can neither remove nor change it without that being seen.
page-proof-ends = This letter will be destroyed on { $date }.

# What is said otherwise than at a terminal

page-said-unreached = The relay does not answer. Check the connection, then show this page again.
page-said-usage-arguments = One of the values is not understood, a date for instance. Correct it and try again. Nothing was done.
page-said-usage-group = This group is none of yours. Go back to the list of your groups.
page-said-proposal-none = This proposal does not wait for your signature any more: it was signed, replaced or given up. Nothing was signed.
page-said-proposal-own = You have signed this proposal already: somebody else validates it.
page-said-group-not-founded = The creation of this group still waits for a signature.
page-said-delegation-nowhere = You are not both members of this group. Choose somebody else, or another group.
page-said-device-unknown = This device is none of yours, or is not any more. Go back to the list of your devices.
page-said-device-too-many = You have eight devices already. Revoke one first.
page-said-device-none-waits = No device has answered your invitation yet. Begin the enrolment on the other device, then copy the words that it shows.

# Write

page-write-choose = What do you want to do?
page-write-none = Your function sends nothing in your groups, or your groups are not open yet.
page-write-again = Write another letter
page-rest = { $count ->
    [one] And one more.
   *[other] And { $count } more.
}
page-example = For example: { $example }.
page-required = (to be filled in)
page-readers = Recipients
page-readers-none = Nobody in this group receives this.
page-readers-closed = The list is that of the convention: all of them, and nobody else.
page-unsigned = has not signed the charter
page-subject = Subject
page-fields = Add fields (optional)
page-text = Text
page-text-more = More (optional)
page-rows = Table
page-table-file = Drop a table (CSV or XLSX) instead of filling in rows
page-documents-help = Drop them here or choose them. The rules read them on this machine before anything is sent.
page-more = Handling, what is expected, how long
page-handling = What its recipients may do with it
page-handling-d1 = D1: the whole group may know of it
page-handling-d2 = D2: its named recipients alone
page-handling-d3 = D3: no other use without its writer's agreement
page-handling-d4 = D4: not to be produced in court without its writer's agreement
page-expects = What is expected
page-by = By
page-outcome = How it ends
page-outcome-none = Not at all: the request stays open
page-approver = Who has to agree
page-days = Destroyed after (days)
page-days-help = { $count } days unless you say otherwise, { $most } at most.
page-continue = Check and go on
page-continue-help = Nothing is sent yet: first you see who will read this letter and until when.
page-faults =
    { $count ->
        [one] One thing has to be mended.
       *[other] { $count } things have to be mended.
    }
page-attest = I vouch that I have read these parts: they are not about what article 5 excludes. The recipients will be told.
page-send = Send
page-change = Change
page-sent-done = Letter deposited
page-arriving = Documents are coming
page-too-many = Too many documents for one letter. Send some of them in a second one. Nothing was sent.
page-too-large = This is too long for a letter. Shorten it, or join a document. Nothing was sent.
page-no-room = There is not enough room on this disk. Make room, then try again. Nothing was sent.
page-broken = The form broke off on its way. Try again. Nothing was sent.

# Common pieces

page-cancel = Do nothing
page-all = All
page-choose = Choose
page-filter = Filter
page-search = Search
page-do = Actions
page-pages = Pages
page-previous = Previous
page-next = Next
page-number = Page { $number } of { $count }
page-from-day = From
page-until-day = Until (included)
page-name = Name
page-function = Function
page-organisation = Organisation
page-territory = Territory
page-sign = Sign

# Groups

page-members = Members
page-your-state = Your state
page-you = (you)
page-suspended = suspended
page-standing-active = active
page-standing-reads = active, reads only
page-standing-unsigned = The charter in force is not signed.
page-standing-ended = The office has ended.
page-standing-not-begun = The office has not begun.
page-standing-unattested = The office was not attested for a year.
page-standing-may-not-join = The function or territory does not belong to this group any more.
page-standing-no-device = No device is recognised by the group.
page-standing-leads = leads, without a seat
page-group-not-yours = You lead this group without a seat in it: you receive and send nothing there.
page-group-unsigned = members to be signed
page-group-unsigned-means = The list of members is not signed yet: nothing is sent in this group before.
page-group-not-led = leaders changed
page-group-not-led-means = The leaders of the group have changed: nothing is sent before they have signed the list of members.
page-group-kind = Kind
page-group-president = President
page-group-coordinator = Coordinator
page-group-flows = What you may send there
page-group-no-flows = Your function sends nothing in this group; you receive there what is addressed to you.
page-destroyed-after = { $days ->
    [one] Destroyed after one day
   *[other] Destroyed after { $days } days
}
page-signed = signed
page-not-signed = not signed
page-to-sign = version { $version } to be signed
page-away = Away from { $from } until { $until }: { $name } receives their letters, too.

# Charter

page-charter = Charter
page-charter-signed = You have signed this charter.
page-charter-unsigned = You have not signed it yet. Without your signature you receive and send nothing in this group.
page-charter-unsigned-yet = You have not signed version { $version } yet. Without your signature you will receive and send nothing in this group from { $date } on.
page-charter-coming = Version { $version }, in force from { $date }.
page-charter-read = Read the charter
page-charter-read-sign = Read and sign the charter
page-charter-now = In force
page-charter-next = To come
page-version = Version
page-applies-from = In force from
page-reglement = Règlement intérieur
page-charter-order = Sooner by order of the prosecutor
page-charter-have-read = I have read the charter
page-charter-unread = Tick this box once you have read the text: the charter was not signed.
page-charter-sign = Sign the charter

# Proposals

page-proposals-yours = Waits for your signature
page-proposals-others = { $count ->
    [one] One proposal waits for somebody else's signature
   *[other] { $count } proposals wait for somebody else's signature
}
page-proposal-group = Group "{ $name }"
page-proposal-roster = Members of "{ $name }"
page-proposal-charter = Charter of "{ $name }"
page-proposed-by = Proposed by
page-sign-before = To be signed before
page-waits-for = Waits for
page-examine = Look at it and validate
page-validation = Validate a proposal
page-validation-means = Read again what you are about to sign. Your passphrase confirms that it is you.

# Absence

page-absence = While you are away
page-absence-tile = Choose who receives your letters, too, and until when.
page-absence-means = Somebody of your groups also receives the letters that are addressed to you, for three months at most. The whole group sees it; it ends on the day that is named.
page-absence-nobody = Nobody else is a member of your groups.
page-absence-now = In force or to come
page-absence-line = { $group }: { $name }, from { $from } until { $until }
page-absence-back = Are you back?
page-absence-end = End it
page-absence-new = A new one
page-absence-who = Who receives your letters, too?
page-absence-group = In which group?
page-absence-all-groups = All groups that we share
page-absence-flow = For which letters?
page-absence-all-flows = All
page-absence-letters = Also give access to the letters that wait for me already
page-absence-sign = Name this person

# Directory

page-telephone = Telephone
page-email = E-mail
page-directory-search = Look for a person
page-directory-whole = The whole directory
page-directory-count = { $count ->
    [one] One person
   *[other] { $count } people
}
page-directory-none = Nobody fits. Ask for less, or go back to the whole directory.
page-directory-changed = the card has changed since the directory was published

# Deadlines

page-deadlines-none = Nothing is to be done. What your function has to send will appear here with its term.
page-deadlines-open = To be done
page-deadlines-what = To be sent
page-deadlines-until = Until
page-deadlines-do = Action
page-deadlines-over-title = Done or closed
page-deadlines-over = { $count ->
    [one] One deadline done or closed
   *[other] { $count } deadlines done or closed
}
page-deadlines-file = Download for your diary
page-proof-short = Proof
page-months = Other months
page-month-owed = { $title }: { $action }
page-month-none = Nothing is due in this month, as far as this device knows.
page-month = { $month }, day by day
page-month-caption = Deadlines, { $month }
page-month-name = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
page-weekday = { $day ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
page-threads = Requests and answers
page-threads-owed = Expected of you
page-threads-asked = Expected by you
page-threads-open = open
page-threads-ended = { $count ->
    [one] One request that has ended
   *[other] { $count } requests that have ended
}
page-expected = What is expected
page-before = Before

# Your accesses

page-accesses-means = Each of your acts on this device is recorded in the log. Here they are as the log has them, with the proof that this device kept. Your other devices keep theirs.
page-act = Act
page-all-acts = All acts
page-when = When
page-reason = Reason
page-record = Record
page-record-number = no. { $leaf }
page-letter-number = letter { $number }

# Your devices

page-devices = Your devices
page-devices-tile = Add a second device, revoke one that is lost.
page-devices-means = Each device of this list signs for you and reads your letters. Revoke one that was lost or stolen at once.
page-device = Device
page-device-this = this device
page-since = Since
page-device-counts = reads and sends
page-device-counts-not = waits until the group renews your seat
page-device-name = New name
page-device-rename = Rename
page-device-revoke = Revoke this device
page-device-revoke-named = Revoke "{ $name }"
page-device-revoke-means = The device { $number } will read nothing new. A device that was revoked never comes back.
page-device-add = Add a device
page-device-step-invite = On this device, download an invitation. It is good for two weeks and opens nothing by itself.
page-device-invite = Download the invitation
page-device-step-enrol = Take this file to the other device and open Pli there: the page “First start” asks for it, then shows six words.
page-device-step-words = Type here the six words that the other device shows. If they differ, nothing is accepted.
page-device-words = The six words of the other device
page-device-accept = Accept this device

# A letter: what is done with it, and the decision.
page-letter-acts = What next
page-letter-waits = This letter waits for your agreement until { $date }. Open it to read it, then decide on the same page.
page-letter-ours = You wrote this letter.
page-letter-copy = This letter was opened on this device before. You can read it again without the relay.
page-open-copy = Read again
page-why-act = Reason
page-reply = Reply
page-reveal = Show the hidden values
page-reveal-means = They are shown once, on this page. This is recorded in the log: who, when, why.
page-revealed = Values shown, recorded in the log as no. { $leaf }.
page-save = Save the documents
page-save-means = A saved document leaves Pli: it will not be destroyed with the letter. Saving is recorded in the log.
page-saved = Documents to save
page-saved-recorded = Recorded in the log as no. { $leaf }. The documents were not opened: choose where to keep them.
page-taken-limit = These files stay available here until you lock. What you save is yours to look after: delete it when it is of no more use.
page-print = Print
page-print-means = The sheet has your name, the date and the number of the record. Printing is recorded in the log, whether paper comes out or not.
page-print-ready = The print is recorded. Start it with the button, or by the browser's Print menu (Ctrl + P).
page-print-first = This letter is not printed from this page. Use the Print button of the letter: the sheet is then dated and recorded in the log.
page-decide = Your decision
page-decide-means = Nothing is decided before the next page, which says what will happen and asks for your passphrase again.
page-approve = Agree
page-approve-means = Its recipients will be able to read this letter.
page-approve-sure = Confirm that you agree
page-reject = Refuse
page-reject-why = Reason of the refusal, read by the writer
page-reject-sure = Confirm the refusal
page-decide-before = What will happen
page-decide-not = Decide nothing
page-decide-back = Back to what waits for your agreement

# The log.
page-journal-closed = The log is read by its reviewers, whom the parquet names. What is recorded of you is here:
page-journal-state = State of verification
page-journal-verified = Log verified by this device up to no. { $leaf }, of { $date }.
page-journal-unverified = This device has not verified the log yet.
page-journal-attested = Also seen and signed by its witnesses on { $date }.
page-journal-unattested = No witness has seen it yet: it rests on the relay's word alone.
page-journal-whole = { $count ->
    [0] The log is whole: { $size } records, nothing was cut, changed or added.
    [one] The log is whole: { $size } records, nothing was cut, changed or added. The only new act was read and verified.
   *[other] The log is whole: { $size } records, nothing was cut, changed or added. The { $count } new acts were all read and verified.
}
page-journal-report-narrowed = The report follows the search above (act, reason, organisation, group, hours).
page-rule-not-a-member = Given to somebody who is no member of the group
page-rule-before-signature = Given before the charter was signed
page-rule-unproved = Given while who belongs is not proved
page-rule-after-expiry = Given after the letter's end
page-rule-after-retirement = Given after the letter was taken back
page-rule-before-approval = Given before the agreement
page-rule-decided-by-another = Decided by another function than the rules say
page-rule-undecided = Asked for and not decided
page-rule-unacknowledged = Given, and no opening confirmed
page-rule-did-not-verify = Letter that did not verify when opened
page-rule-mass-reading = Many readings within an hour
page-rule-closed-hours = Reading at night or on a week-end
page-rule-always-other = Reason “other” nearly always
page-rule-own-organisation = Reading a letter of one's own organisation
page-rule-refused = Statement refused by the relay
page-rule-many-refusals = Repeated refusals within a minute
page-journal-verify = Verify what follows
page-journal-search = Search
page-journal-recorded = Each search reads the log; that reading is itself recorded there, in your name.
page-journal-which = Which acts
page-journal-any = All
page-journal-from = From
page-journal-until = Until
page-journal-act = Act
page-journal-reason = Reason
page-journal-organisation = Organisation of who acted
page-journal-group = Group
page-journal-group-help = The beginning of its number, as the table shows it.
page-journal-order = Reference of a written order
page-journal-order-help = Optional. It is recorded in the log and opens what is older than a year.
page-journal-night = At night (22:00 to 6:00)
page-journal-weekend = On Saturdays and Sundays
page-journal-acts = Show the acts
page-journal-anomalies = What may be worth a question
page-journal-activity = Days and hours
page-journal-found = { $count ->
    [0] No act
    [one] One act
   *[other] { $count } acts
}
page-journal-many = Only the last { $count } are shown. Narrow the search, or ask for a report, which has them all.
page-journal-many-points = There are more: only the first { $count } are shown here. Choose a shorter period, or prepare a report.
page-journal-many-letters = There are more: only the first { $count } letters are shown here.
page-journal-more-acts = More acts are about this letter: search for it by its number, { $number }.
page-member-help = Their identifier, as in the annuaire.
page-journal-number = No.
page-journal-when = On
page-journal-who = By
page-journal-about = About
page-journal-why = Reason
page-journal-relay = the relay
page-journal-unshown = not shown to its reader
page-journal-letter = letter { $number }
page-journal-of-group = group { $number }
page-journal-anomalies-mean = What may be worth a question is a fact, not a fault. Each stands with the rule that found it and a possible explanation.
page-journal-span = When
page-journal-numbers = Acts no.
page-journal-cause = Possible explanation
page-journal-rule = Rule
page-journal-person = Look for what was done with the letters about a person
page-journal-person-who = Person
page-journal-person-help = NAME First name, YEAR of birth; the year may be missing. The name is compared on this device: it is neither sent nor kept.
page-journal-person-find = Look for this person
page-journal-person-found = { $count ->
    [0] No letter about this person
    [one] One letter about this person
   *[other] { $count } letters about this person
}
page-journal-timeline = Along the days
page-journal-hours = Hours and days
page-journal-numbers-table = The same numbers as a table
page-journal-day = Day
page-journal-count = Acts
page-journal-report = Report
page-journal-report-means = A report gathers, for a magistrate, the acts that are asked for, their proofs and what may be worth a question. Without a written order it names nobody.
page-journal-report-ask = Prepare a report
page-journal-report-order = Optional. With it, the report says who people are; it is recorded in the log.
page-journal-report-write = Write the report
page-journal-report-done = The report is ready. “rapport.zip” has all of it, with the proofs.

# Verifying a file for a court.
page-verify-means = A letter's account is made for a court. Drop it here: this device verifies it alone, without the relay, and keeps nothing of it.
page-verify-file = File to verify
page-verify-other = It comes from another group of the convention
page-verify-fingerprint = Fingerprint of the founding
page-verify-fingerprint-help = 64 characters, given by the convention or the annuaire. Without it, that of this device is taken.
page-verify-do = Verify
page-verify-another = Verify another file
page-verify-proved = Everything in it is proved.
page-verify-refused = Refused
page-verify-records = { $count ->
    [0] No act
    [one] One act proved
   *[other] { $count } acts proved
}

# Members of a group
page-roster = Change the members
page-roster-add = Propose a new member
page-roster-add-means = The other leader of the group signs your proposal; the person belongs to it from then on, and reads what is written after that.
page-roster-add-none = Everybody on the directory belongs to it.
page-roster-who = Person
page-roster-may = This person
page-roster-writes = reads and writes
page-roster-reads = reads only
page-roster-propose = Propose
page-roster-remove = Remove somebody
page-roster-remove-means = One signature is enough, and it takes effect at once: the person opens nothing more of this group. A leader removes anybody; everybody may remove a colleague of their own organisation.

page-journal-actor = Member
page-journal-flow = Kind of exchange
page-journal-item = Letter's number
page-journal-item-help = Its first characters are enough.

# Drafts
page-draft = Draft
page-drafts = Your drafts
page-draft-keep = Keep as a draft
page-draft-kept = What you wrote is kept on this device, sealed, until { $date }. Attached documents are not: you will attach them again.
page-draft-kept-by-itself = What you were writing is also kept as a draft, until { $date }, without its attachments.
page-draft-not-kept = What you were writing could not be kept as a draft: it is still on this page, as long as Pli stays open.
page-draft-go-on = Go on with this draft
page-draft-dates = changed on { $changed }, destroyed on { $dies }
page-draft-remove = Remove
page-draft-remove-named = Remove the draft “{ $title }”
page-readers-away = The relay cannot be reached. You will choose the readers when it answers; until then, keep this letter as a draft.

# What may be done with a letter that was sent
page-sent-acts = What to do with this letter?
page-confirm = Yes, go on
page-retire = Take this letter back
page-retire-why = Why it is taken back
page-recall = It went to the wrong person
page-recall-means = Nobody will open it any more, and the draft of the notice to your data protection officer fills itself in: such an error is notified within 72 hours.
page-recall-do = Take it back and prepare the notice
page-recall-notice = Draft of the notice of a breach
page-recall-notice-means = Give it to your data protection officer at once, who completes it and notifies within 72 hours.
page-extend = Keep it longer
page-extend-means = Once only, and for a reason that is recorded in the log. The letter is sealed anew; the first one is destroyed.
page-extend-why = Why
page-extend-until = Until (no date: as long as possible)
page-regrant = A reader has another computer
page-regrant-means = They will read this letter on the device that they have since, without your sending it again.
page-regrant-do = Give access on the new device

# A second reading
page-reread = Read again for a colleague
page-reread-tile = Let pass, with the code of their screen, what you read there.
page-reread-means = A colleague of your organisation showed you, on their screen, a text that the rules stopped there. If you confirm that it may go, type the code that is shown on that screen. Your name is recorded in the log.
page-reread-code = Code shown on your colleague's screen
page-reread-do = I have read this text, it may go
page-second-ask = Ask a colleague for a second reading
page-second-code = Have this text read on this screen by { $names }. On their own computer, under “Groups” and then “Read again for a colleague”, that person types this code:
page-second-go-on = It is done, go on
# The first start
page-first = First start
page-first-step = Step { $number } of 3
page-first-means = This device is not enrolled yet. Choose the invitation file that you were given, or drop it into the frame.
page-first-file = Invitation file
page-first-file-help = It was given to you by the authority or by the parquet; for a second device, download it on the first one (page “Your devices”).
page-first-look = Read the invitation
page-first-none = No invitation? Ask the authority for one; for a function of the parquet, ask the parquet.
page-first-for = Is this invitation for you? If not, do not go on, and give it back to whoever gave it to you.
page-first-for-device = This invitation adds this device to those of the person below. If that is not you, do not go on.
page-first-member = Handle
page-first-name = office
page-first-name-label = Name of this device
page-first-name-help = To tell it from your other devices. It stands in the directory.
page-first-phrase = Passphrase
page-first-phrase-help = Twelve characters at least, for example four words that have nothing to do with each other. It opens Pli on this device; nobody can find it again.
page-first-again = The same once more
page-first-chosen-already = The one that you chose the first time on this device.
page-first-do = It is for me: enrol this device
page-first-busy = Pli prepares this device and answers the invitation. That takes some seconds.
page-first-busy-again = Pli opens this device and asks the relay. That takes some seconds.
page-first-other = Choose another invitation
page-first-words = Your six words
page-first-waiting = Your answer has arrived. Nobody accepted this device yet: this page asks by itself.
page-first-unreached = The relay does not answer. Check the connection; this page tries again by itself, and nothing is lost.
page-first-other-screen = On your other device, open “Groups”, then “Your devices”, and type these six words there. As soon as you accept this device there, it is enrolled.
page-first-compare = Read the six words in their order. If they are not recognised, do not try again: somebody else may have answered your invitation.
page-first-compare-own = If they are not recognised there, do not insist: somebody else may have answered your invitation. Download a new one.
page-first-go-on-means = The enrolment of this device has begun. Type your passphrase to see whether it was accepted.
page-first-go-on = Go on
page-first-ask = Ask now
page-first-close = You may close this page and open it again later: the same words will be there.
page-welcome = Welcome
page-welcome-done = This device is enrolled.
page-welcome-charter = The charter of the group “{ $name }” waits for your signature. Until it is signed, nothing that names a person is exchanged with you there.
page-welcome-no-group = You are not a member of any group yet: whoever leads yours has to put you on its list. There is nothing for you to do until then.
page-welcome-not-counted = This device does not count yet in: { $groups }. The group first has to renew your membership; ask whoever leads it.
page-welcome-further = Letters that were sent before this device was enrolled stay on your other devices until their writers make them readable here.
page-welcome-passphrase = Keep your passphrase to yourself. Pli asks for it after ten idle minutes.
page-said-enroll-file = No file arrived, or not whole. Choose it again.
page-said-enroll-other-home = The enrolment that was begun on this device is another person's, or of another authority. Take the first invitation, or ask your IT service to open Pli with another folder.
page-said-enroll-done = This device is enrolled already.
page-said-passphrase-differs = The passphrase was typed in two ways. Nothing was done: type it twice alike.

# Being told
page-notice = A letter waits for you
page-notify = Tell me on this device
page-notify-means = The browser will say “A letter waits for you”, and nothing else, while you look elsewhere.
page-notify-done = This browser tells you when a letter comes, for as long as Pli stays open.
page-notify-denied = This browser refuses notices of this page. To have them, allow notifications in its settings.
# Results of patrols
page-patrol = Results of patrols
page-patrol-preview = Results of patrols: before sending
page-patrol-nowhere = Your function sends no results of patrols in your groups, or your groups are not open yet.
page-patrol-no-lists = This device does not know yet whose the buildings are: no row would find its landlord.
page-patrol-open-lists = First open the list of addresses of a landlord, or the table of buildings
page-patrol-file = Table of results (CSV or XLSX)
page-patrol-file-help = Drop it once: each landlord will receive the rows of its own buildings. Columns that are read, in any order: { $columns }.
page-patrol-lists = Lists of halls that these results answer
page-patrol-lists-help = The last list of each landlord is ticked. One for each landlord.
page-patrol-continue = Nothing leaves yet: you will see first which landlord receives which rows.
page-patrol-template = Download an empty table
page-patrol-by-hand = Fill it in by hand, for one landlord
page-patrol-another = Choose another table
page-patrol-more = Send other results
page-patrol-who = Who receives what
page-patrol-parcel = { $count ->
    [one] one row, read by { $names }
   *[other] { $count } rows, read by { $names }
}
page-patrol-answers = Answers the list of halls of this landlord (letter { $number }).
page-patrol-none = No row of this table can leave.
page-patrol-all-sent = All that could leave has left before. Nothing will be sent a second time.
page-patrol-sentence = { $rows ->
    [one] One row will leave
   *[other] { $rows } rows will leave
} in { $count ->
    [one] one letter
   *[other] { $count } letters
}, readable by { $people ->
    [one] one person
   *[other] { $people } people
} ({ $names }), destroyed on { $date }; each opening will stand in the log.
page-patrol-kept = Left before with the same rows, and does not leave again:
page-patrol-kept-line = { $count ->
    [one] one row, on { $date }
   *[other] { $count } rows, on { $date }
}
page-patrol-unmatched = { $count ->
    [one] One row does not leave
   *[other] { $count } rows do not leave
}
page-patrol-unmatched-means = { $count ->
    [one] It is sent to nobody. Correct it in the table and drop it again: what has left does not leave again.
   *[other] They are sent to nobody. Correct them in the table and drop it again: what has left does not leave again.
}
page-patrol-see-rows = { $count ->
    [one] See this row
   *[other] See these { $count } rows
}
page-patrol-rows = Rows
page-row-rest = { $count ->
    [one] And row { $lines }.
   *[other] And { $count } other rows of the table: { $lines }.
}
page-row-faults = Nothing has left. Correct the table, then drop it again.
page-row-faults-table = What is to be corrected
page-row-line = Row
page-row-lines = Rows
page-row-column = Column
page-row-wrong = To be corrected
page-patrol-done-title = Results sent
page-patrol-done = { $count ->
    [0] No letter has left.
    [one] One letter is deposited.
   *[other] { $count } letters are deposited.
}
page-patrol-done-table = Letters deposited, by landlord
page-patrol-landlord = Landlord
page-patrol-readers = Read by
page-patrol-letter = Letter
page-patrol-broken-off = Sending broke off
page-patrol-goes-on = What has left stays as it went. The same table goes on where it stopped: nothing leaves twice.
page-patrol-go-on = Go on sending
page-said-patrol-no-buildings = This device does not know whose the buildings are. First open, in the inbox, the yearly list of addresses of a landlord or the table of buildings. Nothing has left.
page-said-patrol-answers = Two of the ticked lists are of the same landlord, or one is no list of halls of this group. Keep one for each landlord. Nothing has left.
page-file-too-large = This file is too large. Split its rows over several files. Nothing has left.

# Buildings
page-which-group = In which group?
page-patrimoine = Buildings
page-patrimoine-ranking = Ranking
page-patrimoine-evolution = Course
page-patrimoine-views = Views of the table
page-patrimoine-show = Show
page-patrimoine-groups = Tables of other groups:
page-patrimoine-count = { $count ->
    [one] One line.
   *[other] { $count } lines.
}
page-patrimoine-what = This table ranks addresses, and says nothing of any person. It is for the secretariat, the prosecutor, the general staff and the heads of circonscription (convention, article 4). It is looked at here without the relay.
page-patrimoine-none-lines = The lines that you send go to AORIF, which merges them into one table. That table is for the prosecutor and the police: it is not shown here. What you sent is under “Sent”.
page-patrimoine-none-merge = No landlord's letter was opened on this device. Open those that wait in the inbox, then merge them.
page-patrimoine-none-read = The table comes in a letter. Open it in the inbox: it will be shown here, with its course and its map.
page-patrimoine-none = This table is not for your function: nothing is shown here. What is for you is in the inbox.
page-patrimoine-table = { $title }: the same as a table
page-patrimoine-map-none = No line of this quarter has a position: there is no map. Landlords may fill the column “Position” (latitude, longitude).
page-patrimoine-no-before = No table of the quarter { $quarter } is on this device: nothing to compare.
page-patrimoine-changes = What changed since { $quarter }
page-patrimoine-no-change = No change.
page-patrimoine-change = Change
page-patrimoine-before = Before
page-patrimoine-after = Now
page-patrimoine-more-changes = { $count ->
    [one] And one other change.
   *[other] And { $count } other changes.
}
page-change-up = rises
page-change-down = falls
page-change-new = new
page-change-gone = gone
page-change-unsaid = no news
page-patrimoine-lines = Send your lines of the table
page-patrimoine-lines-nowhere = Your function sends no lines of the table in your groups, or the departmental group is not open yet.
page-patrimoine-file = Table of your lines (CSV or XLSX)
page-patrimoine-file-help = One line for each building or hall, and for each problem. Everything is checked on this computer before it is sent.
page-patrimoine-template = Download the template
page-patrimoine-continue = Nothing leaves yet: you will see first what will leave, to whom and until when.
page-patrimoine-columns = What each column accepts
page-patrimoine-accepts = Accepted values
page-accepts-address = for example: 12 rue des Lilas, 93200 Saint-Denis
page-accepts-line = a short text
page-accepts-number = a number from { $min } to { $max }
page-accepts-date = a day that is past, such as 24/09/2026
page-accepts-position = latitude and longitude, such as 48.9362, 2.3574
page-version-awaited = awaited
page-patrimoine-your-lines = Your lines
page-patrimoine-merge = Merge and send the table
page-patrimoine-transmit = Send the table on
page-patrimoine-table-nowhere = Your function does not send this table in your groups, or the departmental group is not open yet.
page-patrimoine-nothing-to-send = Nothing of this quarter is on this device yet. Open in the inbox what has come, or choose another quarter.
page-patrimoine-partial = Send without the letters that are not opened yet: the table will not be whole.
page-patrimoine-look = See this table, its course and its map
page-patrimoine-unopened = { $count ->
    [one] One letter is not opened yet, and does not count. Open it, then come back here:
   *[other] { $count } letters are not opened yet, and do not count. Open them, then come back here:
}
page-patrimoine-others = { $count ->
    [one] One letter is about { $quarter }: show it
   *[other] { $count } letters are about { $quarter }: show them
}
page-patrimoine-aside = Letter { $number } is no readable table: it is left aside. Ask its writer for another one.
page-patrimoine-had = { $count ->
    [one] (one line in the quarter before)
   *[other] ({ $count } lines in the quarter before)
}
page-patrimoine-fewer = (fewer lines than in its letter before)
page-version-counted = counted
page-version-replaced = replaced
page-patrimoine-duplicates = { $count ->
    [one] One line came twice
   *[other] { $count } lines came twice
}
page-patrimoine-kept = Kept
page-patrimoine-left = Left aside
page-patrimoine-gaps = { $count ->
    [one] One line is missing
   *[other] { $count } lines are missing
}
page-patrimoine-gaps-means = They were in the table of the quarter before, and their landlord did not send them again.
page-patrimoine-table-of = { $count ->
    [one] The table: one line
   *[other] The table: { $count } lines
}
page-patrimoine-more-lines = { $count ->
    [one] And one other line.
   *[other] And { $count } other lines.
}
page-again = Send it again
page-again-means = It is the same, line by line.
page-table-gone = The table is not here any more: it was sent, or the page was locked. What went is under “Sent”. For anything else, drop the table again.
page-said-patrimoine-none = No letter of the table was opened on this device. Open in the inbox what waits for you.
page-said-patrimoine-empty = Nothing of this quarter was opened on this device. Choose another quarter, or first open in the inbox what waits for you.
page-said-patrimoine-open-first = Letters of the table are not opened yet: the table would not be whole. Open them first, or tick the box to send without them. Nothing has left.

# Late
page-late = Late
page-late-none = Nothing is late, as far as this device knows: letters that were opened and sent here.
page-late-approvals = Your agreement is awaited, and time is short
page-late-decide-by = To be decided before
page-late-decide = Read and decide
page-late-to-send = To be sent
page-late-read = Read the letter again
page-late-owed = Answers expected of you
page-late-answer = Open and answer
page-late-asked = Answers that you expect
page-late-look = See how far it is
page-late-next = See all deadlines
page-late-since = { $count ->
    [0] since today
    [one] for one day
   *[other] for { $count } days
}
# Said at a terminal with a command to type: here, where to click.

page-said-refusal-reason-missing = This letter opens with a reason of its list only. Choose one; the reason "autre", and no other, also needs a few words.
page-said-open-reason-missing = This letter opens with a reason of its list only. Choose one; the reason "autre", and no other, also needs a few words.
page-said-open-reason = { $title }
page-said-refusal-charter-unsigned = You have not signed the charter in force of this group. Read it and sign it under Groups.
page-said-refusal-retired = This letter was taken back by its writer, or the agreement it waited for was refused: nobody can open it any more. Ask its writer why.
page-said-refusal-decided = Another decision was made about this letter before, and it stays. It stands under what waits for your agreement.
page-said-again-refused = The same was sent from this device already: nothing was sent. Look under what you sent; to send something new, change the subject or the text.
page-said-send-done-gated = Letter { $number } is deposited. It waits for the agreement of { $name }; without a decision by { $date } it is destroyed. Follow it under what you sent.
page-said-send-approver = Several members of the group can give the agreement that this exchange needs. Choose one of them.
page-said-send-approver-needless = This exchange needs nobody's agreement. Begin again from what you may write.
page-said-send-outcome-text = This outcome is given with its reason: write it in the text. Nothing was sent.
page-said-send-by-past = The day by which it is expected is over. Choose one that is still to come.
page-said-send-by-late = The day by which it is expected comes after the letter's destruction. Choose an earlier day, or a later destruction.
page-said-log-person-none = No letter in the log concerns this person. Only letters are found whose writer named them as a person concerned.
page-said-receipt-no-checkpoint = This computer has verified no checkpoint yet. First look at what waits for you.
page-said-usage-locked = Pli was locked. Unlock it, then do it again. Nothing was done.
page-said-log-unread = { $count ->
    [1] ATTENTION: one record could not be read whole. Whoever operates Pli can say which.
   *[other] ATTENTION: { $count } records could not be read whole. Whoever operates Pli can say which.
}
page-said-log-closed-on-order = { $count ->
    [1] One record of more than a year ago opens on a written order only, with its reference. Its place in the log is verified.
   *[other] { $count } records of more than a year ago open on a written order only, with its reference. Their places in the log are verified.
}
page-said-log-fault-unopened = Record no. { $leaf } could not be read: nothing that opens it was given to this device. It was made before you came, or the relay withholds it. A reviewer in place can hand it to you.
page-said-bundle-fingerprint = Give the fingerprint of the founding statement, 64 digits: the convention or the annuaire has it.
page-said-group-roster-next = This decision about the group is in force. Its president or coordinator now proposes the list of members.
page-said-group-roster-again = The list of members now has to be signed again.
page-said-leader-replaced = The device by which one of the two leads this group was replaced. They have to be named again first.
page-said-member-unknown = Nobody with this handle is on the annuaire. Look for them there.
page-said-device-news = A new device ({ $device }) signs for you, accepted by one of yours. If that was not you, revoke it under your devices and tell the authority.
page-said-objection-unread = Parts of this letter could not be read, and so not screened. Nothing was sent. If you vouch for them, tick the box below: your readers will be told.
page-said-stopped-by = Rule { $rule }: "{ $words }". A mistake? Write it otherwise, or tell your referent about this rule.
page-said-stopped-releasable = A colleague of your organisation who is a member of the group may read it with you and let it pass.
page-said-gate-unread = You have not read letter { $number } on this device yet. Open it first.
page-said-approve-unread = You have not read this letter on this device, and an agreement is not taken back. Open it first.
page-said-reject-reason = A refusal says why, from the list. Choose a reason.
page-said-reveal-nothing = This letter hides nothing: it is read whole.
page-said-open-hidden = Some values are hidden. Show them below, when you need them.
page-said-open-document = Document attached: { $document } ({ $bytes } bytes).
page-said-send-thread = What is expected, or the outcome, is chosen from the list. Nothing was sent.
page-said-form-file = This file cannot be read as a table. Save it as CSV or XLSX, and do it again.
page-said-fault-in-named = "{ $field }":
page-said-inbox-delivered = to open
page-said-inbox-to-approve = to approve
