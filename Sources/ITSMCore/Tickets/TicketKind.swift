/// Which of the five kinds of work a ticket is (ITIL 4 practices: incident, service request, problem, change; a work order is a piece of one).
public enum TicketKind: String, Codable, Sendable, CaseIterable {
    case incident, request, problem, change, workOrder

    /// What its numbers begin with.
    public var prefix: String {
        switch self {
        case .incident: "INC"
        case .request: "REQ"
        case .problem: "PRB"
        case .change: "CHG"
        case .workOrder: "WRK"
        }
    }
}

/// A ticket's number as people say it: `INC0000042`.
///
/// Numbers count up per kind, may have gaps, and have at least seven digits.
public struct TicketNumber: Sendable, Hashable, Codable, CustomStringConvertible, LosslessStringConvertible {
    public let kind: TicketKind
    /// 1 or more.
    public let value: Int64

    public init(kind: TicketKind, value: Int64) {
        self.kind = kind
        self.value = value
    }

    /// Reads `INC0000042`, `inc42` and `INC42` alike. Nil for anything else.
    public init?(_ text: String) {
        let letters = text.prefix(3).uppercased()
        let digits = text.dropFirst(3)
        guard let kind = TicketKind.allCases.first(where: { $0.prefix == letters }), (1...18).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(digits), value > 0
        else { return nil }
        self.init(kind: kind, value: value)
    }

    public var description: String {
        let digits = String(value)
        return kind.prefix + "0000000".dropFirst(digits.utf8.count) + digits
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is not a ticket number such as INC0000042"))
        }
        self = number
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How a caller names one ticket: by id or by number.
public enum TicketKey: Sendable, Hashable, LosslessStringConvertible {
    /// By identity.
    case id(ID<Ticket>)
    /// By number, such as `INC0001042`.
    case number(TicketNumber)

    public init?(_ text: String) {
        if let id = ID<Ticket>(text) {
            self = .id(id)
        } else if let number = TicketNumber(text) {
            self = .number(number)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .id(let id): id.description
        case .number(let number): number.description
        }
    }
}
