import Cells
import VitrineEngine

/// The arguments of commands that compare photographs patch by patch: how a photograph is shown to the model.
enum PatchViewArguments {
    static let fitting = Argument<PatchView.Fitting>(
        "fitting", default: .whole,
        summary: "whether the model sees the whole photograph at its own aspect ratio, or what its preprocessing keeps")
    static let size = Argument<Int?>(
        "size", default: nil,
        summary: "the shorter side of the whole photograph in pixels; that of the model's input if left out")
    static let windows = Argument<Bool?>(
        "windows", default: nil,
        summary:
            "whether a photograph goes through the model in overlapping windows of its own input size; chosen by the number of "
            + "patches if left out")

    static let all: [any ArgumentKey] = [fitting, size, windows]

    /// The explanation that every such command gives.
    static let discussion =
        "The model sees the whole photograph at its own aspect ratio, its positions resampled for that grid of patches; "
        + "more than \(PatchView.mostPatches) patches, or a model of a fixed size, go through it in windows that overlap by "
        + "half, whose features are blended. `fitting: .cropped` is the model's own preprocessing, as in `activations`."

    /// Reads the arguments.
    ///
    /// - Parameter usual: the fitting if the call does not choose one.
    static func view(_ arguments: Arguments, usual: PatchView.Fitting = .whole) -> PatchView {
        PatchView(
            arguments.wasGiven(fitting) || arguments[size] != nil ? arguments[fitting] : usual, side: arguments[size],
            usesWindows: arguments[windows])
    }
}

extension PatchView.Fitting: ArgumentChoice {}

/// A layer, or a model in place of its last layer with patches.
struct FeaturePlace: ArgumentValue {
    /// The layer.
    let layer: LayerValue

    static var argumentType: ValueType { .oneOf([.object(.layer), .object(.model)]) }

    static func read(_ value: Value) -> FeaturePlace? {
        if let layer = LayerValue.read(value) { return FeaturePlace(layer: layer) }
        guard let model = ModelValue.read(value)?.model, let layer = model.lastPatchLayer else { return nil }
        return FeaturePlace(layer: LayerValue(model, layer))
    }

    var cellValue: Value { layer.cellValue }
}

extension Model {
    /// The last layer that has patches: the output of the final norm, or of the last block.
    var lastPatchLayer: Layer? {
        let listed = layers.filter { layer in
            if case .tokens = layer.shape {
                !layer.address.contains(".") || layer.address.hasPrefix("blocks.")
            } else {
                false
            }
        }
        return listed.last { $0.address == "norm" } ?? listed.last { $0.address == "blocks.\(blockCount - 1)" }
            ?? listed.last
    }
}

/// Computes features with a line of progress.
enum FeatureProgress {
    /// Computes the patches' features of some photographs.
    static func features(
        of photographs: [Image], at layer: LayerValue, _ view: PatchView, in run: CellRun
    ) throws -> [PatchFeatures] {
        try ProgressLine.during("features of \(layer.layer.address)", in: run.execution) { line in
            try layer.model.patchFeatures(
                of: photographs, at: layer.layer.address, view, cancellation: run.cancellation
            ) { line.update(done: $0 * 100 / max($1, 1), of: 100, .hundredths) }
        }
    }
}
