import ITSMCore

// How many questions a second the business clock answers on one core: a zone with daylight saving, weekdays 09:00–17:00, ten holidays a year. Prints one
// line for each kind of question and span.

func measure(years: Int64) throws {
    let holidays = [(1, 1), (1, 6), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (12, 25), (12, 26)]
    var exceptions: [CivilDate: DayHours] = [:]
    for year in 2000...2050 {
        for (month, day) in holidays { exceptions[CivilDate(year: year, month: month, day: day)!] = .closed }
    }
    let clock = try SLAClock(BusinessCalendar(zone: "Europe/Berlin", weekly: .weekdays(.hours(9, 17)), exceptions: exceptions))
    var random = SystemRandomNumberGenerator()
    let count = 1 << 16
    let base = Instant("2016-01-01T00:00:00Z")!
    let starts = (0..<count).map { _ in base.adding(seconds: Int64.random(in: 0..<10 * 365 * 86_400, using: &random)) }
    // A year has about 2,000 working hours.
    let amounts = (0..<count).map { _ in Int64.random(in: 0..<years * 2_000 * 3_600, using: &random) * 1_000_000 }
    let ends = starts.map { $0.adding(seconds: Int64.random(in: 0..<years * 365 * 86_400, using: &random)) }
    var sum: Int64 = 0
    func rate(_ name: String, _ ask: (Int) -> Int64) {
        var best = 0.0
        for _ in 0..<3 {
            let rounds = 40
            let time = ContinuousClock().measure {
                for _ in 0..<rounds { for index in 0..<count { sum &+= ask(index) } }
            }
            let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
            best = max(best, Double(rounds * count) / seconds)
        }
        print("\(name)\t\(years)\t\(Int(best))")
    }
    rate("instant(after:adding:)") { clock.instant(after: starts[$0], adding: amounts[$0])?.microseconds ?? 0 }
    rate("workingTime(from:to:)") { clock.workingTime(from: starts[$0], to: ends[$0]) }
    // Keeps the work from being left out.
    if sum == 1 { print(sum) }
}

try measure(years: 1)
try measure(years: 20)
