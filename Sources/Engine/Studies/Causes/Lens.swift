import Compute
import Foundation
import Images
import Models
import Platform
import Visualization

/// What a model would say if it stopped after each block: its last norm and head, applied to every token by itself.
///
/// The norm takes each token's own mean and deviation, as it does at the end ("logit lens" with the norm folded in). Where
/// the head reads a mean of tokens, or attends to them, it is given a picture in which every token is the same.
///
/// Source: nostalgebraist 2020, "interpreting GPT: the logit lens"; Vilas et al. 2023, arXiv:2310.18969, for patches.
public struct Lens: Sendable {
    /// What is read after one block.
    public struct Reading: Sendable {
        /// The layer: "blocks.5"; "blocks.0.before" for the tokens that enter the first block.
        public let layer: String
        /// `[tokens, candidates]`: the logits, or the objectives' values.
        public let scores: Tensor
        /// The index of each token's best candidate.
        public let best: [Int]
        /// How likely that is among the candidates, 0…1: the softmax of the logits.
        ///
        /// NaN for objectives, whose values have no common unit.
        public let probabilities: [Float]
    }

    /// The model's name.
    public let model: String
    /// The candidates' names: the classes, or the objectives in words.
    public let candidates: [String]
    /// The tokens.
    public let layout: TokenLayout
    /// The readings, from before the first block to the last.
    public let readings: [Reading]
    /// The part of the photograph that the model sees.
    public let photograph: Image
    /// The first of the blocks that could not be read, as their tokens have another width than the last; nil if all could.
    public let unread: [String]

    /// The picture of a reading: the candidate that each patch stands for.
    public func grid(_ reading: Reading) -> LabeledGrid {
        let colors = colors
        let cells = (layout.firstPatch..<layout.count).map { token in
            LabeledGrid.Cell(
                shortName(reading.best[token]), color: colors[reading.best[token]],
                strength: reading.probabilities[token].isNaN ? 0.5 : reading.probabilities[token])
        }
        return LabeledGrid(cells, rows: layout.rows, columns: layout.columns)
    }

    /// The candidates that most patches stand for, with their colors.
    private var colors: [Int: Int] {
        var counts: [Int: Int] = [:]
        for reading in readings {
            for token in layout.firstPatch..<layout.count { counts[reading.best[token], default: 0] += 1 }
        }
        let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.colorCount)
        return Dictionary(uniqueKeysWithValues: common.enumerated().map { ($1.key, $0) })
    }

    private static let colorCount = 7

    /// Returns the first of a class's synonyms.
    public func shortName(_ candidate: Int) -> String {
        String(candidates[candidate].split(separator: ",").first ?? "")
    }

    /// The photograph and the picture of every reading.
    public var sheet: ContactSheet {
        let pictures = readings.map { reading in
            ContactSheet.Entry(grid(reading).image(over: photograph), caption: caption(reading))
        }
        let first = HeatMap.enlarged(photograph)
        let side = pictures.first.map { $0.image.width } ?? first.width
        let seen = first.resized(width: side, height: side * first.height / max(first.width, 1), by: .lanczos)
        return ContactSheet(
            [.init(seen, caption: "what the model sees")] + pictures, title: "\(model): the head after each block")
    }

    private func caption(_ reading: Reading) -> String {
        let words = reading.layer.hasSuffix(".before") ? "before the first block" : reading.layer
        let special = layout.special.prefix(1).enumerated().map { index, name in
            "\(name): \(shortName(reading.best[index]))\(Self.percent(reading.probabilities[index]))"
        }
        return ([words] + special).joined(separator: "\n")
    }

    private static func percent(_ probability: Float) -> String {
        probability.isNaN ? "" : " \(Int((probability * 100).rounded())) %"
    }
}

extension Model {
    /// Reads every token after every block with the model's own last norm and head.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - objectives: what is compared in the place of the classes, such as texts; empty for the classes.
    ///   - references: the activations of photographs that objectives compare with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with how many of how many blocks are done.
    /// - Throws: ``EngineError/noLogits(model:)`` for a model without a head and no objectives;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for objectives that the last block does not affect, and for a
    ///   model whose last block has no tokens; ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func lens(
        of photograph: Image, for objectives: [Objective] = [],
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> Lens {
        guard !objectives.isEmpty || graph.layer("logits") != nil else { throw .noLogits(model: name) }
        let last = "blocks.\(blockCount - 1)"
        let shape = try layer(last).shape
        guard case .tokens(let layout, let features) = shape, let node = graph.node(last) else {
            throw .noPatches(layer: last, model: name, shape: shape)
        }
        let addresses = ["blocks.0.before"] + (0..<blockCount).map { "blocks.\($0)" }
        let read = addresses.filter { graph.layer($0)?.shape == shape }
        let layers = try nodes(of: read)
        let wanted = try nodes(of: objectives.isEmpty ? ["logits"] : objectives.flatMap(\.layers))
        let seen = preprocessing.seen(of: photograph)
        let values = try NodeValues(
            of: self, nodes: Set(layers + graph.frontier(from: node, to: wanted)),
            at: preprocessing.tensor(ofSeen: seen), cancellation: cancellation)
        let head = try LensHead(self, after: node, objectives, references, values, cancellation)
        var readings: [Lens.Reading] = []
        for (address, layer) in zip(read, layers) {
            let tokens = values[layer]
            let scores = try head.scores(tokens, layout: layout, features: features)
            readings.append(Lens.Reading(layer: address, scores: scores, isOfClasses: objectives.isEmpty))
            progress?(readings.count, read.count)
        }
        let classes = self.classes.isEmpty ? (0..<head.count).map { "class \($0)" } : self.classes
        return Lens(
            model: name, candidates: objectives.isEmpty ? classes : objectives.map { words(of: $0) }, layout: layout,
            readings: readings, photograph: seen, unread: addresses.filter { !read.contains($0) })
    }
}

extension Lens.Reading {
    fileprivate init(layer: String, scores: Tensor, isOfClasses: Bool) {
        let count = scores.shape[1]
        var (best, probabilities): ([Int], [Float]) = ([], [])
        for token in 0..<scores.shape[0] {
            let row = scores.values[token * count..<(token + 1) * count]
            let index = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
            best.append(index - row.startIndex)
            let sum = row.reduce(0.0) { $0 + exp(Double($1 - row[index])) }
            probabilities.append(isOfClasses ? Float(1 / sum) : .nan)
        }
        self.init(layer: layer, scores: scores, best: best, probabilities: probabilities)
    }
}

/// A model's last norm and head as a function of one token.
private struct LensHead {
    private let evaluations: [ObjectiveEvaluation]
    private let executor: any Executor
    private let cancellation: Cancellation?
    /// The number of candidates.
    let count: Int

    init(
        _ model: Model, after node: Int, _ objectives: [Objective], _ references: ReferenceActivations,
        _ values: NodeValues, _ cancellation: Cancellation?
    ) throws(EngineError) {
        var layers = WantedLayers(objectives.isEmpty ? ["logits"] : [])
        var evaluations: [ObjectiveEvaluation] = []
        for objective in objectives {
            evaluations.append(
                try ObjectiveEvaluation(objective, model: model.name, references: references, layers: &layers) {
                    address throws(EngineError) in try model.layer(address).shape
                })
        }
        let wanted = try model.nodes(of: layers.addresses)
        guard model.graph.frontier(from: node, to: wanted).allSatisfy({ !wanted.contains($0) }) else {
            throw .invalidValue(
                what: "What the lens reads", found: "a layer before the last block",
                expected: "something after it: a logit, or a direction of the embedding")
        }
        self.evaluations = evaluations
        self.cancellation = cancellation
        count = objectives.isEmpty ? try model.layer("logits").shape.features : objectives.count
        executor = try model.makeExecutor(
            of: model.graph.following(node, to: wanted, constants: values.constants), layers: layers.addresses,
            batch: ObjectiveAfterNode.largestPiece, gradient: false)
    }

    /// Returns the scores of each token, `[tokens, candidates]`.
    ///
    /// - Parameter tokens: `[tokens, features]`.
    func scores(_ tokens: [Float], layout: TokenLayout, features: Int) throws(EngineError) -> Tensor {
        var scores: [Float] = []
        scores.reserveCapacity(layout.count * count)
        let batch = executor.plan.batch
        for start in stride(from: 0, to: layout.count, by: batch) {
            let piece = start..<min(start + batch, layout.count)
            executor.writeInput { input in
                for (place, token) in piece.enumerated() {
                    for row in 0..<layout.count {
                        for feature in 0..<features {
                            input[(place * layout.count + row) * features + feature] =
                                tokens[token * features + feature]
                        }
                    }
                }
            }
            try executor.forward(cancellation: cancellation)
            for place in piece.indices.map({ $0 - start }) {
                if evaluations.isEmpty {
                    executor.readOutput(of: LayerIndex(0)) { scores += $0[place * count..<(place + 1) * count] }
                } else {
                    scores += evaluations.map { $0.evaluate(on: executor, picture: place, seedsGradient: false) }
                }
            }
        }
        return Tensor(scores, shape: [layout.count, count])
    }
}

extension Lens {
    /// Returns the candidates that the patches of a reading stand for, the commonest first, each with its number of patches.
    public func commonest(in reading: Reading) -> [(candidate: Int, count: Int)] {
        var counts: [Int: Int] = [:]
        for token in layout.firstPatch..<layout.count { counts[reading.best[token], default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// Returns one candidate's score in every patch, a map for each reading with one scale for all.
    ///
    /// - Precondition: there is such a candidate.
    public func maps(of candidate: Int) -> HeatMaps {
        let maps = readings.map { reading in
            let count = reading.scores.shape[1]
            let values = (0..<layout.count).map { reading.scores.values[$0 * count + candidate] }
            return layout.map(reading.layer, values, over: photograph)
        }
        return HeatMaps("\(model): \(shortName(candidate)) by the lens", maps: maps, of: photograph).withSharedScale
    }
}
