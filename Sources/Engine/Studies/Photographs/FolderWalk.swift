import Compute
import Foundation
import Platform

/// A walk through the files of a folder and its subfolders.
///
/// Memory holds only the folders that are open, however many files there are. The order is the file system's. Names
/// that begin with a dot are hidden and left out, and so are atlases inside the folder, whose pictures are no photographs.
/// Links are followed, except to a folder that is already open, which would never end.
package struct FolderWalk: ~Copyable {
    /// An entry that the walk returns.
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

    /// The identity of a folder, regardless of its path.
    private struct Identity: Equatable {
        let device: dev_t
        let node: ino_t
    }

    private var open: [OpenFolder] = []

    /// The name of the file that marks a folder as an atlas.
    package static let atlasMarker = "vitrine-atlas.json"

    /// Creates a walk through a folder.
    ///
    /// - Parameter folder: the folder's path; `~` is the user's home. The paths of its files begin with it as it is
    ///   written here.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    package init(_ folder: String) throws(EngineError) {
        let place = (folder as NSString).expandingTildeInPath
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw .fileMissing(path: folder)
        }
        guard isFolder.boolValue else {
            throw .fileUnreadable(path: folder, reason: "it is a file; give its folder instead")
        }
        guard descend(into: folder, at: place) else {
            throw .fileUnreadable(path: folder, reason: "you do not have permission to read it")
        }
    }

    deinit {
        for folder in open { closedir(folder.stream) }
    }

    /// Returns the next entry; nil at the end.
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
            guard access("\(place)/\(Self.atlasMarker)", F_OK) != 0 else { continue }
            guard descend(into: path, at: place) else { return .closedFolder(path) }
        }
        return nil
    }

    /// Opens a folder, whose files come next, and returns whether that was possible.
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
