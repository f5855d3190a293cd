/// Ascending numbers with a table that leads near the place of any number, so that a search looks at one or two of them however many there are.
struct AscendingNumbers: Sendable {
    let values: [Int64]
    /// How many values lie below the beginning of each slot; slots are `1 << shift` wide and begin at the first value.
    private let slots: [Int32]
    private let shift: Int64

    init(_ values: [Int64]) {
        self.values = values
        guard let first = values.first, let last = values.last else {
            (slots, shift) = ([], 0)
            return
        }
        var shift: Int64 = 0
        while (last - first) >> shift > Int64(values.count) * 2 { shift += 1 }
        var slots: [Int32] = []
        var below = 0
        for slot in 0...((last - first) >> shift) + 1 {
            while below < values.count, values[below] < first + slot << shift { below += 1 }
            slots.append(Int32(below))
        }
        (self.slots, self.shift) = (slots, shift)
    }

    /// How many of the values are smaller than `number`.
    func count(below number: Int64) -> Int {
        guard let first = values.first, number > first else { return 0 }
        let slot = (number - first) >> shift
        guard slot < Int64(slots.count - 1) else { return values.count }
        var (low, high) = (Int(slots[Int(slot)]), Int(slots[Int(slot) + 1]))
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many of the values are not greater than `number`.
    func count(atMost number: Int64) -> Int { count(below: number + 1) }
}
