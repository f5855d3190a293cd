import Foundation

/// One statement of one connection, and what the server knows of it.
final class Statement {
    enum State {
        /// The server does not know it.
        case unknown
        /// Its preparation is under way: what follows in the same pipeline may use it already.
        case sent
        case prepared
    }

    let template: String
    let text: String
    let types: [UInt32]
    private(set) var state = State.unknown
    /// Its name on the server, of a number that is never used again.
    private(set) var name: UnsafeMutablePointer<CChar>?
    fileprivate var lastUse = 0

    init(_ sql: SQL) {
        template = sql.template
        text = sql.text
        types = sql.parameters.slots.map(\.type)
    }

    deinit { free(name) }

    func wasSent(as number: Int) {
        free(name)
        name = strdup("s\(number)")
        state = .sent
    }

    func wasPrepared() { state = .prepared }
    func wasNotPrepared() { state = .unknown }

    func takes(_ slots: [SQLParameters.Slot]) -> Bool {
        types.count == slots.count && zip(types, slots).allSatisfy { $0 == $1.type }
    }
}

/// The statements of one connection by their templates: the most recently used ones, up to a limit.
struct StatementCache {
    let limit: Int
    private var byTemplate: [String: Statement] = [:]
    private var uses = 0
    private var lastNumber = 0
    /// No longer used by us, and still known to the server.
    private(set) var evicted: [Statement] = []

    init(limit: Int) {
        self.limit = limit
        byTemplate.reserveCapacity(limit + 1)
    }

    var count: Int { byTemplate.count }

    mutating func statement(for sql: SQL) -> Statement {
        uses += 1
        if let known = byTemplate[sql.template] {
            if known.takes(sql.parameters.slots) {
                known.lastUse = uses
                return known
            }
            evict(known)
        }
        if byTemplate.count >= limit, let oldest = byTemplate.values.min(by: { $0.lastUse < $1.lastUse }) { evict(oldest) }
        let statement = Statement(sql)
        statement.lastUse = uses
        byTemplate[sql.template] = statement
        return statement
    }

    mutating func newNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// The ones to be deallocated, once. Not those whose preparation failed after they were evicted.
    mutating func takeEvicted() -> [Statement] {
        defer { evicted.removeAll() }
        return evicted.filter { $0.state != .unknown }
    }

    /// Its deallocation did not happen.
    mutating func returnEvicted(_ statement: Statement) {
        if statement.state != .unknown { evicted.append(statement) }
    }

    /// The server knows none of them any more.
    mutating func removeAll() {
        byTemplate.removeAll(keepingCapacity: true)
        evicted.removeAll()
    }

    private mutating func evict(_ statement: Statement) {
        byTemplate[statement.template] = nil
        returnEvicted(statement)
    }
}
