import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Tests maps by taking away, and putting in, the pixels that they name.
    ///
    /// The pixels that are taken away have the mean color of the preprocessing, 0 as the model's input.
    ///
    /// - Parameters:
    ///   - maps: at least one, each over this photograph; of patches or of pixels. A random map is tested beside them.
    ///   - objective: the objective that the maps explain.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with how many of how many pictures were computed, and can ask for the result so far.
    /// - Returns: the scores of all maps, or of those before an interrupt.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a map that is NaN everywhere or settings out of
    ///   range; the errors of ``gradient(of:at:references:cancellation:progress:)``.
    public func faithfulness(
        of maps: [HeatMap], for objective: Objective, at photograph: Image, _ settings: Faithfulness.Settings = .init(),
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(EngineError) -> Faithfulness {
        try settings.validate()
        guard let first = maps.first else {
            throw .invalidValue(what: "The number of maps", found: "0", expected: "1 or more")
        }
        let all = maps + [Self.randomMap(like: first, seed: settings.seed)]
        let input = preprocessing.tensor(of: photograph)
        let test = MapTest(self, objective, references, input, settings, cancellation)
        let perMap = 2 * (settings.steps + 1) + 18 + settings.samples
        var scores: [Faithfulness.Score] = []
        let ends = try values(
            of: objective,
            on: Tensor(
                input.values + [Float](repeating: 0, count: input.values.count),
                shape: Shape([2] + input.shape.dimensions)), references: references, cancellation: cancellation)
        do throws(EngineError) {
            for map in all {
                let before = scores.count * perMap
                scores.append(try test.score(map, whole: ends[0]) { progress?(before + $0, all.count * perMap) })
            }
        } catch {
            guard case .cancelled = error, !scores.isEmpty else { throw error }
        }
        return Faithfulness(
            model: name, label: words(of: objective), value: ends[0], baseline: ends[1], settings: settings,
            scores: scores, maps: all)
    }

    /// Returns a map of random numbers, of the size of another.
    private static func randomMap(like map: HeatMap, seed: UInt64) -> HeatMap {
        var random = RandomSource(seed: seed)
        let values = Tensor(map.values.values.map { _ in random.uniform() }, shape: map.values.shape)
        return HeatMap("random", values: values, over: map.photograph)
    }
}

/// The test of one map after another.
private struct MapTest {
    private let model: Model
    private let objective: Objective
    private let references: ReferenceActivations
    private let input: Tensor
    private let settings: Faithfulness.Settings
    private let cancellation: Cancellation?

    init(
        _ model: Model, _ objective: Objective, _ references: ReferenceActivations, _ input: Tensor,
        _ settings: Faithfulness.Settings, _ cancellation: Cancellation?
    ) {
        self.model = model
        self.objective = objective
        self.references = references
        self.input = input
        self.settings = settings
        self.cancellation = cancellation
    }

    private var plane: Int { input.shape[1] * input.shape[2] }

    func score(
        _ map: HeatMap, whole: Float, progress: (Int) -> Void
    ) throws(EngineError) -> Faithfulness.Score {
        let importance = try pixels(of: map)
        // Equal pixels, such as those of one patch, in their order.
        let order = importance.indices.sorted { (importance[$1], $0) < (importance[$0], $1) }
        let counts = (0...settings.steps).map { $0 * plane / settings.steps }
        let tenths = (1...9).map { $0 * plane / 10 }
        var done = 0
        func values(_ masks: [[Bool]]) throws(EngineError) -> [Float] {
            let start = done
            let found = try self.values(masks) { progress(start + $0) }
            done += masks.count
            return found
        }
        let deletion = try values(counts.map { masked(order[..<$0]) })
        let insertion = try values(counts.map { masked(order[$0...]) })
        let strongest = tenths.map { masked(order[..<$0]) }
        let weakest = tenths.map { masked(order[(plane - $0)...]) }
        let strongestMasked = try values(strongest)
        let weakestMasked = try values(weakest)
        let fidelity = try muFidelity(importance, whole: whole) { progress(done + $0) }
        return Faithfulness.Score(
            label: map.label.split(separator: "\n").joined(separator: ", "), deletion: deletion, insertion: insertion,
            strongestMasked: strongestMasked, weakestMasked: weakestMasked,
            firstWhileStrongestMasked: try firstCount(strongest),
            firstWhileWeakestMasked: try firstCount(weakest), muFidelity: fidelity)
    }

    /// Returns the map's number for each pixel that the model sees; patches without a number count least.
    private func pixels(of map: HeatMap) throws(EngineError) -> [Float] {
        let (rows, columns) = (map.values.shape[0], map.values.shape[1])
        let (height, width) = (input.shape[1], input.shape[2])
        guard let least = map.values.values.filter(\.isFinite).min() else {
            throw .invalidValue(
                what: "The map “\(map.label)”", found: "without a finite number", expected: "of numbers")
        }
        return (0..<plane).map { pixel in
            let value = map.values.values[pixel / width * rows / height * columns + pixel % width * columns / width]
            return value.isFinite ? value : least
        }
    }

    /// Returns for each pixel whether it is taken away.
    private func masked(_ pixels: ArraySlice<Int>) -> [Bool] {
        var mask = [Bool](repeating: false, count: plane)
        for pixel in pixels { mask[pixel] = true }
        return mask
    }

    private func values(_ masks: [[Bool]], progress: (Int) -> Void) throws(EngineError) -> [Float] {
        var values: [Float] = []
        try forEachPiece(of: masks) { inputs throws(EngineError) in
            values += try model.values(
                of: objective, on: inputs, references: references, cancellation: cancellation)
            progress(values.count)
        }
        return values
    }

    /// Returns with how many masks the objective's class stays the most likely; nil for an objective that is no class.
    private func firstCount(_ masks: [[Bool]]) throws(EngineError) -> Int? {
        guard let target = objective.targets.first, objective.targets.count == 1, target.layer == "logits",
            case .indices(let classes) = target.features, classes.count == 1
        else { return nil }
        var count = 0
        try forEachPiece(of: masks) { inputs throws(EngineError) in
            let logits = try model.logits(of: inputs, cancellation: cancellation)
            for picture in 0..<inputs.shape[0] {
                let own = logits.part(picture).values
                if own.allSatisfy({ $0 <= own[classes[0]] }) { count += 1 }
            }
        }
        return count
    }

    /// Calls `body` with the inputs that masks make, some at a time.
    private func forEachPiece(
        of masks: [[Bool]], _ body: (Tensor) throws(EngineError) -> Void
    ) throws(EngineError) {
        let size = ObjectiveAfterNode.largestPiece
        for start in stride(from: 0, to: masks.count, by: size) {
            let piece = masks[start..<min(start + size, masks.count)]
            var inputs: [Float] = []
            inputs.reserveCapacity(piece.count * input.values.count)
            for mask in piece {
                for index in input.values.indices { inputs.append(mask[index % plane] ? 0 : input.values[index]) }
            }
            try body(Tensor(inputs, shape: Shape([piece.count] + input.shape.dimensions)))
        }
    }

    /// Returns the rank correlation, over random parts of the picture, of the map's sum with the loss when the part is
    /// taken away.
    ///
    /// Xplique's code ranks both (Spearman); the paper's definition 3 correlates the numbers (Pearson).
    private func muFidelity(_ importance: [Float], whole: Float, progress: (Int) -> Void) throws(EngineError) -> Float {
        guard settings.samples > 0 else { return .nan }
        var random = RandomSource(seed: settings.seed &+ 1)
        let (height, width) = (input.shape[1], input.shape[2])
        let grid = min(settings.grid, height, width)
        var (sums, masks): ([Double], [[Bool]]) = ([], [])
        for _ in 0..<settings.samples {
            let cells = (0..<grid * grid).map { _ in random.uniform() <= settings.share }
            var (sum, mask) = (0.0, [Bool](repeating: false, count: plane))
            for pixel in 0..<plane where cells[pixel / width * grid / height * grid + pixel % width * grid / width] {
                sum += Double(importance[pixel])
                mask[pixel] = true
            }
            sums.append(sum)
            masks.append(mask)
        }
        let losses = try values(masks, progress: progress).map { Double(whole) - Double($0) }
        return Float(spearman(sums, losses))
    }
}

/// Returns Spearman's rank correlation of two lists of numbers; equal numbers share the mean of their ranks.
///
/// - Returns: 0 if all numbers of a list are equal.
package func spearman(_ a: [Double], _ b: [Double]) -> Double {
    let found = correlation(ranks(a), ranks(b))
    return found.isFinite ? found : 0
}

func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
        for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
        start = end
    }
    return ranks
}
