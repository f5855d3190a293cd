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
    /// Where it happens, once its words are in their places.
    var site: String?

    static let all: [DemoScenario] = incidents + requests + problems + changes + workOrders

    static let incidents: [DemoScenario] = [
        .init(
            kind: .incident,
            title: "VPN drops every [few minutes|ten minutes|half hour] [at home|from the hotel|from {site}|on the train|over the phone's hotspot]",
            description:
                "Since this morning my VPN connection drops every [few minutes|ten minutes|half hour], and I lose my remote sessions each time. I work [at home|from the hotel|from {site}|on the train|over the phone's hotspot].",
            category: "network/vpn", service: "Network", group: "Network", impact: .low, urgency: .high,
            reply: "Thank you for the report. Could you tell me which client version you use (Help, About)?",
            note: "Gateway 2 shows session resets; certificate renewed last night.",
            resolution: "The gateway sent an incomplete certificate chain. Reloaded with the full chain; connection stable for an hour.",
            tags: ["vpn"]),
        .init(
            kind: .incident, title: "Cannot send [drawings|invoices|offers|photos|contracts] by mail from {site}",
            description: "Mails with [drawings|invoices|offers|photos|contracts] attached stay in the outbox. Mails without go out normally.",
            category: "software/email", service: "Email", group: "Applications", impact: .medium, urgency: .medium,
            reply: "We see this for several mailboxes and are looking into it.",
            note: "Content filter rejects everything above 1 MB after the update.",
            resolution: "The size rule of the content filter was reset by its update. Rule restored to 25 MB.", tags: ["email"]),
        .init(
            kind: .incident,
            title: "Printer on floor {floor} in {site} [jams on every page|prints grey stripes|takes no paper|forgets every second job]",
            description:
                "The large printer beside the kitchen [jams on every page|prints grey stripes|takes no paper|forgets every second job]. We have emptied the tray twice.",
            category: "hardware/printer", service: "Workplace", group: "Workplace", impact: .medium, urgency: .low,
            reply: "A colleague will come by today. Until then please use the one beside the stairs.", note: nil,
            resolution: "Feed roller worn out and replaced. Test print of 50 pages was fine.", tags: ["printer"]),
        .init(
            kind: .incident, title: "Account of {colleague} in {team} is locked after [holidays|parental leave|a business trip|a week of illness]",
            description:
                "{colleague} came back from [holidays|parental leave|a business trip|a week of illness], the password no longer works, and now the account is locked.",
            category: "access/password", service: "Identity and access", group: "Service Desk", impact: .low, urgency: .high,
            reply: "The account is unlocked. Please sign in once and set a new password.", note: nil,
            resolution: "Unlocked, password reset by the person themselves.", tags: []),
        .init(
            kind: .incident, title: "Wi-Fi in meeting room {room} in {site} [is unusable|drops every call|is very slow]",
            description: "Video calls in {room} freeze all the time. Other rooms are fine.",
            category: "network/wifi", service: "Network", group: "Network", impact: .medium, urgency: .medium,
            reply: "We will measure in the room this afternoon.",
            note: "Two access points on the same channel; neighbour office added one last week.",
            resolution: "Channel plan changed for the west side. Measured 180 Mbit/s in the room.", tags: ["wifi"]),
        .init(
            kind: .incident, title: "{app}: error [500|502|504] when [posting|saving|printing|exporting] in {site}",
            description:
                "Every attempt at [posting|saving|printing|exporting] ends with an error page. Month end is tomorrow, and {team} is blocked!",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .high, urgency: .high,
            reply: "We treat this as critical and keep you posted every 30 minutes.", note: "Deadlock in the posting batch; vendor called.",
            resolution: "Vendor hotfix applied and batch restarted. All 214 waiting entries went through.", code: .workaround,
            tags: ["month-end", "finance"]),
        .init(
            kind: .incident, title: "{model} [does not wake from sleep|gets very hot|shuts down at 30 percent|finds no docking station]",
            description:
                "My {model} [does not wake from sleep|gets very hot|shuts down at 30 percent|finds no docking station], since the update of last week. Switching it off and on helps for an hour.",
            category: "hardware/laptop", service: "Workplace", group: "Workplace", impact: .low, urgency: .medium,
            reply: "There is a firmware update for this model. May I install it remotely at noon?", note: nil,
            resolution: "Firmware updated to 1.27, no more trouble for a day.", tags: ["laptop"]),
        .init(
            kind: .incident, title: "Suspicious mail [from the bank|about a parcel|in the name of {colleague}|about {app}] asks for a password",
            description:
                "I got a mail [from the bank|about a parcel|in the name of {colleague}|about {app}] that asks me to confirm my password. I did not click.",
            category: "security/phishing", service: "Email", group: "Service Desk", impact: .medium, urgency: .high,
            reply: "Well spotted, thank you. Please leave the mail as it is; we take a copy.",
            note: "37 recipients; two clicked. Passwords of both reset.",
            resolution: "Sender blocked, mail removed from all mailboxes, two passwords reset.", tags: ["phishing"]),
        .init(
            kind: .incident, title: "File server in {site} is very slow for {team}",
            description: "Opening a drawing from the project drive takes two minutes instead of two seconds.",
            category: "network", service: "Network", group: "Servers", impact: .high, urgency: .medium,
            reply: "We see high load on the file server and are working on it.", note: "Backup ran into working hours.",
            resolution: "Backup window moved back to the night. Access times are normal.", tags: ["storage"]),
        .init(
            kind: .incident, title: "[Left|Second|New] monitor at desk {floor}.1[2|4|7] in {site} flickers",
            description: "My monitor flickers whenever I scroll. It is {colleague}'s old desk.",
            category: "hardware/monitor", service: "Workplace", group: "Workplace", impact: .low, urgency: .low,
            reply: "I bring a new cable this afternoon.", note: nil, resolution: "Cable replaced.", tags: []),
        .init(
            kind: .incident, title: "Phone of {team} in {site} rings only once",
            description: "Callers land on the voicemail after one ring.",
            category: "hardware/phone", service: "Telephony", group: "Service Desk", impact: .low, urgency: .medium,
            reply: "Is forwarding switched on in your app? A screenshot would help.", note: nil,
            resolution: "Forwarding after 5 seconds was set in the app. Switched off.", code: .userError, tags: []),
        .init(
            kind: .incident, title: "[Customer|Supplier|Travel|Job] portal shows a certificate warning [in {site}|to customers|on phones]",
            description: "The [Customer|Supplier|Travel|Job] portal warns of an invalid certificate [in {site}|to customers|on phones].",
            category: "network/internet", service: "Business applications", group: "Servers", impact: .high, urgency: .high,
            reply: "Confirmed. We renew the certificate now.", note: "Renewal job failed silently for 14 days.",
            resolution: "Certificate renewed, monitoring of the expiry date added.", tags: ["certificate"]),
        .init(
            kind: .incident, title: "Calendar invitations from [customers|suppliers|the agency|{site}] are [an hour late|an hour early|empty]",
            description: "Invitations from [customers|suppliers|the agency|{site}] are [an hour late|an hour early|empty] since the weekend.",
            category: "software/email", service: "Email", group: "Applications", impact: .medium, urgency: .medium,
            reply: "Thank you, we found more reports and look at the time-zone settings.", note: nil,
            resolution: "Time-zone data on the mail gateway was outdated. Updated.", tags: ["email"]),
        .init(
            kind: .incident, title: "Browser cannot open {app} [in {site}|on the new laptop|since Monday]",
            description: "The page stays white, in two browsers.",
            category: "software/browser", service: "Business applications", group: "Service Desk", impact: .low, urgency: .low,
            reply: "Does it work in a private window?", note: nil, resolution: "An extension blocked the page. Exception added.", code: .userError,
            tags: []),
        .init(
            kind: .incident, title: "{model} left in [a taxi|the train|a hotel lobby|a café] in {site}",
            description: "I left my laptop in [a taxi|the train|a hotel lobby|a café] last night. They have no trace of it.",
            category: "security/lost device", service: "Workplace", group: "Workplace", impact: .medium, urgency: .high,
            reply: "We lock the device now. Did you have papers with it?", note: "Disk is encrypted; device locked and wiped at next contact.",
            resolution: "Device wiped, new laptop handed out.", tags: ["lost"]),
        .init(
            kind: .incident, title: "{app} [counts the break twice|loses the last line|rounds to whole hours|shows last year] for {team}",
            description:
                "Since Monday {app} [counts the break twice|loses the last line|rounds to whole hours|shows last year]. Everybody in {team} sees it.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .medium, urgency: .low,
            reply: "We have reported this to the vendor.", note: nil, resolution: "Known fault of version 8.4; corrected by the vendor overnight.",
            tags: ["hr"]),
    ]
}
