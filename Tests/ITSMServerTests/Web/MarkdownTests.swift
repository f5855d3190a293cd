import Testing
@testable import ITSMServer

/// What people write, as safe HTML.
@Suite struct MarkdownTests {
    @Test(arguments: [
        ("Two\nlines", "<p>Two<br />\nlines</p>"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("- [x] done", "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> done</li>\n</ul>"),
        ("# Title", "<h3>Title</h3>"),
        ("###### Deep", "<h6>Deep</h6>"),
        ("```\na < b\n```", #"<pre tabindex="0" role="region" aria-label="Code"><code>a &lt; b"# + "\n</code></pre>"),
        ("[a](https://a.example/?b=1&c=2)", #"<p><a href="https://a.example/?b=1&amp;c=2" rel="nofollow noopener">a</a></p>"#),
        ("www.a.example", #"<p><a href="http://www.a.example" rel="nofollow noopener">www.a.example</a></p>"#),
        ("kim@a.example", #"<p><a href="mailto:kim@a.example" rel="nofollow noopener">kim@a.example</a></p>"#),
        ("[here](/tickets/INC0000001)", #"<p><a href="/tickets/INC0000001" rel="nofollow noopener">here</a></p>"#),
        ("![cat](https://a.example/cat.png)", #"<p><a href="https://a.example/cat.png" rel="nofollow noopener">cat</a></p>"#),
        ("![](https://a.example/cat.png)", #"<p><a href="https://a.example/cat.png" rel="nofollow noopener">https://a.example/cat.png</a></p>"#),
        ("[![cat](https://a.example/cat.png)](https://b.example)", #"<p><a href="https://b.example" rel="nofollow noopener">cat</a></p>"#),
        (
            "![a \"b\"](/api/v1/tickets/INC0000001/attachments/01932b4e-7c00-7000-8000-000000000000/content)",
            "<p><img src=\"/api/v1/tickets/INC0000001/attachments/01932b4e-7c00-7000-8000-000000000000/content\" alt=\"a &quot;b&quot;\" loading=\"lazy\"></p>"
        ),
        (
            "| a |\n|---|\n| [b](https://a.example) |",
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td><a href=\"https://a.example\" rel=\"nofollow noopener\">b</a></td>\n</tr>\n</tbody>\n</table>\n</div>"
        ),
        ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>"),
        ("", ""),
    ])
    func isMadeHTML(_ text: String, _ html: String) {
        #expect(Markdown.html(text).trimmed == html)
    }

    /// Nothing of what is written becomes an element, attribute or address that does something.
    @Test(arguments: [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <img src=x onerror=alert(1)> b", "<svg/onload=alert(1)>",
        "<!-- x --><iframe src=/>",
        "<a href=\"javascript:alert(1)\">x</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#10;script:alert(1))",
        "[x](&#x6A;avascript:alert(1))", "[x](<java\tscript:alert(1)>)", "[x](data:text/html,<script>alert(1)</script>)",
        "[x](data:image/png;base64,AAAA)", "[x](vbscript:x)", "[x](file:///etc/passwd)", "[x](//evil.example)", "[x](/\\evil.example)",
        "[x](https://a.example\"onmouseover=alert(1))", "[x](https://a.example \"t\\\" onmouseover=alert(1)\")", "<javascript:alert(1)>",
        "![x](javascript:alert(1))", "![x\" onerror=\"alert(1)](https://a.example)", "![![x](javascript:a)](javascript:b)",
        "[a]\n\n[a]: javascript:alert(1)",
        "[<img src=x onerror=alert(1)>](https://a.example)", "`<script>`", "```\"><script>alert(1)</script>\nx\n```", "    <script>alert(1)</script>",
        "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |", "~~<script>~~", "- [x] <script>", "javascript:alert(1)",
        "<style>*{}</style>",
        "![x](/api/v1/tickets/a/attachments/\"onerror=x/content)",
        "<x\0><script>",
    ])
    func nothingThatIsWrittenRuns(_ text: String) {
        let html = Markdown.html(text)
        let elements = html.matches(of: /<\/?([^\s>]*)([^>]*)>/)
        let known: Set<Substring> = [
            "p", "a", "br", "pre", "code", "ul", "li", "input", "del", "em", "strong", "div", "table", "thead", "tbody", "tr", "th", "td", "img",
        ]
        for element in elements {
            #expect(known.contains(element.1), "\(html)")
            #expect(!element.2.contains(/\son\w+\s*=/) || element.2.contains("&quot;"), "\(html)")
            #expect(!element.2.contains(/(?i)(javascript|vbscript|data|file):/), "\(html)")
            #expect(!element.2.contains(/(href|src)="(\/\/|\/\\)/), "\(html)")
        }
    }

    /// What is made to cost much is shown as it is.
    @Test(arguments: [
        String(repeating: "|", count: 30_000) + "\n" + String(repeating: "|-", count: 30_000),
        String(repeating: "|a", count: 100) + "\n" + String(repeating: "|-", count: 100) + "\n" + String(repeating: "x\n", count: 30_000),
        String(repeating: "a@", count: 30_000), String(repeating: ">", count: 60_000), String(repeating: "<b>", count: 40_000),
        String(repeating: "![a", count: 20_000), String(repeating: "[", count: 60_000) + String(repeating: "](/a)", count: 900),
    ])
    func nobodyCanMakeItWorkForLong(_ text: String) {
        #expect(Markdown.html(text).utf8.count <= 8 * Markdown.limit)
    }

    @Test func textAboveTheLimitIsPlain() {
        let text = "**a**\n" + String(repeating: "b", count: Markdown.limit)
        #expect(Markdown.html(text).hasPrefix("<p>**a**<br>\nbbb"))
    }
}
