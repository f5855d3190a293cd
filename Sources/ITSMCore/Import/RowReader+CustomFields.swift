/// The desk's own fields of a row.
extension RowReader {
    /// By name; null where the row says nothing. People stay as the source names them.
    mutating func customFields(in row: CSVRow) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for own in plan.customFields {
            values[own.field.name] = .null
            guard let (text, column) = plan.text(own.binding, in: row) else { continue }
            var problems = ProblemList()
            if own.field.kind == .user { problems.check(text: text, "/", name: own.field.label, limit: ImportedTicket.longestPersonID) }
            values[own.field.name] = own.field.checked(value(of: text, own), at: "/", &problems)
            for problem in problems.problems.prefix(1) { fault(row, column, text, problem.code, problem.message) }
        }
        return values
    }

    /// What a cell's text means as a value of the field; where it means nothing, the text itself, for the field to refuse.
    private func value(of text: String, _ own: ImportPlan.OwnField) -> JSONValue {
        func meaning(_ word: String) -> String { own.words[word.lowercased()] ?? word }
        switch own.field.kind {
        case .text, .user, .ci, .url: return .string(meaning(text))
        case .number: return Int64(meaning(text)).map(JSONValue.integer) ?? Double(meaning(text)).map(JSONValue.number) ?? .string(text)
        case .boolean:
            return ["true": true, "yes": true, "1": true, "false": false, "no": false, "0": false][meaning(text).lowercased()] ?? .string(text)
        case .choice: return .string(choice(meaning(text), own.field))
        case .multiChoice:
            let words = text.split { $0 == "," || $0 == ";" }.map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
            return .array(words.map { .string(choice(meaning(String($0)), own.field)) })
        case .date: return .string(day(meaning(text), own) ?? text)
        }
    }

    /// The choice of that value or label, without regard to case.
    private func choice(_ word: String, _ field: CustomField) -> String {
        let lower = word.lowercased()
        return (field.choices.first { $0.value == word } ?? field.choices.first { $0.value.lowercased() == lower || $0.label.lowercased() == lower })?
            .value ?? word
    }

    /// A day in any of the map's ways of writing times.
    private func day(_ text: String, _ own: ImportPlan.OwnField) -> String? {
        if let date = CivilDate(text) { return date.description }
        for format in own.binding.dates {
            switch format.read(text.utf8) {
            case .local(let local): return local.date.description
            case .instant(let instant): return String(instant.description.prefix(10))
            case nil: continue
            }
        }
        return nil
    }
}
