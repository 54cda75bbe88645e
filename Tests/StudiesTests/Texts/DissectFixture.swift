import Foundation
import TestSupport

/// Cosines of photographs with words, activations of neurons on them, and the scores that CLIP-Dissect made of both.
struct DissectFixture: Decodable {
    /// How many photographs describe a neuron.
    let photographCount: Int
    /// `[photographs][words]`.
    let cosines: [[Float]]
    /// `[photographs][neurons]`.
    let activations: [[Float]]
    /// `[neurons][words]`.
    let scores: [[Float]]

    init() throws {
        let path = Reference.root.appendingPathComponent("Tests/Fixtures/texts/dissect.json")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: path))
    }
}
