/// What went wrong, as data.
///
/// The cases are what every module may meet. What only one module knows of is that module's own ``UserFacingError`` and
/// travels in ``other(_:)``.
public enum EngineError: UserFacingError {
    /// No model of this name is built in, on this disk or loaded.
    case unknownModel(name: String, near: [String])
    /// The model has no layer at this address.
    case unknownLayer(address: String, model: String, near: [String])
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
    /// An index lies outside `0..<count`. `what` is "neuron", "patch", "block", "class", "row" …
    case outOfRange(what: String, index: Int, count: Int, place: String)
    /// Nothing is at this path.
    case fileMissing(path: String)
    /// The file cannot be read.
    case fileUnreadable(path: String, reason: String)
    /// The file cannot be written.
    case fileUnwritable(path: String, reason: String)
    /// The file ends before its contents do.
    case fileTruncated(path: String, expectedBytes: Int, foundBytes: Int)
    /// The file has been written since it was opened, so what was read of it is a mixture; while it was read, or later.
    case fileChanged(path: String, whileReading: Bool)
    /// The file is no image that can be read. `found` says what its first bytes look like.
    case notAnImage(path: String, found: String)
    /// The file is no NumPy array that can be read.
    case notAnArray(path: String, reason: String)
    /// The file is no checkpoint that can be read.
    case notACheckpoint(path: String, reason: String)
    /// The file was read and holds no dictionary of tensors.
    case noTensors(path: String, reason: String)
    /// The file holds what was learned beside a model's weights (LoRA), not yet added to them.
    case adapters(path: String, name: String)
    /// A configuration asks for something that is not computed here, so that the model's numbers would be wrong.
    case unsupportedConfiguration(place: String, found: String, supported: String)
    /// The folder holds no weights, or several and none of a usual name.
    case noWeights(folder: String, found: [String])
    /// The index at `path` names a part that is not there.
    case missingShard(path: String, shard: String)
    /// The file holds a model as a Python object of class `type`, which only that class's code could open.
    case wholeModel(path: String, type: String)
    /// The file's pickle names a function that runs programs or the like when Python opens it.
    case dangerousPickle(path: String, function: String)
    /// A tensor that its file cannot hold.
    case damagedTensor(path: String, name: String, expected: String, found: String)
    /// The checkpoint's tensors fit no family. `lookedFor` says what would identify each.
    case unknownFamily(path: String, lookedFor: [String], found: [String])
    /// The checkpoint lacks tensors that its family needs.
    case missingTensors(path: String, names: [String], count: Int)
    /// The checkpoint has tensors that its family does not use: it is of another kind.
    case unusedTensors(path: String, family: String, names: [String], count: Int)
    /// Below `part`, the checkpoint's names are those of a model, and nothing says what the other tensors are for.
    case partOfWeights(path: String, part: String, family: String, others: [String], count: Int)
    /// A tensor that a model needs is kept in a form that is not computed with: "int8", "float8_e4m3fn".
    case notFloatingPoint(path: String, name: String, type: String)
    /// The work would need more memory than there is.
    case tooLarge(what: String, neededBytes: Int, availableBytes: Int)
    /// A value that makes no sense. `what` is the argument in the user's words.
    case invalidValue(what: String, found: String, expected: String)
    /// An objective that cannot be computed: of two models, empty …
    case invalidObjective(reason: String)
    /// The activation stopped being a number at this step.
    case notANumber(step: Int)
    /// The activation is no number from the first step on, since these tensors of the weights hold NaN or infinity.
    case notFinite(model: String, tensors: [String])
    /// The processor lacks instructions that this build uses.
    case unsupportedProcessor(missing: [String])
    /// A library that is opened when it is needed is not there; `package` is Debian's that has it.
    case libraryMissing(name: String, package: String)
    /// The model has no weights of this name.
    case unknownWeights(weights: String, model: String, available: [String])
    /// The work was interrupted.
    case cancelled
    /// What a module above knows of, as that module's own type.
    case other(AnyUserFacingError)
}
