import Platform

/// Why an atlas cannot be made, checked or put together, as data.
///
/// The prose is in `EngineError+AtlasMessage.swift`.
public enum AtlasFailure: UserFacingError {
    /// No layer with neurons has an address that fits the pattern.
    case noLayers(pattern: String, model: String, near: [String])
    /// None of the chosen layers has a neuron in the range.
    case noNeurons(range: Range<Int>, most: Int)
    /// The folder holds something else than an atlas. `found` is a file in it.
    case foreignFolder(path: String, found: String)
    /// The folder holds an atlas in a form that a newer version wrote.
    case newerFolder(path: String)
    /// There is no atlas in the folder.
    case noAtlas(path: String)
    /// A plan in the folder cannot be read.
    case brokenPlan(path: String)
    /// The atlas already shows this model by another recipe.
    case otherSettings(folder: String, model: String, there: String, wanted: String)
    /// The shard's text is not "3/64", or lies outside.
    case badShard(text: String)
    /// The model that was loaded is not the one that the atlas was made of.
    case otherModel(folder: String, model: String, there: String, loaded: String)
}
