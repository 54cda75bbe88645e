import Models
import Platform
import Studies
import Visualization

/// What is missing from an atlas, and what is in it that should not be.
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

    /// How many pictures belong in the atlas.
    public var total = 0
    /// How many of those exist and are whole.
    public var whole = 0
    /// How many do not exist.
    public var missing = 0
    /// How many pictures each layer is missing, by its model's key and its address: "vit-1a2b3c4d blocks.5.mlp".
    public var missingByLayer: [String: Int] = [:]
    /// Pictures that are damaged.
    public var broken: [Fault] = []
    /// Files in the place of a picture that are another picture, or no picture at all.
    public var foreign: [Fault] = []
    /// How many neurons' measurements of trust belong in the atlas.
    public var measurementCount = 0
    /// How many of those exist and are whole.
    public var measuredCount = 0
    /// How many measurements each layer is missing, as ``missingByLayer``.
    public var unmeasuredByLayer: [String: Int] = [:]
    /// Files among the pictures that no plan asks for.
    public var unknown: [String] = []

    /// Whether every picture exists and is whole, every measurement too, and there are no other files.
    public var isWhole: Bool { whole == total && measuredCount == measurementCount && unknown.isEmpty }
}

extension AtlasFolder {
    /// Checks every picture that belongs in the atlas, and looks for files that do not.
    ///
    /// - Parameter progress: is called with how many of how many pictures are checked.
    /// - Throws: ``AtlasFailure/brokenPlan(path:)``, ``EngineError/cancelled``.
    public func check(
        cancellation: Cancellation = Cancellation(), progress: PictureProgress? = nil
    ) throws(EngineError) -> AtlasCheck {
        let plans = try plans()
        var check = AtlasCheck()
        check.total = plans.reduce(0) { $0 + $1.pictureCount }
        var unknown = pictures.names()
        var done = 0
        for plan in plans {
            for item in plan.items {
                try cancellation.check()
                let name = try plan.key(of: item).name
                unknown.remove(name)
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
        for plan in plans { try count(measurementsOf: plan, &check, cancellation) }
        check.unknown = unknown.sorted().map { "pictures/\(PictureStore.place(of: $0))" }
        return check
    }

    /// Counts the measurements of trust that belong in the atlas.
    private func count(
        measurementsOf plan: AtlasPlan, _ check: inout AtlasCheck, _ cancellation: Cancellation
    ) throws(EngineError) {
        guard let request = trust(of: plan) else { return }
        let records = AtlasTrustRecords(in: self)
        for item in plan.neuronItems(of: .all) where plan.layers[item.layer].cells == nil {
            try cancellation.check()
            check.measurementCount += 1
            if records.measurements(named: try request.name(of: item, in: plan)) != nil {
                check.measuredCount += 1
            } else {
                check.unmeasuredByLayer["\(plan.key) \(plan.layers[item.layer].address)", default: 0] += 1
            }
        }
    }
}
