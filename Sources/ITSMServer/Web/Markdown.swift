import CCMark
import Foundation

/// Markdown as people write it (CommonMark with GitHub's tables, strikethrough, bare links and task lists) to HTML that is safe to show, by cmark-gfm.
///
/// Raw HTML is shown as the text that it is. Links lead only to the web, to mail and telephone, and within the desk; pictures from elsewhere become links,
/// so that nobody learns who reads. A line break is a line break.
enum Markdown {
    /// Beyond this many bytes, text is shown as it is: nobody formats that much by hand.
    static let limit = 64 * 1024

    static func html(_ text: String) -> String {
        guard text.utf8.count <= limit, let html = Document(text).html, html.utf8.count <= 8 * limit else { return plain(text) }
        return html
    }

    /// The text with its line breaks, and nothing in it that means anything.
    private static func plain(_ text: String) -> String { "<p>\(text.escapedForHTML.replacing("\n", with: "<br>\n"))</p>\n" }
}

/// One text, parsed; its tree is freed with it.
private struct Document: ~Copyable {
    private typealias Node = OpaquePointer

    /// cmark-gfm marks the special characters of its extensions in one table for the whole process while it parses.
    private static let parsing = NSLock()
    private static let options = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8

    private let parser: OpaquePointer
    private let root: Node?

    init(_ text: String) {
        var text = text
        let extensions = Self.extensions(for: text)
        Self.parsing.lock()
        defer { Self.parsing.unlock() }
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(Self.options) else { preconditionFailure("cmark-gfm has no memory") }
        for found in extensions.compactMap({ cmark_find_syntax_extension($0) }) { cmark_parser_attach_syntax_extension(parser, found) }
        text.withUTF8 { $0.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) } }
        self.parser = parser
        root = cmark_parser_finish(parser)
    }

    deinit {
        if let root { cmark_node_free(root) }
        cmark_parser_free(parser)
    }

    /// Tables and bare mail addresses cost the square of what is written, and a table fills every row to its width: text that would make much of
    /// that goes without.
    private static func extensions(for text: String) -> [String] {
        var (lines, bars, widest, at) = (1, 0, 0, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): (lines, bars) = (lines + 1, 0)
            case UInt8(ascii: "|"):
                bars += 1
                widest = max(widest, bars)
            case UInt8(ascii: "@"): at += 1
            default: break
            }
        }
        return ["strikethrough", "tasklist"] + (widest <= 100 && widest * lines <= 20_000 ? ["table"] : []) + (at <= 1_000 ? ["autolink"] : [])
    }

    /// Nil where it cannot be made. What HTML is left in the tree is ours, so that cmark-gfm may let it pass.
    var html: String? {
        guard let root else { return nil }
        for node in Self.nodes(of: root) { Self.makeSafe(node) }
        guard let text = cmark_render_html(root, Self.options | CMARK_OPT_UNSAFE, cmark_parser_get_syntax_extensions(parser)) else { return nil }
        defer { cmark_get_default_mem_allocator().pointee.free(text) }
        return String(cString: text)
    }

    /// Every node of the tree, those within others first.
    private static func nodes(of root: Node) -> [Node] {
        guard let iterator = cmark_iter_new(root) else { return [] }
        defer { cmark_iter_free(iterator) }
        var nodes: [Node] = []
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return nodes }
            guard let node = cmark_iter_get_node(iterator) else { continue }
            // A leaf is only entered.
            if event == CMARK_EVENT_EXIT || leaves.contains(cmark_node_get_type(node).rawValue) { nodes.append(node) }
        }
    }

    private static let leaves = Set(
        [
            CMARK_NODE_HTML_BLOCK, CMARK_NODE_THEMATIC_BREAK, CMARK_NODE_CODE_BLOCK, CMARK_NODE_TEXT, CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK,
            CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE,
        ].map(\.rawValue))

    private static func makeSafe(_ node: Node) {
        switch cmark_node_get_type(node) {
        case CMARK_NODE_HTML_INLINE: replace(node, with: CMARK_NODE_TEXT) { cmark_node_set_literal($0, literal(of: node)) }
        case CMARK_NODE_HTML_BLOCK, CMARK_NODE_CODE_BLOCK:
            let code = literal(of: node).escapedForHTML
            replace(node, with: CMARK_NODE_CUSTOM_BLOCK) {
                cmark_node_set_on_enter($0, #"<pre tabindex="0" role="region" aria-label="Code"><code>\#(code)</code></pre>"#)
            }
        // A page has its own headings above those of what people write.
        case CMARK_NODE_HEADING: cmark_node_set_heading_level(node, min(6, cmark_node_get_heading_level(node) + 2))
        case CMARK_NODE_LINK: makeLink(of: node, to: address(of: node))
        case CMARK_NODE_IMAGE: makeImage(of: node)
        default: if String(cString: cmark_node_get_type_string(node)) == "table" { wrap(table: node) }
        }
    }

    /// A link within a link is text, as is one that leads where no link may.
    private static func makeLink(of node: Node, to address: String) {
        let isLink = isAllowed(address) && !isWithinLink(node)
        if isLink { insert("<a href=\"\(address.escapedForHTML)\" rel=\"nofollow noopener\">", before: node) }
        while let child = cmark_node_first_child(node) {
            if cmark_node_insert_before(node, child) == 0 { cmark_node_free(child) }
        }
        if isLink { insert("</a>", before: node) }
        cmark_node_free(node)
    }

    private static func makeImage(of node: Node) {
        let address = address(of: node)
        guard isOwnFile(address) else {
            if cmark_node_first_child(node) == nil, let name = cmark_node_new(CMARK_NODE_TEXT) {
                cmark_node_set_literal(name, address)
                cmark_node_append_child(node, name)
            }
            return makeLink(of: node, to: address)
        }
        insert("<img src=\"\(address)\" alt=\"\(text(in: node).escapedForHTML)\" loading=\"lazy\">", before: node)
        cmark_node_free(node)
    }

    /// Wide tables scroll by themselves, by keyboard too.
    private static func wrap(table: Node) {
        guard let wrapper = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return }
        cmark_node_set_on_enter(wrapper, #"<div class="wide" tabindex="0" role="region" aria-label="Table">"#)
        cmark_node_set_on_exit(wrapper, "</div>")
        if cmark_node_insert_before(table, wrapper) == 0 { return cmark_node_free(wrapper) }
        cmark_node_append_child(wrapper, table)
    }

    /// What cannot take the place is dropped, as is what it was to replace.
    private static func replace(_ node: Node, with type: cmark_node_type, _ fill: (Node) -> Void) {
        if let new = cmark_node_new(type) {
            fill(new)
            if cmark_node_insert_before(node, new) == 0 { cmark_node_free(new) }
        }
        cmark_node_free(node)
    }

    private static func insert(_ html: String, before node: Node) {
        guard let new = cmark_node_new(CMARK_NODE_HTML_INLINE) else { return }
        cmark_node_set_literal(new, html)
        if cmark_node_insert_before(node, new) == 0 { cmark_node_free(new) }
    }

    private static func literal(of node: Node) -> String { cmark_node_get_literal(node).map { String(cString: $0) } ?? "" }
    private static func address(of node: Node) -> String { cmark_node_get_url(node).map { String(cString: $0) } ?? "" }

    private static func text(in node: Node) -> String {
        nodes(of: node).filter { [CMARK_NODE_TEXT, CMARK_NODE_CODE].contains(cmark_node_get_type($0)) }.map(literal).joined()
    }

    private static func isWithinLink(_ node: Node) -> Bool {
        var above = cmark_node_parent(node)
        while let parent = above {
            if [CMARK_NODE_LINK, CMARK_NODE_IMAGE].contains(cmark_node_get_type(parent)) { return true }
            above = cmark_node_parent(parent)
        }
        return false
    }

    /// `https:`, `http:`, `mailto:`, `tel:`, a path of the desk, or a place on the page. No other scheme, and no other host without a scheme.
    private static func isAllowed(_ address: String) -> Bool {
        let address = address.lowercased()
        // Browsers drop white space before they read a scheme, and take a backslash for a slash.
        guard !address.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 || $0 == "\\" }) else { return false }
        return ["https://", "http://", "mailto:", "tel:", "#"].contains(where: address.hasPrefix)
            || address.hasPrefix("/") && !address.hasPrefix("//")
    }

    /// A file on one of the desk's tickets.
    private static func isOwnFile(_ address: String) -> Bool {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 8 && parts[..<4].elementsEqual(["", "api", "v1", "tickets"]) && parts[5] == "attachments" && parts[7] == "content"
            && [parts[4], parts[6]].allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 45 } }
    }
}
