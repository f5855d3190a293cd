import Foundation
import ITSMCore

/// One record as the template `record` shows it: where it stands, its form, what belongs to it, and what can be done with it.
struct RecordPage: Sendable {
    let title: String
    /// The list that it is in; nil where it is the only one of its kind.
    let parent: RecordList.Link?
    var badges: [RecordList.Badge] = []
    /// One line below the title.
    var intro: String?
    /// What is wrong with the form that came back, whichever of them it was.
    var faults: FormFaults?
    /// What was made for it just now, and is shown this once.
    var issued: IssuedSecret?
    var form: FormView?
    /// What belongs to it and can be taken away one by one, such as a group's members.
    var belongings: [Belongings] = []
    var actions: [Action] = []
    /// Suggested where a zone is typed.
    var zones: [String] = []

    static let allZones = TimeZone.knownTimeZoneIdentifiers

    struct Belongings: Sendable {
        let heading: String
        var intro: String?
        let items: [Item]
        var nothing: String?
        /// Where the list goes on.
        var next: String?
        var add: FormView?

        struct Item: Sendable {
            let name: String
            var person: Shell.Person?
            var detail: String?
            var badge: String?
            var address: String?
            /// Where its removal is sent, and what is removed; nil where it stays.
            var removal: Removal?
        }

        struct Removal: Sendable {
            let action: String
            let field: String
            let value: String
            /// Such as "Remove Ada Agent from Network".
            let words: String
        }
    }

    /// A form of its own beside the record's, such as "Disable".
    struct Action: Sendable {
        let heading: String
        let words: String
        let form: FormView
    }
}

/// A secret that a page shows once, as the partial `issued` has it.
struct IssuedSecret: Sendable {
    let heading: String
    let words: String
    let label: String
    let secret: String
}

extension FormView {
    /// A form without fields: one button.
    static func button(to action: String, _ words: String, version: Int? = nil, isDangerous: Bool = false) -> FormView {
        FormView(to: action, version: version, submit: words, isDangerous: isDangerous, sections: [])
    }

    /// What cannot be undone: one field for the name, and a button.
    static func confirmed(
        to action: String, _ words: String, of name: String, version: Int?, _ fields: FormFields = FormFields()
    ) -> FormView {
        FormView(
            to: action, version: version, submit: words, isDangerous: true,
            sections: [.init(fields: [fields.text("confirmation", "Type \(name) to confirm")])])
    }
}
