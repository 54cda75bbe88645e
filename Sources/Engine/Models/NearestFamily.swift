import Checkpoints
import Compute
import Platform
import Synchronization

/// The family that a checkpoint resembles most, for the error that none fits.
public struct NearestFamily: Hashable, Sendable {
    /// The family's name.
    public let name: String
    /// The tensors by which it is recognized that the checkpoint has.
    public let present: [String]
    /// Those that it lacks.
    public let missing: [String]

    /// Finds the family of whose tensors the checkpoint has the greatest share; nil if it has none of any.
    init?(of checkpoint: any Checkpoint, among families: [any ModelFamily.Type]) {
        let names = checkpoint.names
        var best: NearestFamily?
        for family in families {
            let asked = AskedTensors(checkpoint)
            _ = family.recognizes(asked)
            let wanted = asked.names
            func isPresent(_ name: String) -> Bool {
                checkpoint.shape(name) != nil || names.contains { name.hasSuffix(".\($0)") || $0.hasSuffix(".\(name)") }
            }
            let present = wanted.filter(isPresent)
            let missing = wanted.filter { !isPresent($0) }
            guard !present.isEmpty, !missing.isEmpty else { continue }
            let found = NearestFamily(name: family.name, present: present, missing: missing)
            if best.map({ $0.share < found.share }) ?? true { best = found }
        }
        guard let best else { return nil }
        self = best
    }

    /// Creates a description of a family and what a checkpoint has of it.
    public init(name: String, present: [String], missing: [String]) {
        self.name = name
        self.present = present
        self.missing = missing
    }

    private var share: Double { Double(present.count) / Double(present.count + missing.count) }
}

/// A view of a checkpoint that has every tensor, and remembers which were asked for.
private final class AskedTensors: Checkpoint {
    private let base: any Checkpoint
    private let asked = Mutex<[String]>([])

    init(_ base: any Checkpoint) {
        self.base = base
    }

    /// The tensors that were asked for, in order.
    var names: [String] { asked.withLock { $0 } }

    func shape(_ name: String) -> Shape? {
        asked.withLock { asked in
            if !asked.contains(name) { asked.append(name) }
        }
        return base.shape(name) ?? [1, 1, 1, 1]
    }

    var path: String { base.path }
    var metadata: [String: String] { base.metadata }
    var sha256: String { base.sha256 }
    var tensorBytes: Int { base.tensorBytes }
    var sources: [SourceFile] { base.sources }
    var ownBytes: Int { base.ownBytes }
    func check() throws(EngineError) { try base.check() }
    func parameter(_ name: String) throws(EngineError) -> Parameter { try base.parameter(name) }
}
