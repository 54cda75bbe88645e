/// One value in several forms: a front-end shows the richest that it knows.
public struct MIMEBundle: Hashable, Sendable {
    /// The forms by MIME type, without parameters.
    ///
    /// Text is a string, bytes are base64, JSON is itself.
    public var data: [String: JSON]
    /// What a front-end should know about a form, by the same MIME types, and about the whole.
    public var metadata: [String: JSON]

    /// A bundle of these forms.
    public init(data: [String: JSON] = [:], metadata: [String: JSON] = [:]) {
        self.data = data
        self.metadata = metadata
    }

    /// A bundle with a `text/plain` form, which every front-end can show, and richer ones.
    public init(plain: String, html: String? = nil, markdown: String? = nil) {
        self.init(data: ["text/plain": .string(plain)])
        if let html { data["text/html"] = .string(html) }
        if let markdown { data["text/markdown"] = .string(markdown) }
    }

    /// A picture.
    ///
    /// - Parameters:
    ///   - png: the encoded file.
    ///   - width: in CSS pixels, at which the front-end shows it.
    ///   - height: in CSS pixels.
    ///   - alt: what a page says to those who do not see it; `plain` when nil.
    ///   - plain: what a front-end without pictures shows.
    ///   - metadata: more members for the bundle's metadata, such as a recipe.
    public init(
        png: [UInt8], width: Int, height: Int, alt: String? = nil, plain: String, metadata: [String: JSON] = [:]
    ) {
        self.init(plain: plain)
        data["image/png"] = .string(base64(png))
        self.metadata = metadata
        self.metadata["image/png"] = [
            "width": .integer(width), "height": .integer(height), "alt": .string(alt ?? plain),
        ]
    }

    /// The `text/plain` form.
    public var plain: String? { data["text/plain"]?.string }
}
