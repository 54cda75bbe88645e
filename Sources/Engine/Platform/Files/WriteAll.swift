import Glibc

/// Writes all bytes to a file descriptor, in several calls if necessary.
///
/// - Returns: whether all were written; if not, `errno` holds the reason.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
    }
    return true
}
