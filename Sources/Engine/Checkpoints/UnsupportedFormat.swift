import Images

/// A file format that is mistaken for weights, or whose weights cannot be read.
public enum UnsupportedFormat: Sendable, Hashable, CaseIterable {
    case empty
    case onnx, gguf, hdf5, messagePack, tensorFlowCheckpoint, tensorFlowGraph, tensorFlowLite
    case numPyArray, pickle, torchBefore2018
    case gzip, xz, bzip2, zstandard, sevenZip, tar
    case webPage, gitLFSPointer, picture, text
    /// Recognized by neither its first bytes nor its name.
    case unknown

    /// Recognizes a format by a file's bytes.
    ///
    /// - Returns: nil if no signature matches.
    init?(_ bytes: UnsafeRawBufferPointer) {
        func has(_ mark: [UInt8], at place: Int = 0) -> Bool {
            bytes.count >= place + mark.count && bytes[place..<place + mark.count].elementsEqual(mark)
        }
        func has(_ mark: String, at place: Int = 0) -> Bool { has(Array(mark.utf8), at: place) }
        if has("GGUF") || has("lmgg") || has("fmgg") || has("tjgg") {
            self = .gguf
        } else if has([0x89] + Array("HDF\r\n".utf8)) {
            self = .hdf5
        } else if has("TFL3", at: 4) {
            self = .tensorFlowLite
        } else if has(NumPyHeader.magic) {
            self = .numPyArray
        } else if has([0x1F, 0x8B]) {
            self = .gzip
        } else if has([0xFD] + Array("7zXZ".utf8)) {
            self = .xz
        } else if has("BZh") {
            self = .bzip2
        } else if has([0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstandard
        } else if has("7z") && has([0xBC, 0xAF, 0x27, 0x1C], at: 2) {
            self = .sevenZip
        } else if has("ustar", at: 257) {
            self = has("sys_info") || has("./sys_info") || has("pickle") ? .torchBefore2018 : .tar
        } else if has("version https://git-lfs") {
            self = .gitLFSPointer
        } else if Self.isWebPage(bytes) {
            self = .webPage
        } else if Self.isPickle(bytes) {
            self = .pickle
        } else if Self.isONNX(bytes) {
            self = .onnx
        } else if Self.isTable(bytes) {
            self = .tensorFlowCheckpoint
        } else if Self.isPicture(bytes) {
            self = .picture
        } else {
            return nil
        }
    }

    /// Recognizes a format without a signature by the ending of a file's name.
    init?(ending path: String) {
        let name = path.lowercased()
        let endings: [(String, UnsupportedFormat)] = [
            (".onnx", .onnx), (".gguf", .gguf), (".ggml", .gguf), (".h5", .hdf5), (".hdf5", .hdf5),
            (".msgpack", .messagePack),
            (".ckpt", .tensorFlowCheckpoint), (".meta", .tensorFlowCheckpoint), (".pb", .tensorFlowGraph),
            (".tflite", .tensorFlowLite), (".txt", .text), (".md", .text), (".py", .text), (".yaml", .text),
        ]
        let isTensorFlowData = name.contains(".data-0") && name.contains("-of-0")
        guard let format = isTensorFlowData ? .tensorFlowCheckpoint : endings.first(where: { name.hasSuffix($0.0) })?.1
        else { return nil }
        self = format
    }

    private static func isWebPage(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = String(decoding: bytes.prefix(256), as: UTF8.self).lowercased()
        let text = start.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return ["<!doctype html", "<html", "<head", "<?xml"].contains { text.hasPrefix($0) }
    }

    /// Returns whether the bytes are a pickle of protocols 2 to 5: the protocol's number, then an instruction.
    private static func isPickle(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 3 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && PickleOpcode(rawValue: bytes[2]) != nil
            && bytes[bytes.count - 1] == PickleOpcode.stop.rawValue
    }

    /// Returns whether the bytes are an ONNX file, which has no signature: a message whose first field is a small
    /// version and whose second is the producer's name.
    private static func isONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 16, bytes[0] == 0x08, (1...32).contains(bytes[1]), bytes[2] == 0x12 else { return false }
        let length = Int(bytes[3])
        return length > 0 && length < 64 && bytes.count > 4 + length
            && bytes[4..<4 + length].allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// Returns whether the bytes are the index of a TensorFlow checkpoint, a LevelDB table, which ends with a
    /// signature.
    private static func isTable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 48 && bytes.uint64(at: bytes.count - 8) == 0xDB47_7524_8B80_FB57
    }

    private static func isPicture(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch ImageFormat(firstBytes: bytes.prefix(ImageFormat.sniffedBytes)) {
        case .png, .jpeg: true
        case .other: false
        }
    }
}

// MARK: - Message

extension UnsupportedFormat {
    /// What the file is and how to get readable weights, as sentences that follow its name.
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
            "is in PyTorch's format from before 2018, a tar archive. Open it in Python, if you trust it, and save it "
                + "again: `torch.save(torch.load(path, weights_only=False), path)`."
        case .gzip: "is compressed with gzip. Decompress it first: `gunzip` or `tar -xzf`."
        case .xz: "is compressed with xz. Decompress it first: `unxz` or `tar -xJf`."
        case .bzip2: "is compressed with bzip2. Decompress it first: `bunzip2` or `tar -xjf`."
        case .zstandard: "is compressed with Zstandard. Decompress it first: `unzstd`."
        case .sevenZip: "is a 7-Zip archive. Unpack it first: `7z x`."
        case .tar: "is a tar archive. Unpack it first: `tar -xf`."
        case .webPage:
            "is a web page, not weights: the address that it was saved from is that of a page. Download it again with "
                + "the link to the file itself."
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
