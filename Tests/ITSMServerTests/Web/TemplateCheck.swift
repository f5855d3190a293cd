@testable import ITSMServer
@testable import Mustache
@_spi(Reflection) import Swift

/// Goes through a template, its partials and what it inherits, and looks each name up in the types that stand there when it is rendered.
struct TemplateCheck {
    private(set) var faults: Set<String> = []
    /// All that were gone through.
    private(set) var templates: Set<String> = []

    private let library: MustacheLibrary
    /// The template in which the walk is.
    private var place = ""
    /// Blocks that the templates before gave to the one where the walk is, and where they were given.
    private var blocks: [String: (template: MustacheTemplate, place: String)] = [:]

    init(_ template: String, of library: MustacheLibrary, page: Any.Type) {
        self.library = library
        walk(named: template, [Frame(shape: .view(page))])
    }

    /// What a name leads to.
    private enum Shape {
        /// `PageView` with this view as its `page`.
        case view(Any.Type)
        case value(Any.Type)
    }

    /// A value among those in which names are looked up, innermost last.
    private struct Frame {
        let shape: Shape
        /// Names in it whose section is open, so that they are not absent.
        var present: Set<String> = []
    }

    private mutating func walk(named name: String, _ stack: [Frame]) {
        guard let template = library.getTemplate(named: name) else { return fail("there is no template \(name)") }
        let before = place
        place = name
        templates.insert(name)
        walk(template, stack)
        place = before
    }

    private mutating func walk(_ template: MustacheTemplate, _ stack: [Frame]) {
        for token in template.tokens {
            switch token {
            case .text, .contentType, .blockDefinition: break
            case .variable(let name, _), .unescapedVariable(let name, _): checkText(name, stack)
            case .section(let name, _, let inner): walkSection(name, inner, stack)
            case .invertedSection(let name, _, let inner):
                if let (type, _) = find(name, stack), !Self.canBeAbsent(type) {
                    fail("\(name) is always there, so the part for its absence never is")
                }
                walk(inner, stack)
            case .blockExpansion(let name, let standard, _): walkBlock(name, standard, stack)
            case .partial(let name, _, let given): walkPartial(name, given ?? [:], stack)
            case .dynamicNamePartial(let name, _, _): fail("\(name) names a template that only rendering would tell")
            }
        }
    }

    private mutating func walkPartial(_ name: String, _ given: [String: MustacheTemplate], _ stack: [Frame]) {
        for block in given.keys where !Self.blocks(of: name, in: library).contains(block) { fail("\(name) has no block \(block)") }
        let before = blocks
        // What is given further out has the last word.
        blocks = given.mapValues { ($0, place) }.merging(before) { _, outer in outer }
        walk(named: name, stack)
        blocks = before
    }

    private mutating func walkBlock(_ name: String, _ standard: MustacheTemplate, _ stack: [Frame]) {
        guard let given = blocks[name] else { return walk(standard, stack) }
        let before = place
        place = given.place
        walk(given.template, stack)
        place = before
    }

    private mutating func walkSection(_ name: String, _ inner: MustacheTemplate, _ stack: [Frame]) {
        guard let (type, frame) = find(name, stack) else { return }
        var stack = stack
        stack[frame].present.insert(Self.first(name))
        if type == String.self || type == Int.self { fail("\(name) is always there; an absent one must be nil") }
        var content = type
        while let wrapping = content as? any Wrapping.Type { content = wrapping.content }
        walk(inner, content == Bool.self ? stack : stack + [Frame(shape: .value(content))])
    }

    private mutating func checkText(_ name: String, _ stack: [Frame]) {
        guard var (type, _) = find(name, stack) else { return }
        if let optional = type as? any OptionalType.Type { type = optional.content }
        if ![String.self, Substring.self, Int.self, Int64.self, Bool.self].contains(where: { $0 == type }) {
            fail("\(name) is a \(type), which has no text of its own")
        }
    }

    /// The type that a name leads to, and in which of the frames it was found. Where the innermost has no such name, those around it are asked, unless the
    /// name begins with a dot.
    private mutating func find(_ name: String, _ stack: [Frame]) -> (Any.Type, Int)? {
        let names = name.split(separator: ".").map(String.init)
        let innermost = stack.count - 1
        guard !names.isEmpty else { return Self.type(of: stack[innermost].shape).map { ($0, innermost) } }
        let isLocal = name.hasPrefix(".")
        let places = stack.indices.reversed().filter { ($0 == innermost || !isLocal) && Self.member(names[0], of: stack[$0].shape) != nil }
        guard let place = places.first, var shape = Self.member(names[0], of: stack[place].shape) else {
            fail("\(name) is nowhere in \(stack.reversed().map { Self.describe($0.shape) }.joined(separator: ", "))")
            return nil
        }
        if places.count > 1, !stack[place].present.contains(names[0]), Self.type(of: shape) is any OptionalType.Type {
            fail("\(name) can be the outer one's where it is absent; .\(name) would not")
        }
        for next in names.dropFirst() {
            guard let inner = Self.member(next, of: shape) else {
                fail("\(name) is nowhere: \(Self.describe(shape)) has no \(next)")
                return nil
            }
            shape = inner
        }
        return Self.type(of: shape).map { ($0, place) }
    }

    private static func first(_ name: String) -> String { name.split(separator: ".").first.map(String.init) ?? name }

    private mutating func fail(_ fault: String) { faults.insert("\(place): \(fault)") }

    // MARK: Types

    /// The stored property of that name: those are what rendering finds.
    private static func member(_ name: String, of shape: Shape) -> Shape? {
        var type: Any.Type
        switch shape {
        case .view(let page):
            if name == "page" { return .value(page) }
            type = PageView.self
        case .value(let value): type = value
        }
        if let optional = type as? any OptionalType.Type { type = optional.content }
        var found: Any.Type?
        _ = _forEachField(of: type) { label, _, fieldType, _ in
            if String(cString: label) == name { found = fieldType }
            return found == nil
        }
        return found.map(Shape.value)
    }

    private static func type(of shape: Shape) -> Any.Type? {
        switch shape {
        case .view: nil
        case .value(let type): type
        }
    }

    private static func canBeAbsent(_ type: Any.Type) -> Bool { type is any Wrapping.Type || type == Bool.self }

    private static func describe(_ shape: Shape) -> String {
        switch shape {
        case .view(let type): "PageView with \(type)"
        case .value(let type): "\(type)"
        }
    }

    private static func blocks(of name: String, in library: MustacheLibrary) -> Set<String> {
        func names(_ template: MustacheTemplate) -> [String] {
            template.tokens.flatMap { token -> [String] in
                switch token {
                case .blockExpansion(let name, let standard, _): [name] + names(standard)
                case .section(_, _, let inner), .invertedSection(_, _, let inner): names(inner)
                case .partial(let name, _, let given):
                    Array(blocks(of: name, in: library)) + (given ?? [:]).values.flatMap(names)
                default: []
                }
            }
        }
        return Set(library.getTemplate(named: name).map(names) ?? [])
    }
}

/// A type that holds values of another: rendering goes through to those.
private protocol Wrapping { static var content: Any.Type { get } }
private protocol OptionalType: Wrapping {}
extension Optional: OptionalType { fileprivate static var content: Any.Type { Wrapped.self } }
extension Array: Wrapping { fileprivate static var content: Any.Type { Element.self } }
