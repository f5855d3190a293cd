// What people write, on its way into the pages of others. See scripts/fuzz.

/// An input is a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMarkdown(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    var page = Page(Array(Markdown.html(text).unicodeScalars))
    page.read()
    return 0
}

/// Reads HTML as a browser does, and stops at all that no text of people's may become.
private struct Page {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    private static let tags: Set = [
        "p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "a", "img", "table", "thead",
        "tbody", "tr", "th", "td", "div", "input",
    ]
    private static let attributes: Set = [
        "href", "rel", "src", "alt", "loading", "class", "tabindex", "role", "aria-label", "align", "type", "checked", "disabled", "start", "title",
    ]

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    mutating func read() {
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "<" { tag() }
            claim(scalar != "\0", "no NUL")
        }
    }

    private mutating func tag() {
        _ = skip("/")
        let name = word()
        claim(Self.tags.contains(name), "no tag but those of formatted text: \(name)")
        while true {
            skipSpace()
            _ = skip("/")
            if skip(">") { return }
            let attribute = word()
            claim(Self.attributes.contains(attribute), "no attribute but ours: \(attribute)")
            guard skip("=") else { continue }
            claim(skip("\""), "values are quoted")
            let start = position
            while position < scalars.count, scalars[position] != "\"" { position += 1 }
            var value = String.UnicodeScalarView()
            value.append(contentsOf: scalars[start..<position])
            claim(skip("\""), "and end")
            check(attribute, String(value))
        }
    }

    /// Where links lead. No entity can hide a scheme: those that are allowed stand first, as they are.
    private func check(_ attribute: String, _ value: String) {
        if attribute == "src" { claim(value.hasPrefix("/api/v1/tickets/") && !value.contains(".."), "pictures are the desk's own: \(value)") }
        guard attribute == "href" else { return }
        let low = value.lowercased()
        claim(
            ["https://", "http://", "mailto:", "tel:", "#"].contains { low.hasPrefix($0) }
                || low.hasPrefix("/") && !low.hasPrefix("//") && !low.hasPrefix("/\\"),
            "no link leads elsewhere: \(value)")
    }

    private mutating func word() -> String {
        var word = ""
        while position < scalars.count, let value = Optional(scalars[position].value),
            (97...122).contains(value) || (48...57).contains(value) || value == 45
        {
            word.unicodeScalars.append(scalars[position])
            position += 1
        }
        return word
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard position < scalars.count, scalars[position] == scalar else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() { while position < scalars.count, scalars[position] == " " || scalars[position] == "\n" { position += 1 } }
}
