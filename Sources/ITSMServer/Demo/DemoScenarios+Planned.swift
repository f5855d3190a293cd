import ITSMCore

/// What is asked for and planned, beside what goes wrong.
extension DemoScenario {
    static let requests: [DemoScenario] = [
        .init(
            kind: .request, title: "{model} for {colleague}, who starts in {team} on the first",
            description: "{colleague} starts in {team} on the first of next month and needs a {model} with a large screen.",
            category: "hardware/laptop", service: "Workplace", group: "Workplace", impact: .low, urgency: .medium,
            reply: "Ordered. We set it up a week before.", note: nil, resolution: "Laptop set up and handed over.", tags: ["onboarding"]),
        .init(
            kind: .request, title: "Access to the [contracts|drawings|price lists|audit] folder for {colleague} in {team}",
            description: "Please give {colleague} read access to the [contracts|drawings|price lists|audit] folder. The manager agrees.",
            category: "access/permission", service: "Identity and access", group: "Service Desk", impact: .low, urgency: .low,
            reply: "I ask the owner of the folder.", note: "Owner agreed by phone.", resolution: "Read access given.", tags: []),
        .init(
            kind: .request, title: "Mailbox for the [summer fair|open day|training week|recruiting days] in {site}",
            description:
                "We need a shared mailbox for the [summer fair|open day|training week|recruiting days], for four people until the end of the quarter.",
            category: "software/email", service: "Email", group: "Applications", impact: .low, urgency: .low,
            reply: "Who are the four people?", note: nil, resolution: "Mailbox made, four people added, expiry set.", tags: ["email"]),
        .init(
            kind: .request, title: "[Headsets|Webcams|Docking stations|Foot rests] for {team} in {site}",
            description: "We are two more in {team} since last month and share what there is.",
            category: "hardware", service: "Telephony", group: "Workplace", impact: .low, urgency: .low,
            reply: "In stock. You can pick them up.", note: nil, resolution: "Handed over.", tags: []),
        .init(
            kind: .request, title: "Licence of {app} for {colleague} in {team}",
            description: "{colleague} takes over from a colleague who leaves and needs {app} from Monday on.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .low, urgency: .medium,
            reply: "One licence is free; I assign it.", note: nil, resolution: "Licence assigned, signed in together.", tags: ["onboarding"]),
    ]

    static let problems: [DemoScenario] = [
        .init(
            kind: .problem, title: "Recurring VPN drops in {site} after [certificate renewals|gateway updates|night shifts]",
            description: "Three incidents in two months, each after [certificate renewals|gateway updates|night shifts].",
            category: "network/vpn", service: "Network", group: "Network", impact: .medium, urgency: .medium,
            reply: "Root cause: the renewal script leaves out the intermediate certificate.", note: nil,
            resolution: "Script corrected and covered by a check.", tags: ["vpn"]),
        .init(
            kind: .problem, title: "File server overload in {site} on [Monday mornings|the last of the month|Friday afternoons]",
            description: "On [Monday mornings|the last of the month|Friday afternoons] the file server is slow for an hour.",
            category: "network", service: "Network", group: "Servers", impact: .high, urgency: .low,
            reply: "The virus scan overlaps with roaming profiles.", note: nil, resolution: "Scan moved to Sunday.", tags: ["storage"]),
        .init(
            kind: .problem, title: "{app} needs a restart [every week|after each update|at month end]",
            description: "It runs out of memory, and {team} calls every time.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .medium, urgency: .low,
            reply: "Heap dumps are with the vendor.", note: nil, resolution: "Leak corrected in the vendor's next version.", tags: []),
    ]

    static let changes: [DemoScenario] = [
        .init(
            kind: .change, title: "Renew the certificate of the [VPN gateway|mail gateway|customer portal|print server] in {site}",
            description: "Plan: renew, reload the first node, test, reload the second. Back-out: restore the old file.",
            category: "network/vpn", service: "Network", group: "Network", impact: .medium, urgency: .low,
            reply: "Window agreed: Thursday 22:00.", note: nil, resolution: "Went as planned.", code: .successful, tags: ["certificate"]),
        .init(
            kind: .change, title: "Upgrade {app} to [8.5|9.0|2026.2|12 SP1] for {team}",
            description: "Plan: snapshot, upgrade, test by {team}. Back-out: snapshot.",
            category: "software/business application", service: "Business applications", group: "Applications", impact: .high, urgency: .low,
            reply: "{colleague} tests on Saturday morning.", note: nil, resolution: "The test failed, snapshot restored.", code: .rolledBack,
            tags: ["upgrade"]),
        .init(
            kind: .change, title: "Move the drives of {team} in {site} to the new storage",
            description: "Plan: copy over the weekend, switch on Sunday, old storage read-only for a week. Back-out: switch back.",
            category: "network", service: "Network", group: "Servers", impact: .medium, urgency: .low,
            reply: "The weekend is agreed with {team}.", note: nil, resolution: "Moved; nobody noticed.", code: .successful, tags: ["storage"]),
    ]

    static let workOrders: [DemoScenario] = [
        .init(
            kind: .workOrder, title: "Replace the access point above meeting room {room} in {site}",
            description: "Ladder needed. The new one lies in the store.",
            category: "network/wifi", service: "Network", group: "Network", impact: .low, urgency: .low,
            reply: "Planned for Tuesday.", note: nil, resolution: "Replaced and measured.", tags: ["wifi"]),
        .init(
            kind: .workOrder, title: "Mount [a screen|a camera|a room panel] in meeting room {room} in {site}",
            description: "What to mount lies at reception: [a screen|a camera|a room panel]. Power is there.",
            category: "hardware", service: "Workplace", group: "Workplace", impact: .low, urgency: .low,
            reply: "Planned for Wednesday, before nine.", note: nil, resolution: "Mounted and tested.", tags: []),
        .init(
            kind: .workOrder, title: "Collect old [laptops|monitors|phones] from {team} in {site}",
            description: "Six pieces on the shelf by the door. Wipe before they go.",
            category: "hardware", service: "Workplace", group: "Workplace", impact: .low, urgency: .low,
            reply: "We come with the van on Friday.", note: nil, resolution: "Collected, wiped, handed to the recycler.", tags: []),
    ]
}
