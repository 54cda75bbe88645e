import Compute
import Platform

/// A result on a grid: the channels of each position, row by row.
///
/// A convolutional model's grid becomes coarser from stage to stage, so each result has its own. A position is what a patch is in
/// a transformer, and a channel is a feature.
struct FeatureMap: Sendable {
    /// `[rows · columns, channels]`.
    let result: GraphBuilder.Result
    /// The number of rows of positions.
    let rows: Int
    /// The number of positions in a row.
    let columns: Int

    /// The number of channels.
    var channels: Int { result.shape[-1] }

    /// The positions as tokens.
    var layout: TokenLayout { TokenLayout(special: [], rows: rows, columns: columns) }

    /// Returns another result on the same grid.
    func with(_ result: GraphBuilder.Result) -> FeatureMap {
        FeatureMap(result: result, rows: rows, columns: columns)
    }
}

/// How far a window reaches beyond the edge of a grid.
enum WindowPadding {
    /// By half of its size, so that a window lies around each position.
    case half
    /// Not at all.
    case none
}

// Each function names its results itself, since the names of a convolution and its norm go together.
extension GraphBuilder {
    /// Adds the picture's pixels as positions of three channels.
    mutating func pixels() throws(EngineError) -> FeatureMap {
        FeatureMap(
            result: try apply(PixelTokens(), picture), rows: picture.shape[1], columns: picture.shape[2])
    }

    /// Gives a map an address, and its names in the weights' framework; see ``name(_:_:also:aliases:listed:as:)``.
    mutating func name(
        _ map: FeatureMap, _ address: String, also modules: [String] = [], aliases: [String] = [], listed: Bool = true
    ) {
        name(
            map.result, address, also: modules, aliases: aliases, listed: listed,
            as: .tokens(map.layout, features: map.channels))
    }

    /// Adds an operation on each position by itself.
    mutating func apply(_ operation: any TensorOperation, to map: FeatureMap) throws(EngineError) -> FeatureMap {
        map.with(try apply(operation, map.result))
    }

    /// Adds a convolution, and the batch norm after it if there is one.
    ///
    /// The norm is part of the convolution's weights, so a norm costs nothing. The convolution without its norm is computed only
    /// if it is asked for by its name.
    ///
    /// - Parameters:
    ///   - weights: the scope of `weight`, whose shape determines the windows and the groups, and `bias`.
    ///   - name: the convolution's address and its names in the framework.
    ///   - listed: whether the model's list of layers shows the convolution itself.
    ///   - norm: the norm's weights and names; nil for none.
    ///   - bias: whether the convolution itself adds a bias.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``; ``EngineError/invalidValue(what:found:expected:)``
    ///   if the picture is too small.
    mutating func convolution(
        _ x: FeatureMap, _ weights: WeightReader, _ name: LayerName, norm: (weights: BatchNorm, name: LayerName)? = nil,
        stride: Int = 1, padding: WindowPadding = .half, bias: Bool = false, listed: Bool = false
    ) throws(EngineError) -> FeatureMap {
        let weight = try weights.filter(inputs: x.channels)
        let window = try window(
            x, height: weight.shape[2], width: weight.shape[3], stride: stride, padding: padding)
        let shift = bias ? try weights.parameter("bias", [weight.shape[0]]) : nil
        let plain = try convolution(x, weight, nil, shift, window)
        self.name(plain, name.address, also: name.modules, listed: listed)
        guard let norm else { return plain }
        let folded = try norm.weights.folded(channels: weight.shape[0], bias: shift)
        let normalized = try convolution(x, weight, folded.factor, folded.shift, window)
        self.name(normalized, norm.name.address, also: norm.name.modules, listed: false)
        return normalized
    }

    private mutating func convolution(
        _ x: FeatureMap, _ weight: Parameter, _ factor: Parameter?, _ bias: Parameter?, _ window: SlidingWindow
    ) throws(EngineError) -> FeatureMap {
        let groups = x.channels / max(weight.shape[1], 1)
        let operation: any TensorOperation =
            weight.shape[1] == 1 && weight.shape[0] == x.channels && x.channels > 1
            ? DepthwiseConvolution(weight: weight, factor: factor, bias: bias, window: window)
            : Convolution(weight: weight, factor: factor, bias: bias, groups: groups, window: window)
        return FeatureMap(
            result: try apply(operation, x.result), rows: window.outputRows, columns: window.outputColumns)
    }

    /// Adds the maximum of each window.
    mutating func maximumPool(
        _ x: FeatureMap, side: Int, stride: Int, padding: WindowPadding = .none, roundsUp: Bool = false
    ) throws(EngineError) -> FeatureMap {
        let window = try window(
            x, height: side, width: side, stride: stride, padding: padding, roundsUp: roundsUp)
        return FeatureMap(
            result: try apply(MaximumPool(window), x.result), rows: window.outputRows, columns: window.outputColumns)
    }

    /// Adds the mean of each window; what lies beyond the edge does not count.
    mutating func averagePool(_ x: FeatureMap, side: Int, roundsUp: Bool) throws(EngineError) -> FeatureMap {
        let window = try window(
            x, height: side, width: side, stride: side, padding: .none, roundsUp: roundsUp)
        return FeatureMap(
            result: try apply(AveragePool(window, countsPadding: false), x.result), rows: window.outputRows,
            columns: window.outputColumns)
    }

    /// Adds the channels of several maps side by side.
    mutating func concatenate(_ maps: [FeatureMap]) throws(EngineError) -> FeatureMap {
        maps[0].with(try apply(Concatenate(), to: maps.map(\.result)))
    }

    private func window(
        _ x: FeatureMap, height: Int, width: Int, stride: Int, padding: WindowPadding, roundsUp: Bool = false
    ) throws(EngineError) -> SlidingWindow {
        let window = SlidingWindow(
            rows: x.rows, columns: x.columns, height: height, width: width, stride: stride,
            paddingRows: padding == .half ? height / 2 : 0, paddingColumns: padding == .half ? width / 2 : 0,
            roundsUp: roundsUp)
        guard window.outputCount > 0 else {
            throw .invalidValue(
                what: "The size", found: "\(picture.shape[1]) × \(picture.shape[2]) px (height × width)",
                expected: "larger: of such a picture, \(x.rows) × \(x.columns) positions are left before a window of "
                    + "\(height) × \(width)")
        }
        return window
    }

    /// Adds the pooled positions (`embedding`), the logits if there is a head, and `output`, which the framework's forward
    /// pass returns.
    ///
    /// - Parameters:
    ///   - norm: a norm of the pooled features; nil for none.
    ///   - head: the scope of the head's weights, and its names in the framework.
    ///   - pools: the pool's names in the framework.
    ///   - returnsMap: whether `output` without a head is the map, rather than the pooled features.
    mutating func readPool(
        of map: FeatureMap, _ pooling: Pooling?, pools: [String], norm: (operation: LayerNorm, names: [String])? = nil,
        head: (weights: WeightReader, names: [String]), returnsMap: Bool = false, normalizesMap: Bool = false
    ) throws(EngineError) {
        let classes = head.weights.shape("weight")?.dimensions.first
        guard pooling != .classToken, classes == nil || pooling != .allTokens else {
            throw .invalidValue(
                what: "The head's input", found: pooling?.words ?? "",
                expected: "one row of features, and there is no class token: `pooling: .mean`, `.max` or `.meanAndMax`")
        }
        var pooled = try pool(map.result, pooling ?? .mean, from: 0)
        if let norm {
            name(pooled, "pooled", also: pools, listed: false)
            pooled = try apply(norm.operation, pooled)
        }
        let names = norm?.names ?? pools
        guard let classes else {
            let isMap = returnsMap || pooling == .allTokens
            name(pooled, "embedding", also: names, aliases: isMap ? [] : ["output"], listed: false)
            if isMap, normalizesMap, let norm {
                name(try apply(norm.operation, to: map), "output", listed: false)
            } else if isMap {
                name(map, "output", listed: false)
            }
            return
        }
        name(pooled, "embedding", also: names, listed: false)
        let logits = try linear(pooled, head.weights, classes, bias: head.weights.has("bias"))
        name(logits, "logits", also: head.names, aliases: ["output"])
    }
}

/// A layer's address and its names in the weights' framework.
struct LayerName {
    let address: String
    let modules: [String]

    init(_ address: String, also modules: [String]) {
        self.address = address
        self.modules = modules
    }

    init(_ address: String, _ modules: String...) { self.init(address, also: modules) }
}

extension WeightReader {
    /// Returns a convolution's weight, `[outputs, inputs / groups, height, width]`, whose own shape determines everything but
    /// `inputs`. A matrix, `[outputs, inputs]`, is a convolution with windows of one position.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` with the tensor's name.
    func filter(inputs: Int) throws(EngineError) -> Parameter {
        let found = shape("weight")?.dimensions ?? [inputs, inputs, 1, 1]
        if found.count == 2 { return try parameter("weight", [found[0], inputs, 1, 1], or: [found[0], inputs]) }
        let isWhole = found.count == 4 && found.allSatisfy { $0 > 0 }
        let groups = isWhole && inputs.isMultiple(of: found[1]) ? inputs / found[1] : 1
        let fits = isWhole && (groups == 1 || found[0].isMultiple(of: groups))
        return try parameter(
            "weight",
            fits ? [found[0], inputs / groups, found[2], found[3]] : [max(found.first ?? 1, 1), inputs, 1, 1])
    }

    /// Returns the number of elements of a list in this scope: one more than the highest number, so that a tensor that is missing
    /// in between is noticed.
    func elementCount(_ list: String) -> Int {
        let start = spelling(of: list) + "."
        var numbers: Set<Int> = []
        for name in checkpoint.names where name.hasPrefix(start) {
            let digits = name.dropFirst(start.count).prefix { $0 != "." }
            if let number = Int(digits), number >= 0 { numbers.insert(number) }
        }
        // Numbers far beyond the others do not belong to elements of this list.
        let last = numbers.filter { $0 < 2 * numbers.count }.max()
        return last.map { $0 + 1 } ?? 0
    }
}
