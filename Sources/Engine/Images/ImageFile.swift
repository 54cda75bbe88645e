import Foundation
import Platform

/// A picture and the file that it was read from.
package struct ImageFile {
    /// The pixels.
    package let image: Image
    private let bytes: [UInt8]

    /// Reads the PNG or JPEG file at `path`, as ``Image/init(contentsOf:)`` does.
    package init(contentsOf path: String) throws(EngineError) {
        bytes = try imageBytes(at: path)
        image =
            switch ImageFormat(firstBytes: bytes) {
            case .png: try PNG.decode(bytes, name: path)
            case .jpeg: try JPEG.decode(bytes, name: path)
            case .other(let words): throw .notAnImage(path: path, found: words)
            }
    }

    /// The texts of a PNG file, by keyword; none for a JPEG file.
    package var texts: [String: String] { PNG.texts(in: bytes) }

    /// A PNG file that shows ``image``, made of the file's own compressed pixels; nil if these cannot be used.
    package var png: [UInt8]? {
        if case .png = ImageFormat(firstBytes: bytes) { PNG.withoutMetadata(bytes) } else { nil }
    }
}

extension Image {
    /// The size of the largest picture that is decoded, in pixels: 100 megapixels, as of a camera.
    public static let largestPixelCount = 100_000_000

    /// Reads the PNG or JPEG file at `path`, whose format is detected from its bytes and not from its name.
    ///
    /// - Parameter path: relative to the working folder; `~` is the user's home.
    /// - Throws: ``EngineError/fileMissing(path:)``; ``EngineError/fileUnreadable(path:reason:)`` for a folder,
    ///   a file that may not be read, or one that is cut short; ``EngineError/notAnImage(path:found:)``;
    ///   ``EngineError/invalidValue(what:found:expected:)`` over ``largestPixelCount``.
    public init(contentsOf path: String) throws(EngineError) {
        self = try ImageFile(contentsOf: path).image
    }

    /// Writes the picture to `path` atomically: `.png`, or `.jpg`/`.jpeg`.
    ///
    /// - Parameters:
    ///   - path: relative to the working folder; `~` is the user's home. An existing file is replaced.
    ///   - alpha: how opaque each pixel is, for a PNG file; nil for a picture without transparency.
    ///   - texts: written into a PNG file by keyword; a JPEG file has no place for them.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for another ending,
    ///   ``EngineError/fileUnwritable(path:reason:)`` when the file cannot be written.
    public func write(
        to path: String, alpha: [UInt8]? = nil, texts: [String: String] = [:]
    ) throws(EngineError) {
        let bytes: [UInt8]
        switch (path as NSString).pathExtension.lowercased() {
        case "png": bytes = try PNG.encode(self, alpha: alpha, texts: texts)
        case "jpg", "jpeg": bytes = try JPEG.encode(self)
        case let ending:
            throw .invalidValue(
                what: "The ending of “\(path)”", found: ending.isEmpty ? "missing" : "“.\(ending)”",
                expected: "“.png” or “.jpg”")
        }
        try writeWholeFile(path, bytes)
    }

    /// Throws an error for a picture that is too large, before memory is allocated for it.
    package static func checkSize(width: Int, height: Int, name: String) throws(EngineError) {
        let (count, overflows) = width.multipliedReportingOverflow(by: height)
        guard overflows || count > largestPixelCount else { return }
        throw .invalidValue(
            what: "The size of “\(name)”", found: "\(width) × \(height) pixels",
            expected: "at most \(largestPixelCount / 1_000_000) megapixels; make it smaller first")
    }
}

/// Returns the bytes of the file at `path`; only the first few if they show that it is not a picture.
private func imageBytes(at path: String) throws(EngineError) -> [UInt8] {
    do throws(EngineError) {
        let file = try OrdinaryFile((path as NSString).expandingTildeInPath)
        let head = try file.contents(limit: ImageFormat.sniffedBytes)
        if case .other = ImageFormat(firstBytes: head) { return head }
        // 100 megapixels of 16-bit RGBA that did not compress.
        let limit = Image.largestPixelCount * 9
        let rest = try file.contents(from: head.count, limit: limit)
        guard rest.count < limit else {
            throw .fileUnreadable(path: path, reason: "it is larger than \(byteCount(limit))")
        }
        return head + rest
    } catch {
        // The user's own spelling.
        switch error {
        case .fileMissing: throw .fileMissing(path: path)
        case .fileUnreadable(_, "it is a folder"):
            throw .fileUnreadable(path: path, reason: "it is a folder; name a picture in it")
        case .fileUnreadable(_, let reason): throw .fileUnreadable(path: path, reason: reason)
        default: throw error
        }
    }
}
