import Models
import Platform
import Studies
import Visualization

/// The work of making an atlas, or a part of it: which pictures are missing, and what they will take.
public struct AtlasWork: Sendable {
    let plan: AtlasPlan
    let model: Model
    /// All pictures of the part, in order.
    let items: [AtlasItem]
    let keys: [AtlasItem: PictureKey]
    /// The pictures that are missing.
    let pending: [AtlasItem]
    /// Those of ``pending`` in whose place there is a broken or foreign file.
    let bad: [AtlasItem]
    let cost: AtlasCost?
    /// What the work will take.
    public let estimate: AtlasEstimate

    /// Checks which pictures exist, and measures some steps if any is missing. Changes no file.
    ///
    /// - Parameters:
    ///   - folder: the atlas, which need not exist yet.
    ///   - progress: is called with how many of how many pictures are checked.
    /// - Throws: ``AtlasFailure/otherModel(folder:model:there:loaded:)``, ``EngineError/cancelled``, and the errors of
    ///   a renderer.
    public init(
        _ plan: AtlasPlan, by model: Model, in folder: String, shard: AtlasShard = .all,
        cancellation: Cancellation = Cancellation(), progress: PictureProgress? = nil
    ) throws(EngineError) {
        guard plan.weights == model.weightsHash, plan.facts == model.pictureFacts else {
            throw .atlas(
                .otherModel(folder: folder, model: plan.model, there: plan.weights, loaded: model.weightsHash))
        }
        let pictures = AtlasFolder(unchecked: folder).pictures
        let items = plan.neuronItems(of: shard).flatMap { plan.pictures(of: $0) }
        var keys: [AtlasItem: PictureKey] = [:]
        var pending: [AtlasItem] = []
        var bad: [AtlasItem] = []
        for (place, item) in items.enumerated() {
            try cancellation.check()
            let key = try plan.key(of: item)
            keys[item] = key
            switch pictures.state(of: key.name) {
            case .whole: break
            case .missing: pending.append(item)
            case .broken, .foreign:
                bad.append(item)
                pending.append(item)
            }
            progress?(place + 1, items.count)
        }
        let cost = pending.isEmpty ? nil : try AtlasCost(plan, model: model, cancellation: cancellation)
        self.plan = plan
        self.model = model
        self.items = items
        self.keys = keys
        self.pending = pending
        self.bad = bad
        self.cost = cost
        estimate = AtlasEstimate(
            total: items.count, known: items.count - pending.count,
            seconds: pending.reduce(0) { $0 + (cost?.seconds(ofPictureAt: $1.layer) ?? 0) },
            bytes: pending.reduce(0) { $0 + AtlasCost.bytes(of: plan.layers[$1.layer].template) },
            freeBytes: freeBytesOnDisk(folder))
    }

    func name(_ item: AtlasItem) -> String { keys[item]?.name ?? "" }
}
