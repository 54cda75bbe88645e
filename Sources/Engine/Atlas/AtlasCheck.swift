import Models
import Platform
import Studies
import Visualization

/// What an atlas lacks, and what is in it that should not be.
public struct AtlasCheck: Hashable, Sendable {
    /// A picture that is not as it should be.
    public struct Fault: Hashable, Sendable {
        /// The layer's address.
        public let layer: String
        /// The neuron.
        public let neuron: Int
        /// Its path in the atlas.
        public let path: String
        /// What is wrong, in words.
        public let reason: String
    }

    /// How many pictures belong into the atlas.
    public var total = 0
    /// How many of those are there and whole.
    public var whole = 0
    /// How many are not there.
    public var missing = 0
    /// How many of those that are missing each layer lacks, with its model's key before its address.
    public var missingByLayer: [String: Int] = [:]
    /// Pictures that are damaged.
    public var broken: [Fault] = []
    /// What is in the place of a picture and is another one, or none.
    public var foreign: [Fault] = []
    /// Files among the pictures that no plan asks for.
    public var unknown: [String] = []

    /// Whether every picture is there and whole, and nothing else is.
    public var isWhole: Bool { whole == total && unknown.isEmpty }
}

extension AtlasFolder {
    /// Looks at every picture that belongs into the atlas, and whether there are others.
    ///
    /// - Parameter progress: is told how many of how many are looked at.
    /// - Throws: ``AtlasFailure/brokenPlan(path:)``, ``EngineError/cancelled``.
    public func check(
        cancellation: Cancellation = Cancellation(), progress: PictureProgress? = nil
    ) throws(EngineError) -> AtlasCheck {
        let plans = try plans()
        var check = AtlasCheck()
        check.total = plans.reduce(0) { $0 + $1.pictureCount }
        var strangers = pictures.names()
        var done = 0
        for plan in plans {
            for item in plan.items {
                try cancellation.check()
                let name = try plan.key(of: item).name
                strangers.remove(name)
                let layer = plan.layers[item.layer].address
                func fault(_ reason: String) -> AtlasCheck.Fault {
                    .init(
                        layer: layer, neuron: item.neuron, path: "pictures/\(PictureStore.place(of: name))",
                        reason: reason)
                }
                switch pictures.state(of: name) {
                case .whole: check.whole += 1
                case .missing:
                    check.missing += 1
                    check.missingByLayer["\(plan.key) \(layer)", default: 0] += 1
                case .broken(let reason): check.broken.append(fault(reason))
                case .foreign(let reason): check.foreign.append(fault(reason))
                }
                done += 1
                progress?(done, check.total)
            }
        }
        check.unknown = strangers.sorted().map { "pictures/\(PictureStore.place(of: $0))" }
        return check
    }
}
