import Checkpoints
import Compute
import Platform
import Synchronization

/// A scope in a checkpoint, in timm's spelling whatever the checkpoint's own is.
///
/// `weights["blocks"][5]["attn.qkv"]` is everything below "blocks.5.attn.qkv."; a ``TensorNames`` says
/// what that is called in the file. What is missing is gathered, so that one error names all of it, as
/// the file should spell it: call ``finish()`` when everything has been read.
package struct WeightReader: Sendable {
    /// The checkpoint that is read.
    package let checkpoint: any Checkpoint

    /// How the checkpoint spells its names.
    let names: TensorNames

    private let prefix: String
    private let record: Record
    private let team: ThreadTeam

    /// The outermost scope of a checkpoint that spells its names as timm does.
    ///
    /// - Parameter team: who looks through their numbers.
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

    /// The same scope with the names spelt otherwise, in the same checkpoint or in a view of it.
    func spelling(_ names: TensorNames, in view: (any Checkpoint)? = nil) -> WeightReader {
        WeightReader(checkpoint: view ?? checkpoint, names: names, prefix: prefix, record: record, team: team)
    }

    /// The scope of the list element `index` in this one.
    package subscript(index: Int) -> WeightReader { self["\(index)"] }

    /// The shape of a tensor in this scope, or nil when there is none of this name.
    package func shape(_ name: String) -> Shape? { found(name).flatMap(checkpoint.shape) }

    /// Whether anything is there under this name.
    func has(_ name: String) -> Bool { found(name) != nil }

    /// How many blocks the checkpoint has before the first gap; what belongs into a gap is noted as missing.
    var blockCount: Int {
        for name in names.missingFromGaps(among: checkpoint.names) {
            record.note(missing: checkpoint.originalName(of: name))
        }
        return names.blockCount(among: checkpoint.names)
    }

    /// What the file calls a tensor of this scope, for errors.
    func spelling(of name: String) -> String {
        found(name) ?? names.spellings(of: prefix + name).first ?? prefix + name
    }

    private func found(_ name: String) -> String? {
        names.spellings(of: prefix + name).first { checkpoint.shape($0) != nil }
    }

    /// A tensor of this scope.
    ///
    /// One that is missing is noted and stands in with its shape only.
    ///
    /// - Parameters:
    ///   - expected: the shape it is given.
    ///   - other: another shape that the file may have for it, of as many elements.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` naming the tensor.
    package func parameter(
        _ name: String, _ expected: Shape, or other: Shape? = nil
    ) throws(EngineError) -> Parameter {
        let full = spelling(of: name)
        guard let found = checkpoint.shape(full) else {
            record.note(missing: checkpoint.originalName(of: full))
            return Parameter(missing: expected)
        }
        guard found == expected || found == other else {
            // Quantized weights are packed, so that their shape is another too: what they are is said first.
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

    /// Throws unless everything that was asked for was there.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` with the first few names.
    package func finish() throws(EngineError) {
        let missing = record.missing
        guard missing.isEmpty else {
            throw .missingTensors(
                path: checkpoint.path, names: Array(missing.prefix(5)), count: missing.count)
        }
    }

    /// The names of the tensors that have been read, as the file spells them.
    package var read: Set<String> { record.read }

    /// The names of the tensors that hold NaN or infinity, as the file spells them.
    var nonFiniteTensors: [String] { record.nonFinite.map(\.name) }

    /// What is wrong with the numbers that have been read, a sentence for each tensor and for few tensors.
    var warnings: [String] {
        let found = record.nonFinite
        let sentences = found.prefix(3).map { tensor in
            "The tensor “\(tensor.name)” holds \(tensor.nonFinite) of \(tensor.count) numbers that are NaN or infinite; "
                + "nothing computed from them can be trusted."
        }
        guard found.count > sentences.count else { return sentences }
        return sentences + ["\(found.count - sentences.count) more tensors hold NaN or infinite numbers."]
    }

    /// A tensor with numbers that are none.
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
