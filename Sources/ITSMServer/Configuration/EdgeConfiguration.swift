import ITSMCore

/// How the server meets the network.
struct EdgeConfiguration: Sendable {
    var trustedProxies = TrustedProxies.none
    /// Nil for plain HTTP.
    var certificate: CertificateFiles?
    /// A plain port that leads to the one with TLS.
    var redirectListen: ListenAddress?
    /// For how long browsers remember that this host speaks TLS.
    var hstsSeconds = 365 * 86_400
    /// Which pages of other sites may call the API.
    var cors = CORS(origins: [])
    /// Requests a minute; 0 for any number.
    var rateOfPerson = 0
    var rateOfAddress = 0
    var maximumConnections = 4_000
    var maximumConnectionsOfAddress = 500
    var pace = ConnectionPace()
    /// Who may read `/metrics` where people are served.
    var metricsFrom = Networks.loopback
    /// An address of its own for `/metrics`, `/healthz` and `/readyz`.
    var metricsListen: ListenAddress?

    init() {}

    init(_ settings: inout SettingsParser) {
        trustedProxies = TrustedProxies(settings.networks(.trustedProxies, default: ""))
        readTLS(&settings)
        let origins = settings.parse(
            .corsOrigins, default: "", expecting: "origins such as https://tools.example.org, with commas between; * is none"
        ) {
            let list = SettingsParser.list($0)
            return list.allSatisfy(CORS.isOrigin) ? list : nil
        }
        cors = CORS(origins: Set(origins ?? []))
        rateOfPerson = settings.number(.rateLimit, default: 60_000, in: 0...10_000_000)
        rateOfAddress = settings.number(.rateLimitAnonymous, default: 6_000, in: 0...10_000_000)
        maximumConnections = settings.number(.maxConnections, default: 4_000, in: 10...1_000_000)
        maximumConnectionsOfAddress = settings.number(.maxConnectionsPerAddress, default: 500, in: 1...1_000_000)
        pace = ConnectionPace(
            headers: .seconds(settings.number(.headerSeconds, default: 15, in: 1...600)),
            stall: .seconds(settings.number(.stallSeconds, default: 30, in: 1...600)),
            idle: .seconds(settings.number(.idleSeconds, default: 75, in: 1...3_600)))
        metricsFrom = settings.networks(.metricsFrom, default: "127.0.0.0/8,::1")
        metricsListen = settings.address(.metricsListen)
    }

    private mutating func readTLS(_ settings: inout SettingsParser) {
        let file = settings.find(.tlsCertificateFile), key = settings.find(.tlsKeyFile)
        if let file, let key { certificate = CertificateFiles(certificate: file, key: key) }
        if (file == nil) != (key == nil) {
            settings.faults.append("\(Setting.tlsCertificateFile.label) and \(Setting.tlsKeyFile.label) belong together: set both, or neither.")
        }
        redirectListen = settings.address(.redirectListen)
        if redirectListen != nil, certificate == nil {
            settings.faults.append(
                "\(Setting.redirectListen.label) leads to TLS, which needs \(Setting.tlsCertificateFile.label) and \(Setting.tlsKeyFile.label).")
        }
        hstsSeconds = settings.number(.hstsSeconds, default: 365 * 86_400, in: 0...10 * 365 * 86_400)
    }
}
