import ITSMCore
import NIOCore
import Synchronization

/// Counts the open connections of a server, in all and of each address.
///
/// This machine and trusted proxies may have as many as there are: whom they speak for is not known yet.
final class Admission: Sendable {
    enum Refusal: String, CaseIterable, Sendable { case tooMany = "all", tooManyOfAddress = "address" }

    private struct State {
        var count = 0
        var byAddress: [String: Int] = [:]
    }

    private let maximum: Int
    private let maximumOfAddress: Int
    private let exempt: @Sendable (String) -> Bool
    private let state = Mutex(State())

    init(maximum: Int, maximumOfAddress: Int, proxies: TrustedProxies) {
        self.maximum = maximum
        self.maximumOfAddress = maximumOfAddress
        exempt = { Networks.loopback.contains($0) || proxies.contains($0) }
    }

    var count: Int { state.withLock { $0.count } }

    /// Takes the connection in until it is closed, or says why not.
    func admit(_ channel: any NIOCore.Channel) -> Refusal? {
        let address = channel.remoteAddress?.ipAddress.flatMap { exempt($0) ? nil : AddressBlock.of($0) }
        let refusal: Refusal? = state.withLock { state in
            if state.count >= maximum { return .tooMany }
            if let address {
                let count = state.byAddress[address, default: 0]
                if count >= maximumOfAddress { return .tooManyOfAddress }
                state.byAddress[address] = count + 1
            }
            state.count += 1
            return nil
        }
        if refusal == nil { channel.closeFuture.whenComplete { [self] _ in leave(address) } }
        return refusal
    }

    private func leave(_ address: String?) {
        state.withLock { state in
            state.count -= 1
            guard let address, let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
