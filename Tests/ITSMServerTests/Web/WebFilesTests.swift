import Foundation
import ITSMTestSupport
import Testing
@testable import ITSMServer

/// The files that pages are made of.
@Suite struct WebFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/ITSMServer/Web").standardized
        .path

    private func names(_ folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/" + folder).filter { !$0.hasPrefix(".") })
    }

    @Test func theProgramCarriesEveryFile() throws {
        #expect(Set(BuiltInFiles.templates.keys.map { $0 + ".mustache" }) == (try names("Templates")))
        #expect(Set(BuiltInFiles.assets.keys) == (try names("Assets")))
    }

    /// Who works on pages may have a template missing for a moment: that page fails, not the server.
    @Test func aMissingTemplateIsAnError() async throws {
        let server = try await TestServer()
        let folder = try TemporaryFolder.make()
        for name in ["Templates", "Assets"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        let app = server.app
        let pages = try Pages(folder: folder, desk: app.desk, sessions: app.sessions, live: app.live, notices: app.services.notices)
        #expect(pages.response(to: .notFound("page"), requestID: "r").status == .notFound)
    }

    @Test func whatABrowserCouldShowIsFramedNowhere() async throws {
        let server = try await TestServer()
        let assets = try WebFiles.builtIn().assets
        for name in BuiltInFiles.assets.keys where name.hasSuffix(".svg") {
            let answer = try await server.open(try #require(assets.address(of: name)))
            #expect(answer.status == .ok && answer.headers[.contentSecurityPolicy]?.hasSuffix("frame-ancestors 'none'") == true, "\(name)")
        }
    }

    @Test func templatesAndModulesPointToHashedNames() throws {
        let files = try WebFiles.builtIn()
        let address = try #require(files.assets.address(of: "app.js"))
        #expect(address.wholeMatch(of: /\/assets\/app\.[0-9a-f]{12}\.js/) != nil)
        let script = try #require(files.assets[hashed: String(address.dropFirst(Assets.folder.count))])
        #expect(String(buffer: script.plain).contains("'." + (files.assets.address(of: "shell.js")!.dropFirst("/assets".count)) + "'"))
        #expect(script.compressed.readableBytes > 0)
        #expect(files.assets[hashed: "app.js"] == nil)
    }

    @Test(arguments: [
        ("// why\na(); // stays\n  // gone\nb();", "a(); // stays\nb();"), ("/** Of a\n * function. */\nf();", "f();"),
        ("/* one */ a { }\n/* two */\nb { }", "/* one */ a { }\nb { }"), ("const a = `\nx`;", "const a = `\nx`;"),
    ])
    func commentsOnLinesOfTheirOwnStayBehind(_ source: String, _ served: String) { #expect(Assets.withoutComments(source) == served) }

    /// A page runs under `default-src 'none'` with only `'self'`: an inline script or style would not.
    @Test func noTemplateHoldsAScriptOrStyleOfItsOwn() throws {
        for (name, bytes) in BuiltInFiles.templates {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains(" style="), "\(name)")
            #expect(!text.contains("<style"), "\(name)")
            #expect(!text.contains(/<script(?![^>]* src=)/), "\(name)")
            #expect(!text.contains(/\son[a-z]+=/), "\(name)")
        }
    }

    /// `{{{name}}}` is not escaped: only what we have made into safe HTML ourselves may stand there, and by its name it says so.
    @Test func onlySafeHTMLIsNotEscaped() throws {
        for (name, bytes) in BuiltInFiles.templates {
            for match in String(decoding: bytes, as: UTF8.self).matches(of: /\{\{(\{|&)\s*([A-Za-z.]+)/) {
                #expect(match.2.hasSuffix("HTML") || match.2.hasSuffix("html"), "\(name): \(match.2)")
            }
        }
    }

    /// To Swift a quote with an accent is one character; to a browser the quote ends the attribute.
    @Test(arguments: [("\"", "&quot;"), ("'", "&#39;"), ("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")])
    func whatHasAMeaningInHTMLIsEscapedWhateverFollowsIt(_ mark: String, _ escaped: String) throws {
        struct View { let page: String }
        let sources = [
            "one": "{{<outer}}{{$block}}<i title=\"{{page}}\">{{>part}}</i>{{/block}}{{/outer}}", "outer": "{{$block}}{{/block}}", "part": "{{page}}",
        ]
        let files = try WebFiles(templates: sources.mapValues { Array($0.utf8) }, assets: [:])
        let html = try #require(files.templates.render(View(page: mark + "\u{301}x"), withTemplate: "one"))
        #expect(Array(html.utf8) == Array("<i title=\"\(escaped)\u{301}x\">\(escaped)\u{301}x</i>".utf8))
    }
}
