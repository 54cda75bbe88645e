import VitrineEngine

/// The arguments of `load`.
package struct ModelRequest: Sendable {
    /// A built-in model's name, a path, or a name that can be downloaded.
    package let name: String
    /// The name of the weights, if the model has several.
    package var weights: String?
    /// The size of the input in pixels; nil for the model's own.
    package var size: PixelSize?
    /// The settings that no file states, or states wrongly.
    package var settings: ModelSettings
    /// The class names; nil for those in the model's files.
    package var classes: [String]?

    package init(
        name: String, weights: String? = nil, size: PixelSize? = nil, settings: ModelSettings = ModelSettings(),
        classes: [String]? = nil
    ) {
        self.name = name
        self.weights = weights
        self.size = size
        self.settings = settings
        self.classes = classes
    }
}

extension ModelRequest {
    /// The arguments besides the name, as a cell writes them: "size: 160, heads: 6".
    var arguments: String {
        let all =
            (weights.map { ", weights: \"\($0)\"" } ?? "") + (size.map { ", size: \($0.cell)" } ?? "")
            + (classes.map { ", classes: … (\($0.count) names)" } ?? "") + settings.arguments
        return String(all.dropFirst(2))
    }
}

/// The progress of a load.
package struct LoadProgress: Sendable {
    /// The model, its origin and its license: "vit_b_16 from torchvision, BSD-3-Clause".
    package let title: String
    /// The number of bytes that have arrived.
    package let done: Int
    /// The number of bytes in all; nil if unknown.
    package let total: Int?
    /// Why there is no progress, if there is none.
    package let note: String?
    /// Whether the load will probably end soon, so that it need not be shown yet.
    package let isQuick: Bool

    package init(title: String, done: Int, total: Int?, note: String? = nil, isQuick: Bool = false) {
        self.isQuick = isQuick
        self.title = title
        self.done = done
        self.total = total
        self.note = note
    }
}

/// Loads a model, which may take long.
///
/// - Throws: ``EngineError``; `.cancelled` if the cancellation was requested.
package typealias ModelLoader =
    @Sendable (
        _ request: ModelRequest, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
    ) throws -> Model

/// The loader that cells use: the engine's.
enum EngineLoader {
    package static let load: ModelLoader = { request, cancellation, progress in
        try cancellation.check()
        return try Model.load(
            request.name, weights: request.weights, size: request.size, settings: request.settings,
            classes: request.classes, cancellation: cancellation
        ) { progress(LoadProgress($0)) }
    }
}

extension LoadProgress {
    /// Describes the progress of a download, with its origin and license, or of reading a file.
    init(_ progress: ModelProgress) {
        switch progress {
        case .downloading(let download):
            let plan = download.plan
            self.init(
                title: "\(plan.name) from \(plan.origin), license \(plan.license ?? "not stated")",
                done: download.doneBytes, total: plan.totalBytes, note: download.note)
        case .reading(let reading):
            self.init(
                title: "Reading \(reading.fileName)", done: reading.doneBytes, total: reading.totalBytes,
                isQuick: true)
        }
    }
}
