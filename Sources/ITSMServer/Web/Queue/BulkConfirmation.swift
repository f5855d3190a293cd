import ITSMCore

/// Asks, where there are no scripts, whether all tickets of a list shall be changed.
struct BulkConfirmation: Sendable {
    let title = "Change all tickets of a list"
    let change: String
    let count: String
    let filter: String
    let queue: String
    /// What the form says again, and how many tickets there are.
    let fields: [QueueAddress.Filter]

    init(_ form: Form, count: Int, filter: String, queue: QueueAddress, for caller: Principal, _ custom: CustomFieldList) {
        let asked = form["change"]
        let known = QueueChange.sections(for: caller, custom).lazy.compactMap { section in
            section.changes.first { $0.value == asked }.map {
                let words = $0.needs == "value" ? form["value"] : $0.label
                return $0.value.hasPrefix(CustomField.changeName("")) ? "\(section.label): \(words)" : words
            }
        }
        change = known.first ?? asked
        self.count = BulkView.count(count)
        self.filter = filter
        self.queue = queue.address
        fields =
            ["change", "reason", "value"].map { .init(name: $0, value: form[$0]) } + [
                .init(name: "queue", value: queue.query), .init(name: "matching", value: filter), .init(name: "expected", value: "\(count)"),
            ]
    }
}
