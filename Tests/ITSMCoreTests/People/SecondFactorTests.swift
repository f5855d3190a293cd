import Testing

@testable import ITSMCore

@Suite struct SecondFactorTests {
    /// The code is the step itself.
    private struct PlainCodes: OneTimeCodes {
        func newSeed() -> [UInt8] { [] }
        func code(of seed: [UInt8], step: Int64) -> String { "\(step)" }
    }

    @Test(
        arguments: [
            ("100", 0, 100), ("99", 0, 99), ("101", 0, 101), ("98", 0, nil), ("102", 0, nil), ("100", 100, nil), ("99", 100, nil), ("101", 100, 101),
            ("", 0, nil), ("1000", 0, nil),
        ] as [(String, Int64, Int64?)])
    func aCodeIsGoodForItsStepAndTheNeighboursOnce(_ code: String, after last: Int64, _ step: Int64?) {
        for seconds in [Int64(3_000), 3_029] {
            #expect(SecondFactor.step(of: code, from: [], at: Instant(seconds: seconds), after: last, PlainCodes()) == step)
        }
    }

    /// RFC 4648, 10.
    @Test(arguments: [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
    func base32(_ text: String, _ encoded: String) { #expect(Base32.encode(Array(text.utf8)) == encoded) }

    @Test func theAddressForAppsIsEscaped() {
        let enrolment = SecondFactor.Enrolment(seed: Array("foobar".utf8), username: "jane:doe@x", desk: "IT & more")
        #expect(
            enrolment.uri
                == "otpauth://totp/IT%20%26%20more:jane%3Adoe%40x?secret=MZXW6YTBOI&issuer=IT%20%26%20more&algorithm=SHA1&digits=6&period=30")
    }

    @Test(arguments: [("123 456", "123456"), ("ABCDE-fghij", "abcdefghij"), (" 1-2 ", "12"), ("１２３", "")])
    func codesAreReadAsPeopleTypeThem(_ typed: String, _ plain: String) { #expect(OneTimeCode.plain(typed) == plain) }
}
