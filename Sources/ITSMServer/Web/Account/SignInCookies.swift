import Hummingbird
import ITSMCore

/// What a browser keeps of a sign-in after it is over: that somebody signed in to the account from here (`SignIn.Begun.knownDevice`).
enum KnownDeviceCookie {
    /// As long as browsers keep a cookie at most.
    private static let seconds: Int64 = 400 * 86_400

    static func cookie(_ text: String, secure: Bool) -> String {
        SetCookie(name: name(secure: secure), value: text, secure: secure, maxAgeSeconds: seconds).text
    }

    static func text(of request: Request, secure: Bool) -> String? { request.cookie(name(secure: secure)) }

    private static func name(secure: Bool) -> String { SetCookie.hostName("itsm_known", secure: secure) }
}

/// What a browser keeps that is not to be asked for a code for a while (`SignIn.Begun.trustedDevice`).
enum TrustedDeviceCookie {
    static func cookie(_ text: String, secure: Bool) -> String {
        SetCookie(name: name(secure: secure), value: text, secure: secure, maxAgeSeconds: Limits.trustedDeviceSeconds).text
    }

    static func text(of request: Request, secure: Bool) -> String? { request.cookie(name(secure: secure)) }

    private static func name(secure: Bool) -> String { SetCookie.hostName("itsm_trusted", secure: secure) }
}

/// What a browser keeps between the two steps of a sign-in (`SignIn.Step.codeNeeded`).
enum ChallengeCookie {
    static func cookie(_ text: String, secure: Bool) -> String {
        SetCookie(name: name(secure: secure), value: text, secure: secure, maxAgeSeconds: Limits.challengeSeconds).text
    }

    static func removal(secure: Bool) -> String { SetCookie(name: name(secure: secure), value: "", secure: secure, maxAgeSeconds: 0).text }

    static func text(of request: Request, secure: Bool) -> String? { request.cookie(name(secure: secure)) }

    private static func name(secure: Bool) -> String { SetCookie.hostName("itsm_challenge", secure: secure) }
}
