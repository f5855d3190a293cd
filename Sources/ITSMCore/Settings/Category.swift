/// What kind of matter a ticket is: a node in the desk's tree of categories. Elsewhere on the wire it is its path, such as `network/vpn`.
public struct Category: Sendable, Hashable, Codable {
    public let id: ID<Category>
    /// What it stands below; nil at the top.
    public var parent: ID<Category>?
    /// Unique under its parent without regard to case; without a slash.
    public var name: String
    /// The names from the root down, parted by slashes.
    public var path: String
    /// Set once it is hidden from pickers.
    public var archivedAt: Instant?
    /// Rises with every change of name, parent or archivedAt; not when an ancestor is renamed.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<Category>, parent: ID<Category>? = nil, name: String, path: String, archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.parent = parent
        self.name = name
        self.path = path
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What a caller sends to add a category. `parent` is an id or a path; without one it stands at the top.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var parent: RefInput<Category>?

        public init(name: String? = nil, parent: RefInput<Category>? = nil) {
            self.name = name
            self.parent = parent
        }
    }

    /// What a caller sends to rename, move or archive a category; `parent: null` moves it to the top.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var parent: ITSMCore.Patch<RefInput<Category>> = .absent
        /// True hides the category and what stands under it from pickers, false shows it again.
        public var archived: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, parent, archived }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            parent = try fields.decodePatch(forKey: .parent)
            archived = try fields.decodePatch(forKey: .archived)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(parent, forKey: .parent)
            try fields.encodePatch(archived, forKey: .archived)
        }
    }

    /// What differs from `old`; everything, for a new category.
    public func changes(since old: Category?) -> FieldChanges {
        var changes = FieldChanges()
        changes.note("path", from: .optional(old?.path), to: .string(path))
        changes.note("archived", from: .bool(old?.archivedAt != nil), to: .bool(archivedAt != nil))
        return changes
    }
}
