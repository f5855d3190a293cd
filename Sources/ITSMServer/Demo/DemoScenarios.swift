import ITSMCore

/// What goes wrong and is asked for at a company of a few hundred people, told in their own words.
struct DemoScenario: Sendable {
    var kind: TicketKind
    var title: String
    var description: String
    var category: String
    var service: String
    var group: String
    var impact: Impact
    var urgency: Urgency
    /// What the agent replies first, what they note, and what they write at the end.
    var reply: String
    var note: String?
    var resolution: String
    var code: Ticket.Resolution.Code = .fixed
    var tags: [String] = []

    static let all: [DemoScenario] = incidents + requests + problems + changes + workOrders

    private static let incidents: [DemoScenario] = [
        .init(
            kind: .incident, title: "VPN drops every few minutes",
            description:
                "Since this morning my VPN connection drops about every five minutes. I work from home and lose my remote sessions each time.",
            category: "network/vpn", service: "Network", group: "Network", impact: .low, urgency: .high,
            reply: "Thank you for the report. Could you tell me which client version you use (Help, About)?",
            note: "Gateway 2 shows session resets; certificate renewed last night.",
            resolution: "The gateway sent an incomplete certificate chain. Reloaded with the full chain; connection stable for an hour.",
            tags: ["vpn"]),
        .init(
            kind: .incident, title: "Cannot send mail with attachments",
            description: "Mails with attachments stay in the outbox. Mails without go out normally.",
            category: "software/email", service: "Email", group: "Applications", impact: .medium, urgency: .medium,
            reply: "We see this for several mailboxes and are looking into it.",
            note: "Content filter rejects everything above 1 MB after the update.",
            resolution: "The size rule of the content filter was reset by its update. Rule restored to 25 MB.", tags: ["email"]),
        .init(
            kind: .incident, title: "Printer on floor 3 jams on every page",
            description: "The large printer beside the kitchen jams on every page. We have emptied the tray twice.",
            category: "hardware/printer", service: "Workplace", group: "Workplace", impact: .medium, urgency: .low,
            reply: "A colleague will come by today. Until then please use the printer on floor 2.", note: nil,
            resolution: "Feed roller worn out and replaced. Test print of 50 pages was fine.", tags: ["printer"]),
        .init(
            kind: .incident, title: "Account locked after holidays",
            description: "I came back from holidays and my password no longer works. Now the account is locked.",
            category: "access/password", service: "Identity and access", group: "Service Desk", impact: .low, urgency: .high,
            reply: "I have unlocked your account. Please sign in once and set a new password.", note: nil,
            resolution: "Unlocked, password reset by the person themselves.", tags: []),
        .init(
            kind: .incident, title: "Wi-Fi in meeting room Oslo unusable",
            description: "Video calls in Oslo freeze all the time. Other rooms are fine.",
            category: "network/wifi", service: "Network", group: "Network", impact: .medium, urgency: .medium,
            reply: "We will measure in the room this afternoon.",
            note: "Two access points on the same channel; neighbour office added one last week.",
            resolution: "Channel plan changed for the west side. Measured 180 Mbit/s in the room.", tags: ["wifi"]),
        .init(
            kind: .incident, title: "Invoice module: error 500 when posting",
            description: "Posting an invoice ends with an error page. Month end is tomorrow, all of accounting is blocked!",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .high, urgency: .high,
            reply: "We treat this as critical and keep you posted every 30 minutes.", note: "Deadlock in the posting batch; vendor called.",
            resolution: "Vendor hotfix applied and batch restarted. All 214 waiting invoices were posted.", code: .workaround,
            tags: ["month-end", "finance"]),
        .init(
            kind: .incident, title: "Laptop does not wake from sleep",
            description: "After closing the lid the screen stays black. I must hold the power button.",
            category: "hardware/laptop", service: "Workplace", group: "Workplace", impact: .low, urgency: .medium,
            reply: "There is a firmware update for this model. May I install it remotely at noon?", note: nil,
            resolution: "Firmware updated to 1.27, sleep works.", tags: ["laptop"]),
        .init(
            kind: .incident, title: "Suspicious mail asks for password",
            description: "I got a mail that looks like ours and asks me to confirm my password. I did not click.",
            category: "security/phishing", service: "Email", group: "Service Desk", impact: .medium, urgency: .high,
            reply: "Well spotted, thank you. Please leave the mail as it is; we take a copy.",
            note: "37 recipients; two clicked. Passwords of both reset.",
            resolution: "Sender blocked, mail removed from all mailboxes, two passwords reset.", tags: ["phishing"]),
        .init(
            kind: .incident, title: "File server very slow",
            description: "Opening a drawing from the project drive takes two minutes instead of two seconds.",
            category: "network", service: "Network", group: "Servers", impact: .high, urgency: .medium,
            reply: "We see high load on the file server and are working on it.", note: "Backup ran into working hours.",
            resolution: "Backup window moved back to the night. Access times are normal.", tags: ["storage"]),
        .init(
            kind: .incident, title: "Second monitor flickers", description: "My right monitor flickers whenever I scroll.",
            category: "hardware/monitor", service: "Workplace", group: "Workplace", impact: .low, urgency: .low,
            reply: "I bring a new cable this afternoon.", note: nil, resolution: "Cable replaced.", tags: []),
        .init(
            kind: .incident, title: "Phone rings only once and goes to voicemail", description: "Callers land on my voicemail after one ring.",
            category: "hardware/phone", service: "Telephony", group: "Service Desk", impact: .low, urgency: .medium,
            reply: "Is forwarding switched on in your app? A screenshot would help.", note: nil,
            resolution: "Forwarding after 5 seconds was set in the app. Switched off.", code: .userError, tags: []),
        .init(
            kind: .incident, title: "Customer portal shows certificate warning",
            description: "Customers tell us that the portal warns of an invalid certificate.",
            category: "network/internet", service: "Business applications", group: "Servers", impact: .high, urgency: .high,
            reply: "Confirmed. We renew the certificate now.", note: "Renewal job failed silently for 14 days.",
            resolution: "Certificate renewed, monitoring of the expiry date added.", tags: ["certificate"]),
        .init(
            kind: .incident, title: "Calendar invitations arrive an hour late",
            description: "Invitations from outside show one hour late since the weekend.",
            category: "software/email", service: "Email", group: "Applications", impact: .medium, urgency: .medium,
            reply: "Thank you, we found more reports and look at the time-zone settings.", note: nil,
            resolution: "Time-zone data on the mail gateway was outdated. Updated.", tags: ["email"]),
        .init(
            kind: .incident, title: "Browser cannot open the travel portal", description: "The page stays white, in two browsers.",
            category: "software/browser", service: "Business applications", group: "Service Desk", impact: .low, urgency: .low,
            reply: "Does it work in a private window?", note: nil, resolution: "An extension blocked the page. Exception added.", code: .userError,
            tags: []),
        .init(
            kind: .incident, title: "Laptop left in a taxi", description: "I left my laptop in a taxi last night. The company has no trace of it.",
            category: "security/lost device", service: "Workplace", group: "Workplace", impact: .medium, urgency: .high,
            reply: "We lock the device now. Did you have papers with it?", note: "Disk is encrypted; device locked and wiped at next contact.",
            resolution: "Device wiped, new laptop handed out.", tags: ["lost"]),
        .init(
            kind: .incident, title: "Time sheet counts the break twice",
            description: "My time sheet takes 60 minutes off instead of 30 since Monday.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .medium, urgency: .low,
            reply: "We have reported this to the vendor.", note: nil, resolution: "Known fault of version 8.4; corrected by the vendor overnight.",
            tags: ["hr"]),
    ]

    private static let requests: [DemoScenario] = [
        .init(
            kind: .request, title: "New laptop for a colleague who starts on the first",
            description: "Our new designer starts on the first of next month and needs a laptop with a large screen.",
            category: "hardware/laptop", service: "Workplace", group: "Workplace", impact: .low, urgency: .medium,
            reply: "Ordered. We set it up a week before.", note: nil, resolution: "Laptop set up and handed over.", tags: ["onboarding"]),
        .init(
            kind: .request, title: "Access to the contracts folder",
            description: "Please give me read access to Legal, Contracts. My manager agrees.",
            category: "access/permission", service: "Identity and access", group: "Service Desk", impact: .low, urgency: .low,
            reply: "I ask the owner of the folder.", note: "Owner agreed by phone.", resolution: "Read access given.", tags: []),
        .init(
            kind: .request, title: "Mailbox for the summer fair", description: "We need the shared mailbox fair@ for four people until September.",
            category: "software/email", service: "Email", group: "Applications", impact: .low, urgency: .low,
            reply: "Who are the four people?", note: nil, resolution: "Mailbox made, four people added, expiry set.", tags: ["email"]),
        .init(
            kind: .request, title: "Headset for phone support", description: "Two wireless headsets for the support team, please.",
            category: "hardware", service: "Telephony", group: "Workplace", impact: .low, urgency: .low,
            reply: "In stock. You can pick them up.", note: nil, resolution: "Handed over.", tags: []),
    ]

    private static let problems: [DemoScenario] = [
        .init(
            kind: .problem, title: "Recurring VPN drops after certificate renewals", description: "Three incidents in two months after renewals.",
            category: "network/vpn", service: "Network", group: "Network", impact: .medium, urgency: .medium,
            reply: "Root cause: the renewal script leaves out the intermediate certificate.", note: nil,
            resolution: "Script corrected and covered by a check.", tags: ["vpn"]),
        .init(
            kind: .problem, title: "File server overload on Monday mornings", description: "Every Monday between 8 and 9 the file server is slow.",
            category: "network", service: "Network", group: "Servers", impact: .high, urgency: .low,
            reply: "Weekly virus scan overlaps with roaming profiles.", note: nil, resolution: "Scan moved to Sunday.", tags: ["storage"]),
    ]

    private static let changes: [DemoScenario] = [
        .init(
            kind: .change, title: "Renew the VPN gateway certificate",
            description: "Plan: renew, reload gateway 1, test, reload gateway 2. Back-out: restore the old file.",
            category: "network/vpn", service: "Network", group: "Network", impact: .medium, urgency: .low,
            reply: "Window agreed: Thursday 22:00.", note: nil, resolution: "Went as planned.", code: .successful, tags: ["certificate"]),
        .init(
            kind: .change, title: "Upgrade the finance application to 8.5",
            description: "Plan: snapshot, upgrade, posting test by accounting. Back-out: snapshot.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .high, urgency: .low,
            reply: "Accounting tests on Saturday morning.", note: nil, resolution: "Posting test failed, snapshot restored.", code: .rolledBack,
            tags: ["finance"]),
    ]

    private static let workOrders: [DemoScenario] = [
        .init(
            kind: .workOrder, title: "Replace access point above meeting room Oslo", description: "Ladder needed. The new one lies in the store.",
            category: "network/wifi", service: "Network", group: "Network", impact: .low, urgency: .low,
            reply: "Planned for Tuesday.", note: nil, resolution: "Replaced and measured.", tags: ["wifi"])
    ]
}
