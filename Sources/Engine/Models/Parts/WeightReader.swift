import Checkpoints
import Compute
import Platform
import Synchronization

/// A scope in a checkpoint, with timm's names regardless of the checkpoint's own.
///
/// `weights["blocks"][5]["attn.qkv"]` is everything below "blocks.5.attn.qkv."; a ``TensorNames`` has the names in the
/// file. Missing tensors are collected, so that one error lists all of them with the names that the file should have:
/// call
/// ``finish()`` when everything has been read.
struct WeightReader: Sendable {
    /// The checkpoint that is read.
    package let checkpoint: any Checkpoint

    /// The checkpoint's names.
    let names: TensorNames

    private let prefix: String
    private let record: Record
    private let team: ThreadTeam

    /// Creates the outermost scope of a checkpoint with timm's names.
    ///
    /// - Parameter team: the threads that check the numbers.
    package init(_ checkpoint: any Checkpoint, _ team: ThreadTeam) {
        self.init(checkpoint: checkpoint, names: .timm, prefix: "", record: Record(), team: team)
    }

    private init(checkpoint: any Checkpoint, names: TensorNames, prefix: String, record: Record, team: ThreadTeam) {
        self.team = team
        self.checkpoint = checkpoint
        self.names = names
        self.prefix = prefix
        self.record = record
    }

    /// The scope `name` in this one.
    package subscript(name: String) -> WeightReader {
        WeightReader(checkpoint: checkpoint, names: names, prefix: prefix + name + ".", record: record, team: team)
    }

    /// Returns the same scope with other names, in the same checkpoint or in a view of it.
    func spelling(_ names: TensorNames, in view: (any Checkpoint)? = nil) -> WeightReader {
        WeightReader(checkpoint: view ?? checkpoint, names: names, prefix: prefix, record: record, team: team)
    }

    /// The scope of the list element `index` in this one.
    package subscript(index: Int) -> WeightReader { self["\(index)"] }

    /// Returns the shape of a tensor in this scope; nil if there is no such tensor.
    package func shape(_ name: String) -> Shape? { found(name).flatMap(checkpoint.shape) }

    /// Returns whether there is a tensor with this name.
    func has(_ name: String) -> Bool { found(name) != nil }

    /// The number of blocks before the first gap in their numbers. Tensors that belong in a gap are recorded as
    /// missing.
    var blockCount: Int {
        for name in names.missingFromGaps(among: checkpoint.names) {
            record.note(missing: checkpoint.originalName(of: name))
        }
        return names.blockCount(among: checkpoint.names)
    }

    /// Returns the name in the file of a tensor in this scope, for errors.
    func spelling(of name: String) -> String {
        found(name) ?? names.spellings(of: prefix + name).first ?? prefix + name
    }

    private func found(_ name: String) -> String? {
        names.spellings(of: prefix + name).first { checkpoint.shape($0) != nil }
    }

    /// Returns a tensor in this scope.
    ///
    /// A missing tensor is recorded, and replaced by a placeholder that has only a shape.
    ///
    /// - Parameters:
    ///   - expected: the shape of the result.
    ///   - other: another shape that the tensor may have in the file, with the same number of elements.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` with the tensor's name.
    package func parameter(
        _ name: String, _ expected: Shape, or other: Shape? = nil
    ) throws(EngineError) -> Parameter {
        let full = spelling(of: name)
        guard let found = checkpoint.shape(full) else {
            record.note(missing: checkpoint.originalName(of: full))
            return Parameter(missing: expected)
        }
        guard found == expected || found == other else {
            // Quantized weights are packed and have another shape: this throws the error about their type instead.
            if checkpoint.holdsIntegers(full) { _ = try checkpoint.parameter(full) }
            throw .shapeMismatch(
                place: "The tensor “\(full)” of “\(checkpoint.path)”", expected: expected, found: found)
        }
        let stored = checkpoint.originalName(of: full)
        record.note(read: stored)
        let parameter = try checkpoint.parameter(full)
        let nonFinite = parameter.nonFiniteCount(team)
        if nonFinite > 0 { record.note(nonFinite: nonFinite, of: parameter.count, in: stored) }
        return found == expected ? parameter : parameter.reshaped(expected)
    }

    /// Checks that no tensor was missing.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` with the first few names, each with the nearest name in the
    ///   file that is not used.
    package func finish() throws(EngineError) {
        let missing = record.missing
        guard missing.isEmpty else {
            let read = record.read
            let others = checkpoint.names.map(checkpoint.originalName).filter { !read.contains($0) }
            let names = missing.prefix(5).map { name in
                let near = nearestAddresses(to: name, among: others, limit: 1).first {
                    Self.firstNumber($0) == Self.firstNumber(name)
                }
                return near.map { "\(name) (there is \($0))" } ?? name
            }
            throw .missingTensors(path: checkpoint.path, names: names, count: missing.count)
        }
    }

    /// Returns the number of a tensor's block, if it is in one.
    private static func firstNumber(_ name: String) -> Substring? { name.split { !$0.isNumber }.first }

    /// The names in the file of the tensors that have been read.
    package var read: Set<String> { record.read }

    /// The names in the file of the tensors that hold NaN or infinity.
    var nonFiniteTensors: [String] { record.nonFinite.map(\.name) }

    /// Warnings about NaN or infinite values in the tensors that have been read, a sentence for each of the first few.
    var warnings: [String] {
        let found = record.nonFinite
        let sentences = found.prefix(3).map { tensor in
            "In the tensor “\(tensor.name)”, \(tensor.nonFinite) of \(tensor.count) values are NaN or infinite; "
                + "nothing computed from them can be trusted."
        }
        guard found.count > sentences.count else { return sentences }
        return sentences + ["\(found.count - sentences.count) more tensors hold NaN or infinite values."]
    }

    /// A tensor with NaN or infinite values.
    private struct NonFiniteTensor {
        let name: String
        let nonFinite: Int
        let count: Int
    }

    private final class Record: Sendable {
        private struct Notes {
            var missing: [String] = []
            var read: Set<String> = []
            var nonFinite: [NonFiniteTensor] = []
        }

        private let notes = Mutex(Notes())

        func note(missing name: String) {
            notes.withLock { notes in
                if !notes.missing.contains(name) { notes.missing.append(name) }
            }
        }
        func note(read name: String) { notes.withLock { _ = $0.read.insert(name) } }
        func note(nonFinite: Int, of count: Int, in name: String) {
            notes.withLock { $0.nonFinite.append(NonFiniteTensor(name: name, nonFinite: nonFinite, count: count)) }
        }
        var missing: [String] { notes.withLock { $0.missing } }
        var read: Set<String> { notes.withLock { $0.read } }
        var nonFinite: [NonFiniteTensor] { notes.withLock { $0.nonFinite } }
    }
}
