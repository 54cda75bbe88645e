import Foundation

/// Writes a file atomically: under a temporary name first, which then replaces what is there.
///
/// - Parameters:
///   - path: relative to the working folder; `~` is the user's home.
///   - parts: the contents, one after the other.
///   - isDurable: whether the contents are flushed to the disk before the file gets its name, so that not even a power
///     cut leaves half a file of that name.
/// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
package func writeWholeFile(
    _ path: String, parts: [UnsafeRawBufferPointer], isDurable: Bool = false
) throws(EngineError) {
    let place = (path as NSString).expandingTildeInPath
    let temporary = "\(place).\(ProcessInfo.processInfo.globallyUniqueString).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .fileUnwritable(path: path, reason: unwritableReason(errno, place)) }
    var failure: Int32 = 0
    for part in parts where failure == 0 { failure = write(part, to: descriptor) }
    // A full network disk is not reported any earlier.
    if isDurable, failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, place) != 0 { failure = errno }
    guard failure == 0 else {
        unlink(temporary)
        throw .fileUnwritable(path: path, reason: unwritableReason(failure, place))
    }
}

/// Writes bytes to a file atomically; see ``writeWholeFile(_:parts:isDurable:)``.
package func writeWholeFile(_ path: String, _ bytes: [UInt8], isDurable: Bool = false) throws(EngineError) {
    try bytes.withUnsafeBufferPointer { bytes throws(EngineError) in
        try writeWholeFile(path, parts: [UnsafeRawBufferPointer(bytes)], isDurable: isDurable)
    }
}

/// Writes all the bytes, in as many calls as that takes, and returns 0 or the error number.
private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var written = 0
    while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count < 0, errno != EINTR { return errno }
        written += max(count, 0)
    }
    return 0
}

/// Returns why a file or folder cannot be written, in words.
func unwritableReason(_ code: Int32, _ place: String) -> String {
    let folder = (place as NSString).deletingLastPathComponent
    return switch code {
    case EACCES, EPERM: "you may not write there"
    case ENOSPC, EDQUOT: "the disk is full"
    case ENOENT where !folder.isEmpty && !FileManager.default.fileExists(atPath: folder):
        "there is no folder “\(folder)”"
    case EISDIR: "it is a folder"
    default: systemMessage(for: code)
    }
}
