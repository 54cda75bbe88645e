import Platform

extension AtlasFailure {
    /// What went wrong and what to do next, in the user's words.
    public var message: String {
        switch self {
        case .noLayers(let pattern, let model, let near):
            "No layer of \(model) that has neurons fits “\(pattern)”.\(suggestion(near)) In a pattern, * stands for "
                + "anything between two dots: “blocks.*.mlp”."
        case .noNeurons(let range, let most):
            "None of the chosen layers has neurons \(range.lowerBound) to \(range.upperBound - 1): they go from 0 to "
                + "\(most - 1)."
        case .foreignFolder(let path, let found):
            "“\(path)” holds something other than an atlas: “\(found)”. Nothing was written. Choose a new or an empty folder."
        case .newerFolder(let path):
            "The atlas in “\(path)” was written by a newer version of Vitrine. Nothing was changed."
        case .noAtlas(let path):
            "There is no atlas in “\(path)”."
        case .brokenPlan(let path):
            "“\(path)”, which says what belongs in the atlas, cannot be read. Remove it and make the atlas again as "
                + "before: no picture is lost by that."
        case .otherSettings(let folder, let model, let there, let wanted):
            "The atlas in “\(folder)” shows \(model) by another recipe: \(there). You asked for \(wanted). "
                + "One atlas shows a model by one recipe: choose another folder, or ask for the same recipe."
        case .badShard(let text):
            "“\(text)” is not a part of the work. Parts are counted from 0: 3/64 is the fourth of sixty-four, 63/64 the last."
        case .otherModel(let folder, let model, let there, let loaded):
            "The atlas in “\(folder)” was made with other weights of \(model): their SHA-256 begins with "
                + "\(there.prefix(12)), that of the loaded ones with \(loaded.prefix(12))."
        }
    }
}

extension EngineError {
    /// An atlas of neurons cannot be made, checked or put together.
    public static func atlas(_ failure: AtlasFailure) -> EngineError { .other(AnyUserFacingError(failure)) }
}
