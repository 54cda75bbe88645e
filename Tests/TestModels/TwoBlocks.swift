import Foundation
import Images
import Models
import Platform
import Synchronization

/// The built-in models with their first two blocks alone, for tests that want a model and not its depth: names, classes,
/// shapes and words are the trained one's, a step takes a sixth of the time.
///
/// They are cut from the files of the built-in ones, once in a process, into a folder that goes with it.
package enum TwoBlocks {
    private static let files = Mutex<[String: String]>([:])
    private static let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "vitrine-two-blocks-\(ProcessInfo.processInfo.processIdentifier)")

    /// Loads `name` as ``Model/load(_:weights:size:settings:classes:from:cancellation:progress:)`` does, with two blocks.
    ///
    /// - Throws: ``EngineError``; what is no built-in model is loaded whole.
    package static func load(
        _ name: String, weights: String? = nil, size: PixelSize? = nil, settings: ModelSettings = ModelSettings(),
        classes: [String]? = nil
    ) throws -> Model {
        try Model.load(
            try path(name) ?? name, weights: weights, size: size, settings: settings, classes: classes)
    }

    /// Where the weights lie; nil for what is no built-in model.
    package static func path(_ name: String) throws -> String? {
        guard case .builtIn(let whole) = try? ModelSource().locate(name) else { return nil }
        return try files.withLock { files in
            if let file = files[name] { return file }
            if files.isEmpty {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                atexit { try? FileManager.default.removeItem(at: TwoBlocks.folder) }
            }
            let file = folder.appendingPathComponent("\(name).safetensors")
            try cut(Data(contentsOf: URL(fileURLWithPath: whole))).write(to: file)
            // As old as weights are that may be mapped.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -86_400)], ofItemAtPath: file.path)
            files[name] = file.path
            return file.path
        }
    }

    /// A safetensors file without the blocks from the third on.
    private static func cut(_ file: Data) throws -> Data {
        let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let numbers = file.dropFirst(8 + length)
        guard
            let header = try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(length)) as? [String: Any]
        else { throw CocoaError(.fileReadCorruptFile) }
        var kept: [String: Any] = [:]
        var values = Data()
        for (name, entry) in header.sorted(by: { $0.key < $1.key }) {
            guard var tensor = entry as? [String: Any], let span = tensor["data_offsets"] as? [Int] else {
                // The configuration among the metadata.
                let texts = (entry as? [String: String])?.mapValues {
                    $0.replacingOccurrences(of: "\"depth\": 12", with: "\"depth\": 2")
                }
                kept[name] = texts ?? entry
                continue
            }
            let words = name.split(separator: ".")
            if words.first == "blocks", let block = Int(words[1]), block > 1 { continue }
            let start = values.count
            values += numbers.dropFirst(span[0]).prefix(span[1] - span[0])
            tensor["data_offsets"] = [start, values.count]
            kept[name] = tensor
        }
        let text = try JSONSerialization.data(withJSONObject: kept)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + values
    }
}
