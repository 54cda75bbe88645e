import CPNG
import Platform

/// Reading and writing of PNG files through libpng's simplified API.
///
/// That API keeps libpng's `setjmp` inside C, where it is safe; text chunks are written and read in `PNG+Text.swift`.
public enum PNG {
    /// Encodes `image` as the bytes of a PNG file.
    ///
    /// The same picture and texts give the same bytes.
    ///
    /// - Parameters:
    ///   - alpha: `[height, width]`: how opaque each pixel is, 0…255; nil for a picture without transparency.
    ///   - texts: written as `iTXt` chunks by keyword, UTF-8.
    ///   - isQuick: whether to trade size for speed, for pictures that are shown for a tenth of a second.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a picture without pixels, or a
    ///   keyword that PNG does not allow.
    public static func encode(
        _ image: Image, alpha: [UInt8]? = nil, texts: [String: String] = [:], isQuick: Bool = false
    ) throws(EngineError) -> [UInt8] {
        var header = png_image()
        header.version = png_uint_32(PNG_IMAGE_VERSION)
        header.width = png_uint_32(clamping: image.width)
        header.height = png_uint_32(clamping: image.height)
        header.format = alpha == nil ? rgb : rgba
        let samples = alpha.map { Self.samples(image, alpha: $0) } ?? image.pixels
        header.flags = isQuick ? png_uint_32(PNG_IMAGE_FLAG_FAST) : 0
        defer { png_image_free(&header) }

        // libpng's PNG_IMAGE_PNG_SIZE_MAX, a macro that Swift does not import: rows with their filter byte, zlib's
        // overhead for incompressible bytes, and the chunks around them.
        let data = samples.count + image.height
        var size = data + (data + 7) / 8 + (data + 63) / 64 + 1024
        var isWritten = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            isWritten =
                png_image_write_to_memory(&header, buffer.baseAddress, &size, 0, samples, 0, nil) != 0
            count = isWritten ? size : 0
        }
        guard isWritten else {
            throw .invalidValue(
                what: "The picture to encode", found: "\(image.width) × \(image.height) pixels",
                expected: "1 to 1,000,000 pixels along each side (\(message(of: header)))")
        }
        return try adding(texts: texts, to: bytes)
    }

    /// Returns the pixels with their opacity, `[height, width, 4]`.
    private static func samples(_ image: Image, alpha: [UInt8]) -> [UInt8] {
        precondition(alpha.count == image.width * image.height, "one opacity for each pixel")
        return [UInt8](unsafeUninitializedCapacity: alpha.count * 4) { samples, count in
            for pixel in alpha.indices {
                for channel in 0..<3 { samples[pixel * 4 + channel] = image.pixels[pixel * 3 + channel] }
                samples[pixel * 4 + 3] = alpha[pixel]
            }
            count = alpha.count * 4
        }
    }

    /// Decodes the bytes of a PNG file of any kind: gray, palette, 16 bits, interlaced.
    ///
    /// Transparent pixels are blended with white, as a notebook shows them. The file's gamma and color profile are
    /// ignored, as in torchvision and Pillow, so that a model gets the same numbers. The picture is rotated as its EXIF
    /// orientation says.
    ///
    /// - Parameter name: what to call the file in an error, usually its path.
    /// - Throws: ``EngineError/fileUnreadable(path:reason:)`` when the file is cut short or damaged,
    ///   ``EngineError/notAnImage(path:found:)`` when it is not a PNG file, and
    ///   ``EngineError/invalidValue(what:found:expected:)`` when it has too many pixels.
    public static func decode(_ bytes: [UInt8], name: String = "the picture") throws(EngineError) -> Image {
        guard bytes.starts(with: PNGChunks.signature) else {
            throw .notAnImage(path: name, found: ImageFormat(firstBytes: bytes).words)
        }
        let file = PNGChunks(bytes)
        try checkSides(file, bytes, name: name)
        let plain = withoutColorManagement(bytes)
        return try plain.withUnsafeBufferPointer { plain throws(EngineError) in
            // One pointer for all of the reading: libpng keeps it from the first call to the last.
            var header = png_image()
            header.version = png_uint_32(PNG_IMAGE_VERSION)
            defer { png_image_free(&header) }
            guard png_image_begin_read_from_memory(&header, plain.baseAddress, plain.count) != 0 else {
                throw damage(in: bytes, header, name: name)
            }
            let width = Int(header.width)
            let height = Int(header.height)
            try Image.checkSize(width: width, height: height, name: name)
            header.format = rgba
            header.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)

            var isRead = false
            let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 4) { buffer, count in
                isRead = png_image_finish_read(&header, nil, buffer.baseAddress, 0, nil) != 0
                count = isRead ? width * height * 4 : 0
            }
            guard isRead else { throw damage(in: bytes, header, name: name) }
            return Image(width: width, height: height, pixels: overWhite(pixels)).oriented(file.orientation(in: bytes))
        }
    }

    /// Returns a PNG file with the same compressed pixels and nothing else.
    ///
    /// It shows the pixels that ``decode(_:name:)`` reads, and costs next to nothing, where encoding them again takes a
    /// tenth of a second per megapixel. Anything else in the file (where a photograph was taken, a color profile, an
    /// animation) is left out.
    ///
    /// - Returns: nil for a file with transparency, 16-bit samples or an orientation other than upright, whose own
    ///   pixels would look different, and for an incomplete file.
    package static func withoutMetadata(_ bytes: [UInt8]) -> [UInt8]? {
        let file = PNGChunks(bytes)
        guard file.isComplete, let header = file.chunks.first, header.type == "IHDR", header.data.count == 13,
            !file.chunks.contains(where: { $0.type == "tRNS" }), file.orientation(in: bytes) == .upright
        else { return nil }
        // Source: ISO/IEC 15948:2004, 11.2.2: gray, color or palette.
        let (depth, color) = (bytes[header.data.lowerBound + 8], bytes[header.data.lowerBound + 9])
        guard depth <= 8, [0, 2, 3].contains(color) else { return nil }
        var plain = PNGChunks.signature
        plain.reserveCapacity(bytes.count)
        for chunk in file.chunks where ["IHDR", "PLTE", "IDAT", "IEND"].contains(chunk.type) {
            plain += bytes[chunk.whole]
        }
        return plain
    }

    /// The most pixels along a side that libpng accepts.
    private static let longestSide = 1_000_000

    /// Throws an error for a picture that is longer than libpng accepts, which would call it damaged.
    private static func checkSides(_ file: PNGChunks, _ bytes: [UInt8], name: String) throws(EngineError) {
        guard let size = file.size(in: bytes), max(size.width, size.height) > longestSide else { return }
        throw .invalidValue(
            what: "The size of “\(name)”", found: "\(size.width) × \(size.height) pixels",
            expected: "at most 1,000,000 pixels along each side; cut it into pieces first")
    }
}

private let rgb = png_uint_32(PNG_FORMAT_FLAG_COLOR)
private let rgba = png_uint_32(PNG_FORMAT_FLAG_COLOR) | png_uint_32(PNG_FORMAT_FLAG_ALPHA)

/// Removes the chunks by which libpng would convert the file's colors.
private func withoutColorManagement(_ bytes: [UInt8]) -> [UInt8] {
    let unwanted: Set = ["gAMA", "cHRM", "iCCP", "sRGB", "cICP", "mDCV", "cLLI"]
    let ranges = PNGChunks(bytes).chunks.filter { unwanted.contains($0.type) }.map(\.whole)
    guard !ranges.isEmpty else { return bytes }
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var start = 0
    for range in ranges {
        kept += bytes[start..<range.lowerBound]
        start = range.upperBound
    }
    return kept + bytes[start...]
}

/// Blends RGBA pixels, `[…, 4]`, with white into `[…, 3]`, in the file's own values as browsers do.
private func overWhite(_ pixels: [UInt8]) -> [UInt8] {
    let count = pixels.count / 4
    return [UInt8](unsafeUninitializedCapacity: count * 3) { output, written in
        pixels.withUnsafeBufferPointer { input in
            for index in 0..<count {
                let alpha = Int(input[index * 4 + 3])
                for channel in 0..<3 {
                    let mixed = Int(input[index * 4 + channel]) * alpha + 255 * (255 - alpha)
                    output[index * 3 + channel] = UInt8((mixed + 127) / 255)
                }
            }
        }
        written = count * 3
    }
}

private func damage(in bytes: [UInt8], _ header: png_image, name: String) -> EngineError {
    let reason =
        PNGChunks(bytes).isComplete
        ? "its data are damaged (\(message(of: header)))"
        : "it is a PNG that ends too early; copy or download it again"
    return .fileUnreadable(path: name, reason: reason)
}

private func message(of header: png_image) -> String {
    withUnsafeBytes(of: header.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
