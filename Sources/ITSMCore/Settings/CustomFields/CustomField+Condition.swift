extension CustomField {
    /// What conditions know of it: `ticket.customFields.name`.
    var conditionField: ConditionField {
        ConditionField(
            id: id.description, name: name, kind: kind.inConditions, isHidden: !visibleToRequesters, label: label, choices: choices.map(\.value))
    }
}

extension CustomField.Kind {
    fileprivate var inConditions: ConditionField.Kind {
        switch self {
        case .text, .choice, .ci, .url: .text
        case .number: .number
        case .boolean: .boolean
        case .date: .date
        case .user: .person
        case .multiChoice: .list
        }
    }
}
