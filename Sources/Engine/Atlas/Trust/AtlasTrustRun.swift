import Foundation
import Images
import Models
import Platform
import Studies
import Visualization

/// Measures whether the pictures of an atlas are to be trusted, and stores what was measured.
///
/// Measurements are parts of the atlas as pictures are: each exists once, an interrupted run loses the neurons that it is
/// working on, several runs share the work by claims, and a shard measures the neurons whose pictures it renders.
public final class AtlasTrustRun {
    /// A neuron to be measured.
    fileprivate struct Neuron: Hashable {
        let item: AtlasItem
        let name: String
    }

    private let plan: AtlasPlan
    private let model: Model
    private let folder: AtlasFolder
    private let request: AtlasTrustRequest
    private let records: AtlasTrustRecords
    private let claims: AtlasClaims
    private let cancellation: Cancellation
    private let photographs: AtlasTrustPhotographs
    /// How many neurons the part has.
    public let total: Int
    private var pending: [Neuron]
    private var claimedByOthers: [Neuron] = []
    private var done: Int

    /// How many neurons of a layer are measured together: they share photographs.
    private static let sheet = 64

    /// Determines what is missing, and records what belongs in the atlas.
    ///
    /// - Parameters:
    ///   - plan: the neurons. It has been added to the folder, and the part's pictures exist.
    ///   - photographs: a folder of photographs.
    /// - Throws: ``EngineError/fileMissing(path:)`` or ``EngineError/fileUnreadable(path:reason:)`` for the folder,
    ///   ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/noEmbedding(model:)``, ``EngineError/cancelled``.
    public init(
        _ plan: AtlasPlan, by model: Model, in folder: AtlasFolder, photographs: String, shard: AtlasShard = .all,
        cancellation: Cancellation = Cancellation()
    ) throws(EngineError) {
        if plan.hasOpposites, model.graph.layer("embedding") == nil { throw .noEmbedding(model: model.name) }
        let request = try AtlasTrustRequest(photographsIn: photographs, cancellation: cancellation)
        try folder.note(trust: request, of: plan)
        let records = AtlasTrustRecords(in: folder)
        let items = plan.neuronItems(of: shard).filter { plan.layers[$0.layer].cells == nil }
        var pending: [Neuron] = []
        for item in items {
            let name = try request.name(of: item, in: plan)
            if records.measurements(named: name) == nil { pending.append(Neuron(item: item, name: name)) }
        }
        self.plan = plan
        self.model = model
        self.folder = folder
        self.request = request
        self.records = records
        self.cancellation = cancellation
        self.photographs = AtlasTrustPhotographs(model, cancellation: cancellation)
        self.pending = pending
        total = items.count
        done = items.count - pending.count
        claims = try AtlasClaims(in: folder.path)
    }

    /// Measures what is missing.
    ///
    /// A neuron of which a picture could not be made is left out.
    ///
    /// - Parameter progress: is called with how many of how many neurons are measured, and with what is done now.
    /// - Throws: ``EngineError/cancelled``, with every finished neuron kept; the errors of reading photographs and of a
    ///   model; ``EngineError/fileUnwritable(path:reason:)``.
    public func run(progress: @escaping (_ words: String, _ done: Int, _ total: Int) -> Void) throws(EngineError) {
        guard !pending.isEmpty else { return }
        claims.sweep()
        let wanted = plan.layers.indices.map { layer in pending.map(\.item).filter { $0.layer == layer }.map(\.neuron) }
        let scores = try AtlasScores(
            of: wanted, in: plan, on: request.folder, by: model, cancellation: cancellation
        ) { progress("reading photographs", $0.done, $0.total) }
        while true {
            try cancellation.check()
            progress("trust", done, total)
            if let sheet = nextSheet() {
                try measure(sheet, scores) { progress("trust", $0, self.total) }
                claims.release(sheet.map(\.claim))
            } else if claimedByOthers.isEmpty {
                break
            } else {
                wait()
            }
        }
    }

    /// Claims and returns neurons of a layer that no other run is measuring; nil if there are none.
    private func nextSheet() -> [Neuron]? {
        while let first = pending.first {
            let wanted = Array(pending.prefix(Self.sheet).prefix { $0.item.layer == first.item.layer })
            pending.removeFirst(wanted.count)
            let claimed = claims.claim(wanted.map(\.claim))
            claimedByOthers += wanted.filter { !claimed.contains($0.claim) }
            let own = wanted.filter { claimed.contains($0.claim) }
            // Another run may have finished one just before it was claimed.
            let missing = own.filter { records.measurements(named: $0.name) == nil }
            claims.release(own.filter { !missing.contains($0) }.map(\.claim))
            done += own.count - missing.count
            if !missing.isEmpty { return missing }
        }
        return nil
    }

    /// Waits a second for other runs, and takes back what they gave up.
    private func wait() {
        for _ in 0..<20 where !cancellation.isRequested { usleep(50_000) }
        let measured = claimedByOthers.filter { records.measurements(named: $0.name) != nil }
        done += measured.count
        claimedByOthers.removeAll { measured.contains($0) }
        let claimed = claims.claim(claimedByOthers.map(\.claim))
        pending += claimedByOthers.filter { claimed.contains($0.claim) }
        claimedByOthers.removeAll { claimed.contains($0.claim) }
        // They are claimed again, sheet by sheet.
        claims.release(claimed)
    }

    private func measure(
        _ sheet: [Neuron], _ scores: AtlasScores, _ progress: (Int) -> Void
    ) throws(EngineError) {
        let layer = sheet[0].item.layer
        let rankings = sheet.map { scores.ranking(layer: layer, neuron: $0.item.neuron) }
        let target = Target(
            model: plan.model, layer: plan.layers[layer].address, features: .indices([sheet[0].item.neuron]))
        let parts = model.causalParts(of: .mean(target))
        let losses = try losses(of: sheet, rankings, parts, at: target.layer)
        let baseline = plan.seeds > 1 ? try model.baselineFeatures(at: target) : []
        for (place, neuron) in sheet.enumerated() {
            try cancellation.check()
            claims.beat()
            let measured = try measurements(of: neuron, rankings[place], parts, losses[place], above: baseline)
            if let measured { try records.keep(measured, named: neuron.name) }
            done += 1
            progress(done)
        }
    }

    /// Returns how much each neuron loses without each part on its strongest photographs, `[neurons][parts]`.
    ///
    /// A photograph that drives several neurons is swept once for all of them.
    private func losses(
        of sheet: [Neuron], _ rankings: [[(path: String, value: Float)]], _ parts: [Importance.Part], at layer: String
    ) throws(EngineError) -> [[Double]] {
        var neuronsOf: [String: [Int]] = [:]
        for (place, ranking) in rankings.enumerated() {
            for entry in ranking.prefix(Trust.photographsForCauses) { neuronsOf[entry.path, default: []].append(place) }
        }
        var losses = sheet.map { _ in [Double](repeating: 0, count: parts.count) }
        for (path, places) in neuronsOf.sorted(by: { $0.key < $1.key }) {
            claims.beat()
            let found = try model.means(
                of: layer, withoutEach: parts, at: try Image(contentsOf: path), cancellation: cancellation)
            for place in places {
                let neuron = sheet[place].item.neuron
                for (part, without) in found.without.enumerated() {
                    losses[place][part] += found.whole[neuron] - without[neuron]
                }
            }
        }
        return losses
    }

    /// Measures one neuron; returns nil if one of its pictures does not exist.
    private func measurements(
        of neuron: Neuron, _ ranking: [(path: String, value: Float)], _ parts: [Importance.Part], _ losses: [Double],
        above baseline: [Double]
    ) throws(EngineError) -> TrustMeasurements? {
        var (pictures, opposites): ([Image], [Image]) = ([], [])
        for item in plan.pictures(of: neuron.item) {
            guard let picture = folder.pictures.picture(for: try plan.key(of: item)) else { return nil }
            if item.isOpposite { opposites.append(picture.image) } else { pictures.append(picture.image) }
        }
        let layer = plan.layers[neuron.item.layer].address
        let target = Target(model: plan.model, layer: layer, features: .indices([neuron.item.neuron]))
        let count = min(request.strongest, ranking.count / 2)
        let (strong, weak) = (ranking.prefix(count), ranking.suffix(count))
        let seen = try photographs.entries(strong.map(\.path) + weak.map(\.path))
        let ranks = try model.blockRanks(of: pictures, cancellation: cancellation) + seen.map(\.ranks)
        var measured = TrustMeasurements()
        measured.path = model.path(
            of: ranks[..<pictures.count], strong: ranks[pictures.count..<pictures.count + count],
            weak: ranks[(pictures.count + count)...])
        if pictures.count > 1 {
            measured.agreement = try model.agreement(
                of: [pictures], at: target, above: baseline, cancellation: cancellation)[0]
        }
        if !opposites.isEmpty {
            let places = request.settings.taskPlaces(among: ranking.count)
            let strong = try photographs.embeddings(places.strong.map { ranking[$0].path })
            let weak = try photographs.embeddings(places.weak.map { ranking[$0].path })
            measured.interpretability = Trust.Interpretability(
                encoder: model.name, pictures: try photographs.embeddings(of: pictures),
                opposites: try photographs.embeddings(of: opposites), tasks: Array(zip(strong, weak)))
        }
        let needed = Trust.needed(parts, losses: losses, count: request.causes)
        if !needed.isEmpty {
            let objective = Objective.mean(target)
            measured.causes = try model.left(
                of: objective, without: needed,
                usual: ranking.reduce(0.0) { $0 + Double($1.value) } / Double(ranking.count),
                photographs: (seen.prefix(count).map(\.seen), strong.map(\.value)),
                pictures: (
                    pictures, try model.activations(of: [objective], on: pictures, cancellation: cancellation)[0]
                ),
                cancellation: cancellation)
        }
        return measured
    }
}

extension AtlasTrustRun.Neuron {
    fileprivate var claim: String { "trust-\(name)" }
}

extension AtlasTrustRequest {
    /// Returns the name of a neuron's measurements.
    func name(of neuron: AtlasItem, in plan: AtlasPlan) throws(EngineError) -> String {
        var names: [String] = []
        for item in plan.pictures(of: neuron) { names.append(try plan.key(of: item).name) }
        return name(ofPictures: names)
    }
}
