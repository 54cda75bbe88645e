import Foundation
import Platform

/// A folder of finished pictures, each named by the hash of what determines it: `ab/abcdef….png`.
///
/// A picture is written completely or not at all, so any number of programs on any number of machines can use the
/// folder at once: if two make the same picture, the second replaces the first with the same content. A file that is
/// not the picture of its name is moved to `aside`, and never overwritten.
public struct PictureStore: Sendable {
    /// The folder of the pictures.
    public let folder: String
    /// The folder to which files are moved that are not the picture of their name.
    let aside: String

    /// Creates a store in a folder, which need not exist yet.
    ///
    /// - Parameter aside: a folder on the same disk; `aside` in the same folder if nil.
    public init(_ folder: String, aside: String? = nil) {
        let folder = (folder as NSString).expandingTildeInPath
        self.folder = folder
        self.aside = aside ?? folder + "/aside"
    }

    /// Returns the path of a picture, relative to the folder.
    public static func place(of name: String) -> String { "\(name.prefix(2))/\(name).png" }

    /// Returns the path of a picture's file.
    public func path(of name: String) -> String { "\(folder)/\(Self.place(of: name))" }

    /// Returns the state of a picture's file.
    public func state(of name: String) -> PictureState {
        file(of: name)?.state(as: name) ?? .missing
    }

    /// Returns the picture of a key; nil if its file is missing, damaged or another picture.
    public func picture(for key: PictureKey) -> StoredPicture? { picture(named: key.name) }

    /// Returns the picture of a name.
    func picture(named name: String) -> StoredPicture? {
        guard let file = file(of: name), file.state(as: name) == .whole else { return nil }
        return file.picture
    }

    /// Writes a picture.
    ///
    /// It is flushed to the disk before it gets its name, so neither a kill nor a power failure leaves an incomplete
    /// file.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``; ``EngineError/invalidValue(what:found:expected:)`` if a number
    ///   in it is NaN or infinite.
    public func keep(_ picture: StoredPicture, for key: PictureKey) throws(EngineError) {
        let bytes = try picture.png(for: key)
        let path = path(of: key.name)
        try makeFolder((path as NSString).deletingLastPathComponent)
        try writeWholeFile(path, bytes, isDurable: true)
    }

    /// Moves the file at a picture's path out of the way.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public func moveAside(_ name: String) throws(EngineError) {
        try makeFolder(aside)
        let unique = ProcessInfo.processInfo.globallyUniqueString.prefix(8)
        let goal = "\(aside)/\(name)-\(unique).png"
        guard rename(path(of: name), goal) == 0 || errno == ENOENT else {
            throw .fileUnwritable(path: goal, reason: systemMessage(for: errno))
        }
    }

    /// Returns the names of all pictures that have a file, in whatever state.
    public func names() -> Set<String> {
        var names: Set<String> = []
        for group in entries(of: folder) where group.count == 2 {
            for file in entries(of: "\(folder)/\(group)") {
                let name = String(file.dropLast(4))
                if file.hasSuffix(".png"), name.count == 64, name.hasPrefix(group) { names.insert(name) }
            }
        }
        return names
    }

    /// Removes files that programs left incomplete when they were killed, if they are older than `date` by the disk's
    /// clock.
    package func removeAbandoned(before date: Date) {
        for group in entries(of: folder) where group.count == 2 {
            for file in entries(of: "\(folder)/\(group)") where file.hasSuffix(".part") {
                let path = "\(folder)/\(group)/\(file)"
                if let age = modificationDate(path), age < date { unlink(path) }
            }
        }
    }

    private func file(of name: String) -> PictureFile? {
        guard let bytes = try? OrdinaryFile.contents(of: path(of: name)) else { return nil }
        return PictureFile(bytes)
    }
}
