import Compute
import Platform

/// Another checkpoint without what training programs put before every name: `module.`, `model.`, `backbone.` …
///
/// Of DINO's teacher, whose names begin with `backbone.` and `head.`, the backbone is left; of a file with a
/// teacher and a student, the one that ``WeightWrappers`` prefers.
public struct UnwrappedCheckpoint: Checkpoint {
    /// The checkpoint with all names as they are stored.
    public let base: any Checkpoint
    /// The names without their prefixes, in the order of the file.
    public let names: [String]

    /// What its user should know of how it was read.
    public let notes: [String]

    private let original: [String: String]
    /// Which of several weights these are.
    private let choice: WeightsChoice?

    /// The same checkpoint where nothing wraps its names.
    package static func unwrapping(_ base: any Checkpoint) -> any Checkpoint {
        var names = WrapperComponents(base.names).without.map { Name(text: $0.name[...], stored: $0.stored) }
        var isChanged = names.contains { $0.text != $0.stored }
        var choice: WeightsChoice?
        for _ in 0..<deepest {
            guard let inner = unwrapped(names, of: base, &choice) else { break }
            names = inner
            isChanged = true
        }
        guard isChanged else { return base }
        return UnwrappedCheckpoint(base, names.map { (String($0.text), $0.stored) }, choice: choice)
    }

    /// A wrapper in a wrapper in a wrapper is more than anyone has seen; twice that is enough.
    private static let deepest = 8

    /// Some of a checkpoint's tensors under other names.
    ///
    /// - Parameters:
    ///   - names: each name here beside the one that it has in `base`.
    ///   - choice: which of several weights these are.
    ///   - notes: what its user should know besides that.
    package init(
        _ base: any Checkpoint, _ names: [(name: String, stored: String)], choice: WeightsChoice? = nil,
        notes: [String] = []
    ) {
        self.base = base
        self.choice = choice
        self.notes = base.notes + (choice.map { [$0.note] } ?? []) + notes
        self.names = names.map(\.name)
        original = Dictionary(names.map { ($0.name, $0.stored) }) { first, _ in first }
    }

    /// The path it was opened by.
    public var path: String { base.path }
    /// What the file says about itself besides its tensors.
    public var metadata: [String: String] { base.metadata }
    /// The SHA-256 of the whole file in hexadecimal; of the file's and the part where other weights were asked for
    /// than are usually taken.
    public var sha256: String { choice?.sha256(of: base.sha256) ?? base.sha256 }
    /// How many bytes the tensors take in the file, those that are left out among them.
    public var tensorBytes: Int { base.tensorBytes }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { base.sources }
    /// How many bytes of its files are held in memory that no other process can share.
    public var ownBytes: Int { base.ownBytes }

    /// Finds out whether everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try base.check() }

    /// The name with its prefixes.
    public func originalName(of name: String) -> String { original[name].map(base.originalName(of:)) ?? name }

    /// The shape of a tensor, or nil when there is none of this name.
    public func shape(_ name: String) -> Shape? { original[name].flatMap(base.shape) }

    /// A tensor as float32.
    public func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let stored = original[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        return try base.parameter(stored)
    }

    /// Whether a tensor holds whole numbers.
    public func holdsIntegers(_ name: String) -> Bool { original[name].map(base.holdsIntegers) ?? false }

    /// A name as it is so far, and as it is stored.
    private struct Name {
        var text: Substring
        let stored: String

        /// Without `prefix`, when it begins with it and something is left.
        func dropping(_ prefix: String) -> Name? {
            guard text.hasPrefix(prefix), text.count > prefix.count else { return nil }
            return Name(text: text.dropFirst(prefix.count), stored: stored)
        }
    }

    /// The names without their outermost wrapper; nil where there is none.
    private static func unwrapped(
        _ names: [Name], of base: any Checkpoint, _ choice: inout WeightsChoice?
    ) -> [Name]? {
        // Weights and what stands beside them, each under a key of its own.
        let keys = Set(names.map { String($0.text.prefix { $0 != "." }) })
        if keys.count > 1, keys.isSubset(of: WeightWrappers.keys),
            let key = WeightWrappers.keys.first(where: keys.contains)
        {
            choice = WeightsChoice(taken: key, usual: key, all: WeightWrappers.keys.filter(keys.contains))
            return names.compactMap { $0.dropping(key + ".") }
        }
        for prefix in WeightWrappers.prefixes {
            var inner: [Name] = []
            var outside: [Name] = []
            for name in names { name.dropping(prefix).map { inner.append($0) } ?? outside.append(name) }
            guard !inner.isEmpty else { continue }
            if prefix == WeightWrappers.backbone {
                if let kept = backbone(inner, beside: outside) { return kept }
            } else if outside.allSatisfy({ isBesideTheModel($0, base) }) {
                return inner
            }
        }
        return nil
    }

    /// The backbone, when what stands beside it is its classifier, which is kept, or the heads of its training.
    private static func backbone(_ inner: [Name], beside outside: [Name]) -> [Name]? {
        let classifiers = outside.filter { WeightWrappers.classifiers.contains(String($0.text)) }
        let heads = outside.filter { name in WeightWrappers.trainingHeads.contains { name.text.hasPrefix($0) } }
        guard outside.count == Set((classifiers + heads).map(\.stored)).count else { return nil }
        let taken = Set(inner.map(\.text))
        return inner + classifiers.filter { !taken.contains($0.text) }
    }

    /// A count of steps, or weights of the loss.
    private static func isBesideTheModel(_ name: Name, _ base: any Checkpoint) -> Bool {
        (base.shape(name.stored)?.count ?? 0) <= 1
            || WeightWrappers.besideTheModel.contains { name.text.hasPrefix($0) }
    }
}
