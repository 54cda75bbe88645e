// What is said of weights that are missing or cannot be computed with.

/// What a folder without weights is told.
func noWeightsMessage(_ folder: String, _ found: [String]) -> String {
    guard !found.isEmpty else {
        return "The folder “\(folder)” holds no weights. Looked for: model.safetensors, pytorch_model.bin, their "
            + "indices, open_clip_model.safetensors, open_clip_pytorch_model.bin, or one file of weights of any name."
    }
    let names = found.prefix(5).map { "“\($0)”" }.joined(separator: ", ")
    return "The folder “\(folder)” holds several files of weights: \(names)"
        + (found.count > 5 ? " and \(found.count - 5) more" : "") + ". Name one of them."
}

/// What is said of weights that are kept as whole numbers or in eight bits.
func notFloatingPointMessage(_ path: String, _ name: String, _ type: String) -> String {
    let what =
        "“\(path)” cannot be used as it is: its tensor “\(name)” holds \(type), not floating-point numbers. "
    return what
        + (["int8", "uint8", "packed integers"].contains(type) || type.hasPrefix("float8")
            ? "These are quantised weights, whose scales lie elsewhere. Take the weights from before they were quantised, or "
                + "convert them to float16 or float32 in the program that quantised them."
            : "Export the weights as float32 or float16.")
}
