import Compute
import Platform

/// A checkpoint without the prefixes that training programs put before every name: `module.`, `model.`, `backbone.` …
///
/// Of DINO's teacher, whose names begin with `backbone.` and `head.`, the backbone remains; of a file with a teacher
/// and a student, the one that ``WeightWrappers`` prefers.
public struct UnwrappedCheckpoint: Checkpoint {
    /// The checkpoint with the stored names.
    public let base: any Checkpoint
    /// The names without their prefixes, in the order of the file.
    public let names: [String]

    /// What the user should know about how it was read.
    public let notes: [String]

    private let original: [String: String]
    /// Which of several sets of weights these are.
    private let choice: WeightsChoice?

    /// Returns `base` with its names unwrapped, or `base` itself if nothing wraps them.
    package static func unwrapping(_ base: any Checkpoint) -> any Checkpoint {
        var names = WrapperComponents(base.names).unwrapped.map { Name(text: $0.name[...], stored: $0.stored) }
        var isChanged = names.contains { $0.text != $0.stored }
        var choice: WeightsChoice?
        for _ in 0..<maximumDepth {
            guard let inner = unwrapped(names, of: base, &choice) else { break }
            names = inner
            isChanged = true
        }
        guard isChanged else { return base }
        return UnwrappedCheckpoint(base, names.map { (String($0.text), $0.stored) }, choice: choice)
    }

    /// The most wrappers within one another that are removed; more than three are unheard of.
    private static let maximumDepth = 8

    /// Creates a checkpoint that shows some of another one's tensors under other names.
    ///
    /// - Parameters:
    ///   - names: each new name with its name in `base`.
    ///   - choice: which of several sets of weights these are.
    ///   - notes: what else the user should know.
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

    /// The path by which it was opened.
    public var path: String { base.path }
    /// The file's metadata.
    public var metadata: [String: String] { base.metadata }
    /// The SHA-256 of the whole file in hexadecimal; if a part other than the default was chosen, the SHA-256 of that
    /// hash and the part's key.
    public var sha256: String { choice?.sha256(of: base.sha256) ?? base.sha256 }
    /// The size of the tensors in the file, in bytes, including those that are left out.
    public var tensorBytes: Int { base.tensorBytes }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { base.sources }
    /// The number of bytes of its files in private memory, which no other process can share.
    public var ownBytes: Int { base.ownBytes }

    /// Checks that everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try base.check() }

    /// Returns the name with its prefixes.
    public func originalName(of name: String) -> String { original[name].map(base.originalName(of:)) ?? name }

    /// Returns the shape of a tensor, or nil if there is none of this name.
    public func shape(_ name: String) -> Shape? { original[name].flatMap(base.shape) }

    /// Returns a tensor as float32.
    public func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let stored = original[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        return try base.parameter(stored)
    }

    /// Returns whether a tensor holds integers.
    public func holdsIntegers(_ name: String) -> Bool { original[name].map(base.holdsIntegers) ?? false }

    /// A name as it is so far, and the stored name.
    private struct Name {
        var text: Substring
        let stored: String

        /// Returns the name without `prefix`, if it begins with it and is longer.
        func dropping(_ prefix: String) -> Name? {
            guard text.hasPrefix(prefix), text.count > prefix.count else { return nil }
            return Name(text: text.dropFirst(prefix.count), stored: stored)
        }
    }

    /// Returns the names without their outermost wrapper; nil if there is none.
    private static func unwrapped(
        _ names: [Name], of base: any Checkpoint, _ choice: inout WeightsChoice?
    ) -> [Name]? {
        // Weights and other data, each under a key of its own.
        let keys = Set(names.map { String($0.text.prefix { $0 != "." }) })
        if keys.count > 1, keys.isSubset(of: WeightWrappers.keys),
            let key = WeightWrappers.keys.first(where: keys.contains)
        {
            choice = WeightsChoice(key: key, defaultKey: key, all: WeightWrappers.keys.filter(keys.contains))
            return names.compactMap { $0.dropping(key + ".") }
        }
        for prefix in WeightWrappers.prefixes {
            var inner: [Name] = []
            var outside: [Name] = []
            for name in names { name.dropping(prefix).map { inner.append($0) } ?? outside.append(name) }
            guard !inner.isEmpty else { continue }
            if prefix == WeightWrappers.backbone {
                if let kept = backbone(inner, beside: outside) { return kept }
            } else if outside.allSatisfy({ isAuxiliary($0, base) }) {
                return inner
            }
        }
        return nil
    }

    /// Returns the backbone with its classifier, if everything else is a head that only training uses; otherwise nil.
    private static func backbone(_ inner: [Name], beside outside: [Name]) -> [Name]? {
        let classifiers = outside.filter { WeightWrappers.classifiers.contains(String($0.text)) }
        let heads = outside.filter { name in WeightWrappers.trainingHeads.contains { name.text.hasPrefix($0) } }
        guard outside.count == Set((classifiers + heads).map(\.stored)).count else { return nil }
        let taken = Set(inner.map(\.text))
        return inner + classifiers.filter { !taken.contains($0.text) }
    }

    /// Returns whether a tensor is not part of the model: a step count, or weights of the loss.
    private static func isAuxiliary(_ name: Name, _ base: any Checkpoint) -> Bool {
        (base.shape(name.stored)?.count ?? 0) <= 1
            || WeightWrappers.auxiliaryPrefixes.contains { name.text.hasPrefix($0) }
    }
}
