import Foundation

extension TemporaryFolder {
    /// Every file below the folder, by its path in it, with its bytes; without what tells only of who was at work.
    var files: [String: Data] {
        var files: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: url.path) ?? .init() {
            if name.hasPrefix("claims") { continue }
            if let data = FileManager.default.contents(atPath: path(name)) { files[name] = data }
        }
        return files
    }
}
