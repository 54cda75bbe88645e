import Foundation

/// Returns the names in a folder, sorted; none if it cannot be read.
package func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

/// Creates a folder and its parents, if they do not exist.
///
/// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
package func makeFolder(_ path: String) throws(EngineError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
        if isFolder.boolValue { return }
        throw .fileUnwritable(path: path, reason: systemMessage(for: ENOTDIR))
    }
    let above = folder(of: path)
    if above != path { try makeFolder(above) }
    if mkdir(path, 0o777) != 0, errno != EEXIST { throw .fileUnwritable(path: path, reason: systemMessage(for: errno)) }
}

/// Returns how many bytes are available to this user on the disk of `folder`, or of its nearest existing parent.
package func freeBytesOnDisk(_ folder: String) -> Int? {
    var folder = folder
    var status = statvfs()
    while statvfs(folder, &status) != 0 {
        guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return nil }
        folder = String(folder[..<slash])
    }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
