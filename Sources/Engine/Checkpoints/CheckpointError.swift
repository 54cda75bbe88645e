import Platform

/// An error in reading files of weights.
public enum CheckpointError: UserFacingError {
    /// The file is not in a readable format for weights.
    case unsupportedFormat(path: String, format: UnsupportedFormat)
    /// The file ends before its contents do.
    case fileTruncated(path: String, expectedBytes: Int, foundBytes: Int)
    /// The file was written after it was opened, while it was read or later, so what was read of it may be a mixture.
    case fileChanged(path: String, whileReading: Bool)
    /// The file is not a readable NumPy array.
    case notAnArray(path: String, reason: String)
    /// The file is readable but holds no dictionary of tensors.
    case noTensors(path: String, reason: String)
    /// The folder holds no weights, or several files of weights, none of a usual name.
    case noWeights(folder: String, found: [String])
    /// The index at `path` names a part that does not exist.
    case missingShard(path: String, shard: String)
    /// The file holds a model as a Python object of class `type`, which only that class's code could open.
    case wholeModel(path: String, type: String)
    /// The file's pickle names a function that could do harm, such as run programs, when Python opens it.
    case dangerousPickle(path: String, function: String)
    /// The description of a tensor contradicts its file.
    case damagedTensor(path: String, name: String, expected: String, found: String)
    /// The checkpoint lacks tensors that its family needs.
    case missingTensors(path: String, names: [String], count: Int)
    /// A tensor that a model needs is of an element type that is not supported: "int8", "float8_e4m3fn".
    case notFloatingPoint(path: String, name: String, type: String)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .unsupportedFormat(let path, let format):
            "“\(path)” \(format.message)"
        case .fileTruncated(let path, let expected, let found):
            "“\(path)” is cut short: it should hold \(expected) bytes but holds \(found). Copy or download it again."
        case .fileChanged(let path, let whileReading):
            whileReading
                ? "“\(path)” changed while it was read: something is writing it. Read it again when it is complete."
                : "“\(path)” has changed since the model was loaded from it, so that model is no longer used. "
                    + "Load it again with `load`."
        case .notAnArray(let path, let reason):
            "“\(path)” is not a NumPy array that can be read: \(reason). `numpy.save` writes such files."
        case .noTensors(let path, let reason):
            "“\(path)” holds no weights that can be taken: \(reason). Save the weights alone in Python: "
                + "`torch.save(model.state_dict(), path)`."
        case .noWeights(let folder, let found):
            noWeightsMessage(folder, found)
        case .missingShard(let path, let shard):
            "“\(path)” names the part “\(shard)”, which is not in its folder. Download it there too."
        case .wholeModel(let path, let type):
            "“\(path)” holds a whole model object (`\(type)`), not just its weights; opening it would mean running "
                + "its code. Export the weights in Python: `torch.save(model.state_dict(), path)`."
        case .dangerousPickle(let path, let function):
            "“\(path)” was not loaded: opening it in Python would run `\(function)`, which no weights need. "
                + "Nothing in it was run here. Do not open it with `torch.load`, and find out where it comes from."
        case .damagedTensor(let path, let name, let expected, let found):
            "The tensor “\(name)” of “\(path)” is damaged: it should have \(expected) but has \(found). "
                + "Copy or download the file again."
        case .missingTensors(let path, let names, let count):
            "“\(path)” lacks \(count) \(count == 1 ? "tensor" : "tensors") that its family needs: "
                + names.joined(separator: ", ")
                + (count > names.count ? " and \(count - names.count) more." : ".")
        case .notFloatingPoint(let path, let name, let type):
            notFloatingPointMessage(path, name, type)
        }
    }
}

extension EngineError {
    /// Returns the error for a file that is not in a readable format for weights.
    public static func unsupportedFormat(path: String, format: UnsupportedFormat) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.unsupportedFormat(path: path, format: format)))
    }

    /// Returns the error for a file that ends before its contents do.
    public static func fileTruncated(path: String, expectedBytes: Int, foundBytes: Int) -> EngineError {
        .other(
            AnyUserFacingError(
                CheckpointError.fileTruncated(path: path, expectedBytes: expectedBytes, foundBytes: foundBytes)))
    }

    /// Returns the error for a file that was written after it was opened, while it was read or later.
    public static func fileChanged(path: String, whileReading: Bool) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.fileChanged(path: path, whileReading: whileReading)))
    }

    /// Returns the error for a file that is not a readable NumPy array.
    public static func notAnArray(path: String, reason: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.notAnArray(path: path, reason: reason)))
    }

    /// Returns the error for a readable file without a dictionary of tensors.
    public static func noTensors(path: String, reason: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.noTensors(path: path, reason: reason)))
    }

    /// Returns the error for a folder with no weights, or with several files of weights, none of a usual name.
    public static func noWeights(folder: String, found: [String]) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.noWeights(folder: folder, found: found)))
    }

    /// Returns the error for an index at `path` that names a part that does not exist.
    public static func missingShard(path: String, shard: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.missingShard(path: path, shard: shard)))
    }

    /// Returns the error for a file with a model as a Python object of class `type`, which only that class's code could
    /// open.
    public static func wholeModel(path: String, type: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.wholeModel(path: path, type: type)))
    }

    /// Returns the error for a file whose pickle names a function that could do harm when Python opens it.
    public static func dangerousPickle(path: String, function: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.dangerousPickle(path: path, function: function)))
    }

    /// Returns the error for a tensor whose description contradicts its file.
    public static func damagedTensor(path: String, name: String, expected: String, found: String) -> EngineError {
        .other(
            AnyUserFacingError(CheckpointError.damagedTensor(path: path, name: name, expected: expected, found: found)))
    }

    /// Returns the error for a checkpoint that lacks tensors that its family needs.
    public static func missingTensors(path: String, names: [String], count: Int) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.missingTensors(path: path, names: names, count: count)))
    }

    /// Returns the error for a tensor of an element type that is not supported: "int8", "float8_e4m3fn".
    public static func notFloatingPoint(path: String, name: String, type: String) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.notFloatingPoint(path: path, name: name, type: type)))
    }
}

/// Returns the message for a folder without weights.
private func noWeightsMessage(_ folder: String, _ found: [String]) -> String {
    guard !found.isEmpty else {
        return "The folder “\(folder)” holds no weights. Looked for: model.safetensors, pytorch_model.bin, their "
            + "indices, open_clip_model.safetensors, open_clip_pytorch_model.bin, or one file of weights of any name."
    }
    let names = found.prefix(5).map { "“\($0)”" }.joined(separator: ", ")
    return "The folder “\(folder)” holds several files of weights: \(names)"
        + (found.count > 5 ? " and \(found.count - 5) more" : "") + ". Name one of them."
}

/// Returns the message for a tensor of integers or of eight-bit numbers.
private func notFloatingPointMessage(_ path: String, _ name: String, _ type: String) -> String {
    let what =
        "“\(path)” cannot be used as it is: its tensor “\(name)” holds \(type), not floating-point numbers. "
    return what
        + (["int8", "uint8", "packed integers"].contains(type) || type.hasPrefix("float8")
            ? "These are quantized weights, whose scales are stored elsewhere. Use the weights from before "
                + "quantization, or convert them to float16 or float32 in the program that quantized them."
            : "Export the weights as float32 or float16.")
}
