import CQREncode

/// A QR code as a template draws it: one path in a square of `size` units, four of them margin at each side (ISO/IEC 18004, 6.3.8).
struct QRCode: Sendable {
    let size: String
    /// Of an SVG path: a rectangle for each run of dark modules in a row.
    let path: String

    /// Nil for more text than a code can hold.
    init?(_ text: String) {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        let margin = 4
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard code.pointee.data[row * width + column] & 1 == 1 else {
                    column += 1
                    continue
                }
                let start = column
                while column < width, code.pointee.data[row * width + column] & 1 == 1 { column += 1 }
                path += "M\(start + margin) \(row + margin)h\(column - start)v1h-\(column - start)z"
            }
        }
        size = String(width + 2 * margin)
        self.path = path
    }
}
