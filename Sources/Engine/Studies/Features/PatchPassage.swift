import Compute
import Images
import Models
import Platform

/// The way of one photograph through a model: as a whole, or in windows.
struct PatchPassage {
    private let model: Model
    private let layer: String
    private let seen: Image
    /// The grid of patches that results.
    private let rows: Int
    private let columns: Int
    /// The windows, none if the photograph goes as a whole.
    private let windows: PatchWindows?

    /// The largest number of windows that go through the model together.
    private static let batch = 8

    /// Decides how a photograph goes through a model.
    ///
    /// - Parameters:
    ///   - own: the layout of the layer's tokens at the model's own size.
    ///   - sized: the model at other sizes, so that photographs of one size share it.
    init(
        of photograph: Image, through model: Model, at layer: String, _ own: TokenLayout, _ view: PatchView,
        sized: inout [PixelSize: Model]
    ) throws(EngineError) {
        self.layer = layer
        guard view.fitting == .whole else {
            self.model = model
            seen = model.preprocessing.seen(of: photograph)
            (rows, columns, windows) = (own.rows, own.columns, nil)
            return
        }
        let input = PixelSize(width: model.imageSize.width, height: model.imageSize.height)
        let patch = PixelSize(
            width: max(input.width / own.columns, 1), height: max(input.height / own.rows, 1))
        let grid = view.grid(of: photograph, in: model, patch: patch)
        (rows, columns) = grid
        if view.usesWindows != true,
            view.usesWindows == false || grid.rows * grid.columns <= max(PatchView.mostPatches, own.patchCount),
            let whole = try Self.model(
                model, of: PixelSize(width: grid.columns * patch.width, height: grid.rows * patch.height),
                at: layer, grid, sized: &sized, isRequired: view.usesWindows == false)
        {
            self.model = whole
            windows = nil
            let size = whole.imageSize
            seen = photograph.resized(width: size.width, height: size.height, by: model.preprocessing.interpolation)
            return
        }
        self.model = model
        windows = PatchWindows(
            rows: max(grid.rows, own.rows), columns: max(grid.columns, own.columns), windowRows: own.rows,
            windowColumns: own.columns, patch: patch)
        guard grid.rows >= own.rows, grid.columns >= own.columns else {
            throw .invalidValue(
                what: "The photograph in windows", found: "\(grid.rows) × \(grid.columns) patches",
                expected: "at least the \(own.rows) × \(own.columns) of \(model.name)'s own input; choose a larger size"
            )
        }
        // Where patches do not fill the input, the window is a little larger than its patches.
        let margin = (input.width - own.columns * patch.width, input.height - own.rows * patch.height)
        seen = photograph.resized(
            width: grid.columns * patch.width + margin.0, height: grid.rows * patch.height + margin.1,
            by: model.preprocessing.interpolation)
    }

    /// Returns the model at another size; nil if its weights or the layer take no such grid.
    private static func model(
        _ model: Model, of size: PixelSize, at layer: String, _ grid: (rows: Int, columns: Int),
        sized: inout [PixelSize: Model], isRequired: Bool
    ) throws(EngineError) -> Model? {
        if let known = sized[size] { return known }
        do throws(EngineError) {
            let resized = try model.resized(to: size)
            guard case .tokens(let layout, _) = try resized.layer(layer).shape,
                (layout.rows, layout.columns) == grid
            else { return nil }
            // Without windows the error for too little memory should be seen, with them they are the way out.
            if !isRequired { _ = try resized.plan(layers: [layer], gradient: false) }
            sized[size] = resized
            return resized
        } catch {
            if isRequired { throw error }
            switch error {
            case .invalidValue, .tooLarge: return nil
            default: throw error
            }
        }
    }

    /// Computes the features.
    ///
    /// - Throws: ``EngineError/cancelled``, ``EngineError/tooLarge(what:neededBytes:availableBytes:)``,
    ///   ``EngineError/notFinite(model:tensors:)``.
    func run(cancellation: Cancellation?, progress: PictureProgress?) throws(EngineError) -> PatchFeatures {
        let values = try windows.map { windows throws(EngineError) in
            try joined(windows, cancellation: cancellation, progress: progress)
        }
        let features: Tensor
        if let values {
            features = values
        } else {
            features = try patches(
                of: model.activations(
                    at: layer, of: model.preprocessing.tensor(ofSeen: seen), cancellation: cancellation))
            progress?(1, 1)
        }
        guard features.values.allSatisfy(\.isFinite) else {
            throw .invalidValue(
                what: "The output of \(layer) of \(model.name)", found: "NaN or infinite",
                expected: "numbers; features that are none cannot be compared")
        }
        return PatchFeatures(
            model: model.name, layer: layer, seen: seen, rows: rows, columns: columns, values: features,
            windowCount: windows?.places.count ?? 1)
    }

    /// Returns the rows of the patches, without the special tokens.
    private func patches(of output: Tensor) -> Tensor {
        output.part(output.shape[0] - rows * columns..<output.shape[0])
    }

    private func joined(
        _ windows: PatchWindows, cancellation: Cancellation?, progress: PictureProgress?
    ) throws(EngineError) -> Tensor {
        let shape = try model.layer(layer).shape
        let executor = try InputBatch.largestExecutor(
            of: model, layers: [layer], atMost: min(Self.batch, windows.places.count), gradient: false)
        let (width, height) = (model.imageSize.width, model.imageSize.height)
        var blend = WindowBlend(windows, features: shape.features)
        let batch = executor.plan.batch
        for start in stride(from: 0, to: windows.places.count, by: batch) {
            let places = windows.places[start..<min(start + batch, windows.places.count)]
            executor.writeInput { input in
                let count = input.count / batch
                for (index, place) in places.enumerated() {
                    let (left, top) = (place.column * windows.patch.width, place.row * windows.patch.height)
                    let part = seen.cropped(columns: left..<left + width, rows: top..<top + height)
                    let own = UnsafeMutableBufferPointer(rebasing: input[index * count..<(index + 1) * count])
                    _ = own.update(fromContentsOf: model.preprocessing.tensor(ofSeen: part).values)
                }
            }
            try executor.forward(cancellation: cancellation)
            executor.readOutput(of: LayerIndex(0)) { output in
                let count = output.count / batch
                for (index, place) in places.enumerated() {
                    blend.add(UnsafeBufferPointer(rebasing: output[index * count..<(index + 1) * count]), at: place)
                }
            }
            progress?(start + places.count, windows.places.count)
        }
        return blend.mean
    }
}
