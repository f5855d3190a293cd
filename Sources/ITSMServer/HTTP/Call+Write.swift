import HTTPTypes
import ITSMCore
import NIOCore

extension Call {
    /// Runs a service's step in one transaction and makes the answer of what it gives. This is how every route writes.
    ///
    /// With an `Idempotency-Key` the step and the record of its answer commit together, and a repetition is answered from that record.
    /// - Parameters:
    ///   - mode: `.grouped` for short steps that neither read nor lock; with a key the step runs alone.
    ///   - lane: `.long` for what holds a connection for more than a moment.
    ///   - digest: stands for what was sent where that is not the JSON body, as in an upload.
    func write<Value: Sendable, Output: WireOutput>(
        _ mode: WriteMode = .alone, on lane: WorkLane = .request, digest: [UInt8]? = nil,
        _ step: @escaping @Sendable (any Transaction) throws -> Value,
        answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        try await perform(mode, lane, digest, { Later(try step($0)) }, answer)
    }

    /// The same for a step whose result holds what only the database knows, such as a number.
    func write<Value: Sendable, Output: WireOutput>(
        _ mode: WriteMode = .alone, on lane: WorkLane = .request, digest: [UInt8]? = nil,
        _ step: @escaping @Sendable (any Transaction) throws -> Later<Value>,
        answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        try await perform(mode, lane, digest, step, answer)
    }

    private func perform<Value: Sendable, Output: WireOutput>(
        _ mode: WriteMode, _ lane: WorkLane, _ digest: [UInt8]?, _ step: @escaping @Sendable (any Transaction) throws -> Later<Value>,
        _ answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        guard let key = try idempotencyKey() else {
            let result = try await environment.database.write(mode, on: lane, step)
            return try answer(result.value)
        }
        let digest = digest ?? body.digest
        return try await environment.database.write(.alone, on: lane) { tx in
            if let kept = try tx.idempotency.claim(key) { return try Answer(replaying: kept, for: digest) }
            let result = try step(tx)
            try tx.flush()
            let answer = try self.rendered(try answer(result.value))
            try tx.idempotency.keep(KeptAnswer(answer, for: digest), for: key)
            return answer
        }
    }

    /// - Throws: 400 for a key that is empty, too long, or not printable ASCII.
    private func idempotencyKey() throws -> IdempotencyKey? {
        guard route.takesIdempotencyKey, let text = request.headers[.idempotencyKey] else { return nil }
        guard (1...Limits.idempotencyKey).contains(text.utf8.count), text.utf8.allSatisfy({ (32..<127).contains($0) }) else {
            throw ITSMError(.malformed, "Idempotency-Key must be 1 to \(Limits.idempotencyKey) printable ASCII characters, best a random UUID.")
        }
        let scope = [principal.id.description, request.method.rawValue, request.head.path ?? "", text].joined(separator: "\n")
        return IdempotencyKey(digest: ByteBuffer(string: scope).digest)
    }
}

extension Answer {
    /// - Throws: 422 `idempotencyMismatch` when the key was sent before with something else.
    fileprivate init(replaying kept: KeptAnswer, for digest: [UInt8]) throws {
        guard kept.requestDigest == digest else {
            throw ITSMError(.idempotencyMismatch, "This Idempotency-Key was sent before with another body. Use a new key for a new request.")
        }
        var headers = HTTPFields()
        for (name, value) in kept.headers { if let name = HTTPField.Name(name) { headers[name] = value } }
        headers[.idempotentReplayed] = "true"
        self.init(status: .init(code: kept.status), content: .rendered(ByteBuffer(bytes: kept.body)), headers: headers)
    }
}

extension KeptAnswer {
    fileprivate init<Value>(_ answer: Answer<Value>, for digest: [UInt8]) {
        guard case .rendered(let body) = answer.content else { preconditionFailure("only rendered answers are kept") }
        self.init(
            requestDigest: digest, status: answer.status.code,
            headers: Dictionary(answer.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first }),
            body: Array(body.readableBytesView))
    }
}

extension ByteBuffer {
    /// SHA-256.
    var digest: [UInt8] {
        var hash = ContentHash()
        hash.add(self)
        return hash.value
    }
}
