import Foundation

/// One step of the schema, from `Migrations/mNNNN_name.sql`. Steps only go forward, and are never edited once released.
///
/// Comment lines of the file may say
/// - `-- no transaction`: each statement runs by itself (CREATE INDEX CONCURRENTLY). A line that ends with `;` ends a statement, and since any of
///   them may run again after a crash, each says IF NOT EXISTS or its like.
/// - `-- readable_by: N`: programs whose newest migration is below N can no longer work on the schema. Without the line, those that could still can.
///
/// A file names no roles: what the server may do with a table stands in `restricted_tables`.
public struct Migration: Sendable, Equatable {
    /// Its place among all; unique.
    public let number: Int
    /// What it is about, as its file is called.
    public let name: String
    /// The text of its file.
    public let sql: String

    /// A step of these parts. The program's own are in `all`.
    public init(_ number: Int, _ name: String, _ sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    init(_ number: Int, _ name: String, _ file: [UInt8]) {
        self.init(number, name, String(decoding: file, as: UTF8.self))
    }

    /// Every migration of this program, in order.
    public static let all = [
        Migration(0, "base", PackageResources.m0000_base_sql),
        Migration(1, "people", PackageResources.m0001_people_sql),
        Migration(2, "desk", PackageResources.m0002_desk_sql),
        Migration(3, "tickets", PackageResources.m0003_tickets_sql),
        Migration(4, "jobs", PackageResources.m0004_jobs_sql),
        Migration(5, "activity", PackageResources.m0005_activity_sql),
        Migration(6, "search", PackageResources.m0006_search_sql),
        Migration(7, "idempotency", PackageResources.m0007_idempotency_sql),
        Migration(8, "bulk", PackageResources.m0008_bulk_sql),
        Migration(9, "drafts_presence", PackageResources.m0009_drafts_presence_sql),
        Migration(10, "list_indexes", PackageResources.m0010_list_indexes_sql),
        Migration(11, "unassigned_by_priority", PackageResources.m0011_unassigned_by_priority_sql),
        Migration(12, "sla_definitions", PackageResources.m0012_sla_definitions_sql),
        Migration(13, "notices", PackageResources.m0013_notices_sql),
        Migration(14, "sla_cycles", PackageResources.m0014_sla_cycles_sql),
        Migration(15, "custom_fields", PackageResources.m0015_custom_fields_sql),
        Migration(16, "assignment", PackageResources.m0016_assignment_sql),
        Migration(17, "views", PackageResources.m0017_views_sql),
        Migration(18, "bulk_by_filter", PackageResources.m0018_bulk_by_filter_sql),
        Migration(21, "sign_in_attempts", PackageResources.m0021_sign_in_attempts_sql),
        Migration(22, "second_factor", PackageResources.m0022_second_factor_sql),
        Migration(23, "secrets", PackageResources.m0023_secrets_sql),
        Migration(24, "identities", PackageResources.m0024_identities_sql),
        Migration(27, "failover", PackageResources.m0027_failover_sql),
        Migration(28, "seals", PackageResources.m0028_seals_sql),
        Migration(29, "redaction_and_reads", PackageResources.m0029_redaction_and_reads_sql),
        Migration(31, "idle_sign_ins", PackageResources.m0031_idle_sign_ins_sql),
    ]

    /// Such as `0001_people`.
    var label: String { String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number)_\(name)" }

    var checksum: String { Digest.sha256(sql) }

    var isTransactional: Bool { !sql.split(separator: "\n").contains("-- no transaction") }

    var readableBy: Int? {
        let marker = "-- readable_by: "
        return sql.split(separator: "\n").first { $0.hasPrefix(marker) }.flatMap { Int($0.dropFirst(marker.count)) }
    }

    /// The statements of a file that is marked `-- no transaction`.
    var statements: [String] {
        var statements: [String] = []
        var lines: [Substring] = []
        for line in sql.split(separator: "\n") where !line.hasPrefix("--") {
            lines.append(line)
            if line.hasSuffix(";") {
                statements.append(lines.joined(separator: "\n"))
                lines = []
            }
        }
        return statements
    }
}
