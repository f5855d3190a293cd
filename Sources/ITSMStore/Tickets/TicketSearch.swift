import ITSMCore

/// Full-text search over tickets: what people type, as conditions over `ticket_search AS s`.
enum TicketSearch {
    /// The desk's language finds inflected forms, the plain configuration codes and names as they stand.
    static func query(_ text: String) -> SQL {
        "(websearch_to_tsquery('desk_words', \(text)) || websearch_to_tsquery('desk_plain', \(text)))"
    }

    /// Public words for everyone who sees the ticket, work notes only for those who may read them there.
    static func condition(_ text: String, visibleTo caller: Principal) -> SQL {
        let publicly: SQL = "s.words @@ \(fragment: query(text))"
        guard caller.holds(.note) else { return publicly }
        return "(\(fragment: publicly) OR \(fragment: inNotes(text)) AND \(fragment: TicketVisibility.notesCondition(for: caller)))"
    }

    /// The tickets whose entries hold the words: all that `condition` finds, and perhaps some whose work notes the caller may not read.
    static func candidates(_ text: String, for caller: Principal) -> SQL {
        let publicly: SQL = "SELECT s.ticket_id FROM ticket_search s WHERE s.words @@ \(fragment: query(text))"
        guard caller.holds(.note) else { return publicly }
        return "\(fragment: publicly) UNION ALL SELECT s.ticket_id FROM ticket_search s WHERE \(fragment: inNotes(text))"
    }

    private static func inNotes(_ text: String) -> SQL { "s.note_words @@ \(fragment: query(text)) AND s.note_words <> ''::tsvector" }
}

extension PostgresTickets {
    /// Up to so many hits a search finds all and sorts them; beyond, it walks the tickets in their order until the page is full.
    private static let fewHits = 1_000

    /// For rare words: the tickets that hold them, to be found first. PostgreSQL keeps no statistics of rare words: left to itself it walks all tickets
    /// for the few that hold one. Nil for common words.
    func fewHolding(_ text: String, visibleTo caller: Principal) throws -> SQL? {
        let candidates = TicketSearch.candidates(text, for: caller)
        let count: SQL = "SELECT count(*) FROM (\(fragment: candidates) LIMIT \(limit: Self.fewHits + 1)) found"
        let hits = try connection.first(count.plannedPerExecution, as: Int.self) ?? 0
        return hits > Self.fewHits ? nil : "t.id = ANY(ARRAY(\(fragment: candidates)))"
    }

    /// The text with each word that nothing holds replaced by the nearest one of the vocabulary; nil when there is nothing to correct.
    func corrected(_ text: String) throws -> String? {
        let words = text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init).filter { $0.count >= 4 }
        if words.isEmpty || words.count > 10 { return nil }
        let nearest: [Correction] = try connection.all(
            """
            SELECT asked.word, near.word
            FROM unnest(\(words)) AS asked (word)
            CROSS JOIN LATERAL (
                SELECT v.word
                FROM search_vocabulary v
                WHERE v.word % unaccent(asked.word)
                ORDER BY similarity(v.word, unaccent(asked.word)) DESC, v.requesters DESC, v.word
                LIMIT 1
            ) near
            WHERE NOT EXISTS (SELECT FROM search_vocabulary v WHERE v.word = unaccent(asked.word))
            """)
        if nearest.isEmpty { return nil }
        let replacements = Dictionary(nearest.map { ($0.asked, $0.near) }, uniquingKeysWith: { $1 })
        return text.split(separator: " ").map { word in
            replacements[word.lowercased().filter { $0.isLetter || $0.isNumber }] ?? String(word)
        }.joined(separator: " ")
    }
}

private struct Correction: RowDecodable {
    var asked: String
    var near: String

    init(row: inout Row) throws {
        asked = try row.next()
        near = try row.next()
    }
}

/// The search entries of tickets, made anew from what the tickets and their comments say now.
struct PostgresSearchIndex: SearchIndexStore {
    let connection: Connection

    func rebuild(_ tickets: [ID<Ticket>]) throws {
        if tickets.isEmpty { return }
        try connection.execute(
            """
            INSERT INTO ticket_search (ticket_id, created_at, words, note_words)
            SELECT t.id, t.created_at,
                setweight(to_tsvector('desk_plain', concat_ws(' ', t.number, t.external_id, t.title, array_to_string(t.tags, ' '))), 'A')
                || setweight(to_tsvector('desk_words', t.title), 'A')
                || setweight(to_tsvector('desk_plain', left(texts.body, 200000)), 'B')
                || setweight(to_tsvector('desk_words', left(texts.body, 200000)), 'B'),
                CASE WHEN notes.body IS NULL THEN ''::tsvector
                ELSE to_tsvector('desk_plain', left(notes.body, 200000)) || to_tsvector('desk_words', left(notes.body, 200000)) END
            FROM tickets t
            CROSS JOIN LATERAL (
                SELECT concat_ws(' ', t.description, t.resolution_notes, string_agg(v.body, ' ')) AS body
                FROM comments c JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
                WHERE c.ticket_id = t.id AND c.visibility = 'public'
            ) texts
            CROSS JOIN LATERAL (
                SELECT string_agg(v.body, ' ') AS body
                FROM comments c JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
                WHERE c.ticket_id = t.id AND c.visibility = 'workNote'
            ) notes
            WHERE t.id = ANY(\(tickets))
            ORDER BY t.id
            ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words, note_words = excluded.note_words
            """)
        try learnWords(of: tickets)
    }

    /// Words enter the vocabulary once tickets of three requesters hold them; a confidential ticket teaches nothing.
    private func learnWords(of tickets: [ID<Ticket>]) throws {
        try connection.execute(
            """
            INSERT INTO search_word_requesters (word, requester_id)
            SELECT DISTINCT found.lexeme, t.requester_id
            FROM tickets t
            CROSS JOIN LATERAL unnest(to_tsvector('desk_plain', concat_ws(' ', t.title, left(t.description, 20000)))) found
            WHERE t.id = ANY(\(tickets)) AND NOT t.confidential AND length(found.lexeme) BETWEEN 4 AND 40 AND found.lexeme !~ '[^[:alpha:]]'
            AND NOT EXISTS (SELECT FROM search_vocabulary v WHERE v.word = found.lexeme)
            ORDER BY 1, 2
            ON CONFLICT DO NOTHING
            """)
        try connection.execute(
            """
            WITH common AS (
                SELECT word, count(*) AS requesters
                FROM search_word_requesters
                WHERE word IN (
                    SELECT found.lexeme
                    FROM tickets t
                    CROSS JOIN LATERAL unnest(to_tsvector('desk_plain', concat_ws(' ', t.title, left(t.description, 20000)))) found
                    WHERE t.id = ANY(\(tickets)) AND NOT t.confidential)
                GROUP BY word
                HAVING count(*) >= 3
            ), learnt AS (
                INSERT INTO search_vocabulary (word, requesters) SELECT word, requesters FROM common ORDER BY word ON CONFLICT (word) DO NOTHING
            )
            DELETE FROM search_word_requesters USING common WHERE search_word_requesters.word = common.word
            """)
    }
}
