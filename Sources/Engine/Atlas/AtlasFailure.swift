import Platform

/// Why an atlas cannot be made or checked, or its pages cannot be written.
public enum AtlasFailure: UserFacingError {
    /// No layer with neurons has an address that matches the pattern.
    case noLayers(pattern: String, model: String, near: [String])
    /// None of the chosen layers has a neuron in the range.
    case noNeurons(range: Range<Int>, most: Int)
    /// The folder holds something other than an atlas. `found` is a file in it.
    case foreignFolder(path: String, found: String)
    /// The folder holds an atlas in a form that a newer version wrote.
    case newerFolder(path: String)
    /// There is no atlas in the folder.
    case noAtlas(path: String)
    /// A plan in the folder cannot be read.
    case brokenPlan(path: String)
    /// The atlas already shows this model with another recipe.
    case otherSettings(folder: String, model: String, there: String, wanted: String)
    /// The shard's text does not have the form "3/64", or its index is out of range.
    case badShard(text: String)
    /// The loaded model is not the one that the atlas was made of.
    case otherModel(folder: String, model: String, there: String, loaded: String)
}

extension AtlasFailure {
    /// What went wrong and what to do next, in words for the user.
    public var message: String {
        switch self {
        case .noLayers(let pattern, let model, let near):
            "No layer of \(model) that has neurons matches “\(pattern)”.\(suggestion(near)) In a pattern, * stands for "
                + "anything between two dots: “blocks.*.mlp”."
        case .noNeurons(let range, let most):
            "None of the chosen layers has neurons \(range.lowerBound) to \(range.upperBound - 1): their neurons "
                + "are 0 to \(most - 1)."
        case .foreignFolder(let path, let found):
            "“\(path)” holds something other than an atlas: “\(found)”. Nothing was written. Choose a new or an empty folder."
        case .newerFolder(let path):
            "The atlas in “\(path)” was written by a newer version of Vitrine. Nothing was changed."
        case .noAtlas(let path):
            "There is no atlas in “\(path)”."
        case .brokenPlan(let path):
            "“\(path)”, which lists what belongs in the atlas, cannot be read. Remove it and make the atlas again with "
                + "the same settings: no picture is lost."
        case .otherSettings(let folder, let model, let there, let wanted):
            "The atlas in “\(folder)” shows \(model) with another recipe: \(there). You asked for \(wanted). "
                + "An atlas shows a model with one recipe only: choose another folder, or ask for the same recipe."
        case .badShard(let text):
            "“\(text)” is not a part of the work. Parts are counted from 0: 3/64 is the fourth of sixty-four, 63/64 the last."
        case .otherModel(let folder, let model, let there, let loaded):
            "The atlas in “\(folder)” was made with other weights of \(model): their SHA-256 begins with "
                + "\(there.prefix(12)), that of the loaded ones with \(loaded.prefix(12))."
        }
    }
}

extension EngineError {
    /// Creates the error that an atlas cannot be made or checked, or its pages cannot be written.
    public static func atlas(_ failure: AtlasFailure) -> EngineError { .other(AnyUserFacingError(failure)) }
}
