/// Where second factors, recovery codes and trusted browsers are kept.
public protocol SecondFactorStore {
    /// A person's second factor, whether in force or only being set up; nil when there is none.
    func find(_ user: ID<User>) throws -> SecondFactor?

    /// The same under a row lock.
    func lock(_ user: ID<User>) throws -> SecondFactor?

    /// Queues a person's second factor, in place of the one before.
    func put(_ factor: SecondFactor) throws

    /// Queues that a person has none; recovery codes and trusted browsers go with it.
    func remove(of user: ID<User>) throws

    /// Whether a role that the person holds, directly or through a group, asks for one.
    func isRequired(of user: ID<User>) throws -> Bool

    // MARK: Recovery codes

    /// Queues new recovery codes in place of those before.
    func replaceRecoveryCodes(_ digests: [[UInt8]], of user: ID<User>) throws

    /// Uses a recovery code up; false when there is no such.
    func useRecoveryCode(_ digest: [UInt8], of user: ID<User>) throws -> Bool

    /// How many recovery codes were not used yet.
    func recoveryCodesLeft(of user: ID<User>) throws -> Int

    // MARK: Trusted browsers

    /// Queues a browser that is to be trusted.
    ///
    /// - Parameter digest: of what its cookie holds.
    func insert(_ device: TrustedDevice, of user: ID<User>, digest: [UInt8]) throws

    /// Notes that a person's trusted browser was used; false when there is none, or not any more.
    func useTrustedDevice(_ digest: [UInt8], of user: ID<User>, at now: Instant) throws -> Bool

    /// Those that are not over, the last used first.
    func trustedDevices(of user: ID<User>, at now: Instant) throws -> [TrustedDevice]

    /// False when there is none.
    func removeTrustedDevice(_ id: ID<TrustedDevice>, of user: ID<User>) throws -> Bool

    /// Queues that a person trusts no browser.
    func removeTrustedDevices(of user: ID<User>) throws

    /// Removes at most `limit` trusted browsers that ended before `instant`. Returns how many.
    func removeTrustedDevicesOver(before instant: Instant, atMost limit: Int) throws -> Int
}
