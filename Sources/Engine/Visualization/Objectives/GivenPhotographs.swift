import Images
import Platform

/// The photographs given beside a recipe, identified by their pixels.
struct GivenPhotographs {
    private let known: [String: Image]

    /// Creates a collection of these photographs, in any order.
    init(_ photographs: [Image]) {
        known = Dictionary(photographs.map { ($0.sha256, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the photograph that a recipe refers to.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if it was not given.
    func image(of photograph: PhotographReference) throws(EngineError) -> Image {
        guard let image = known[photograph.sha256] else {
            throw .invalidValue(
                what: "The photograph “\(photograph.name)”",
                found: known.isEmpty ? "missing" : "not among those that were given",
                expected: "the one whose pixels have the SHA-256 \(photograph.sha256)")
        }
        return image
    }
}
