/// Where activity is appended and read.
public protocol ActivityStore {
    /// Queues the rows, in order, in the name of `caller` and with its origin.
    func append(_ activities: [Activity], by caller: Principal) throws
}

extension ActivityStore {
    public func append(_ activity: Activity, by caller: Principal) throws { try append([activity], by: caller) }
}
