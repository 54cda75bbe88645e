import Checkpoints
import Compute
import Platform
import Synchronization

/// The family that a checkpoint resembles most, for the error that none fits.
struct NearestFamily {
    /// The family's name.
    private let name: String
    /// The tensors by which it is recognized that the checkpoint has.
    private let present: [String]
    /// Those that it lacks.
    private let missing: [String]
    /// What families of the same name, and as near, lack instead.
    private var otherMissing: [[String]] = []

    /// Finds the family of whose tensors the checkpoint has the greatest share; nil if it has none of any.
    init?(of checkpoint: any Checkpoint, among families: [any ModelFamily.Type]) {
        let all = families.compactMap { NearestFamily($0, checkpoint) }
        guard var best = all.first else { return nil }
        for family in all where family.share > best.share { best = family }
        for family in all where family.name == best.name && family.missing.count == best.missing.count {
            let isNew = family.missing != best.missing && !best.otherMissing.contains(family.missing)
            if isNew { best.otherMissing.append(family.missing) }
        }
        self = best
    }

    /// Creates what a checkpoint has and lacks of a family; nil if it has nothing, or lacks nothing.
    private init?(_ family: any ModelFamily.Type, _ checkpoint: any Checkpoint) {
        let asked = AskedTensors(checkpoint)
        _ = family.recognizes(asked)
        let wanted = asked.names
        let names = checkpoint.names
        func isPresent(_ name: String) -> Bool {
            checkpoint.shape(name) != nil || names.contains { name.hasSuffix(".\($0)") || $0.hasSuffix(".\(name)") }
        }
        name = family.name
        present = wanted.filter(isPresent)
        missing = wanted.filter { !isPresent($0) }
        // One tensor of several is no resemblance.
        if missing.isEmpty || 2 * present.count < wanted.count { return nil }
    }

    private var share: Double { Double(present.count) / Double(present.count + missing.count) }

    /// The family in a sentence: "Nearest is a vision transformer: “blocks.0.attn.qkv.weight” is there, “pos_embed” is missing."
    var sentence: String {
        func quoted(_ names: [String]) -> String { englishList(names.prefix(3).map { "“\($0)”" }) }
        let lacking = ([missing] + otherMissing).map(quoted).joined(separator: " or ")
        return "Nearest is \(withArticle(name)): \(quoted(present)) \(present.count == 1 ? "is" : "are") there, "
            + "\(lacking) \(missing.count == 1 ? "is" : "are") missing."
    }
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
