/// The name that someone who wrote another one most likely meant.
enum CELNearest {
    /// The nearest of the names, where one is near enough: a third of the letters may differ.
    ///
    /// - Parameter start: how many characters they share by construction, which count for nothing.
    static func name(to wanted: String, among names: [String], after start: Int = 0) -> String? {
        let letters = Array(wanted.lowercased().dropFirst(start).unicodeScalars)
        let bound = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for name in Set(names).sorted() {
            let other = Array(name.lowercased().dropFirst(start).unicodeScalars)
            guard abs(letters.count - other.count) <= bound else { continue }
            let distance = distance(letters, other)
            if distance <= bound, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// How many letters are missing, too many, wrong or swapped with their neighbour (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other { cost = min(cost, before[column - 1] + 1) }
                current.append(cost)
            }
            (before, last) = (last, current)
        }
        return last[right.count]
    }
}
