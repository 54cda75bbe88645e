import CTurboJPEG
import Platform

/// Reading and writing of JPEG files through libjpeg-turbo.
public enum JPEG {
    /// Decodes the bytes of a JPEG file: color, gray, CMYK or YCCK, baseline or progressive.
    ///
    /// The picture is rotated as its EXIF orientation says. Color profiles are ignored, as in torchvision and Pillow.
    /// CMYK is converted to RGB by Pillow's formula, which is good enough for a screen but not for print. As in Pillow,
    /// the inks are taken to be inverted, as Adobe's are, with or without Adobe's marker.
    ///
    /// - Parameter name: what to call the file in an error, usually its path.
    /// - Throws: ``EngineError/fileUnreadable(path:reason:)`` when the file is cut short or damaged,
    ///   ``EngineError/notAnImage(path:found:)`` when it is not a JPEG file, and
    ///   ``EngineError/invalidValue(what:found:expected:)`` when it has too many pixels.
    public static func decode(_ bytes: [UInt8], name: String = "the picture") throws(EngineError) -> Image {
        let format = ImageFormat(firstBytes: bytes)
        guard format == .jpeg else { throw .notAnImage(path: name, found: format.words) }
        guard let decoder = tjInitDecompress() else {
            throw .fileUnreadable(path: name, reason: "there is not enough memory to decode it")
        }
        defer { tjDestroy(decoder) }
        let markers = JPEGMarkers(bytes)

        var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let size = UInt(bytes.count)
        guard
            tjDecompressHeader3(decoder, bytes, size, &width, &height, &subsampling, &colors) == 0
                || tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue), width > 0, height > 0
        else { throw damage(markers, message(of: decoder), name: name) }
        try Image.checkSize(width: Int(width), height: Int(height), name: name)

        let isCMYK = colors == Int32(TJCS_CMYK.rawValue) || colors == Int32(TJCS_YCCK.rawValue)
        let channels = isCMYK ? 4 : 3
        let format32 = Int32((isCMYK ? TJPF_CMYK : TJPF_RGB).rawValue)
        var status: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: Int(width) * Int(height) * channels) {
            buffer, count in
            buffer.update(repeating: 0)
            status = tjDecompress2(
                decoder, bytes, size, buffer.baseAddress, width, 0, height, format32,
                Int32(TJFLAG_LIMITSCANS))
            count = buffer.count
        }
        // A warning alone is accepted, because cameras leave stray bytes; missing data are not.
        let isWarning = status != 0 && tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
        guard status == 0 || (isWarning && markers.isComplete) else {
            throw damage(markers, message(of: decoder), name: name)
        }
        let image = Image(
            width: Int(width), height: Int(height),
            pixels: isCMYK ? rgb(cmyk: pixels) : pixels)
        return image.oriented(markers.orientation)
    }

    /// Encodes `image` as the bytes of a JPEG file with full color resolution (4:4:4).
    ///
    /// - Parameter quality: 1…100; at 95 no loss is visible.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a picture without pixels or with
    ///   more than 65,500 pixels along a side.
    public static func encode(_ image: Image, quality: Int = 95) throws(EngineError) -> [UInt8] {
        let invalid = EngineError.invalidValue(
            what: "The picture to encode as JPEG", found: "\(image.width) × \(image.height) pixels",
            expected: "1 to 65,500 pixels along each side")
        guard (1...65_500).contains(image.width), (1...65_500).contains(image.height),
            let encoder = tjInitCompress()
        else { throw invalid }
        defer { tjDestroy(encoder) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        defer { tjFree(bytes) }
        let status = tjCompress2(
            encoder, image.pixels, Int32(image.width), 0, Int32(image.height), Int32(TJPF_RGB.rawValue),
            &bytes, &count, Int32(TJSAMP_444.rawValue), Int32(min(max(quality, 1), 100)), 0)
        guard status == 0, let bytes else { throw invalid }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}

/// Converts CMYK pixels, 4 bytes each, to RGB, 3 bytes each.
///
/// Each channel is the product of what its ink and what black let through. The inks are inverted: 255 is no ink.
private func rgb(cmyk: [UInt8]) -> [UInt8] {
    let count = cmyk.count / 4
    return [UInt8](unsafeUninitializedCapacity: count * 3) { output, written in
        for index in 0..<count {
            let black = Int(cmyk[index * 4 + 3])
            for channel in 0..<3 {
                let light = Int(cmyk[index * 4 + channel])
                output[index * 3 + channel] = UInt8((light * black + 127) / 255)
            }
        }
        written = count * 3
    }
}

private func damage(_ markers: JPEGMarkers, _ message: String, name: String) -> EngineError {
    let reason =
        markers.isComplete
        ? "its data are damaged (\(message))" : "it is a JPEG that ends too early; copy or download it again"
    return .fileUnreadable(path: name, reason: reason)
}

private func message(of handle: tjhandle) -> String {
    tjGetErrorStr2(handle).map { String(cString: $0) } ?? "unknown"
}
