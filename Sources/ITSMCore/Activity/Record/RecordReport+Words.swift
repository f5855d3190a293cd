extension RecordReport {
    /// In one sentence or two: what was checked, and what nothing protects yet.
    public var summary: String {
        var parts = ["\(sealed) sealed rows were checked", checkpoints == 1 ? "1 checkpoint agrees" : "\(checkpoints) checkpoints agree"]
        if let lastCheckpoint { parts[1] += ", the last at \(lastCheckpoint)" }
        if redacted > 0 { parts.append("\(redacted) verify as redacted") }
        if withheld > 0 { parts.append("the payloads of \(withheld) were not shown to you") }
        let window = unsealed == 0 ? "Nothing waits for its seal." : "\(unsealed) younger rows wait for their seals: nothing protects them yet."
        return parts.joined(separator: "; ") + ". " + window
    }

    /// Holds checkpoints that were kept elsewhere against those of the database, which a check held against the record.
    public mutating func compare(
        _ kept: CheckpointLines, with known: [SealCheckpoint], desk: String, keys: [[UInt8]], _ cryptography: any SealCryptography
    ) {
        for line in kept.damaged {
            add(RecordFinding(.checkpointForged, at: 0, "Line \(line) of the checkpoint file cannot be read as a checkpoint."))
        }
        let byPosition = Dictionary(known.map { ($0.position, $0) }, uniquingKeysWith: { first, _ in first })
        let end = known.map(\.position).max() ?? 0
        for checkpoint in kept.checkpoints {
            let position = checkpoint.position
            if checkpoint.desk != desk || !keys.contains(checkpoint.key) || !checkpoint.isSigned(by: cryptography) {
                add(RecordFinding(.checkpointForged, at: position, "The checkpoint at \(position) that was kept is not signed by the desk's key."))
            } else if let other = byPosition[position] {
                guard other.chain != checkpoint.chain else { continue }
                add(
                    RecordFinding(
                        .rewritten, at: position, "The record was written anew up to \(position): the checkpoint that was kept says otherwise."))
            } else if position > end {
                add(
                    RecordFinding(
                        .truncated, at: end + 1,
                        "The checkpoint of \(checkpoint.madeAt) that was kept knew \(position) rows, and the database knows none behind \(end)."))
            } else {
                add(RecordFinding(.rewritten, at: position, "The checkpoint at \(position) that was kept is gone from the database."))
            }
        }
    }
}
