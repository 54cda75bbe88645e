import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import Visualization

/// Everything that the pages show of one layer, made from the pictures that exist.
struct AtlasLayerPage {
    let plan: AtlasPlan
    let place: Int
    let model: Model?
    let photographs: AtlasPhotographs?
    let folder: AtlasFolder
    let words: AtlasWords
    let cancellation: Cancellation

    private var layer: AtlasPlan.Layer { plan.layers[place] }

    /// The parts of a neuron's first picture that pages need.
    private struct FirstPicture {
        let neuron: Int
        let path: String
        let tile: Image
        let activation: Float
        let notes: [PictureNote]
        let history: [Float]
    }

    /// How many numbers of a history are drawn.
    private static let drawnSteps = 64

    /// Writes the layer's small pictures and data.
    ///
    /// - Parameter progress: is called with how many of how many pictures are read.
    /// - Returns: the layer's entry in the list of layers, and the files of its pictures.
    func write(
        progress: @escaping PictureProgress
    ) throws(EngineError) -> (entry: AtlasListing.Layer, pictures: [String]) {
        let found = try readPictures(progress)
        let name = "\(plan.key)/\(layer.address)"
        try makeFolder("\(folder.path)/data/\(plan.key)")
        try makeFolder("\(folder.path)/sheets/\(plan.key)")
        let sheets = try AtlasSprites.write(found.map(\.tile), as: "sheets/\(name)", in: folder.path)
        let data = AtlasLayerData(
            model: plan.key, layer: layer.address, recipe: commonRecipe, sheets: sheets, neurons: try neurons(found))
        try writeWholeFile("\(folder.path)/data/\(name).js", try AtlasScript.text("vitrineLayer", data))
        let entry = AtlasListing.Layer(
            address: layer.address, words: layer.words, neurons: layer.width, made: found.count,
            data: "data/\(name).js", sheets: sheets, numbers: found.map(\.neuron).closedRanges, names: names)
        return (entry, data.neurons.flatMap { [$0.picture] + ($0.other ?? []) + [$0.opposite].compactMap(\.self) })
    }

    /// The recipe without what differs between the layer's pictures.
    private var commonRecipe: Recipe {
        var recipe = layer.template
        recipe.objectives = []
        recipe.seeds = (0..<plan.seeds).map { plan.settings.seed &+ UInt64($0) }
        return recipe
    }

    /// The names of all neurons: of the classes, or the words that were found for them.
    private var names: [String]? {
        if let classNames { return classNames }
        let labels = folder.labels(of: plan, layer: layer.address)
        return labels.isEmpty ? nil : (0..<layer.width).map { labels[$0] ?? "" }
    }

    private var classNames: [String]? {
        layer.address == "logits" && model?.classes.isEmpty == false ? model?.classes : nil
    }

    /// Reads the first pictures that exist and are whole, on as many cores as the engine may use.
    private func readPictures(_ progress: @escaping PictureProgress) throws(EngineError) -> [FirstPicture] {
        let neurons = Array(layer.neurons.joined())
        var keys: [PictureKey] = []
        for neuron in neurons { keys.append(try plan.key(of: AtlasItem(layer: place, neuron: neuron, run: 0))) }
        let lock = NSLock()
        nonisolated(unsafe) var found = [FirstPicture?](repeating: nil, count: neurons.count)
        var start = 0
        while start < neurons.count {
            try cancellation.check()
            let part = start..<min(start + 64, neurons.count)
            let (keys, pictures) = (keys, folder.pictures)
            concurrently(part.count, threads: (model?.host ?? .shared).threadCount) { index in
                let index = part.lowerBound + index
                guard let picture = pictures.picture(for: keys[index]) else { return }
                let first = FirstPicture(
                    neuron: neurons[index], path: "pictures/\(PictureStore.place(of: keys[index].name))",
                    tile: AtlasSprites.tile(of: picture.image), activation: picture.activation,
                    notes: picture.notes, history: picture.history)
                lock.withLock { found[index] = first }
            }
            start = part.upperBound
            progress(start, neurons.count)
        }
        return found.compactMap(\.self)
    }

    private func neurons(_ found: [FirstPicture]) throws(EngineError) -> [AtlasLayerData.Neuron] {
        let numbers = found.map(\.neuron)
        let byPicture = AtlasSimilarity(found.map { AtlasSimilarity.vector(ofTile: $0.tile) }).extremes(numbers)
        // Cells have no weights, and no photographs of their own.
        if let cells = layer.cells { return self.cells(cells, found, byPicture) }
        let weights = model?.featureWeights(at: layer.address)
        let byWeights = weights.map { weights in AtlasSimilarity(numbers.map { weights[$0] }).extremes(numbers) } ?? []
        let runs = try otherRuns(numbers)
        let request = folder.trust(of: plan)
        let records = AtlasTrustRecords(in: folder)
        let names = names
        var neurons: [AtlasLayerData.Neuron] = []
        for (tile, first) in found.enumerated() {
            let target = Target(model: plan.model, layer: layer.address, features: .indices([first.neuron]))
            let similar = AtlasLayerData.Similar(
                weights: byWeights.isEmpty ? nil : byWeights[tile], picture: byPicture.isEmpty ? nil : byPicture[tile])
            neurons.append(
                .init(
                    neuron: first.neuron, name: name(of: first.neuron, in: names), picture: first.path, tile: tile,
                    cell: words.cell(target, plan), activation: fewDigits(first.activation),
                    notes: first.notes.isEmpty ? nil : first.notes.map(\.words),
                    history: thinned(first.history).map(fewDigits), agreement: runs[first.neuron]?.agreement,
                    other: runs[first.neuron]?.paths,
                    similar: similar.weights == nil && similar.picture == nil ? nil : similar,
                    opposite: try opposite(first.neuron),
                    trust: try request.flatMap { request throws(EngineError) in
                        let item = AtlasItem(layer: place, neuron: first.neuron, run: 0)
                        return records.measurements(named: try request.name(of: item, in: plan)).map { .init($0) }
                    },
                    photographs: photographs.map { strongest(first.neuron, $0) }))
        }
        return neurons
    }

    /// Returns the path of a neuron's picture of the opposite; nil if there is none.
    private func opposite(_ neuron: Int) throws(EngineError) -> String? {
        guard plan.hasOpposites else { return nil }
        let name = try plan.key(of: AtlasItem(layer: place, neuron: neuron, run: 0, isOpposite: true)).name
        return folder.pictures.state(of: name) == .whole ? "pictures/\(PictureStore.place(of: name))" : nil
    }

    private func name(of neuron: Int, in names: [String]?) -> String? {
        names.flatMap { $0.indices.contains(neuron) && !$0[neuron].isEmpty ? $0[neuron] : nil }
    }

    /// Returns the entries of an activation atlas's cells.
    private func cells(
        _ cells: ActivationCells, _ found: [FirstPicture], _ similar: [AtlasLayerData.Extremes]
    ) -> [AtlasLayerData.Neuron] {
        found.enumerated().map { tile, first in
            .init(
                neuron: first.neuron, name: cells.words(first.neuron), picture: first.path, tile: tile,
                cell: "rerun(\"\(first.path)\")", activation: fewDigits(first.activation),
                notes: first.notes.isEmpty ? nil : first.notes.map(\.words),
                history: thinned(first.history).map(fewDigits),
                similar: similar.isEmpty ? nil : .init(weights: nil, picture: similar[tile]))
        }
    }

    /// Returns the pictures of other seeds that exist, and how similar they are to the first, by neuron.
    private func otherRuns(_ neurons: [Int]) throws(EngineError) -> [Int: (paths: [String], agreement: Double?)] {
        guard plan.seeds > 1, let one = neurons.first else { return [:] }
        let target = Target(model: plan.model, layer: layer.address, features: .indices([one]))
        let baseline = try model?.baselineFeatures(at: target)
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
            guard let model, let baseline else { continue }
            let scores = try model.agreement(of: images, at: target, above: baseline, cancellation: cancellation)
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

    /// Returns a history with fewer numbers: the first, the last, and some at even distances between them.
    private func thinned(_ history: [Float]) -> [Float] {
        guard history.count > Self.drawnSteps else { return history }
        let last = Self.drawnSteps - 1
        return (0...last).map { history[$0 * (history.count - 1) / last] }
    }
}
