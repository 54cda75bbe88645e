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
        /// Of models of timm's `eva.py` only, like what follows.
        let pooling: String?
        let hasClassToken: Bool?
        let rotary: Rotary?

        /// Rotary positions.
        struct Rotary: Decodable {
            let kind: String
            let columnsFirst: Bool
            let halves: Bool
            let temperature: Float?
            let offset: Float?
            let reference: [Int]?
            /// Whether the reference is the grid of the learned positions.
            let isOwnGrid: Bool?
        }
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

    @Test func rotaryPositionsAreThoseOfTimm() throws {
        let path = Reference.root.appendingPathComponent("Tests/Fixtures/timm-architectures.json")
        let all = try JSONDecoder().decode([String: Facts].self, from: Data(contentsOf: path))
        #expect(all.values.count { $0.rotary != nil } == 55)
        for (name, facts) in all {
            let ours = TimmArchitecture.rotary(name)
            #expect((ours != nil) == (facts.rotary != nil), "\(name)")
            if let pooling = facts.pooling, pooling != "map" {
                let usual: Pooling = facts.hasClassToken == true ? .classToken : .mean
                let expected: Pooling = pooling == "avg" ? .mean : .classToken
                #expect(TimmArchitecture(name).pooling ?? usual == expected, "\(name)")
            }
            guard let ours, let facts = facts.rotary else { continue }
            #expect(ours.columnsFirst == facts.columnsFirst, "\(name)")
            #expect((ours.pairing == .halves) == facts.halves, "\(name)")
            switch ours.angles {
            case .learned: #expect(facts.kind == "learned", "\(name)")
            // timm has no such model.
            case .thirds: #expect(facts.kind == "thirds", "\(name)")
            case .centered(let temperature):
                #expect(facts.kind == "centered" && facts.temperature == temperature, "\(name)")
            case .counted(let temperature, let offset, let reference):
                #expect(facts.kind == "counted" && facts.temperature == temperature, "\(name)")
                #expect(facts.offset == offset, "\(name)")
                switch reference {
                case .none: #expect(facts.reference == nil, "\(name)")
                case .learnedPositions: #expect(facts.isOwnGrid == true, "\(name)")
                case .grid(let rows, let columns): #expect(facts.reference == [rows, columns], "\(name)")
                }
            }
        }
    }
}
