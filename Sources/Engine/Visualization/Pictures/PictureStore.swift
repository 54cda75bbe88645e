import Foundation
import Platform

/// A folder of finished pictures, each named by the hash of what makes it: `ab/abcdef….png`.
///
/// A picture is written whole or not at all, so any number of programs on any number of machines can use the folder at
/// once: where two make the same picture, the second takes the place of the first and is the same. A file that is
/// not the picture it is named as is moved into `aside`, and never overwritten.
public struct PictureStore: Sendable {
    /// The folder that pictures lie in.
    public let folder: String
    /// Where what is in a picture's place and is not that picture goes.
    let aside: String

    /// The pictures of a folder, which need not be there yet.
    ///
    /// - Parameter aside: a folder on the same disk; `aside` in the same folder when nil.
    public init(_ folder: String, aside: String? = nil) {
        let folder = (folder as NSString).expandingTildeInPath
        self.folder = folder
        self.aside = aside ?? folder + "/aside"
    }

    /// The place of a picture, counted from the folder.
    public static func place(of name: String) -> String { "\(name.prefix(2))/\(name).png" }

    /// The path of a picture's file.
    public func path(of name: String) -> String { "\(folder)/\(Self.place(of: name))" }

    /// What lies in the place of a picture.
    public func state(of name: String) -> PictureState {
        file(of: name)?.state(as: name) ?? .missing
    }

    /// The picture of a key; nil where it is not there, not whole or not this one.
    public func picture(for key: PictureKey) -> StoredPicture? { picture(named: key.name) }

    /// The picture of a name.
    func picture(named name: String) -> StoredPicture? {
        guard let file = file(of: name), file.state(as: name) == .whole else { return nil }
        return file.picture
    }

    /// Writes a picture.
    ///
    /// It is on the disk before it has its name, so neither a kill nor a power cut leaves half of one.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``; ``EngineError/invalidValue(what:found:expected:)`` where
    ///   a number in it is infinite or none.
    public func keep(_ picture: StoredPicture, for key: PictureKey) throws(EngineError) {
        let bytes = try picture.png(for: key)
        let path = path(of: key.name)
        try makeFolder((path as NSString).deletingLastPathComponent)
        try writeWholeFile(path, bytes, isDurable: true)
    }

    /// Moves what lies in a picture's place out of the way.
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

    /// Every name of a picture that a file has, whatever the file is.
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

    /// Removes what killed programs left half written, if it is a day old by the disk's own clock.
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
