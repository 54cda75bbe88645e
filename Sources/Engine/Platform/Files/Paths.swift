import Foundation

/// The folder that a path lies in.
package func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A path from the root, whatever folder is the working one; `~` is the user's home.
package func absolutePath(_ path: String) -> String {
    URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
}

/// The path from the root of a file that is there; nil where there is none.
package func absolutePath(ofFile path: String) -> String? {
    let path = absolutePath(path)
    return FileManager.default.fileExists(atPath: path) ? path : nil
}

/// Makes a folder and those above it.
///
/// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
package func makeFolder(_ path: String) throws(EngineError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
        if isFolder.boolValue { return }
        throw .fileUnwritable(path: path, reason: words(for: ENOTDIR))
    }
    let above = folder(of: path)
    if above != path { try makeFolder(above) }
    if mkdir(path, 0o777) != 0, errno != EEXIST { throw .fileUnwritable(path: path, reason: words(for: errno)) }
}

/// Whether a path from outside stays within the folder that it is meant for.
package func isSafeRelativePath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !path.isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        && !path.contains("\\") && path.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
}
