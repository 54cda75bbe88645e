import Platform

/// An error about models: their names, their weights, or what is asked of them.
public enum ModelError: UserFacingError {
    /// No model with this name is built in, on this disk or known to download.
    case unknownModel(name: String, near: [String])
    /// The model has no weights with this name.
    case unknownWeights(weights: String, model: String, available: [String])
    /// The checkpoint's tensors fit no family.
    ///
    /// `nearest` is a sentence about the nearest family; `parts` are parts of other models, in words, that it has.
    case unknownFamily(path: String, found: [String], nearest: String? = nil, parts: [String] = [])
    /// The checkpoint has tensors that its family does not use: it is of another kind.
    ///
    /// `parts` are the parts that they belong to, in words, where that is known.
    case unusedTensors(path: String, family: String, names: [String], count: Int, parts: [String] = [])
    /// Below `part`, the checkpoint holds a model, and the purpose of its other tensors is unknown.
    case partOfWeights(path: String, part: String, family: String, others: [String], count: Int)
    /// The file holds adapters (LoRA) that are not yet merged into a model's weights.
    case adapters(path: String, name: String)
    /// A configuration asks for something unsupported, so the results would be wrong.
    case unsupportedConfiguration(place: String, found: String, supported: String)
    /// The model has no class with this name.
    ///
    /// `others` are the other classes of a model that has few.
    case unknownClass(name: String, model: String, near: [String], others: [String] = [])
    /// Several classes have this name, at `indices`.
    case ambiguousClass(name: String, model: String, indices: [Int], classes: [String])
    /// The model has no classes (or no names for them).
    case noClasses(model: String)
    /// The model ends in features: it has no head.
    case noLogits(model: String)
    /// Some of the model's logits are NaN or infinite, so no class is the most likely one.
    case nonFiniteLogits(model: String, nonFinite: Int, count: Int)
    /// The model has no features for the whole picture.
    case noEmbedding(model: String)
    /// The model's blocks have no attention.
    case noAttention(model: String, family: String)

    /// What went wrong and what to do next, in words for the user.
    public var message: String {
        switch self {
        case .unknownModel(let name, let near):
            "There is no model “\(name)”.\(suggestion(near)) `models()` lists what can be loaded; load a file by its path."
        case .unknownWeights(let weights, let model, let available):
            "\(model) has no weights “\(weights)”. "
                + (available.isEmpty
                    ? "It takes no `weights:`." : "It has \(available.joined(separator: ", ")).")
        case .unknownFamily(let path, let found, let nearest, let parts):
            unknownFamilyMessage(path, found, nearest, parts)
        case .unusedTensors(let path, let family, let names, let count, let parts):
            "“\(path)” looks like \(withArticle(family)), but \(count) \(count == 1 ? "tensor" : "tensors") would not be used: "
                + names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more. " : ". ")
                + (parts.isEmpty
                    ? "" : "They are of \(englishList(parts)), which \(withArticle(family)) has not here. ")
                + "The model must compute something else, so it is not loaded. If yours does not use them, save it without "
                + "them."
        case .partOfWeights(let path, let part, let family, let others, let count):
            "Below “\(part)”, “\(path)” holds \(withArticle(family)), and beside it "
                + others.map { "“\($0)”" }.joined(separator: ", ")
                + (count > others.count ? " and \(count - others.count) more" : "")
                + ", whose purpose is unknown. `load(path, weights: \"\(part)\")` loads that part alone."
        case .adapters(let path, let name):
            "“\(path)” holds adapters such as “\(name)”, which change the weights of a model. LoRA is merged here if PEFT's "
                + "adapter_config.json, which says how strong it is, is beside the file; or merge it in Python and save the "
                + "result: `torch.save(model.merge_and_unload().state_dict(), path)`."
        case .unsupportedConfiguration(let place, let found, let supported):
            "\(place) is \(found), which is not supported: the results would be wrong. Supported: \(supported)."
        case .unknownClass(let name, let model, let near, let others):
            "\(model) has no class “\(name)”.\(suggestion(near))"
                + (others.isEmpty
                    ? " Its `.classes` lists them all."
                    : " It \(near.isEmpty ? "has" : "also has") \(others.map { "“\($0)”" }.joined(separator: ", ")).")
        case .ambiguousClass(let name, let model, let indices, let classes):
            "\(model) has \(indices.count) classes “\(name)”: "
                + zip(indices, classes).map { $1 == name ? "\($0)" : "\($0) (“\($1)”)" }.joined(separator: ", ")
                + ". Ask for one by its number: `logit(\(indices.first ?? 0))`."
        case .noClasses(let model):
            "\(model) has no class names. Ask by number, `logit(0)`, or pass a file with one name per line: "
                + "`load(path, classes: \"names.txt\")`."
        case .noLogits(let model):
            "\(model) has no head, so it has no logits and no classes. Ask for a feature of the whole picture instead, "
                + "`\(model)[\"embedding\"].neuron(0)`, or for one of a layer: `.layers` lists them. "
                + "Its `output(x)` returns its features as numbers."
        case .nonFiniteLogits(let model, let nonFinite, let count):
            "\(nonFinite) of the \(count) logits of \(model) are NaN or infinite, so no class is the most likely one. "
                + "Its card says whether its weights are finite; `activations(x, at: …)` shows in which layer NaN or "
                + "infinite values begin."
        case .noEmbedding(let model):
            "\(model) has no features for the whole picture. `activations(x, at: …)` returns the output of any layer."
        case .noAttention(let model, let family):
            "\(model) is \(withArticle(family)): none of its blocks has attention among patches. `activations(photo, at: …)` maps the "
                + "output of a block, `gradient(of: …, at: photo)` where an objective looks."
        }
    }
}

extension EngineError {
    /// Creates the error that no model has this name.
    public static func unknownModel(name: String, near: [String]) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownModel(name: name, near: near)))
    }

    /// Creates the error that the model has no weights with this name.
    public static func unknownWeights(weights: String, model: String, available: [String]) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownWeights(weights: weights, model: model, available: available)))
    }

    /// Creates the error that the checkpoint's tensors fit no family. `parts` are parts of other models that it has, in words.
    public static func unknownFamily(
        path: String, found: [String], nearest: String? = nil, parts: [String] = []
    ) -> EngineError {
        .other(
            AnyUserFacingError(
                ModelError.unknownFamily(path: path, found: found, nearest: nearest, parts: parts)))
    }

    /// Creates the error that the checkpoint has tensors that its family does not use. `parts` are the parts that they belong
    /// to, in words.
    public static func unusedTensors(
        path: String, family: String, names: [String], count: Int, parts: [String] = []
    ) -> EngineError {
        .other(
            AnyUserFacingError(
                ModelError.unusedTensors(path: path, family: family, names: names, count: count, parts: parts)))
    }

    /// Creates the error that only `part` of the checkpoint is known to be a model.
    public static func partOfWeights(path: String, part: String, family: String, others: [String], count: Int)
        -> EngineError
    {
        .other(
            AnyUserFacingError(
                ModelError.partOfWeights(path: path, part: part, family: family, others: others, count: count)))
    }

    /// Creates the error that the file holds adapters (LoRA) instead of a model.
    public static func adapters(path: String, name: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.adapters(path: path, name: name)))
    }

    /// Creates the error that a configuration asks for something unsupported.
    public static func unsupportedConfiguration(place: String, found: String, supported: String) -> EngineError {
        .other(
            AnyUserFacingError(ModelError.unsupportedConfiguration(place: place, found: found, supported: supported)))
    }

    /// Creates the error that the model has no class with this name. `others` are the other classes of a model that has
    /// few.
    public static func unknownClass(name: String, model: String, near: [String], others: [String] = []) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownClass(name: name, model: model, near: near, others: others)))
    }

    /// Creates the error that several classes have this name, at `indices`.
    public static func ambiguousClass(name: String, model: String, indices: [Int], classes: [String]) -> EngineError {
        .other(
            AnyUserFacingError(ModelError.ambiguousClass(name: name, model: model, indices: indices, classes: classes)))
    }

    /// Creates the error that the model has no classes, or no names for them.
    public static func noClasses(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noClasses(model: model)))
    }

    /// Creates the error that the model has no head.
    public static func noLogits(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noLogits(model: model)))
    }

    /// Creates the error that some of the model's logits are NaN or infinite.
    public static func nonFiniteLogits(model: String, nonFinite: Int, count: Int) -> EngineError {
        .other(AnyUserFacingError(ModelError.nonFiniteLogits(model: model, nonFinite: nonFinite, count: count)))
    }

    /// Creates the error that the model has no features for the whole picture.
    public static func noEmbedding(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noEmbedding(model: model)))
    }

    /// Creates the error that the model's blocks have no attention.
    public static func noAttention(model: String, family: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noAttention(model: model, family: family)))
    }
}

/// Returns the message for tensors that fit no family: what is nearest, what is missing, and where all families are listed.
private func unknownFamilyMessage(
    _ path: String, _ found: [String], _ nearest: String?, _ parts: [String]
) -> String {
    var message = "The tensors of “\(path)” match no known family. "
    if !parts.isEmpty { message += "It has \(englishList(parts)), which no family here computes. " }
    message += nearest.map { $0 + " " } ?? "No family is recognized by such names. "
    message += "Found: \(found.joined(separator: ", ")). "
    return message + "docs/models.md lists the families, `models(\"all\")` the models that a name downloads."
}

/// Returns a name with its indefinite article: "a vision transformer", "an MLP-Mixer".
func withArticle(_ name: String) -> String {
    // Abbreviations are read letter by letter.
    let vowels = name.prefix(2).allSatisfy(\.isUppercase) ? "AEFHILMNORSX" : "AEIOaeio"
    return "\(name.first.map { vowels.contains($0) } == true ? "an" : "a") \(name)"
}
