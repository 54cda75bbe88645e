import Cells
import VitrineEngine

/// The command `monosemanticity`, which scores neurons and latents.
enum MonosemanticityCommand {
    /// What is scored: a layer, or the latents of a dictionary.
    private static let layer = Argument<LayerValue>(
        "layer", label: nil, .oneOf([.object(.layer), .object(.latentDictionary)]),
        summary: "whose neurons are scored: a layer, or a dictionary with its latents"
    ) { value in (value.object as? DictionaryValue)?.latents ?? LayerValue.read(value) }
    private static let folder = Argument<String>(
        "folder", label: "in", summary: "a folder of photographs; thousands are better than dozens",
        completes: PathSource.folder)

    /// What compares the photographs: a model, or one of its layers.
    private enum Judge {
        case model(Model)
        case layer(LayerValue)
    }

    private static let judge = Argument<Judge>(
        "judge", label: "by", .oneOf([.object(.model), .object(.layer)]),
        summary:
            "the model that says which photographs are alike, or a layer of it; another one than that of the neurons"
    ) { value in
        ModelValue.read(value).map { .model($0.model) } ?? LayerValue.read(value).map { .layer($0) }
    }
    private static let rows = Argument<NeuronLabels.Reading>(
        "over", default: .patches,
        summary: "where a neuron is read: its mean over the patches, the class token, or its strongest patch")

    static let monosemanticity = Command(
        Signature(
            "monosemanticity", [layer, folder, judge, rows], result: .object(.monosemanticity),
            summary: "How single-minded neurons or latents are: whether the photographs that drive each are alike.",
            discussion:
                "The score is the mean cosine of all pairs of photographs to the judge, each weighted by how strongly the neuron "
                + "responds to both: 1 if they are the same, and the mean over all pairs, which is printed too, if the neuron "
                + "tells nothing apart. Neurons that never change have no score. A judge that was trained otherwise than the "
                + "model says more.\n\nSource: Pach et al. 2025, arXiv:2504.02821.",
            example:
                "let latents = monosemanticity(sae, in: \"photographs\", by: mixer)\nlet neurons = monosemanticity(vit.blocks[8], in: \"photographs\", by: mixer)"
        )
    ) { arguments, run in
        let layer = arguments[layer]
        let (model, place): (Model, String?) =
            switch arguments[judge] {
            case .model(let model): (model, nil)
            case .layer(let layer): (layer.model, layer.layer.address)
            }
        let found = try ProgressLine.during("monosemanticity", in: run.execution) { line in
            try layer.model.monosemanticity(
                of: layer.layer.address, in: arguments[folder], by: model, at: place, activation: arguments[rows],
                cancellation: run.cancellation
            ) { line.update(done: $0.done, of: $0.total, .things("file"), title: $0.work) }
        }
        if model.weightsHash == layer.model.weightsHash {
            run.write(
                "\(model.name) judges itself: what its own layer has in common counts as being alike. Another model, "
                    + "`by: load(\"mixer\")`, is a better judge.\n", toStandardError: false)
        }
        return .object(MonosemanticityValue(found, of: layer.model))
    }
}
