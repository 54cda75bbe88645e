// What is said about files that hold no weights, or hold them in a form that is not read.

extension OtherFormat {
    /// What it is and how to come by weights that can be read, as sentences after the file's name.
    var message: String {
        switch self {
        case .empty: "is empty. Copy or download it again."
        case .onnx:
            "is an ONNX file, a graph whose weights are not read. \(Self.fromItsModel)"
        case .gguf:
            "is a GGUF file, whose weights are for language models on small machines. \(Self.fromItsModel)"
        case .hdf5:
            "is an HDF5 file, in which Keras keeps models. Write its arrays with NumPy in Python: "
                + "`numpy.savez(\"weights.npz\", **arrays)`; the names must be those of a model that is known here."
        case .messagePack:
            "is a MessagePack file, in which Flax keeps models. Write its arrays with NumPy in Python: "
                + "`numpy.savez(\"weights.npz\", **flax.traverse_util.flatten_dict(params, sep=\"/\"))`."
        case .tensorFlowCheckpoint, .tensorFlowGraph, .tensorFlowLite:
            "is a TensorFlow file. Load the model in PyTorch, where its authors or timm have it, and export it: "
                + Self.exported
        case .numPyArray:
            "is a single unnamed NumPy array, not a model. Read it as an input with `tensor(path)`."
        case .pickle:
            "is a Python pickle that PyTorch's `torch.save` did not write. Open it in Python, if you trust it, and "
                + "export the weights: \(Self.exported)"
        case .torchBefore2018:
            "is of PyTorch's format from before 2018, a tar archive. Open it in Python, if you trust it, and save it "
                + "again: `torch.save(torch.load(path, weights_only=False), path)`."
        case .gzip: "is packed with gzip. Unpack it first: `gunzip` or `tar -xzf`."
        case .xz: "is packed with xz. Unpack it first: `unxz` or `tar -xJf`."
        case .bzip2: "is packed with bzip2. Unpack it first: `bunzip2` or `tar -xjf`."
        case .zstandard: "is packed with Zstandard. Unpack it first: `unzstd`."
        case .sevenZip: "is a 7-Zip archive. Unpack it first: `7z x`."
        case .tar: "is a tar archive. Unpack it first: `tar -xf`."
        case .webPage:
            "is a web page, not weights: the address that it was saved from gave a page. Download it again by the "
                + "link to the file itself."
        case .gitLFSPointer:
            "is a Git LFS pointer, not the weights themselves. "
                + "Run `git lfs pull` in its folder."
        case .picture: "is a picture, not weights. `image(path)` reads it."
        case .text: "is text, not weights."
        case .unknown:
            "is in no known format for weights. Known are safetensors files, PyTorch's .pth, .pt and .bin files, "
                + "and NumPy's .npz files."
        }
    }

    private static let fromItsModel = "Export them in Python from the model that it was made of: \(exported)"
    private static let exported = "`safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`."
}

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
