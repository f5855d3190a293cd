import ArgumentParser
import Foundation
import ITSMCore

/// Tickets of all kinds, or the typed view of one kind.
protocol TicketNoun: Noun where Filters == TicketFilters<Self>, Fields == TicketFields<Self> {
    /// Nil where a ticket may be of any kind.
    static var kind: TicketKind? { get }
}

extension TicketNoun {
    static var shape: RecordShape { TicketShape.ticket }
    static var keyHelp: String { "The number or id, such as INC0000042." }
}

enum AnyTicket: TicketNoun {
    static let (name, path, kind) = ("ticket", "tickets", TicketKind?.none)
}
enum Incidents: TicketNoun {
    static let (name, path, kind) = ("incident", "incidents", TicketKind?.some(.incident))
}
enum ServiceRequests: TicketNoun {
    static let (name, path, kind) = ("request", "requests", TicketKind?.some(.request))
}
enum Problems: TicketNoun {
    static let (name, path, kind) = ("problem", "problems", TicketKind?.some(.problem))
}
enum Changes: TicketNoun {
    static let (name, path, kind) = ("change", "changes", TicketKind?.some(.change))
}
enum WorkOrders: TicketNoun {
    static let (name, path, kind) = ("work-order", "work-orders", TicketKind?.some(.workOrder))
}

/// `ticket …`, `incident …` and so on: the same verbs for each.
struct TicketCommands<N: TicketNoun>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: N.name, abstract: N.kind == nil ? "Work with tickets of any kind." : "Work with \(N.plural).",
            groupedSubcommands: [
                CommandGroup(
                    name: "Basic",
                    subcommands: [
                        ListRecords<N>.self, ViewTicket<N>.self, CreateRecord<N>.self, UpdateRecord<N>.self, AssignTicket<N>.self,
                        ExportTickets<N>.self,
                    ]),
                CommandGroup(
                    name: "Status",
                    subcommands: [
                        TransitionTicket<N>.self, ResolveTicket<N>.self, ReopenTicket<N>.self, CloseTicket<N>.self, CancelTicket<N>.self,
                    ]),
                CommandGroup(
                    name: "Around it",
                    subcommands: [
                        TicketTimeline<N>.self, ExplainAssignment<N>.self, ListParts<N, TicketComments>.self,
                        CommentOnTicket<N>.self, ListParts<N, TicketLinks>.self,
                        LinkTickets<N>.self, UnlinkTickets<N>.self, ListParts<N, TicketWatchers>.self, WatchTicket<N>.self,
                        ListParts<N, TicketAttachments>.self, AttachFiles<N>.self, DownloadAttachment<N>.self,
                        DetachFile<N>.self,
                    ]),
            ] + (N.kind == nil ? [CommandGroup(name: "Many at once", subcommands: [BulkTickets.self, UndoBulk.self])] : []))
    }
}

/// How a ticket and what belongs to it look.
enum TicketShape {
    static let ticket = RecordShape(
        name: "number",
        columns: [
            Column("NUMBER", "number"), Column("PRIORITY", "priority"), Column("STATUS", "status"), Column("TITLE", "title", flexible: true),
            Column("ASSIGNEE", "assignee"), Column("GROUP", "group"), Column("UPDATED", "updatedAt", .time),
            Column("KIND", "kind", wide: true), Column("REQUESTER", "requester", wide: true), Column("SERVICE", "service", wide: true),
            Column("CATEGORY", "category", wide: true), Column("IMPACT", "impact", wide: true), Column("URGENCY", "urgency", wide: true),
            Column("TAGS", "tags", wide: true), Column("CREATED", "createdAt", .time, wide: true),
        ],
        details: [
            Column("Number", "number"), Column("Title", "title"), Column("Kind", "kind"), Column("Status", "status"),
            Column("Pending", "pendingReason"), Column("Until", "pendingUntil", .time), Column("Priority", "priority"),
            Column("Because", "priorityReason"), Column("Impact", "impact"), Column("Urgency", "urgency"), Column("Major", "major"),
            Column("Confidential", "confidential"), Column("Requester", "requester"), Column("Opened by", "openedBy"),
            Column("Assignee", "assignee"), Column("Group", "group"), Column("Service", "service"), Column("Category", "category"),
            Column("Tags", "tags"), Column("Fields", "customFields"), Column("Parent", "parent"), Column("Channel", "channel"),
            Column("External", "externalRef.id"),
            Column("Created", "createdAt", .time), Column("Updated", "updatedAt", .time), Column("First response", "firstRespondedAt", .time),
            Column("Resolved", "resolvedAt", .time), Column("Closed", "closedAt", .time), Column("Resolution", "resolution.code"),
            Column("Notes", "resolution.notes"), Column("Reopened", "reopenCount"), Column("Version", "version"),
        ],
        text: "description")
}
