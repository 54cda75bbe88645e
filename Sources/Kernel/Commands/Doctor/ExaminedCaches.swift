import Foundation
import VitrineEngine

extension Surroundings {
    /// The free bytes below which the disk of a cache is as good as full.
    private static let fewBytes = 1_000_000_000
    private static let cacheVariables = "TORCH_HOME, HF_HOME, VITRINE_CACHE"

    /// Says how large the caches are, and how much their disks have left.
    func caches(_ problems: inout [Examination.Problem]) -> Examination.Section {
        let environment = DownloadEnvironment(variables)
        let folders = [
            ("weights (torch)", environment.torchCheckpoints), ("weights (hub)", environment.hubCache),
            ("pictures", environment.pictureCache),
        ]
        let rows = folders.map { name, folder -> (name: String, text: String) in
            guard let folder else { return (name, "off") }
            let files = Self.files(in: folder)
            var text = "\(folder): \(byteCount(files.bytes)) in \(files.count) \(files.count == 1 ? "file" : "files")"
            if let free = freeBytesOnDisk(folder) {
                text += ", \(byteCount(free)) are free"
                if free < Self.fewBytes {
                    problems.append(
                        Examination.Problem(
                            what: "The disk of \(folder) has only \(byteCount(free)) left.",
                            advice: "Make room, or put the cache elsewhere: \(Self.cacheVariables)."))
                }
            }
            let above = Self.nearestExisting(folder)
            if !above.isFolder || !FileManager.default.isWritableFile(atPath: above.path) {
                problems.append(
                    Examination.Problem(
                        what: "\(above.path) cannot be written, where \(name) are to be kept.",
                        advice: "Change its permissions, or put the cache elsewhere: \(Self.cacheVariables)."))
            }
            return (name, text)
        }
        return Examination.Section(title: "Caches", rows: rows)
    }

    /// Returns the files in a folder and how many bytes they take; links count as nothing.
    private static func files(in folder: String) -> (count: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
        let walk = FileManager.default.enumerator(
            at: URL(fileURLWithPath: folder), includingPropertiesForKeys: Array(keys))
        while let file = walk?.nextObject() as? URL {
            guard let values = try? file.resourceValues(forKeys: keys), values.isRegularFile == true else { continue }
            count += 1
            bytes += values.fileSize ?? 0
        }
        return (count, bytes)
    }

    /// Returns the nearest part of a path that exists, and whether it is a folder.
    private static func nearestExisting(_ path: String) -> (path: String, isFolder: Bool) {
        var url = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        while !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), url.path != "/" {
            url.deleteLastPathComponent()
        }
        return (url.path, isFolder.boolValue)
    }
}
