import ITSMCore

/// Bars of met and breached clocks, one for each month, as the partial `month-chart` draws them: plain SVG, coloured by classes, with its words beside it.
struct MonthChart: Sendable {
    let width: Int
    let height: Int
    let title: String
    /// What the bars say, for those who do not see them.
    let description: String
    let lines: [Line]
    let bars: [Bar]

    /// A line across, with what it stands for.
    struct Line: Sendable {
        let y: Int
        let textY: Int
        let end: Int
        let label: String
    }

    struct Bar: Sendable {
        /// Nil where nothing is to be drawn.
        let met: Part?
        let breached: Part?
        let middle: Int
        let percentY: Int
        let percent: String
        let monthY: Int
        let month: String
        /// Shown in January and below the first bar.
        let yearY: Int
        let year: String
    }

    struct Part: Sendable {
        let x: Int
        let y: Int
        let width = barWidth
        let height: Int
    }

    private static let slot = 52, barWidth = 30, left = 44, top = 24, plot = 150, foot = 40

    init(_ months: [ComplianceReport.Row<CivilMonth>], of metric: SLAMetric) {
        width = Self.left + months.count * Self.slot
        height = Self.top + Self.plot + Self.foot
        title = "\(metric.heading) by month"
        let most = Self.roundUp(months.map(\.figures.total).max() ?? 0)
        let end = width
        lines = (most == 0 ? [0] : [0, most / 2, most]).map { value in
            let y = Self.top + Self.plot - (most == 0 ? 0 : Self.plot * value / most)
            return Line(y: y, textY: y + 4, end: end, label: "\(value)")
        }
        func length(_ count: Int) -> Int { count == 0 ? 0 : max(2, Self.plot * count / max(1, most)) }
        bars = months.enumerated().map { place, row in
            let (met, breached) = (length(row.figures.met), length(row.figures.breached))
            let floor = Self.top + Self.plot
            let x = Self.left + place * Self.slot + (Self.slot - Self.barWidth) / 2
            let isYearShown = place == 0 || row.key?.month == 1
            return Bar(
                met: met == 0 ? nil : Part(x: x, y: floor - met, height: met),
                breached: breached == 0 ? nil : Part(x: x, y: floor - met - breached, height: breached), middle: x + Self.barWidth / 2,
                percentY: floor - met - breached - 6, percent: row.figures.percentMet.words, monthY: floor + 16, month: row.key?.name ?? "",
                yearY: floor + 32, year: isYearShown ? row.key.map { "\($0.year)" } ?? "" : "")
        }
        description = months.map { row in
            let figures = row.figures
            guard figures.total > 0 else { return "\(row.key?.words ?? ""): none." }
            return "\(row.key?.words ?? ""): \(figures.percentMet.words) met, \(figures.met) met and \(figures.breached) breached."
        }.joined(separator: " ")
    }

    /// The next number above that has a whole half: 2, 4, 6, 8, 10, 20, 40 …
    private static func roundUp(_ value: Int) -> Int {
        guard value > 0 else { return 0 }
        var step = 2
        while value > step * 5 { step *= 10 }
        return (value + step - 1) / step * step
    }
}
