/// Columns side by side, two spaces between them.
enum TableLayout {
    private static let gap = 2
    private static let narrowest = 12

    /// The width of each column: as its cells need, the flexible ones narrower where `limit` columns of a terminal are too few.
    static func widths(_ columns: [Column], rows: [[String]], fitting limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            max(columns[index].header.displayWidth, rows.map { $0[index].displayWidth }.max() ?? 0)
        }
        guard let limit else { return widths }
        for index in columns.indices where columns[index].isFlexible {
            let excess = widths.reduce(0, +) + gap * (columns.count - 1) - limit
            if excess > 0 { widths[index] = max(min(narrowest, widths[index]), widths[index] - excess) }
        }
        return widths
    }

    /// One line. The last column is not padded, so that lines carry no trailing spaces.
    /// - Parameter cuts: whether a cell that is too wide is cut, as on a terminal, or moves the rest of its line.
    static func line(
        _ cells: [String], _ widths: [Int], cuts: Bool, paint: (_ column: Int, _ text: String, _ padded: String) -> String = { $2 }
    ) -> String {
        cells.indices.map { index in
            let text = cuts ? cells[index].truncated(to: widths[index]) : cells[index]
            let isLast = index == cells.indices.last
            return paint(index, text, isLast ? text : text.padded(to: widths[index]))
        }.joined(separator: String(repeating: " ", count: gap))
    }
}

/// Colour on a terminal, and only where it says something.
struct Paint {
    var isOn: Bool

    func heading(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func cell(_ text: String, of path: String, padded: String) -> String {
        guard isOn, let code = Self.codes["\(path)=\(text)"] else { return padded }
        return "\u{1B}[\(code)m\(padded)\u{1B}[0m"
    }

    private static let codes = [
        "priority=critical": "1;31", "priority=high": "31", "priority=medium": "33", "statusCategory=resolved": "32", "statusCategory=closed": "2",
        "statusCategory=pending": "33",
    ]
}
