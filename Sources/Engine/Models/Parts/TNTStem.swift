import Compute
import Images
import Platform

/// The pixels of each patch of a transformer in transformer: a convolution of 7 × 7 with a stride of 4, within each patch or,
/// in the first models, over the whole picture.
///
/// Source: timm `tnt.py`, `PixelEmbed`.
struct TNTStem {
    /// The distance between pixels.
    static let stride = 4

    /// The number of features of a pixel.
    let width: Int
    /// The grid of pixels in a patch.
    let side: (rows: Int, columns: Int)
    /// The side of the convolution's windows.
    private let kernel: Int
    /// Whether the convolution sees the whole picture.
    private let crossesPatches: Bool

    init(_ weights: WeightReader) throws(EngineError) {
        let embedding = weights["pixel_embed"]["proj"]
        let (features, kernel) = try embedding.patchSizes()
        guard let positions = weights.shape("pixel_pos"), positions.rank == 4 else {
            throw .missingTensors(
                path: weights.checkpoint.path, names: [weights.spelling(of: "pixel_pos")], count: 1)
        }
        width = features
        self.kernel = kernel.width
        side = (positions[2], positions[3])
        crossesPatches = !weights["blocks"][0]["norm2_proj"].has("weight")
    }

    /// The number of pixels in a patch.
    private var count: Int { side.rows * side.columns }

    /// The shape of a layer with a token for each pixel.
    func shape(_ layout: TokenLayout, _ features: Int) -> LayerShape {
        .tokens(
            TokenLayout(special: [], rows: layout.rows * side.rows, columns: layout.columns * side.columns),
            features: features)
    }

    /// Returns the operation that arranges pixels, which lie patch by patch, row by row over the picture.
    func spatial(_ layout: TokenLayout) -> GatherRows {
        var places = [Int](repeating: 0, count: layout.patchCount * count)
        for (index, place) in patchwise(layout).enumerated() { places[place] = index }
        return GatherRows(places)
    }

    /// Returns the places of the pixels in the picture, patch by patch.
    private func patchwise(_ layout: TokenLayout) -> [Int] {
        (0..<layout.patchCount).flatMap { patch in
            (0..<count).map { pixel in
                let row = patch / layout.columns * side.rows + pixel / side.columns
                return row * layout.columns * side.columns + patch % layout.columns * side.columns + pixel
                    % side.columns
            }
        }
    }

    /// Appends the pixels with their positions, `[patches · pixels, width]`, patch by patch.
    func append(
        to graph: inout GraphBuilder, _ weights: WeightReader, size: PixelSize
    ) throws(EngineError) -> GraphBuilder.Result {
        let layout = graph.layout
        let weight = try weights["pixel_embed"]["proj"].parameter("weight", [width, 3, kernel, kernel])
        let bias = try weights["pixel_embed"]["proj"].parameter("bias", [width])
        let positions = try weights.parameter("pixel_pos", [1, width, side.rows, side.columns])
        guard crossesPatches else {
            let patches = try graph.apply(embedding(weight, bias, positions), graph.picture)
            return try graph.apply(Reshape([layout.patchCount * count, width]), patches)
        }
        let window = SlidingWindow(
            rows: size.height, columns: size.width, height: kernel, width: kernel, stride: Self.stride,
            paddingRows: kernel / 2, paddingColumns: kernel / 2)
        let pixels = try graph.apply(
            Convolution(weight: weight, bias: bias, window: window), graph.apply(PixelTokens(), graph.picture))
        let ordered = try graph.apply(GatherRows(patchwise(layout)), pixels)
        return try graph.apply(
            AssembleTokens(special: nil, positions: repeated(positions, layout.patchCount)), ordered)
    }

    /// Returns the convolution within a patch, and the pixels' positions, as one layer of the patch.
    private func embedding(_ weight: Parameter, _ bias: Parameter, _ positions: Parameter) -> PatchEmbedding {
        let (height, breadth) = (side.rows * Self.stride, side.columns * Self.stride)
        let shape: Shape = [count * width, 3, height, breadth]
        guard weight.count > 0, bias.count > 0, positions.count > 0 else {
            return PatchEmbedding(weight: Parameter(missing: shape), bias: nil)
        }
        let whole = Parameter(shape: shape) { values in
            values.update(repeating: 0)
            for pixel in 0..<count {
                let top = pixel / side.columns * Self.stride - kernel / 2
                let left = pixel % side.columns * Self.stride - kernel / 2
                for feature in 0..<width {
                    for tap in 0..<3 * kernel * kernel {
                        let (channel, row, column) = (
                            tap / (kernel * kernel), top + tap / kernel % kernel, left + tap % kernel
                        )
                        guard (0..<height).contains(row), (0..<breadth).contains(column) else { continue }
                        let place = (((pixel * width + feature) * 3 + channel) * height + row) * breadth + column
                        values[place] = weight.values[feature * 3 * kernel * kernel + tap]
                    }
                }
            }
        }
        let shift = Parameter(shape: [count * width]) { values in
            for pixel in 0..<count {
                for feature in 0..<width {
                    values[pixel * width + feature] = bias.values[feature] + positions.values[feature * count + pixel]
                }
            }
        }
        return PatchEmbedding(weight: whole, bias: shift)
    }

    /// Returns the pixels' positions for every patch, `[patches · pixels, width]`.
    private func repeated(_ positions: Parameter, _ patches: Int) -> Parameter {
        guard positions.count > 0 else { return Parameter(missing: [patches * count, width]) }
        return Parameter(shape: [patches * count, width]) { values in
            for row in 0..<patches * count {
                for feature in 0..<width {
                    values[row * width + feature] = positions.values[feature * count + row % count]
                }
            }
        }
    }
}
