import ITSMCore

// What views look like on the wire.

extension SavedView.Sharing: WireType {}
extension TicketGrouping: WireType {}

extension SavedView: WireType {
    static var schema: Schema {
        .object(
            "View", "A list of tickets that somebody keeps. Its reader sees only their own part of the tickets.",
            [
                .required("id", ID<SavedView>.self), .required("name", String.self), .required("owner", Ref<User>.self),
                .required("sharing", Sharing.self, "Who may use it beside its owner."), .required("groups", [Ref<SupportGroup>].self),
                .optional("condition", String.self, "Empty for all tickets; absent where it names a field that the caller may not see."),
                .required("columns", [String].self, "None for whatever its reader chose."), .required("sort", TicketSort.self),
                .optional("grouping", TicketGrouping.self), .required("pinned", Bool.self, "Whether it stands among the tabs of the queue."),
                .required("order", Int.self, "Where it stands among others."), .required("version", Int.self),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }

    fileprivate static let groups = Schema.array(of: RefInput<SupportGroup>.schema, maximum: 50)
    fileprivate static let columns = Schema.array(of: .text(Limits.name), maximum: 50).described(
        "\(TicketColumn.allCases.map(\.rawValue).joined(separator: ", ")), or customFields.name.")
    fileprivate static let order = Schema.integer(Int64(ViewRules.orders.lowerBound)...Int64(ViewRules.orders.upperBound))
}

extension SavedView.Draft: WireType {
    static var schema: Schema {
        .object(
            "ViewDraft", "A view to be kept.",
            [
                .required("name", .text(Limits.name)), .optional("sharing", SavedView.Sharing.self, "onlyMe when absent."),
                .optional("groups", SavedView.groups), .optional("condition", .text(Limits.condition), "All tickets when absent."),
                .optional("columns", SavedView.columns), .optional("sort", TicketSort.self, "-createdAt when absent."),
                .optional("grouping", TicketGrouping.self), .optional("pinned", Bool.self, "true when absent."),
                .optional("order", SavedView.order, "0 when absent."),
            ])
    }
}

extension SavedView.Patch: WireType {
    static var schema: Schema {
        .object(
            "ViewPatch", "Changes to a view.",
            [
                .optional("name", .text(Limits.name)), .optional("sharing", SavedView.Sharing.self), .clearable("groups", SavedView.groups),
                .clearable("condition", .text(Limits.condition)), .clearable("columns", SavedView.columns), .optional("sort", TicketSort.self),
                .clearable("grouping", TicketGrouping.self), .optional("pinned", Bool.self), .optional("order", SavedView.order),
            ])
    }
}
