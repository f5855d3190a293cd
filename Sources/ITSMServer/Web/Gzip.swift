import CZlib

/// gzip (RFC 1952) by zlib.
enum Gzip {
    /// - Parameter level: 1 (fastest) to 9 (smallest).
    static func compress(_ bytes: some Collection<UInt8>, level: Int32) -> [UInt8] {
        var stream = z_stream()
        guard itsm_gzip_begin(&stream, level) == Z_OK else { preconditionFailure("zlib refuses level \(level)") }
        defer { deflateEnd(&stream) }
        var input = Array(bytes)
        let capacity = Int(deflateBound(&stream, UInt(input.count)))
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                let outcome = deflate(&stream, Z_FINISH)
                precondition(outcome == Z_STREAM_END, "deflateBound promised room for everything")
            }
            count = capacity - Int(stream.avail_out)
        }
    }
}
