import Mustache

extension String {
    /// Safe between tags and in quoted attributes.
    ///
    /// Goes by Unicode scalars, as browsers do: to Swift a quote and the accent after it are one character, which is no quote.
    var escapedForHTML: String {
        var escaped = ""
        escaped.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// What templates do with text. swift-mustache's own goes by characters, and lets a quote with an accent pass.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String { text.escapedForHTML }

    /// `template` with the order to escape by this.
    static func escaping(_ template: String) -> String {
        registered
        return "{{% CONTENT_TYPE:\(name)}}\n" + template
    }

    private static let name = "HTML_TEXT"
    private static let registered: Void = MustacheContentTypes.register(HTMLText(), named: name)
}
