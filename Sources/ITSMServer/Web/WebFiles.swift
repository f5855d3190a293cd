import Foundation
import ITSMStore
import Mustache

/// The templates and assets of the pages, ready to be used: assets have hashed names, templates and modules point to them by those.
struct WebFiles: Sendable {
    let assets: Assets
    let templates: MustacheLibrary

    /// - Throws: what is wrong with which template.
    init(templates sources: [String: [UInt8]], assets: [String: [UInt8]]) throws {
        self.assets = Assets(assets)
        var templates: [String: MustacheTemplate] = [:]
        for (name, source) in sources {
            let text = self.assets.linked(String(decoding: source, as: UTF8.self))
            do {
                templates[name] = try MustacheTemplate(string: HTMLText.escaping(text))
            } catch {
                throw SetupError("The template \(name) cannot be read: \(error)")
            }
        }
        self.templates = MustacheLibrary(templates: templates)
    }

    /// Those that the program carries.
    static func builtIn() throws -> WebFiles { try WebFiles(templates: BuiltInFiles.templates, assets: BuiltInFiles.assets) }

    /// Those in a folder as the sources have it, with `Templates` and `Assets` in it: for who works on the pages.
    static func read(_ folder: String) throws -> WebFiles {
        func files(_ name: String, dropping suffix: String) throws -> [String: [UInt8]] {
            let folder = folder + "/" + name
            var found: [String: [UInt8]] = [:]
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(suffix) && !file.hasPrefix(".") {
                guard let data = FileManager.default.contents(atPath: folder + "/" + file) else { continue }
                found[String(file.dropLast(suffix.count))] = Array(data)
            }
            return found
        }
        return try WebFiles(templates: files("Templates", dropping: ".mustache"), assets: files("Assets", dropping: ""))
    }
}
