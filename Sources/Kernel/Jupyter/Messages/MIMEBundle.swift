import Platform

/// A value in several representations, of which a front-end shows the richest that it supports.
package struct MIMEBundle: Hashable, Sendable {
    /// The representations by MIME type, without parameters.
    ///
    /// Text is a string, bytes are base64, JSON is itself.
    package var data: [String: JSON]
    /// Metadata about each representation, by MIME type, and about the whole value.
    package var metadata: [String: JSON]

    /// Creates a bundle of the given representations.
    package init(data: [String: JSON] = [:], metadata: [String: JSON] = [:]) {
        self.data = data
        self.metadata = metadata
    }

    /// Creates a bundle with a `text/plain` representation, which all front-ends support, and richer ones.
    package init(plain: String, html: String? = nil, markdown: String? = nil) {
        self.init(data: ["text/plain": .string(plain)])
        if let html { data["text/html"] = .string(html) }
        if let markdown { data["text/markdown"] = .string(markdown) }
    }

    /// Creates a bundle with a picture.
    ///
    /// - Parameters:
    ///   - png: the encoded file.
    ///   - width: the displayed width in CSS pixels.
    ///   - height: the displayed height in CSS pixels.
    ///   - alt: the alternative text; `plain` if nil.
    ///   - plain: the text for front-ends that cannot show pictures.
    ///   - metadata: more members for the bundle's metadata, such as a recipe.
    package init(
        png: [UInt8], width: Int, height: Int, alt: String? = nil, plain: String, metadata: [String: JSON] = [:]
    ) {
        self.init(plain: plain)
        data["image/png"] = .string(base64(png))
        self.metadata = metadata
        self.metadata["image/png"] = [
            "width": .integer(width), "height": .integer(height), "alt": .string(alt ?? plain),
        ]
    }

    /// The `text/plain` representation.
    package var plain: String? { data["text/plain"]?.string }
}
