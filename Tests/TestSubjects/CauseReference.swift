import Checkpoints
import Compute
import Images
import Models
import TestSupport
import Visualization

/// Two tiny models and two photographs, and what PyTorch hooks give for them: see `Fixtures/make_cause_fixtures.py`.
package struct CauseReference {
    package let vit: Model
    package let mixer: Model
    package let photograph = CauseReference.photograph(1)
    package let other = CauseReference.photograph(2)
    private let values: Safetensors

    package init() throws {
        vit = try Model.load(Reference.path("causes/vit"))
        mixer = try Model.load(Reference.path("causes/mixer"))
        values = try Reference.open("causes/reference")
    }

    /// What PyTorch computed.
    package func expected(_ name: String) throws -> Tensor { try values.parameter(name).tensor }

    /// The logit that everything is about.
    package func logit(_ model: Model) -> Objective { .sum(target(model)) }

    /// The class that everything is about.
    package func target(_ model: Model) -> Target {
        Target(model: model.name, layer: "logits", features: .indices([2]))
    }

    private static func photograph(_ seed: Int) -> Image {
        Image(
            width: 16, height: 16,
            pixels: Reference.pattern(16 * 16 * 3, seed: seed).map { UInt8((($0 + 2) / 4 * 255).rounded(.down)) })
    }
}
