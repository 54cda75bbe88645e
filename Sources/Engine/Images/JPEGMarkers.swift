/// What the markers of a JPEG file say, read with every bound checked.
///
/// A JPEG is a list of segments: 0xFF, a marker, a length (big-endian, which counts itself), data. After the
/// marker "start of scan" come coded pixels, in which 0xFF is followed by 0 or by a marker. Source: ITU-T T.81,
/// annex B.
struct JPEGMarkers {
    /// How the picture is to be rotated before it is shown.
    package private(set) var orientation = Orientation.upright

    /// Whether "end of image" follows the first coded pixels.
    package private(set) var isComplete = false

    /// Reads the markers of `bytes`, which may be cut short or damaged anywhere.
    package init(_ bytes: [UInt8]) {
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if marker == 0xFF {  // filling
                offset += 1
                continue
            }
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            let end = offset + 2 + length
            guard length >= 2, end <= bytes.count else { return }
            let data = bytes[offset + 4..<end]
            switch marker {
            case 0xE1 where data.starts(with: Array("Exif\0\0".utf8)):
                orientation = EXIF(data.dropFirst(6)).orientation
            case 0xDA:
                isComplete = hasEnd(bytes[end...])
                return
            default:
                break
            }
            offset = end
        }
    }
}

private func hasEnd(_ bytes: ArraySlice<UInt8>) -> Bool {
    // Backwards, because a complete file has its marker at the end.
    var index = bytes.endIndex - 1
    while index > bytes.startIndex {
        if bytes[index] == 0xD9, bytes[index - 1] == 0xFF { return true }
        index -= 1
    }
    return false
}
