import Studies
import Testing
import Visualization

/// Verdicts on made-up numbers.
@Suite(.timeLimit(.minutes(10))) struct MixingClaimTests {
    private func row(
        _ model: String, block: Int, _ sublayer: Sublayer, outside: Double, known: [Likeness: Double] = [:]
    ) -> MixingStudy.Row {
        let distance = ComparedDistance(picture: 1, noisy: 1, start: 2)
        return .init(
            model: model, usesAttention: model.hasPrefix("vit"), block: block, sublayer: sublayer,
            layer: "blocks.\(block)", gradientOutside: outside,
            errors: known.mapValues { correlation in
                ReconstructionErrors(
                    inside: .init(l1: distance, cosine: distance), outside: nil, pixelsInside: nil,
                    pixelsOutside: .init(l1: distance, correlation: correlation))
            })
    }

    private func claims(_ rows: [MixingStudy.Row], models: [String] = ["vit", "mixer"]) -> [MixingClaim] {
        MixingStudy(models: models, photographName: "p", settings: .init(), rows: rows).claims
    }

    private func verdicts(_ rows: [MixingStudy.Row], models: [String] = ["vit", "mixer"]) -> [MixingClaim.Verdict] {
        claims(rows, models: models).map(\.verdict)
    }

    @Test func theArticlesWorld() {
        let rows = [
            row("vit", block: 4, .embedding, outside: 0.2, known: [.l1: 0.1, .cosine: 0.2]),
            row("vit", block: 5, .embedding, outside: 0.7),
            row("mixer", block: 4, .block, outside: 0.9, known: [.l1: 0.8, .cosine: 0.3]),
        ]
        #expect(verdicts(rows) == [.holds, .holds, .holds, .holds, .holds])
        let claims = claims(rows)
        #expect(claims[0].evidence == "vit: 20 % outside at block 4, 70 % at block 5")
        #expect(claims[2].evidence == "mixer: 0.80 in blocks.4, 0.80 on average (by cosine 0.30)")
        #expect(
            claims.map(\.statement)[2...3] == [
                "mixers reconstruct from two rows", "ViTs do not reconstruct from two rows",
            ])
    }

    @Test func theOppositeWorld() {
        let rows = [
            row("vit", block: 4, .embedding, outside: 0.6, known: [.l1: 0.6, .cosine: 0.5]),
            row("mixer", block: 4, .block, outside: 0.1, known: [.l1: 0.4]),
        ]
        #expect(verdicts(rows) == Array(repeating: .doesNotHold, count: 5))
    }

    /// The best of the layers counts, and the last block where there is no block 4.
    @Test func theBestLayerAndTheLastBlock() {
        let rows = [
            row("mixer", block: 0, .block, outside: 0.1, known: [.l1: 0.9]),
            row("mixer", block: 1, .block, outside: 0.6, known: [.l1: 0.1]),
        ]
        let claims = claims(rows)
        #expect(claims[1].verdict == .holds && claims[1].evidence.hasPrefix("mixer: 60 % outside at block 1"))
        #expect(claims[2].verdict == .holds)
    }

    @Test func undecidedClaims() {
        #expect(verdicts([]) == Array(repeating: .undecided, count: 5))
        #expect(claims([])[0].evidence == "no transformer was measured for it")
        let rows = [
            row("vit", block: 4, .embedding, outside: 0.2), row("vit2", block: 4, .embedding, outside: 0.8),
        ]
        let claims = claims(rows, models: ["vit", "vit2"])
        #expect(claims[0].verdict == .undecided)
        #expect(claims[0].evidence == "vit: 20 % outside at block 4; vit2: 80 % outside at block 4")
    }
}
