import Models
import Platform
import Studies
import Visualization

/// What making an atlas, or a part of it, asks for: which pictures are missing, and what they will take.
///
/// Changes nothing.
public struct AtlasWork: Sendable {
    let plan: AtlasPlan
    let model: Model
    /// All pictures of the part, in order.
    let items: [AtlasItem]
    let keys: [AtlasItem: PictureKey]
    /// Those that are missing.
    let pending: [AtlasItem]
    /// Those of them in whose place something else lies.
    let bad: [AtlasItem]
    let cost: AtlasCost?
    /// What it will take.
    public let estimate: AtlasEstimate

    /// Looks at what is there, and measures some steps where something is missing.
    ///
    /// - Parameters:
    ///   - folder: the atlas, which need not be there yet.
    ///   - progress: is told how many of how many pictures are looked at.
    /// - Throws: ``AtlasFailure/otherModel(folder:model:there:loaded:)``, ``EngineError/cancelled``, and what a renderer
    ///   throws.
    public init(
        _ plan: AtlasPlan, by model: Model, in folder: String, shard: AtlasShard = .all,
        cancellation: Cancellation = Cancellation(), progress: PictureProgress? = nil
    ) throws(EngineError) {
        guard plan.weights == model.weightsHash, plan.facts == model.pictureFacts else {
            throw .atlas(
                .otherModel(folder: folder, model: plan.model, there: plan.weights, loaded: model.weightsHash))
        }
        let pictures = AtlasFolder(unchecked: folder).pictures
        let all = plan.items
        let items = Array(all[shard.places(of: all.map { plan.layers[$0.layer].operations })])
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
