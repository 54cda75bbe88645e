import Foundation
import Models
import TestSupport
import Testing

/// What timm's functions set, against timm itself: `Fixtures/make_timm_architectures.py` asked it.
@Suite(.timeLimit(.minutes(10))) struct TimmArchitectureTests {
    private struct Facts: Decodable {
        let width: Int
        let heads: Int
        let epsilon: Float
        let activation: String
        let normsAfter: Bool
    }

    @Test func everyArchitectureIsAsTimmBuildsIt() throws {
        let path = Reference.root.appendingPathComponent("Tests/Fixtures/timm-architectures.json")
        let all = try JSONDecoder().decode([String: Facts].self, from: Data(contentsOf: path))
        #expect(all.count > 150)
        for (name, facts) in all {
            let ours = TimmArchitecture(name)
            #expect(ours.heads ?? PublishedHeadCounts.count(width: facts.width) == facts.heads, "\(name)")
            #expect(ours.epsilon ?? 1e-6 == facts.epsilon, "\(name)")
            #expect(ours.normsAfterParts == facts.normsAfter, "\(name)")
            // SwiGLU's gate is seen in its tensors.
            guard facts.activation != "silu" else { continue }
            #expect("\(ours.activation ?? .gelu)" == facts.activation, "\(name)")
        }
    }
}
