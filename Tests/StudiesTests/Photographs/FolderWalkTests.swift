import Foundation
import Platform
import Studies
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct FolderWalkTests {
    @Test func everyFileIsMetOnceHoweverDeep() throws {
        let folder = try TemporaryFolder()
        for name in ["a.png", "deep/b.png", "deep/deeper/c.txt", "deep/deeper/.hidden", ".git/d.png", "empty/.keep"] {
            _ = try folder.write([1], to: name)
        }
        #expect(try files(in: folder) == ["a.png", "deep/b.png", "deep/deeper/c.txt"])
    }

    /// An atlas in a folder of photographs leaves its own pictures out when it is made again.
    @Test func anAtlasInsideIsLeftOut() throws {
        let folder = try TemporaryFolder()
        for name in ["a.png", "atlas/vitrine-atlas.json", "atlas/pictures/ab/b.png", "plain/c.png"] {
            _ = try folder.write([1], to: name)
        }
        #expect(try files(in: folder) == ["a.png", "plain/c.png"])
        let before = try digest(ofFilesIn: folder.url.path, cancellation: nil)
        _ = try folder.write([2], to: "atlas/pictures/ab/d.png")
        #expect(try digest(ofFilesIn: folder.url.path + "/", cancellation: nil) == before)
        _ = try folder.write([2], to: "plain/c.png")
        #expect(try digest(ofFilesIn: folder.url.path, cancellation: nil) != before)
    }

    @Test func linksAreFollowedButNotRoundInCircles() throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        _ = try folder.write([1], to: "in/a.png")
        _ = try other.write([1], to: "b.png")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.path("in/up"), withDestinationPath: folder.url.path)
        try files.createSymbolicLink(atPath: folder.path("other"), withDestinationPath: other.url.path)
        try files.createSymbolicLink(atPath: folder.path("c.png"), withDestinationPath: other.path("b.png"))
        try files.createSymbolicLink(atPath: folder.path("broken"), withDestinationPath: "/nowhere/at/all")
        #expect(try self.files(in: folder) == ["broken", "c.png", "in/a.png", "other/b.png"])
    }

    @Test func refusesWhatIsNoFolder() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([1], to: "a.png")
        #expect(throws: EngineError.fileMissing(path: folder.path("none"))) { _ = try FolderWalk(folder.path("none")) }
        #expect(
            throws: EngineError.fileUnreadable(
                path: file, reason: "it is a file; give its folder instead")
        ) { _ = try FolderWalk(file) }
    }

    private func files(in folder: TemporaryFolder) throws -> [String] {
        var walk = try FolderWalk(folder.url.path)
        var paths: [String] = []
        while let entry = walk.next() {
            guard case .file(let path) = entry else { continue }
            paths.append(String(path.dropFirst(folder.url.path.count + 1)))
        }
        return paths.sorted()
    }
}
