import Images

/// What people give in place of weights that can be read.
public enum OtherFormat: Sendable, Hashable, CaseIterable {
    case empty
    case onnx, gguf, hdf5, messagePack, tensorFlowCheckpoint, tensorFlowGraph, tensorFlowLite
    case numPyArray, pickle, torchBefore2018
    case gzip, xz, bzip2, zstandard, sevenZip, tar
    case webPage, gitLFSPointer, picture, text
    /// Known by neither its first bytes nor its name.
    case unknown

    /// Looks at a file's first bytes.
    ///
    /// - Returns: nil for what is known by no mark.
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

    /// Looks at how a file's name ends, for formats without a mark.
    init?(ending path: String) {
        let name = path.lowercased()
        let endings: [(String, OtherFormat)] = [
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

    /// Python's protocols 2 to 5, which begin with the protocol's number and go on with an instruction.
    private static func isPickle(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 3 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && PickleOpcode(rawValue: bytes[2]) != nil
            && bytes[bytes.count - 1] == PickleOpcode.stop.rawValue
    }

    /// ONNX has no mark: a message whose first field is a small version and whose second is the producer's name.
    private static func isONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 16, bytes[0] == 0x08, (1...32).contains(bytes[1]), bytes[2] == 0x12 else { return false }
        let length = Int(bytes[3])
        return length > 0 && length < 64 && bytes.count > 4 + length
            && bytes[4..<4 + length].allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// The index of a TensorFlow checkpoint is a table of LevelDB, which ends with its mark.
    private static func isTable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 48 && bytes.long(bytes.count - 8) == 0xDB47_7524_8B80_FB57
    }

    private static func isPicture(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch ImageFormat(firstBytes: bytes.prefix(ImageFormat.sniffedBytes)) {
        case .png, .jpeg: true
        case .other: false
        }
    }
}
