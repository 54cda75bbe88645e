import Foundation

/// The names in a folder, sorted; none where it cannot be read.
package func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

/// When a file was last written, by the clock of its disk.
package func modificationDate(_ path: String) -> Date? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) * 1e-9)
}
