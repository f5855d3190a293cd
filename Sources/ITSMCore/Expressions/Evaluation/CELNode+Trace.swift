/// A part whose outcome is kept, while an evaluation is explained.
final class TraceNode: CELNode {
    let inner: any CELNode
    /// The slots of its outcome, which is the first, and of those of its parts.
    let slots: Range<Int>

    init(_ inner: any CELNode, slots: Range<Int>) {
        self.inner = inner
        self.slots = slots
    }

    var position: CELPosition { inner.position }
    var weight: Int { inner.weight }
    var constant: CELValue? { inner.constant }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        // What an earlier step of a macro left behind is no part of this one.
        for slot in slots { frame.outcomes[slot] = .notReached }
        do {
            let value = try inner.value(&frame)
            frame.outcomes[slots.lowerBound] = .value(value)
            return value
        } catch let error as CELError {
            frame.outcomes[slots.lowerBound] = .error(error)
            throw error
        }
    }
}
