import Compute
import Foundation
import Platform

/// A checkpoint in several files, with an index of which tensor is in which file.
///
/// Source: Hugging Face's `model.safetensors.index.json` and `pytorch_model.bin.index.json`.
public struct ShardedCheckpoint: Checkpoint {
    /// The path of the index.
    public let path: String
    /// The metadata of all parts.
    public let metadata: [String: String]
    /// The tensors' names, part by part.
    public let names: [String]

    private let parts: [any Checkpoint]
    private let partOfTensor: [String: Int]
    private let digest: FileDigest
    private let index: SourceFile

    /// The SHA-256 in hexadecimal of the concatenated parts, in the order of their names.
    ///
    /// `cat model-*.safetensors | sha256sum` prints the same.
    public var sha256: String { digest.sha256 }
    /// The size of the tensors in the files, in bytes.
    public var tensorBytes: Int { parts.reduce(0) { $0 + $1.tensorBytes } }
    /// The index and the parts, as they were when they were opened.
    public var sources: [SourceFile] { [index] + parts.flatMap(\.sources) }
    /// The number of bytes of its files in private memory, which no other process can share.
    public var ownBytes: Int { parts.reduce(0) { $0 + $1.ownBytes } }

    /// Checks that everything that was read is what the parts held when they were opened.
    public func check() throws(EngineError) {
        for part in parts { try part.check() }
    }

    /// Opens the parts that the index at `path` names, in its folder.
    ///
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``, ``EngineError/missingShard(path:shard:)``, and the
    ///   errors of the parts' formats.
    public init(index path: String) throws(EngineError) {
        try self.init(MappedFile(path))
    }

    package init(
        _ file: MappedFile, _ mapping: MappingRule = .whereSettled,
        _ reading: (ReadingProgress) throws(EngineError) -> Void = { _ in }
    ) throws(EngineError) {
        path = file.path
        self.index = file.source
        let index = try Index(file)
        let folder = (file.path as NSString).deletingLastPathComponent
        var files: [MappedFile] = []
        var parts: [any Checkpoint] = []
        for shard in index.shards {
            let place = (folder as NSString).appendingPathComponent(shard)
            let part: MappedFile
            do throws(EngineError) {
                part = try MappedFile(place, mapping, team: file.team, reading: reading)
            } catch {
                if case .fileMissing = error { throw .missingShard(path: file.path, shard: shard) }
                throw error
            }
            files.append(part)
            parts.append(try CheckpointFile.openTensors(part, reading))
        }
        self.parts = parts
        digest = FileDigest(files)
        metadata = parts.reduce(into: [:]) { $0.merge($1.metadata) { first, _ in first } }
        var partOfTensor: [String: Int] = [:]
        for (number, part) in parts.enumerated() {
            for name in part.names {
                guard let other = partOfTensor.updateValue(number, forKey: name) else { continue }
                throw .notACheckpoint(
                    path: file.path,
                    reason: "its parts “\(index.shards[other])” and “\(index.shards[number])” both hold “\(name)”")
            }
        }
        for (number, shard) in index.shards.enumerated() {
            let missing = index.names(in: shard).filter { partOfTensor[$0] != number }
            guard missing.isEmpty else {
                throw .missingTensors(
                    path: parts[number].path, names: Array(missing.prefix(5)), count: missing.count)
            }
        }
        names = parts.flatMap(\.names)
        self.partOfTensor = partOfTensor
    }

    /// Returns the shape of a tensor, or nil if there is none of this name.
    public func shape(_ name: String) -> Shape? { partOfTensor[name].flatMap { parts[$0].shape(name) } }

    /// Returns whether a tensor holds integers.
    public func holdsIntegers(_ name: String) -> Bool {
        partOfTensor[name].map { parts[$0].holdsIntegers(name) } ?? false
    }

    /// Returns a tensor as float32, from the part that holds it.
    public func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let number = partOfTensor[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        return try parts[number].parameter(name)
    }

    /// The contents of the index.
    private struct Index {
        /// The parts' names, in order.
        let shards: [String]
        private let shardOfTensor: [String: String]

        init(_ file: MappedFile) throws(EngineError) {
            func refuse(_ reason: String) -> EngineError { .notACheckpoint(path: file.path, reason: reason) }
            guard file.bytes.count <= Self.longest else {
                throw refuse("its size, \(byteCount(file.bytes.count)), is larger than that of any model's index")
            }
            guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(file.bytes)) else {
                throw refuse("it is JSON without a “weight_map” that says which tensor is in which file")
            }
            shardOfTensor = stored.weight_map
            shards = Set(stored.weight_map.values).sorted()
            guard !shards.isEmpty else { throw refuse("its “weight_map” is empty") }
            if let outside = shards.first(where: { !isSafeRelativePath($0) }) {
                throw refuse("its part “\(outside)” would lie outside its folder")
            }
        }

        func names(in shard: String) -> [String] {
            shardOfTensor.filter { $0.value == shard }.keys.sorted()
        }

        private static let longest = 100_000_000

        private struct Stored: Decodable {
            let weight_map: [String: String]
        }
    }
}
