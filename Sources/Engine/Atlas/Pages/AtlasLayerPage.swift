import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import Visualization

/// Everything that pages say of one layer, made from the pictures that are there.
struct AtlasLayerPage {
    let plan: AtlasPlan
    let place: Int
    let model: Model?
    let photographs: AtlasPhotographs?
    let folder: AtlasFolder
    let words: AtlasWords
    let cancellation: Cancellation

    private var layer: AtlasPlan.Layer { plan.layers[place] }

    /// A neuron's first picture, as far as pages need it.
    private struct Sight {
        let neuron: Int
        let path: String
        let tile: Image
        let activation: Float
        let notes: [PictureNote]
        let history: [Float]
    }

    /// So many numbers of a history are drawn.
    private static let drawnSteps = 64

    /// Writes the layer's small pictures and data.
    ///
    /// - Parameter progress: is told how many of how many pictures are looked at.
    /// - Returns: what the list of layers says of it, and the files of its pictures.
    func write(
        progress: @escaping PictureProgress
    ) throws(EngineError) -> (entry: AtlasListing.Layer, pictures: [String]) {
        let sights = try look(progress)
        let name = "\(plan.key)/\(layer.address)"
        try makeFolder("\(folder.path)/data/\(plan.key)")
        try makeFolder("\(folder.path)/sheets/\(plan.key)")
        let sheets = try AtlasSprites.write(sights.map(\.tile), as: "sheets/\(name)", in: folder.path)
        let data = AtlasLayerData(
            model: plan.key, layer: layer.address, recipe: commonRecipe, sheets: sheets, neurons: try neurons(sights))
        try writeWholeFile("\(folder.path)/data/\(name).js", try AtlasScript.text("vitrineLayer", data))
        let entry = AtlasListing.Layer(
            address: layer.address, words: layer.words, neurons: layer.width, made: sights.count,
            data: "data/\(name).js", sheets: sheets, numbers: sights.map(\.neuron).closedRanges, names: classNames)
        return (entry, data.neurons.flatMap { [$0.picture] + ($0.other ?? []) })
    }

    /// The recipe without what differs between the layer's pictures.
    private var commonRecipe: Recipe {
        var recipe = layer.template
        recipe.objectives = []
        recipe.seeds = (0..<plan.seeds).map { plan.settings.seed &+ UInt64($0) }
        return recipe
    }

    private var classNames: [String]? {
        layer.address == "logits" && model?.classes.isEmpty == false ? model?.classes : nil
    }

    /// The first pictures that are there and whole, read on as many cores as the engine may use.
    private func look(_ progress: @escaping PictureProgress) throws(EngineError) -> [Sight] {
        let neurons = Array(layer.neurons.joined())
        var keys: [PictureKey] = []
        for neuron in neurons { keys.append(try plan.key(of: AtlasItem(layer: place, neuron: neuron, run: 0))) }
        let lock = NSLock()
        nonisolated(unsafe) var sights = [Sight?](repeating: nil, count: neurons.count)
        var first = 0
        while first < neurons.count {
            try cancellation.check()
            let part = first..<min(first + 64, neurons.count)
            let (keys, pictures) = (keys, folder.pictures)
            concurrently(part.count, threads: (model?.host ?? .shared).threadCount) { index in
                let index = part.lowerBound + index
                guard let picture = pictures.picture(for: keys[index]) else { return }
                let sight = Sight(
                    neuron: neurons[index], path: "pictures/\(PictureStore.place(of: keys[index].name))",
                    tile: AtlasSprites.tile(of: picture.image), activation: picture.activation,
                    notes: picture.notes, history: picture.history)
                lock.withLock { sights[index] = sight }
            }
            first = part.upperBound
            progress(first, neurons.count)
        }
        return sights.compactMap(\.self)
    }

    private func neurons(_ sights: [Sight]) throws(EngineError) -> [AtlasLayerData.Neuron] {
        let numbers = sights.map(\.neuron)
        let byPicture = AtlasSimilarity(sights.map { AtlasSimilarity.vector(ofTile: $0.tile) }).extremes(numbers)
        let weights = model?.featureWeights(at: layer.address)
        let byWeights = weights.map { weights in AtlasSimilarity(numbers.map { weights[$0] }).extremes(numbers) } ?? []
        let runs = try otherRuns(numbers)
        var neurons: [AtlasLayerData.Neuron] = []
        for (tile, sight) in sights.enumerated() {
            let target = Target(model: plan.model, layer: layer.address, features: .indices([sight.neuron]))
            let similar = AtlasLayerData.Similar(
                weights: byWeights.isEmpty ? nil : byWeights[tile], picture: byPicture.isEmpty ? nil : byPicture[tile])
            neurons.append(
                .init(
                    neuron: sight.neuron, name: classNames?[sight.neuron], picture: sight.path, tile: tile,
                    cell: words.cell(target, plan), activation: fewDigits(sight.activation),
                    notes: sight.notes.isEmpty ? nil : sight.notes.map(\.words),
                    history: drawn(sight.history).map(fewDigits), agreement: runs[sight.neuron]?.agreement,
                    other: runs[sight.neuron]?.paths,
                    similar: similar.weights == nil && similar.picture == nil ? nil : similar,
                    photographs: photographs.map { strongest(sight.neuron, $0) }))
        }
        return neurons
    }

    /// The pictures of other seeds that are there, and how alike they are to the first, by neuron.
    private func otherRuns(_ neurons: [Int]) throws(EngineError) -> [Int: (paths: [String], agreement: Double?)] {
        guard plan.seeds > 1, let one = neurons.first else { return [:] }
        let target = Target(model: plan.model, layer: layer.address, features: .indices([one]))
        let level = try model?.meaninglessLevel(at: target)
        var result: [Int: (paths: [String], agreement: Double?)] = [:]
        for first in stride(from: 0, to: neurons.count, by: AtlasPages.agreementPiece) {
            var images: [[Image]] = []
            let part = Array(neurons[first..<min(first + AtlasPages.agreementPiece, neurons.count)])
            for neuron in part {
                var own: [Image] = []
                var paths: [String] = []
                for run in 0..<plan.seeds {
                    try cancellation.check()
                    let key = try plan.key(of: AtlasItem(layer: place, neuron: neuron, run: run))
                    guard let picture = folder.pictures.picture(for: key) else { continue }
                    own.append(picture.image)
                    if run > 0 { paths.append("pictures/\(PictureStore.place(of: key.name))") }
                }
                images.append(own)
                if !paths.isEmpty { result[neuron] = (paths, nil) }
            }
            guard let model, let level else { continue }
            let scores = try model.agreement(of: images, at: target, above: level, cancellation: cancellation)
            for (neuron, score) in zip(part, scores) where result[neuron] != nil {
                result[neuron]?.agreement = (Double(score) * 1000).rounded() / 1000
            }
        }
        return result
    }

    private func strongest(_ neuron: Int, _ photographs: AtlasPhotographs) -> [AtlasLayerData.Photograph] {
        photographs.strongest[place][neuron].map { entry in
            .init(
                picture: photographs.copies[entry.path] ?? "",
                name: entry.path.split(separator: "/").last.map(String.init) ?? entry.path,
                activation: fewDigits(entry.activation))
        }
    }

    /// A history with fewer numbers: the first, the last, and those evenly between.
    private func drawn(_ history: [Float]) -> [Float] {
        guard history.count > Self.drawnSteps else { return history }
        let last = Self.drawnSteps - 1
        return (0...last).map { history[$0 * (history.count - 1) / last] }
    }
}
