import Cells

// The kinds of values that commands add to those of the language.
extension ValueKind {
    static let model = ValueKind("a model", plural: "models", swift: "Model")
    static let blockList = ValueKind("a list of blocks", swift: "[Block]")
    static let layerList = ValueKind("a list of layers", swift: "[Layer]")
    static let layer = ValueKind("a layer", swift: "Layer")
    static let target = ValueKind("a target", swift: "Target")
    static let targetList = ValueKind("a list of targets", swift: "[Target]")
    static let objective = ValueKind("an objective", plural: "objectives", swift: "Objective")

    static let latentDictionary = ValueKind(
        "a dictionary of latents", plural: "dictionaries of latents", swift: "LatentDictionary")
    static let monosemanticity = ValueKind("scores of neurons", swift: "ScoresOfNeurons")
    static let dictionaryExplanation = ValueKind("a reconstruction by latents", swift: "ReconstructionByLatents")

    static let text = ValueKind("a text", plural: "texts", swift: "Text")
    static let labels = ValueKind("labels", plural: "labels", swift: "Labels")

    static let image = ValueKind("an image", swift: "Image")
    static let photograph = ValueKind("a photograph", swift: "Photograph")
    static let photographList = ValueKind("a list of photographs", swift: "[Photograph]")
    static let picture = ValueKind("a picture", swift: "Picture")
    static let pictureSheet = ValueKind("a sheet of pictures", swift: "SheetOfPictures")
    static let sheet = ValueKind("a sheet", swift: "Sheet")
    static let heatMap = ValueKind("a heat map", plural: "heat maps", swift: "HeatMap")
    static let recipe = ValueKind("a recipe", swift: "Recipe")
    static let history = ValueKind("a history", swift: "History")

    static let tensor = ValueKind("a tensor", swift: "Tensor")
    static let table = ValueKind("a table", swift: "Table")
    static let attention = ValueKind("attention", swift: "Attention")
    static let classification = ValueKind("a classification", swift: "Classification")
    static let consistencyStudy = ValueKind("a study of consistency", swift: "StudyOfConsistency")
    static let mixingStudy = ValueKind("a mixing study", swift: "MixingStudy")
    static let reconstruction = ValueKind("a reconstruction", swift: "Reconstruction")
    static let strongestNeurons = ValueKind("strongest neurons", swift: "StrongestNeurons")
    static let usualLevel = ValueKind("a usual level", swift: "UsualLevel")

    static let featureColors = ValueKind("features as colors", swift: "FeaturesAsColors")
    static let similarity = ValueKind("similarity", swift: "Similarity")
    static let matches = ValueKind("matches", swift: "Matches")
    static let folderFeatures = ValueKind("features of a folder", swift: "FeaturesOfFolder")
    static let folderMap = ValueKind("a map of a folder", swift: "MapOfFolder")
    static let activationGrid = ValueKind("an activation grid", swift: "ActivationGrid")
    static let activationAtlas = ValueKind("an activation atlas", swift: "ActivationAtlas")
    static let mask = ValueKind("a mask", swift: "Mask")

    static let importance = ValueKind("a study of importance", swift: "StudyOfImportance")
    static let lens = ValueKind("a lens", swift: "Lens")
    static let contributions = ValueKind("contributions", swift: "Contributions")
    static let relevance = ValueKind("a relevance map", plural: "relevance maps", swift: "Relevance")
    static let faithfulness = ValueKind("a test of maps", swift: "TestOfMaps")
    static let trust = ValueKind("a trust report", swift: "TrustReport")

    static let atlas = ValueKind("an atlas", swift: "Atlas")
    static let display = ValueKind("a display", swift: "Display")
    static let panel = ValueKind("a panel", swift: "Panel")
}
