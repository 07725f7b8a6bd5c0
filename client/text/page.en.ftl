
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

# Write

page-write-choose = What do you want to do?
page-write-none = Your function sends nothing in your groups, or your groups are not open yet.
page-write-again = Write another letter
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
