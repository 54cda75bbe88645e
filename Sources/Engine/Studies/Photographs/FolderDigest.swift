import Foundation
import Platform

/// Returns a hash of the files of a folder and its subfolders, which changes when one of them does.
///
/// It is the SHA-256 of their paths in the folder and of their bytes, so it is the same on every machine.
///
/// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder,
///   ``EngineError/cancelled``.
package func digest(ofFilesIn folder: String, cancellation: Cancellation?) throws(EngineError) -> String {
    var walk = try FolderWalk(folder)
    var paths: [String] = []
    while let entry = walk.next() {
        if case .file(let path) = entry { paths.append(path) }
    }
    var lines = ""
    for path in paths.sorted() {
        try cancellation?.check()
        guard let data = FileManager.default.contents(atPath: (path as NSString).expandingTildeInPath) else { continue }
        let hash = data.withUnsafeBytes { ContentHash.sha256(of: [$0]) }
        lines += "\(path.dropFirst(folder.count).drop { $0 == "/" }) \(hash)\n"
    }
    return ContentHash.sha256(of: lines)
}
