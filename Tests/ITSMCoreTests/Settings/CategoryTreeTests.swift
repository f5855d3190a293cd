import Testing

@testable import ITSMCore

struct CategoryTreeTests {
    let now = Instant(seconds: 100)

    /// network, network/vpn, network/vpn/client, hardware.
    func tree() throws -> CategoryTree {
        var tree = CategoryTree()
        for (name, parent) in [("network", nil), ("vpn", "network"), ("client", "network/vpn"), ("hardware", nil)] as [(String, String?)] {
            _ = try tree.add(.init(name: name, parent: parent.map(RefInput.name)), id: Self.newID(), at: Instant(seconds: 1))
        }
        return tree
    }

    static func newID() -> ID<ITSMCore.Category> { ID(uuid: SystemIDSource().next(at: Instant(seconds: 1))) }

    func patch(name: String? = nil, parent: Patch<RefInput<ITSMCore.Category>> = .absent, archived: Bool? = nil) -> ITSMCore.Category.Patch {
        var patch = ITSMCore.Category.Patch()
        patch.name = name.map(Patch.value) ?? .absent
        patch.parent = parent
        patch.archived = archived.map(Patch.value) ?? .absent
        return patch
    }

    @Test func pathsAreFoundWithoutRegardToCase() throws {
        let tree = try tree()
        #expect(tree[path: "Network/VPN"]?.path == "network/vpn")
        #expect(tree[path: "vpn"] == nil)
        #expect(tree.find(.id(tree[path: "hardware"]!.id))?.name == "hardware")
    }

    @Test func aRenameMovesThePathsUnderIt() throws {
        var tree = try tree()
        let (network, under) = try tree.apply(patch(name: "lan"), to: tree[path: "network"]!, at: now)
        #expect(network.path == "lan" && network.version == 2 && network.updatedAt == now)
        #expect(Set(under.map(\.path)) == ["lan/vpn", "lan/vpn/client"])
        #expect(under.allSatisfy { $0.version == 1 })
        #expect(tree[path: "network"] == nil && tree[path: "network/vpn"] == nil && tree[path: "lan/vpn/client"] != nil)
    }

    @Test func aMoveGoesUnderTheNewParentOrToTheTop() throws {
        var tree = try tree()
        let moved = try tree.apply(patch(parent: .value(.name("hardware"))), to: tree[path: "network/vpn"]!, at: now)
        #expect(moved.category.path == "hardware/vpn" && moved.under.map(\.path) == ["hardware/vpn/client"])
        #expect(try tree.apply(patch(parent: .null), to: moved.category, at: now).category.path == "vpn")
    }

    @Test func archivingHidesWhatStandsUnderIt() throws {
        var tree = try tree()
        let network = try tree.apply(patch(archived: true), to: tree[path: "network"]!, at: now).category
        #expect(network.archivedAt == now)
        #expect(!tree.isPickable(tree[path: "network/vpn/client"]!) && tree.isPickable(tree[path: "hardware"]!))
        #expect(try tree.apply(patch(archived: false), to: network, at: now).category.archivedAt == nil)
        #expect(tree.isPickable(tree[path: "network/vpn/client"]!))
    }

    @Test func whatChangesNothingIsNoChange() throws {
        var tree = try tree()
        let category = tree[path: "network/vpn"]!
        let outcome = try tree.apply(patch(name: "vpn", parent: .value(.name("network"))), to: category, at: now)
        #expect(outcome.category == category && outcome.under.isEmpty)
    }

    @Test(
        arguments: [
            ("", nil, "/name", ErrorCode.required), ("a/b", nil, "/name", .invalidValue), (" a", nil, "/name", .invalidValue),
            ("VPN", "network", "/name", .duplicate), ("x", "nowhere", "/parent", .invalidValue),
            (String(repeating: "x", count: Limits.name + 1), nil, "/name", .tooLong),
        ] as [(String, String?, String, ErrorCode)])
    func badDrafts(name: String, parent: String?, pointer: String, code: ErrorCode) throws {
        var tree = try tree()
        let error = #expect(throws: ITSMError.self) { try tree.add(.init(name: name, parent: parent.map(RefInput.name)), id: Self.newID(), at: now) }
        #expect(error?.problems.contains { $0.pointer == pointer && $0.code == code } == true)
    }

    @Test func nothingStandsUnderItself() throws {
        var tree = try tree()
        for under in ["network", "network/vpn", "network/vpn/client"] {
            let error = #expect(throws: ITSMError.self) { try tree.apply(patch(parent: .value(.name(under))), to: tree[path: "network"]!, at: now) }
            #expect(error?.problems.map(\.pointer) == ["/parent"])
        }
    }

    @Test func depthIsBoundedAlsoForWhatMovesAlong() throws {
        var tree = try tree()
        var path = "hardware"
        for name in ["b", "c", "d"] {
            path = try tree.add(.init(name: name, parent: .name(path)), id: Self.newID(), at: now).path
        }
        // hardware/b/c/d is four deep; network/vpn/client brings three.
        let error = #expect(throws: ITSMError.self) { try tree.apply(patch(parent: .value(.name(path))), to: tree[path: "network"]!, at: now) }
        #expect(error?.problems.map(\.pointer) == ["/parent"])
        #expect(try tree.apply(patch(parent: .value(.name(path))), to: tree[path: "network/vpn"]!, at: now).category.path == "\(path)/vpn")
    }

    @Test func aFailedChangeChangesNothing() throws {
        var tree = try tree()
        #expect(throws: ITSMError.self) { try tree.apply(patch(name: "hardware"), to: tree[path: "network"]!, at: now) }
        #expect(tree[path: "network/vpn/client"] != nil && tree[path: "hardware"] != nil)
    }
}
