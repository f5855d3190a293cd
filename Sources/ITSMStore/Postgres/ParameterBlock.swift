import CLibPQ

/// The arrays that libpq wants of a statement's parameters, in memory that is used again for each statement.
struct ParameterBlock: ~Copyable {
    private var capacity = 64
    private(set) var types: UnsafeMutablePointer<Oid>
    private(set) var values: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private(set) var lengths: UnsafeMutablePointer<Int32>
    private(set) var formats: UnsafeMutablePointer<Int32>
    /// What an empty value points to: a null pointer would mean NULL.
    private let nothing = UnsafeMutablePointer<CChar>.allocate(capacity: 1)

    init() {
        types = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        lengths = .allocate(capacity: capacity)
        formats = .allocate(capacity: capacity)
        formats.initialize(repeating: 1, count: capacity)
        nothing.initialize(to: 0)
    }

    deinit {
        release()
        nothing.deallocate()
    }

    private func release() {
        types.deallocate()
        values.deallocate()
        lengths.deallocate()
        formats.deallocate()
    }

    /// Points at `slots` inside `bytes`, which must stay where they are until the statement is sent.
    mutating func fill(_ slots: [SQLParameters.Slot], in bytes: UnsafeBufferPointer<UInt8>) {
        if slots.count > capacity { grow(to: slots.count) }
        for (index, slot) in slots.enumerated() {
            types[index] = slot.type
            lengths[index] = max(slot.length, 0)
            switch slot.length {
            case ..<0: values[index] = nil
            case 0: values[index] = UnsafePointer(nothing)
            default: values[index] = UnsafeRawPointer(bytes.baseAddress! + Int(slot.offset)).assumingMemoryBound(to: CChar.self)
            }
        }
    }

    private mutating func grow(to count: Int) {
        release()
        capacity = count
        types = .allocate(capacity: count)
        values = .allocate(capacity: count)
        lengths = .allocate(capacity: count)
        formats = .allocate(capacity: count)
        formats.initialize(repeating: 1, count: count)
    }
}
