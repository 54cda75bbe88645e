import VitrineEngine

/// What `load` was asked for.
package struct ModelRequest: Sendable {
    /// A built-in model's name, a path, or a name that is known elsewhere.
    package let name: String
    /// Which of several weights of that name.
    package var weights: String?
    /// The input in pixels; the model's own when nil.
    package var size: PixelSize?
    /// What no file tells of it, or tells wrongly.
    package var settings: ModelSettings
    /// The classes' names; those that the file knows when nil.
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
    /// What was said besides the name, as `load` takes it: "size: 160, heads: 6".
    var arguments: String {
        let all =
            (weights.map { ", weights: \"\($0)\"" } ?? "") + (size.map { ", size: \($0.cell)" } ?? "")
            + (classes.map { ", classes: … (\($0.count) names)" } ?? "") + settings.arguments
        return String(all.dropFirst(2))
    }
}

/// How far a load is.
package struct LoadProgress: Sendable {
    /// What is loaded, from where and under which license: "vit_b_16 from torchvision, BSD-3-Clause".
    package let title: String
    /// How many bytes are there.
    package let done: Int
    /// How many bytes there will be; nil where it is unknown.
    package let total: Int?
    /// Why nothing moves, if so.
    package let note: String?
    /// Whether it is likely to end at once, so that it need not be shown yet.
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
/// - Throws: ``EngineError``; `.cancelled` when the cancellation was requested.
package typealias ModelLoader =
    @Sendable (
        _ request: ModelRequest, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
    ) throws -> Model

/// The engine's own way to load.
package enum EngineLoader {
    package static let load: ModelLoader = { request, cancellation, progress in
        try cancellation.check()
        return try Model.load(
            request.name, weights: request.weights, size: request.size, settings: request.settings,
            classes: request.classes, cancellation: cancellation
        ) { progress(LoadProgress($0)) }
    }
}

extension LoadProgress {
    /// How far a download is, its size, origin and license said before the first byte; or the reading of a file.
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
