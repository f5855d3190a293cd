import Testing

@testable import ITSMCore

@Suite struct CustomFieldTests {
    static func field(_ name: String, _ kind: CustomField.Kind, _ change: (inout CustomField) -> Void = { _ in }) -> CustomField {
        let choices = kind.hasChoices ? ["small", "medium", "large"].map { CustomField.Choice($0) } : []
        var field = CustomField(
            id: Desk.id(UInt8(truncatingIfNeeded: 40 + name.utf8.reduce(0) { $0 &+ Int($1) } % 60)), name: name, label: name.uppercased(), kind: kind,
            choices: choices, visibleToRequesters: true, createdAt: Desk.monday, updatedAt: Desk.monday)
        change(&field)
        return field
    }

    // MARK: Definitions

    @Test(arguments: [
        ("costCentre", nil), ("x", nil), ("a1B2", nil), (String(repeating: "a", count: 40), nil), ("", "/name"), ("Cost", "/name"),
        ("cost_centre", "/name"), ("1st", "/name"), ("größe", "/name"), ("in", "/name"), ("true", "/name"), ("package", "/name"),
        (String(repeating: "a", count: 41), "/name"),
    ])
    func namesAreThoseOfExpressions(name: String, fault: String?) {
        let draft = CustomField.Draft(name: name, label: "Label", kind: .text)
        #expect(faults { try CustomField(draft, id: Desk.id(1), at: Desk.monday) } == (fault.map { [$0] } ?? []))
    }

    @Test func everyFaultOfADraftIsTold() {
        var draft = CustomField.Draft(name: "site", label: " ", kind: .choice, choices: [.init("a"), .init("a"), .init("")])
        draft.order = -1
        #expect(
            faults { try CustomField(draft, id: Desk.id(1), at: Desk.monday) } == [
                "/label", "/order", "/choices/1/value", "/choices/2/value", "/choices/2/label",
            ])
        #expect(faults { try CustomField(.init(), id: Desk.id(1), at: Desk.monday) } == ["/kind", "/name", "/label"])
        #expect(faults { try CustomField(.init(name: "a", label: "A", kind: .choice), id: Desk.id(1), at: Desk.monday) } == ["/choices"])
        let text = CustomField.Draft(name: "a", label: "A", kind: .text, choices: [.init("x")])
        #expect(faults { try CustomField(text, id: Desk.id(1), at: Desk.monday) } == ["/choices"])
    }

    @Test func aDefaultIsAValue() throws {
        var draft = CustomField.Draft(name: "size", label: "Size", kind: .multiChoice, choices: [.init("small"), .init("large")])
        draft.defaultValue = ["large", "small", "large"]
        #expect(try CustomField(draft, id: Desk.id(1), at: Desk.monday).defaultValue == ["small", "large"])
        draft.defaultValue = ["huge"]
        #expect(faults { try CustomField(draft, id: Desk.id(1), at: Desk.monday) } == ["/default"])
    }

    @Test func aPatchThatChangesNothingLeavesTheVersionAlone() throws {
        var field = Self.field("size", .choice)
        var patch = CustomField.Patch()
        patch.label = .value("SIZE")
        #expect(try field.apply(patch, at: Desk.monday).isEmpty && field.version == 1)
        patch.kinds = .value([.request, .incident, .request])
        #expect(try field.apply(patch, at: Desk.monday).changes.keys.sorted() == ["kinds"])
        #expect(field.version == 2 && field.kinds == [.incident, .request])
    }

    // MARK: Values

    struct Value: Sendable, CustomTestStringConvertible {
        var kind: CustomField.Kind
        var given: JSONValue
        /// Nil where it is refused.
        var kept: JSONValue?
        var testDescription: String { "\(kind) \(given)" }
        init(_ kind: CustomField.Kind, _ given: JSONValue, _ kept: JSONValue?) { (self.kind, self.given, self.kept) = (kind, given, kept) }
    }

    @Test(arguments: [
        Value(.text, "4711", "4711"), Value(.text, "", nil), Value(.text, "a\nb", nil), Value(.text, 4711, nil), Value(.text, nil, .null),
        Value(.text, .string(String(repeating: "ä", count: 1_000)), .string(String(repeating: "ä", count: 1_000))),
        Value(.text, .string(String(repeating: "a", count: 1_001)), nil),
        Value(.number, 5, 5), Value(.number, .number(5), 5), Value(.number, .number(2.5), .number(2.5)), Value(.number, .number(.infinity), nil),
        Value(.number, .number(.nan), nil), Value(.number, "5", nil), Value(.number, .integer(.max), .number(0x1p63)),
        Value(.boolean, true, true), Value(.boolean, false, false), Value(.boolean, "true", nil), Value(.boolean, 1, nil),
        Value(.choice, "small", "small"), Value(.choice, "Small", nil), Value(.choice, ["small"], nil),
        Value(.multiChoice, ["large", "small"], ["small", "large"]), Value(.multiChoice, [], .null), Value(.multiChoice, "small", nil),
        Value(.multiChoice, ["small", 1], nil), Value(.multiChoice, ["small", "huge"], nil),
        Value(.date, "2026-12-25", "2026-12-25"), Value(.date, "2026-02-29", nil), Value(.date, "25.12.2026", nil),
        Value(.date, "2026-12-25T10:00:00Z", nil),
        Value(.user, "anna", "anna"), Value(.user, ["id": "x"], "x"), Value(.user, 5, nil),
        Value(.ci, "db-01", "db-01"), Value(.ci, .string(String(repeating: "a", count: 201)), nil),
        Value(.url, "https://example.com/a?b=c", "https://example.com/a?b=c"), Value(.url, "HTTP://EXAMPLE.com", "HTTP://EXAMPLE.com"),
        Value(.url, "mailto:kim@example.com", "mailto:kim@example.com"), Value(.url, "javascript:alert(1)", nil), Value(.url, "https:///x", nil),
        Value(.url, "https://", nil), Value(.url, " https://example.com", nil), Value(.url, "https://a b", nil), Value(.url, "mailto:", nil),
        Value(.url, "example.com", nil),
    ])
    func valuesAreWhatTheKindTakes(value: Value) {
        var problems = ProblemList()
        #expect(Self.field("x", value.kind).checked(value.given, at: "/x", &problems) == value.kept)
        #expect(problems.problems.map(\.pointer) == (value.kept == nil ? ["/x"] : []))
    }

    @Test func anArchivedChoiceIsKeptButNotChosen() {
        let field = Self.field("x", .multiChoice) { $0.choices[0].isArchived = true }
        var problems = ProblemList()
        #expect(field.checked(["large", "small"], at: "/x", keeping: ["small"], &problems) == ["small", "large"])
        #expect(field.checked(["large", "small"], at: "/x", keeping: ["large"], &problems) == nil)
        #expect(problems.problems.count == 1)
    }

    private func faults(_ body: () throws -> some Any) -> [String] {
        do {
            _ = try body()
            return []
        } catch let error as ITSMError {
            return error.pointers
        } catch {
            return ["\(error)"]
        }
    }
}
