import ITSMCore

extension Connection {
    /// Follows a job with a progress bar until it has ended, well or not.
    func follow(job id: String, label: String) async throws -> JSONValue {
        var bar = ProgressBar(label, on: console)
        defer { bar.finish() }
        var wait = Duration.milliseconds(100)
        while true {
            let job = try await get(["jobs", id]).json
            guard let status = job["status"]?.string, ["queued", "running"].contains(status) else { return job }
            let (done, total) = (job["progress"]?["done"]?.integer ?? 0, job["progress"]?["total"]?.integer ?? 0)
            bar.update(done: done, total: total, total > 0 ? "\(done) of \(total)" : "")
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(1))
        }
    }
}

extension JSONValue {
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}
