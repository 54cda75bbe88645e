import Synchronization

/// A scope in a checkpoint, written as the checkpoint's own paths are.
///
/// `weights["blocks"][5]["attn.qkv"]` is everything below "blocks.5.attn.qkv.". What is missing is
/// gathered, so that one error names all of it: call ``finish()`` when everything has been read.
package struct WeightReader: Sendable {
    /// The checkpoint that is read.
    package let checkpoint: any Checkpoint

    private let prefix: String
    private let record: Record

    /// The outermost scope of `checkpoint`.
    package init(_ checkpoint: any Checkpoint) {
        self.init(checkpoint: checkpoint, prefix: "", record: Record())
    }

    private init(checkpoint: any Checkpoint, prefix: String, record: Record) {
        self.checkpoint = checkpoint
        self.prefix = prefix
        self.record = record
    }

    /// The scope `name` in this one.
    package subscript(name: String) -> WeightReader {
        WeightReader(checkpoint: checkpoint, prefix: prefix + name + ".", record: record)
    }

    /// The scope of the list element `index` in this one.
    package subscript(index: Int) -> WeightReader { self["\(index)"] }

    /// The shape of a tensor in this scope, or nil when there is none of this name.
    package func shape(_ name: String) -> Shape? { checkpoint.shape(prefix + name) }

    /// How many list elements the scope has: those numbered from 0 without a gap.
    package var count: Int {
        let numbers = Set(
            checkpoint.names.lazy.filter { $0.hasPrefix(prefix) }
                .compactMap { Int($0.dropFirst(prefix.count).prefix { $0 != "." }) })
        return (0...).first { !numbers.contains($0) } ?? 0
    }

    /// A tensor of this scope. One that is missing is noted and stands in with its shape only.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` naming the tensor.
    package func parameter(_ name: String, _ expected: Shape) throws(EngineError) -> Parameter {
        let full = prefix + name
        guard let found = checkpoint.shape(full) else {
            record.note(missing: full)
            return Parameter(missing: expected)
        }
        guard found == expected else {
            throw .shapeMismatch(
                place: "The tensor “\(full)” of “\(checkpoint.path)”", expected: expected, found: found)
        }
        record.note(read: full)
        return try checkpoint.parameter(full)
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

    /// The checkpoint's tensors that nobody has asked for.
    package var unread: [String] {
        let read = record.read
        return checkpoint.names.filter { !read.contains($0) }
    }

    private final class Record: Sendable {
        private let names = Mutex<(missing: [String], read: Set<String>)>(([], []))

        func note(missing name: String) { names.withLock { $0.missing.append(name) } }
        func note(read name: String) { names.withLock { _ = $0.read.insert(name) } }
        var missing: [String] { names.withLock { $0.missing } }
        var read: Set<String> { names.withLock { $0.read } }
    }
}
