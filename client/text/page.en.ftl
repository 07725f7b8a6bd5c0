
# The page (pli ui). What is said there as at a terminal stands in en.ftl.

ui-opened = Pli is open in your browser ({ $address }). If it does not appear, open that address and type the code { $code } (good for five minutes). Ctrl-C closes the page.
ui-not-opened = Open { $address } in the browser of this machine and type the code { $code } (good for five minutes, once). Ctrl-C closes the page.

page-skip = Skip to the content
page-navigation = Sections
page-enter = Enter
page-back = Back
page-inbox = To handle
page-write = Write
page-sent = Sent
page-approvals = To approve
page-deadlines = Deadlines
page-stock = Housing stock
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
page-closed-title = Enter Pli
page-closed = To enter, type the code that Pli shows in the window where it was started.
page-closed-for-good = This opening is not valid any more. Close Pli where it was started, and start it again.
page-code = Code of eight characters
page-locked-title = Pli is locked
page-locked = Nothing was lost. Type your passphrase to go on.
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
page-choose = Choose…
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
