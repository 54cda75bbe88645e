import Engine

/// What `load` was asked for.
struct ModelRequest: Hashable, Sendable {
    /// A built-in model's name, a path, or a name that is known elsewhere.
    let name: String
    /// Which of several weights of that name.
    var weights: String?
    /// The side of the input in pixels; the model's own when nil.
    var size: Int?
    /// The classes' names; those that the file knows when nil.
    var classes: [String]?
}

/// How far a load is.
struct LoadProgress: Sendable {
    /// What is loaded, from where and under which licence: "vit_b_16 from torchvision, BSD-3-Clause".
    let title: String
    /// How many bytes are there.
    let done: Int
    /// How many bytes there will be; nil where nobody knows.
    let total: Int?
    /// Why nothing moves, if so.
    var note: String?
}

/// Loads a model, which may take long.
///
/// - Throws: ``EngineError``; `.cancelled` when the cancellation was requested.
typealias ModelLoader =
    @Sendable (
        _ request: ModelRequest, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
    ) throws -> Model

/// The engine's own way to load.
enum EngineLoader {
    static let load: ModelLoader = { request, cancellation, _ in
        try cancellation.check()
        if let weights = request.weights {
            throw EngineError.invalidValue(
                what: "`weights:` of `load`", found: "“\(weights)”",
                expected: "left out for a model that has but one kind")
        }
        if let size = request.size {
            throw EngineError.invalidValue(
                what: "`size:` of `load`", found: "\(size)", expected: "left out for a model of one size")
        }
        return try Model.load(request.name, classes: request.classes)
    }
}
