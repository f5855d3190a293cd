import ArgumentParser
import Foundation
import ITSMCore

/// `identity-provider …`
struct IdentityProviderCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity-provider", abstract: "Who vouches for people outside of the desk (OpenID Connect).",
        subcommands: [
            ListRecords<IdentityProviders>.self, ViewRecord<IdentityProviders>.self, CreateRecord<IdentityProviders>.self,
            UpdateRecord<IdentityProviders>.self, DeleteRecord<IdentityProviders>.self,
        ])
}

enum IdentityProviders: Noun {
    static let name = "identity-provider"
    static let path = "identity-providers"
    static let keyHelp = "The provider's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("ISSUER", "issuer", flexible: true), Column("CLIENT", "clientId"), Column("ENABLED", "enabled"),
            Column("CREATES", "createsPeople", wide: true), Column("BY EMAIL", "linksByEmail", wide: true), Column("ID", "id", wide: true),
        ])

    typealias Filters = ConditionFilter

    struct Fields: BodyOptions {
        @Option(help: "What the sign-in page calls it.") var name: String?
        @Option(help: "Its address, exactly as it names itself.") var issuer: String?
        @Option(help: "Under which it knows the desk.") var clientID: String?
        @Option(help: ArgumentHelp("File of mode 0600 with the client's secret.", valueName: "file"), completion: .file()) var clientSecretFile:
            String?
        @Option(help: ArgumentHelp("What is asked for, with blanks between them.", valueName: "scopes")) var scopes: String?
        @Option(help: "The claim that names a person's groups; empty for none.") var groupsClaim: String?
        @Option(
            name: .customLong("map"),
            help: ArgumentHelp(
                "A group of the provider and the role that it gives; once for each. All of them together are the mapping.", valueName: "group=role"))
        var mappings: [String] = []
        @Flag(inversion: .prefixedNo, help: "Makes people at their first sign-in.") var createsPeople: Bool?
        @Flag(inversion: .prefixedNo, help: "Links people by an e-mail address that the provider has verified.") var linksByEmail: Bool?
        @Flag(inversion: .prefixedNo, help: "Lets in only whom it asked for a second factor.") var requiresSecondFactor: Bool?
        @Flag(inversion: .prefixedNo, help: "It asks everybody for a second factor, so that the desk does not.") var verifiesSecondFactor: Bool?
        @Flag(inversion: .prefixedNo, help: "Offered on the sign-in page.") var enabled: Bool?

        func validate() throws {
            for mapping in mappings where !mapping.contains("=") { throw ValidationError("--map takes group=role; \(mapping) has no =.") }
        }

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let pairs = mappings.map { mapping -> JSONValue in
                let sign = mapping.lastIndex(of: "=")!
                return ["group": .string(String(mapping[..<sign])), "role": .string(String(mapping[mapping.index(after: sign)...]))]
            }
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "issuer": issuer.map(JSONValue.string), "clientId": clientID.map(JSONValue.string),
                "scopes": scopes.map { .array($0.split(separator: " ").map { .string(String($0)) }) },
                "groupsClaim": groupsClaim.map { $0.isEmpty ? .null : .string($0) }, "roleMappings": pairs.isEmpty ? nil : .array(pairs),
                "createsPeople": createsPeople.map(JSONValue.bool), "linksByEmail": linksByEmail.map(JSONValue.bool),
                "requiresSecondFactor": requiresSecondFactor.map(JSONValue.bool),
                "verifiesSecondFactor": verifiesSecondFactor.map(JSONValue.bool), "enabled": enabled.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }

        func completed(_ body: JSONValue, by connection: Connection) async throws -> JSONValue {
            guard let clientSecretFile, case .object(var members) = body else { return body }
            members["clientSecret"] = .string(try Secret.fromFile(clientSecretFile))
            return .object(members)
        }
    }
}
