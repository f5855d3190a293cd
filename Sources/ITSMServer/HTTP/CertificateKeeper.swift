import Foundation
import ITSMCore
import ITSMStore
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Where the server's certificate and its key lie, both PEM.
struct CertificateFiles: Sendable, Hashable {
    /// The server's own certificate first, then those that lead to one that clients know.
    var certificate: String
    var key: String
}

/// The certificate that the server shows. When its files change it is read anew, for the connections that come after; those that are open go on. A pair that
/// is no good is refused, and the one before stays.
final class CertificateKeeper: Service {
    private struct State {
        var context: NIOSSLContext
        var end: Instant
        /// What the files looked like when they were last tried.
        var tried: [FileMark]
    }

    private let files: CertificateFiles
    private let period: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter period: how often the files are looked at.
    /// - Throws: `SetupError` with what is wrong with the files.
    init(_ files: CertificateFiles, period: Duration = .seconds(2), logger: Logger) throws {
        self.files = files
        self.period = period
        self.logger = logger
        let marks = Self.marks(of: files)
        let (context, end) = try Self.read(files)
        state = Mutex(State(context: context, end: end, tried: marks))
        warnOfEnd(end)
    }

    /// For a new connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// When the certificate ends.
    var end: Instant { state.withLock { $0.end } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while (try? await Task.sleep(for: period)) != nil { reload() }
        }
    }

    /// Reads the files anew if they are others than at the last try.
    func reload() {
        let marks = Self.marks(of: files)
        guard state.withLock({ $0.tried != marks }) else { return }
        do {
            let (context, end) = try Self.read(files)
            state.withLock { $0 = State(context: context, end: end, tried: marks) }
            logger.notice("new certificate in use", metadata: ["certificate": "\(files.certificate)", "end": "\(end)"])
            warnOfEnd(end)
        } catch {
            state.withLock { $0.tried = marks }
            logger.error("the new certificate is refused, the one before stays in use", metadata: ["error": "\(error)"])
        }
    }

    private func warnOfEnd(_ end: Instant) {
        guard end < SystemClock().now().adding(seconds: 14 * 86_400) else { return }
        logger.warning("the certificate ends soon, or has ended", metadata: ["certificate": "\(files.certificate)", "end": "\(end)"])
    }

    private static func read(_ files: CertificateFiles) throws -> (NIOSSLContext, Instant) {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(try bytes(of: files.certificate, .tlsCertificateFile))
        } catch let error as SetupError {
            throw error
        } catch {
            throw SetupError("The file \(files.certificate) (\(Setting.tlsCertificateFile.label)) holds no certificate in PEM form.")
        }
        guard let own = chain.first else {
            throw SetupError("The file \(files.certificate) (\(Setting.tlsCertificateFile.label)) holds no certificate in PEM form.")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(bytes: try bytes(of: files.key, .tlsKeyFile), format: .pem)
        } catch let error as SetupError {
            throw error
        } catch {
            throw SetupError("The file \(files.key) (\(Setting.tlsKeyFile.label)) holds no private key in PEM form, or one under a passphrase.")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = ciphers
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return (try NIOSSLContext(configuration: configuration), Instant(microseconds: Int64(own.notValidAfter) * 1_000_000))
        } catch {
            throw SetupError("The key in \(files.key) does not belong to the certificate in \(files.certificate): \(error)")
        }
    }

    /// Of TLS 1.2 only those with forward secrecy and authenticated encryption; TLS 1.3 has no others.
    private static let ciphers: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    private static func bytes(of path: String, _ setting: Setting) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw SetupError(
                "The file \(path) (\(setting.label)) cannot be read. It must be there, and readable for the user that the server runs as: \(SystemUser.numbered(geteuid(), group: getegid()).name)."
            )
        }
    }

    // MARK: - Changes

    /// What tells one file from another at the same path.
    private struct FileMark: Equatable {
        var file: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private static func marks(of files: CertificateFiles) -> [FileMark] {
        [files.certificate, files.key].map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return FileMark(file: 0, size: 0, seconds: 0, nanoseconds: 0) }
            return FileMark(
                file: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int(status.st_mtim.tv_sec),
                nanoseconds: Int(status.st_mtim.tv_nsec))
        }
    }
}
