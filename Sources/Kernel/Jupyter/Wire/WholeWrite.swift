import Glibc

/// Writes all bytes to a file descriptor, however often it takes only some.
///
/// - Returns: whether all were written; `errno` says why not.
package func writeWhole(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
    }
    return true
}
