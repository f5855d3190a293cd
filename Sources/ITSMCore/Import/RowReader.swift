/// What one row says, in our words.
struct ReadRow {
    var row: CSVRow
    var order: Int64
    var at: Instant?
    var by: String?
    /// Nil where the row keeps the state before.
    var status: TicketStatus?
    /// All but the status.
    var state: ImportedTicket.State
}

/// Reads rows by a plan, noting every fault and warning on the way.
struct RowReader {
    let plan: ImportPlan
    private(set) var faults: [ImportFault] = []
    private(set) var notes: [ImportNote] = []

    init(_ plan: ImportPlan) { self.plan = plan }

    mutating func read(_ row: CSVRow) -> ReadRow {
        let isWhole = checkShape(row)
        let found = faults.count
        // In a row with too many or too few cells every further fault would only be an echo.
        defer { if !isWhole { faults.removeSubrange(found...) } }
        let status = status(in: row)
        let category = plan.parts(.category, in: row)
        for part in category.texts where part.unicodeScalars.count > Limits.name || part.contains("/") && category.texts.count > 1 {
            fault(row, category.column, part, .invalidValue, "A part of a category has at most \(Limits.name) characters and no slash.")
        }
        let state = ImportedTicket.State(
            title: text(.title, in: row, limit: Limits.title) ?? "",
            description: text(.description, in: row, limit: Limits.longText, isMultiline: true),
            status: status.status ?? plan.map.kind.lifecycle.initial,
            pendingReason: status.status?.isWait == true ? status.word : nil,
            impact: word(.impact, in: row), urgency: word(.urgency, in: row), priority: word(.priority, in: row),
            category: category.texts.flatMap { $0.split(separator: "/").map(String.init) },
            requester: text(.requester, in: row, limit: ImportedTicket.longestPersonID),
            assignee: text(.assignee, in: row, limit: ImportedTicket.longestPersonID),
            group: text(.group, in: row, limit: Limits.name), service: text(.service, in: row, limit: Limits.name),
            channel: word(.channel, in: row) ?? .import, tags: tags(in: row), customFields: customFields(in: row))
        return ReadRow(
            row: row, order: order(in: row), at: time(.updatedAt, in: row),
            by: text(.updatedBy, in: row, limit: ImportedTicket.longestPersonID), status: status.isKept ? nil : state.status, state: state)
    }

    mutating func takeFaults() -> [ImportFault] {
        defer { faults = [] }
        return faults
    }

    mutating func takeNotes() -> [ImportNote] {
        defer { notes = [] }
        return notes
    }

    mutating func note(_ warning: ImportWarning, _ row: CSVRow, _ detail: String) {
        notes.append(ImportNote(warning: warning, row: row.number, detail: detail))
    }

    mutating func fault(_ row: CSVRow, _ column: Int?, _ value: String?, _ code: ErrorCode, _ message: String) {
        let name = column.flatMap { $0 < plan.header.count ? plan.header[$0] : nil }
        faults.append(ImportFault(row: row.number, column: column.map { $0 + 1 }, name: name, value: value, code: code, message: message))
    }

    // MARK: - Single values

    /// One line of text, or several.
    mutating func text(_ field: ImportField, in row: CSVRow, limit: Int, isMultiline: Bool = false) -> String? {
        guard let (text, column) = plan.text(field, in: row) else { return nil }
        if text.utf8.count > limit, text.unicodeScalars.count > limit {
            fault(row, column, text, .tooLong, "\(field.rawValue) has \(text.unicodeScalars.count) characters; at most \(limit) are allowed.")
            return nil
        }
        let isClean = text.utf8.allSatisfy { $0 >= 32 && $0 != 127 || (isMultiline && ($0 == 10 || $0 == 13 || $0 == 9)) }
        if !isClean {
            fault(
                row, column, text, .invalidValue,
                "\(field.rawValue) holds \(isMultiline ? "control characters" : "line breaks or control characters").")
            return nil
        }
        return text
    }

    /// A word of a closed list, by the map's own words or by ours.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ field: ImportField, in row: CSVRow) -> Word? where Word.RawValue == String {
        guard let (text, column) = plan.text(field, in: row) else { return nil }
        if let word = meaning(of: text, field).flatMap(Word.init(rawValue:)) { return word }
        unknownWord(field, text, row, column)
        return nil
    }

    /// What `text` means as a word of ours; nil when neither the map nor we know it.
    private func meaning(of text: String, _ field: ImportField) -> String? {
        plan.words[field]?[text.lowercased()]
    }

    private mutating func unknownWord(_ field: ImportField, _ text: String, _ row: CSVRow, _ column: Int?) {
        fault(row, column, text, .invalidValue, "The map does not say which \(field.rawValue) this is; add it under values/\(field.rawValue).")
    }

    private mutating func status(in row: CSVRow) -> (status: TicketStatus?, isKept: Bool, word: String?) {
        guard let (text, column) = plan.text(.status, in: row) else {
            if plan.has(.status) { fault(row, nil, nil, .required, "The row has no status.") }
            return (nil, false, nil)
        }
        // Where several columns make the status, the first alone decides when the map does not know the pair.
        guard let word = meaning(of: text, .status) ?? plan.parts(.status, in: row).texts.first.flatMap({ meaning(of: $0, .status) }) else {
            unknownWord(.status, text, row, column)
            return (nil, false, text)
        }
        if word == ImportMap.keepsState {
            note(.stateKept, row, "\(text) is not a state; the one before was kept.")
            return (nil, true, text)
        }
        return (TicketStatus(rawValue: word), false, text)
    }

    private mutating func tags(in row: CSVRow) -> [String] {
        guard let (text, column) = plan.text(.tags, in: row) else { return [] }
        let tags = Set(text.split(whereSeparator: { $0 == "," || $0 == ";" || $0 == "·" }).map { $0.trimmed }.filter { !$0.isEmpty })
        if tags.count > Limits.tagsPerTicket || tags.contains(where: { $0.unicodeScalars.count > Limits.tag }) {
            fault(row, column, text, .tooLong, "A ticket has at most \(Limits.tagsPerTicket) tags of at most \(Limits.tag) characters.")
            return []
        }
        return tags.sorted()
    }

    private mutating func order(in row: CSVRow) -> Int64 {
        guard plan.has(.order) else { return 0 }
        guard let (text, column) = plan.text(.order, in: row) else {
            fault(row, nil, nil, .required, "The row does not say its place in the ticket's history.")
            return 0
        }
        if let order = Int64(text) { return order }
        fault(row, column, text, .invalidValue, "The place in the ticket's history is a whole number.")
        return 0
    }

    mutating func count(_ field: ImportField, in row: CSVRow) -> Int {
        guard let (text, column) = plan.text(field, in: row) else { return 0 }
        if let count = Int32(text), count >= 0 { return Int(count) }
        fault(row, column, text, .invalidValue, "\(field.rawValue) is a whole number.")
        return 0
    }

    mutating func time(_ field: ImportField, in row: CSVRow) -> Instant? {
        guard let (text, column) = plan.text(field, in: row) else { return nil }
        for format in plan.dates(of: field) {
            switch format.read(text.utf8) {
            case nil: continue
            case .instant(let instant): return instant
            case .local(let local): return instant(of: local, text, row)
            }
        }
        let known = plan.dates(of: field).map(\.pattern).joined(separator: ", ")
        fault(row, column, text, .invalidValue, "This is not a time that exists in any of the formats \(known).")
        return nil
    }

    private mutating func instant(of local: LocalTime, _ text: String, _ row: CSVRow) -> Instant? {
        guard let zone = plan.zone else { return nil }
        let reading = zone.instants(ofLocal: local)
        switch reading {
        case .unique: break
        case .gap(let moved): note(.timeInGap, row, "\(text) did not exist in \(zone.name); \(moved) was taken.")
        case .repeated(let first, _): note(.timeRepeated, row, "\(text) was twice in \(zone.name); the first, \(first), was taken.")
        }
        return reading.instant
    }

    // MARK: - Shape

    /// - Returns: false, and a fault, when the row is not well formed.
    private mutating func checkShape(_ row: CSVRow) -> Bool {
        if let broken = row.fault { fault(row, broken.column, nil, .malformed, broken.message) }
        if row.count != plan.header.count {
            fault(row, nil, nil, .malformed, "The row has \(row.count) cells, the header \(plan.header.count).")
        }
        return row.fault == nil && row.count == plan.header.count
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
