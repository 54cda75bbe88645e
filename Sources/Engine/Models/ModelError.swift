import Platform

/// What goes wrong with models: their names, their weights, and what is asked of them.
public enum ModelError: UserFacingError {
    /// No model of this name is built in, on this disk or loaded.
    case unknownModel(name: String, near: [String])
    /// The model has no weights of this name.
    case unknownWeights(weights: String, model: String, available: [String])
    /// The checkpoint's tensors fit no family. `lookedFor` says what would identify each.
    case unknownFamily(path: String, lookedFor: [String], found: [String])
    /// The checkpoint has tensors that its family does not use: it is of another kind.
    case unusedTensors(path: String, family: String, names: [String], count: Int)
    /// Below `part`, the checkpoint's names are those of a model, and nothing says what the other tensors are for.
    case partOfWeights(path: String, part: String, family: String, others: [String], count: Int)
    /// The file holds what was learned beside a model's weights (LoRA), not yet added to them.
    case adapters(path: String, name: String)
    /// A configuration asks for something that is not computed here, so that the model's numbers would be wrong.
    case unsupportedConfiguration(place: String, found: String, supported: String)
    /// The model has no class of this name.
    ///
    /// `all` is every class of a model that has few, where no name is near.
    case unknownClass(name: String, model: String, near: [String], others: [String] = [])
    /// Several classes have this name; `indices` are theirs.
    case ambiguousClass(name: String, model: String, indices: [Int], classes: [String])
    /// The model has no classes (or no names for them).
    case noClasses(model: String)
    /// The model ends in features: it has no head that makes logits of them.
    case noLogits(model: String)
    /// Some of the model's logits are NaN or infinite, so that no class is the most likely one.
    case nonFiniteLogits(model: String, nonFinite: Int, count: Int)
    /// The model's graph names no features that stand for the whole picture.
    case noEmbedding(model: String)
    /// The model's blocks have no attention.
    case noAttention(model: String, family: String)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .unknownModel(let name, let near):
            "There is no model “\(name)”.\(suggestion(near)) `models()` lists what can be loaded; load a file by its path."
        case .unknownWeights(let weights, let model, let available):
            "\(model) has no weights “\(weights)”. "
                + (available.isEmpty
                    ? "It takes no `weights:`." : "It has \(available.joined(separator: ", ")).")
        case .unknownFamily(let path, let lookedFor, let found):
            "The tensors of “\(path)” match no known family. Looked for: \(lookedFor.joined(separator: "; ")). "
                + "Found: \(found.joined(separator: ", "))."
        case .unusedTensors(let path, let family, let names, let count):
            "“\(path)” looks like \(withArticle(family)), but \(count) \(count == 1 ? "tensor" : "tensors") would not be used: "
                + names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more. " : ". ")
                + "It computes something else, so it is not loaded. If your model computes without them, save it without them."
        case .partOfWeights(let path, let part, let family, let others, let count):
            "Below “\(part)”, “\(path)” holds \(withArticle(family)), and beside it "
                + others.map { "“\($0)”" }.joined(separator: ", ")
                + (count > others.count ? " and \(count - others.count) more" : "")
                + ", whose purpose is unknown. `load(path, weights: \"\(part)\")` takes that part alone."
        case .adapters(let path, let name):
            "“\(path)” holds adapters such as “\(name)”, which change what the weights beside them compute. Put them into the "
                + "weights in Python and save those: `torch.save(model.merge_and_unload().state_dict(), path)`."
        case .unsupportedConfiguration(let place, let found, let supported):
            "\(place) is \(found), which is not supported: its numbers would be wrong. Supported: \(supported)."
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
            "\(model) has no head, so it gives no logits and knows no classes. Ask for one of the features that it makes "
                + "of a whole picture instead, `\(model)[\"embedding\"].neuron(0)`, or of a layer's: `.layers` lists them. "
                + "Its `output(x)` gives its features as numbers."
        case .nonFiniteLogits(let model, let nonFinite, let count):
            "\(nonFinite) of the \(count) logits that \(model) gives are NaN or infinite, so no class is the most likely one. "
                + "Its card says whether its weights are numbers; `activations(x, at: …)` shows in which layer they stop "
                + "being numbers."
        case .noEmbedding(let model):
            "\(model) has no features for a whole picture. `activations(x, at: …)` gives what each of its "
                + "layers computes."
        case .noAttention(let model, let family):
            "\(model) is \(withArticle(family)): none of its blocks has attention. `activations(photo, at: …)` maps what a block "
                + "computes, `gradient(of: …, at: photo)` where an objective looks."
        }
    }
}

extension EngineError {
    /// No model of this name is built in, on this disk or loaded.
    public static func unknownModel(name: String, near: [String]) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownModel(name: name, near: near)))
    }

    /// The model has no weights of this name.
    public static func unknownWeights(weights: String, model: String, available: [String]) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownWeights(weights: weights, model: model, available: available)))
    }

    /// The checkpoint's tensors fit no family. `lookedFor` says what would identify each.
    public static func unknownFamily(path: String, lookedFor: [String], found: [String]) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownFamily(path: path, lookedFor: lookedFor, found: found)))
    }

    /// The checkpoint has tensors that its family does not use: it is of another kind.
    public static func unusedTensors(path: String, family: String, names: [String], count: Int) -> EngineError {
        .other(AnyUserFacingError(ModelError.unusedTensors(path: path, family: family, names: names, count: count)))
    }

    /// Below `part`, the checkpoint's names are those of a model, and nothing says what the other tensors are for.
    public static func partOfWeights(path: String, part: String, family: String, others: [String], count: Int)
        -> EngineError
    {
        .other(
            AnyUserFacingError(
                ModelError.partOfWeights(path: path, part: part, family: family, others: others, count: count)))
    }

    /// The file holds what was learned beside a model's weights (LoRA), not yet added to them.
    public static func adapters(path: String, name: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.adapters(path: path, name: name)))
    }

    /// A configuration asks for something that is not computed here, so that the model's numbers would be wrong.
    public static func unsupportedConfiguration(place: String, found: String, supported: String) -> EngineError {
        .other(
            AnyUserFacingError(ModelError.unsupportedConfiguration(place: place, found: found, supported: supported)))
    }

    /// The model has no class of this name.
    ///
    /// `all` is every class of a model that has few, where no name is near.
    public static func unknownClass(name: String, model: String, near: [String], others: [String] = []) -> EngineError {
        .other(AnyUserFacingError(ModelError.unknownClass(name: name, model: model, near: near, others: others)))
    }

    /// Several classes have this name; `indices` are theirs.
    public static func ambiguousClass(name: String, model: String, indices: [Int], classes: [String]) -> EngineError {
        .other(
            AnyUserFacingError(ModelError.ambiguousClass(name: name, model: model, indices: indices, classes: classes)))
    }

    /// The model has no classes (or no names for them).
    public static func noClasses(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noClasses(model: model)))
    }

    /// The model ends in features: it has no head that makes logits of them.
    public static func noLogits(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noLogits(model: model)))
    }

    /// Some of the model's logits are NaN or infinite, so that no class is the most likely one.
    public static func nonFiniteLogits(model: String, nonFinite: Int, count: Int) -> EngineError {
        .other(AnyUserFacingError(ModelError.nonFiniteLogits(model: model, nonFinite: nonFinite, count: count)))
    }

    /// The model's graph names no features that stand for the whole picture.
    public static func noEmbedding(model: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noEmbedding(model: model)))
    }

    /// The model's blocks have no attention.
    public static func noAttention(model: String, family: String) -> EngineError {
        .other(AnyUserFacingError(ModelError.noAttention(model: model, family: family)))
    }
}

/// A name with the article that it is read with: "a vision transformer", "an MLP-Mixer".
private func withArticle(_ name: String) -> String {
    // Capitals are read as letters are called.
    let vowels = name.prefix(2).allSatisfy(\.isUppercase) ? "AEFHILMNORSX" : "AEIOaeio"
    return "\(name.first.map { vowels.contains($0) } == true ? "an" : "a") \(name)"
}
