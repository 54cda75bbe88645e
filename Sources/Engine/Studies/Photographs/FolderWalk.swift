import Compute
import Foundation
import Platform

/// The files of a folder and of all folders in it, one after the other.
///
/// Only the folders that are open are held in memory, however many files there are. The order is the file system's.
/// What begins with a dot is hidden and left out. Links are followed; a link to a folder that is open already is not,
/// as it would never end.
package struct FolderWalk: ~Copyable {
    /// What is met on the way.
    package enum Entry: Hashable, Sendable {
        /// A file, by its path.
        case file(String)
        /// A folder that cannot be opened, by its path.
        case closedFolder(String)
    }

    /// A folder that is being read.
    private struct OpenFolder {
        let stream: OpaquePointer
        let path: String
        let identity: Identity
    }

    /// What tells one folder from another whatever its path is.
    private struct Identity: Equatable {
        let device: dev_t
        let node: ino_t
    }

    private var open: [OpenFolder] = []

    /// A walk through a folder.
    ///
    /// - Parameter folder: relative to the working folder; `~` is the user's home. The paths of its files begin with
    ///   it as it is written here.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    package init(_ folder: String) throws(EngineError) {
        let place = (folder as NSString).expandingTildeInPath
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw .fileMissing(path: folder)
        }
        guard isFolder.boolValue else {
            throw .fileUnreadable(path: folder, reason: "it is a file; name its folder")
        }
        guard descend(into: folder, at: place) else {
            throw .fileUnreadable(path: folder, reason: "you may not read it")
        }
    }

    deinit {
        for folder in open { closedir(folder.stream) }
    }

    /// The next file; nil at the end.
    package mutating func next() -> Entry? {
        while let folder = open.last {
            guard let entry = readdir(folder.stream) else {
                closedir(folder.stream)
                open.removeLast()
                continue
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = folder.path.hasSuffix("/") ? folder.path + name : "\(folder.path)/\(name)"
            let place = (path as NSString).expandingTildeInPath
            var facts = stat()
            guard stat(place, &facts) == 0 else { return .file(path) }
            guard facts.st_mode & S_IFMT == S_IFDIR else { return .file(path) }
            let identity = Identity(device: facts.st_dev, node: facts.st_ino)
            guard !open.contains(where: { $0.identity == identity }) else { continue }
            guard descend(into: path, at: place) else { return .closedFolder(path) }
        }
        return nil
    }

    /// Opens a folder, whose files are next; whether that was possible.
    private mutating func descend(into path: String, at place: String) -> Bool {
        guard let stream = opendir(place) else { return false }
        var facts = stat()
        guard fstat(dirfd(stream), &facts) == 0 else {
            closedir(stream)
            return false
        }
        open.append(
            OpenFolder(
                stream: stream, path: path, identity: Identity(device: facts.st_dev, node: facts.st_ino)))
        return true
    }
}
