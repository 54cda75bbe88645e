import Foundation

/// Returns the folder that contains a path.
package func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Returns a path as an absolute one; `~` is the user's home.
package func absolutePath(_ path: String) -> String {
    URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
}

/// Returns the absolute path of a file; nil if it does not exist.
package func absolutePath(ofFile path: String) -> String? {
    let path = absolutePath(path)
    return FileManager.default.fileExists(atPath: path) ? path : nil
}

/// Returns whether a relative path from an untrusted source stays within its folder.
package func isSafeRelativePath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !path.isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        && !path.contains("\\") && path.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
}
