import Testing
@testable import ITSMServer

@Suite struct DemoWordsTests {
    @Test func aNameAndAChoiceGiveTheSameWordsThroughoutATicket() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let halves = DemoWords(using: &random).fill("{site} [a|b|c]; {site} [a|b|c]").split(separator: "; ")
            #expect(halves.count == 2 && halves[0] == halves[1])
        }
    }

    @Test func nothingIsLeftToFillAndTitlesDiffer() {
        var random = SystemRandomNumberGenerator()
        for scenario in DemoScenario.all {
            var titles: Set<String> = []
            for _ in 0..<40 {
                let filled = DemoWords(using: &random).fill(scenario)
                for text in [filled.title, filled.description, filled.reply, filled.note ?? "", filled.resolution] {
                    #expect(!text.contains(/[\[\]{}|]/), "\(text)")
                }
                titles.insert(filled.title)
            }
            #expect(titles.count > 4, "\(scenario.title)")
        }
    }
}
