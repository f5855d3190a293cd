import Foundation
import ITSMCore

/// One run of a unit of work on its connection: what the closures of `read` and `write` see.
///
/// The stores of the table families are made from it, in `UnitOfWork+Families.swift`.
package struct UnitOfWork: Transaction {
    package let connection: Connection
    let identities: IdentityRecord

    package var now: Instant { identities.now }

    package func newID<Record>() -> ID<Record> { ID(uuid: identities.next()) }

    package func flush() throws { try connection.flush() }

    package func savepoint<Value>(_ body: () throws -> Value) throws -> Result<Value, ITSMError> { try connection.savepoint(body) }
}

/// The time of a unit of work and the identities it made: a second run is given the same.
final class IdentityRecord {
    let now: Instant
    private let source: any IDSource
    private var issued: [UUID] = []
    private var position = 0

    init(now: Instant, source: any IDSource) {
        self.now = now
        self.source = source
    }

    func rewind() { position = 0 }

    func next() -> UUID {
        if position == issued.count { issued.append(source.next(at: now)) }
        defer { position += 1 }
        return issued[position]
    }
}
