import Foundation

/// A fault that keeps the program from starting. Its text is for the person who starts it: what is wrong, which setting or folder, and the remedy.
public struct SetupError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    /// - Parameter description: what is wrong and the remedy, in whole sentences.
    public init(_ description: String) { self.description = description }

    /// A system call that failed: `what` was tried, and why it did not work.
    init(_ what: String, errno code: Int32) {
        description = "\(what): \(systemMessage(code))"
    }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
