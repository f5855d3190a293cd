import ArgumentParser
import Foundation
import ITSMCore

/// `ticket transition INC0000042 --to pendingVendor --reason …`
struct TransitionTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "transition", abstract: "Move a ticket to another status.",
            discussion: "Where a move is not allowed the answer names those that are.")
    }
    static var done: String { "Moved" }

    @Option(help: ArgumentHelp("The status, such as inProgress or pendingVendor.", valueName: "status")) var to: TicketStatus
    @Option(name: .shortAndLong, help: "Why; waiting, rejecting and cancelling need it.") var reason: String?
    @Option(help: ArgumentHelp("When a waiting ticket goes on by itself, such as 2026-11-21T08:00:00Z.", valueName: "time")) var pendingUntil:
        Instant?
    @OptionGroup var resolution: ResolutionOptions
    @OptionGroup var hands: HandOverOptions
    @OptionGroup var target: TicketTarget<N>

    func request(on ticket: ReadTicket) throws -> APIRequest {
        var body: [String: JSONValue] = ["reason": .optional(reason), "pendingUntil": .optional(pendingUntil?.description)]
        body["resolution"] = resolution.value
        return ticket.transition(to: to, body.merging(hands.body, uniquingKeysWith: { $1 }))
    }
}

/// `ticket resolve`
struct ResolveTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "resolve", abstract: "Say that a ticket is solved, and how: resolved, fulfilled or done by its kind.")
    }
    static var done: String { "Resolved" }

    @OptionGroup var resolution: ResolutionOptions
    @OptionGroup var target: TicketTarget<N>

    func request(on ticket: ReadTicket) throws -> APIRequest {
        let states = try ticket.requireKind().lifecycle.states
        guard let status = states.first(where: { $0.category == .resolved }) else {
            throw ITSMError(.illegalTransition, "A change is not resolved: close \(ticket.number) with its outcome after its review.")
        }
        return ticket.transition(to: status, ["resolution": resolution.value ?? .null])
    }
}

/// `ticket reopen`
struct ReopenTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "reopen", abstract: "Go on with a resolved or closed ticket.")
    }
    static var done: String { "Reopened" }

    @Option(name: .shortAndLong, help: "Why.") var reason: String?
    @OptionGroup var target: TicketTarget<N>

    func request(on ticket: ReadTicket) throws -> APIRequest {
        guard let status = try ticket.requireKind().lifecycle.reopened else {
            throw ITSMError(.illegalTransition, "\(ticket.number) is of a kind that is not reopened: create a new one and link it.")
        }
        return ticket.transition(to: status, ["reason": .optional(reason)])
    }
}

/// `ticket close`
struct CloseTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "close", abstract: "Close a resolved ticket.") }
    static var done: String { "Closed" }

    @Option(name: .shortAndLong, help: "Why.") var reason: String?
    @OptionGroup var resolution: ResolutionOptions
    @OptionGroup var target: TicketTarget<N>

    func request(on ticket: ReadTicket) throws -> APIRequest {
        ticket.transition(to: .closed, ["reason": .optional(reason), "resolution": resolution.value ?? .null])
    }
}

/// `ticket cancel`
struct CancelTicket<N: TicketNoun>: TicketVerb {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "cancel", abstract: "End a ticket that needs no work. It is never deleted.")
    }
    static var done: String { "Cancelled" }

    @Option(name: .shortAndLong, help: "Why.") var reason: String
    @OptionGroup var target: TicketTarget<N>

    func request(on ticket: ReadTicket) throws -> APIRequest { ticket.transition(to: .cancelled, ["reason": .string(reason)]) }
}

/// How a ticket was solved.
struct ResolutionOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How it ended; the last three are for changes.") var code: Ticket.Resolution.Code?
    @Option(name: .shortAndLong, help: "What was done, for the requester to read.") var notes: String?

    /// Nil when neither was given; a half is for the server to refuse with what is missing.
    var value: JSONValue? {
        var members: [String: JSONValue] = [:]
        members["code"] = code.map { .string($0.rawValue) }
        members["notes"] = notes.map(JSONValue.string)
        return members.isEmpty ? nil : .object(members)
    }
}

/// To whom a ticket goes with its transition.
struct HandOverOptions: ParsableArguments {
    @Option(help: "Give it to this person as well: a username or id, or me.") var assignee: String?
    @Option(help: "Give it to this group as well, by name or id.") var group: String?

    var body: [String: JSONValue] {
        ["assignee": .optional(assignee), "group": .optional(group)]
    }
}

extension ReadTicket {
    /// A transition bound to the version that was read; what is null is left out.
    func transition(to status: TicketStatus, _ details: [String: JSONValue]) -> APIRequest {
        var body = details.filter { $0.value != .null }
        body["to"] = .string(status.rawValue)
        return APIRequest("POST", ["tickets", id, "transitions"], body: .object(body), ifMatch: etag)
    }

    /// - Throws: `ITSMError` for a kind that only a newer server knows.
    func requireKind() throws -> TicketKind {
        guard let kind else { throw ITSMError(.invalidValue, "\(number) is of a kind that this itsmctl does not know; use: ticket transition") }
        return kind
    }
}

extension TicketStatus: ExpressibleByArgument {}
extension Ticket.Resolution.Code: ExpressibleByArgument {}
