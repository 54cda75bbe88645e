import Compute
import Images
import Platform

/// A transformer's tokens: the special ones first, then the patches, each with its position.
struct TransformerTokens {
    /// The layout of the tokens.
    let layout: TokenLayout

    /// The grid of patches that the positions were learned for; nil without learned positions.
    let learned: (rows: Int, columns: Int)?
    /// How many special tokens, counted from the first, have a position.
    private let positioned: Int
    private let width: Int
    /// Whether the first position is added to all patches.
    private let sharesFirstPosition: Bool
    /// The input size in pixels; the patches may leave out a few at the right and lower edge.
    let size: PixelSize
    /// A note about what was assumed of the patches.
    let note: String?

    /// Determines the special tokens and the grid from the tensors.
    ///
    /// - Parameters:
    ///   - patch: the patch size in pixels.
    ///   - usualSize: the input size of a model without learned positions; nil if it must have them.
    ///   - relativePositions: the model's relative positions, with which tokens need none of their own.
    ///   - sharesFirstPosition: whether the first position is added to all patches.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when the positions do not form a grid, or the
    ///   requested size is not a multiple of the patch.
    init(
        _ weights: WeightReader, _ configuration: Configuration, width: Int, patch: PixelSize,
        usualSize: PixelSize? = nil, relativePositions: RelativePositionSource? = nil, sharesFirstPosition: Bool = false
    ) throws(EngineError) {
        self.width = width
        self.sharesFirstPosition = sharesFirstPosition
        var special: [String] = []
        // Without a class token, vit-pytorch stores an empty one; Pixio has several.
        let classTokens = weights.shape("cls_token").map { $0.count / max(width, 1) } ?? 0
        special += (0..<classTokens).map { $0 == 0 ? "CLS" : "CLS \($0 + 1)" }
        if weights.has("dist_token") { special.append("distillation") }
        let withoutRegisters = special.count
        let registers = weights.shape("reg_token").map { $0.count / max(width, 1) } ?? 0
        special += (0..<registers).map { "register \($0)" }

        if let relativePositions, !weights.has("pos_embed") {
            let usual = max(Self.usualSide / patch.height, 1)
            let grid = try relativePositions.learnedGrid(weights, configuration, patch: patch) ?? (usual, usual)
            (learned, positioned, note) = (grid, 0, nil)
            size = try PatchGrid(rows: grid.rows, columns: grid.columns).size(configuration, patch: patch)
            layout = TokenLayout(
                special: special, rows: size.height / patch.height, columns: size.width / patch.width)
            return
        }
        guard let positions = weights.shape("pos_embed").map({ $0.count / max(width, 1) }) else {
            guard let usualSize else {
                throw .missingTensors(
                    path: weights.checkpoint.path, names: [weights.spelling(of: "pos_embed")], count: 1)
            }
            (learned, positioned, note) = (nil, 0, nil)
            size = try PatchGrid(usualSize, patch: patch).size(configuration, patch: patch)
            layout = TokenLayout(special: special, rows: size.height / patch.height, columns: size.width / patch.width)
            return
        }
        // Registers have no positions in DINOv2; in some models only patches have positions.
        var candidates: [(special: Int, patches: Int)] = []
        for special in [withoutRegisters, special.count, 0] where !candidates.contains(where: { $0.special == special })
        {
            candidates.append((special, positions - special))
        }
        if sharesFirstPosition { candidates = [(1, positions - 1)] }
        let grid = try PatchGrid(candidates.map(\.patches), configuration, patch: patch)
        positioned = candidates[grid.candidate].special
        learned = (grid.rows, grid.columns)
        note = grid.note
        size = try grid.size(configuration, patch: patch)
        layout = TokenLayout(special: special, rows: size.height / patch.height, columns: size.width / patch.width)
    }

    /// The usual side of pictures in pixels, for positions that fit every grid.
    private static let usualSide = 224

    /// Whether there is a class token.
    var hasClassToken: Bool { layout.special.first == "CLS" }

    /// Returns the operation that puts the special tokens before the patches and adds the positions, resampled to the
    /// input size.
    ///
    /// - Parameters:
    ///   - cropped: whether positions are resampled for a square, whose upper left part is used.
    ///   - sines: the computed positions of a model without learned ones.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    func assembly(
        _ weights: WeightReader, resampling: PositionResampling, cropped: Bool = false, sines: SinePositions? = nil
    ) throws(EngineError) -> AssembleTokens {
        var special: [Parameter] = []
        for (name, place) in [("cls_token", "CLS"), ("dist_token", "distillation")]
        where layout.special.contains(place) {
            let isFlat = weights.shape(name)?.rank == 2
            let count = place == "CLS" ? layout.special.count { $0.hasPrefix("CLS") } : 1
            let flat: Shape? = count > 1 ? nil : isFlat ? [1, width] : [width]
            special.append(try weights.parameter(name, [1, count, width], or: flat))
        }
        let registers = layout.special.count - special.reduce(0) { $0 + $1.count / max(width, 1) }
        if registers > 0 { special.append(try weights.parameter("reg_token", [1, registers, width])) }
        try Workspace.checkRoom(
            floats: 2 * layout.patchCount * width, for: "A model of \(layout.patchCount) patches")
        guard let learned, weights.has("pos_embed") || positioned > 0 else { return assembly(special, sines: sines) }
        let count = positioned + learned.rows * learned.columns
        let positions = try weights.parameter("pos_embed", [1, count, width], or: [count, width])
        guard positions.count > 0, special.allSatisfy({ $0.count > 0 }) else {
            // One of them is missing. The reader has recorded it, and the graph will not be used.
            return AssembleTokens(special: nil, positions: Parameter(missing: [layout.patchCount, width]))
        }
        let patches = patchPositions(positions, from: learned, resampling, cropped: cropped)
        return AssembleTokens(
            special: special.isEmpty ? nil : rows(of: special, plus: positions),
            positions: sharesFirstPosition ? sum(patches, positions) : patches)
    }

    /// Returns the operation for a model without learned positions: with sines, or with rotary positions, which come
    /// later.
    private func assembly(_ special: [Parameter], sines: SinePositions?) -> AssembleTokens {
        let isMissing = special.contains { $0.count == 0 }
        return AssembleTokens(
            special: special.isEmpty || isMissing
                ? nil : Parameter(joining: special, shape: [layout.special.count, width]),
            positions: sines?.table(rows: layout.rows, columns: layout.columns, width: width)
                ?? Parameter(shape: [layout.patchCount, width]) { $0.update(repeating: 0) })
    }

    /// Returns the special tokens, `[special, width]`, plus the positions of those that have one.
    private func rows(of special: [Parameter], plus positions: Parameter) -> Parameter {
        Parameter(shape: [layout.special.count, width]) { values in
            var index = 0
            for token in special {
                for offset in 0..<token.count {
                    values[index] = token.values[offset] + (index < positioned * width ? positions.values[index] : 0)
                    index += 1
                }
            }
        }
    }

    /// Returns the patches' positions, each plus the first one.
    private func sum(_ patches: Parameter, _ positions: Parameter) -> Parameter {
        Parameter(shape: patches.shape) { values in
            for index in values.indices { values[index] = patches.values[index] + positions.values[index % width] }
        }
    }

    /// Returns the patches' positions, `[patches, width]`, resampled if necessary.
    private func patchPositions(
        _ positions: Parameter, from learned: (rows: Int, columns: Int), _ resampling: PositionResampling, cropped: Bool
    ) -> Parameter {
        let first = positions.values + positioned * width
        let grid = (rows: layout.rows, columns: layout.columns)
        return Parameter(shape: [layout.patchCount, width]) { values in
            guard let start = values.baseAddress else { return }
            if learned == grid {
                start.update(from: first, count: values.count)
            } else if cropped, grid.rows != grid.columns {
                let side = max(grid.rows, grid.columns)
                var square = [Float](repeating: 0, count: side * side * width)
                square.withUnsafeMutableBufferPointer { square in
                    guard let square = square.baseAddress else { return }
                    resampling.resample(first, from: learned, into: square, to: (side, side), features: width)
                    for row in 0..<grid.rows {
                        (start + row * grid.columns * width)
                            .update(from: square + row * side * width, count: grid.columns * width)
                    }
                }
            } else {
                resampling.resample(first, from: learned, into: start, to: grid, features: width)
            }
        }
    }
}
