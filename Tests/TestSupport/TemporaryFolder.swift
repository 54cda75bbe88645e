import Foundation

/// A folder of its own for one test, removed at the end.
package final class TemporaryFolder {
    package let url = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)")

    package init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    package func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let place = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
        return path(name)
    }
}

extension TemporaryFolder {
    /// The names of what lies in it.
    package var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }

    /// Every file below the folder, by its path in it, with its bytes; without what tells only of who was at work.
    package var files: [String: Data] {
        var files: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: url.path) ?? .init() {
            if name.hasPrefix("claims") { continue }
            if let data = FileManager.default.contents(atPath: path(name)) { files[name] = data }
        }
        return files
    }
}
