/// The kind of a file, detected from its first bytes.
enum FileKind: Hashable {
    case safetensors, zip, legacyTorch, json
    /// Something that is mistaken for weights, or that holds weights in an unsupported format.
    case other(UnsupportedFormat)
    case unknown

    init(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty {
            self = .other(.empty)
        } else if bytes.starts(with: ZipArchive.mark) || bytes.starts(with: Array("PK\u{5}\u{6}".utf8)) {
            self = .zip
        } else if TorchCheckpoint.isLegacy(bytes) {
            self = .legacyTorch
        } else if let format = UnsupportedFormat(bytes) {
            self = .other(format)
        } else if bytes.count > 8, SafetensorsHeader.opensObject(bytes.dropFirst(8).prefix(1024)),
            !bytes.prefix(8).allSatisfy({ $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) })
        {
            // Eight letters are the beginning of a text; as a length they would be larger than any file.
            self = .safetensors
        } else if bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
            self = .json
        } else {
            self = .unknown
        }
    }
}
