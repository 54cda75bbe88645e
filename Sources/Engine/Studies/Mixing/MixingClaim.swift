import Images
import Platform
import Visualization

/// A claim of the article about transformers and mixers, and whether a study's numbers agree.
public struct MixingClaim: Hashable, Sendable {
    /// The verdict on a claim.
    public enum Verdict: String, Codable, Hashable, Sendable {
        /// The claim holds for every model that it is about.
        case holds
        /// It holds for none of them.
        case doesNotHold
        /// It holds for some of them, or nothing was measured that could decide it.
        case undecided

        /// The verdict in words: "holds", "does not hold", "undecided".
        public var words: String {
            switch self {
            case .holds: "holds"
            case .doesNotHold: "does not hold"
            case .undecided: "undecided"
            }
        }
    }

    /// The claim in words.
    public let statement: String
    /// Whether it holds.
    public let verdict: Verdict
    /// The numbers behind the verdict, model by model.
    public let evidence: String
    /// The condition under which it holds.
    public let criterion: String
}

extension MixingStudy {
    /// The article's claims, each with this study's verdict.
    ///
    /// The article gives no numbers; the limit of one half is chosen here. Whether the rest of a photograph is
    /// recovered is judged by its pixels, since the activations of other patches can be right because those of all
    /// patches are similar.
    public var claims: [MixingClaim] {
        [looksAtItsPatch, looksElsewhere, mixersReconstruct, transformersDoNot, cosineDoesNotHelp]
    }

    /// The block at which, according to the article, a mixer's neurons look everywhere.
    private static let articlesBlock = 4

    private var looksAtItsPatch: MixingClaim {
        claim(
            "a ViT neuron in one patch looks at its patch",
            "less than half of the gradient's energy of an MLP's output falls outside the patch at block "
                + "\(Self.articlesBlock), or the last if there are fewer", areTransformers: true
        ) { reach(of: $0, .embedding) { $0 < 0.5 } }
    }

    private var looksElsewhere: MixingClaim {
        claim(
            "a mixer's does not, even at block 4",
            "at least half of the gradient's energy of a block's output falls outside the patch at block "
                + "\(Self.articlesBlock), or the last if there are fewer", areTransformers: false
        ) { reach(of: $0, .block) { $0 >= 0.5 } }
    }

    private var mixersReconstruct: MixingClaim {
        claim(
            "mixers reconstruct from \(rowWords)",
            "by L1, the other patches' pixels correlate with the photograph's by at least .5, in the best layer",
            areTransformers: false
        ) { best(of: $0, .l1) { $0 >= 0.5 } }
    }

    private var transformersDoNot: MixingClaim {
        claim(
            "ViTs do not reconstruct from \(rowWords)",
            "by L1, the other patches' pixels correlate with the photograph's by less than .5, in the best layer",
            areTransformers: true
        ) { best(of: $0, .l1) { $0 < 0.5 } }
    }

    private var cosineDoesNotHelp: MixingClaim {
        claim(
            "cosine does not help the ViT",
            "by cosine, the other patches' pixels correlate with the photograph's by less than .5 in the best layer",
            areTransformers: true
        ) { best(of: $0, .cosine) { $0 < 0.5 } }
    }

    private var rowWords: String {
        ["one row", "two rows"].indices.contains(settings.rows - 1)
            ? ["one row", "two rows"][settings.rows - 1] : "\(settings.rows) rows"
    }

    private typealias Finding = (agrees: Bool, evidence: String)

    private func claim(
        _ statement: String, _ criterion: String, areTransformers: Bool, _ finding: ([Row]) -> Finding?
    ) -> MixingClaim {
        var findings: [Finding] = []
        for model in models {
            let own = rows.filter { $0.model == model && $0.usesAttention == areTransformers }
            if let found = finding(own) { findings.append((found.agrees, "\(model): \(found.evidence)")) }
        }
        let verdict: MixingClaim.Verdict =
            findings.isEmpty || Set(findings.map(\.agrees)).count > 1
            ? .undecided : findings[0].agrees ? .holds : .doesNotHold
        let nothing = "no \(areTransformers ? "transformer" : "mixer") was measured for it"
        return MixingClaim(
            statement: statement, verdict: verdict,
            evidence: findings.isEmpty ? nothing : findings.map(\.evidence).joined(separator: "; "),
            criterion: criterion)
    }

    private func reach(of rows: [Row], _ sublayer: Sublayer, _ agrees: (Double) -> Bool) -> Finding? {
        let own = rows.filter { $0.sublayer == sublayer }
        let block = min(Self.articlesBlock, own.map(\.block).max() ?? 0)
        guard let share = own.first(where: { $0.block == block })?.gradientOutside else { return nil }
        var evidence = "\(Self.percent(share)) outside at block \(block)"
        if let turn = own.first(where: { agrees($0.gradientOutside ?? share) != agrees(share) && $0.block > block }) {
            evidence += ", \(Self.percent(turn.gradientOutside ?? 0)) at block \(turn.block)"
        } else if let last = own.last, last.block > block, let share = last.gradientOutside {
            evidence += ", \(Self.percent(share)) at the last"
        }
        let others = rows.filter { $0.block == block && $0.sublayer != sublayer }
        let aside = others.compactMap { row in row.gradientOutside.map { "\(row.sublayer.words) \(Self.percent($0))" } }
        return (agrees(share), evidence + (aside.isEmpty ? "" : " (there \(aside.joined(separator: ", ")))"))
    }

    private func best(of rows: [Row], _ likeness: Likeness, _ agrees: (Double) -> Bool) -> Finding? {
        func correlation(_ row: Row, _ likeness: Likeness) -> Double? {
            row.errors[likeness]?.pixelsOutside?.correlation
        }
        let found = rows.compactMap { row in correlation(row, likeness).map { (row: row, value: $0) } }
        guard let best = found.max(by: { $0.value < $1.value }) else { return nil }
        let mean = found.reduce(0) { $0 + $1.value } / Double(found.count)
        func words(_ value: Double) -> String { ColorScale.words(Float(value), of: 1) }
        let other: Likeness = likeness == .l1 ? .cosine : .l1
        let others = rows.compactMap { correlation($0, other) }
        var evidence = "\(words(best.value)) in \(best.row.layer), \(words(mean)) on average"
        if !others.isEmpty {
            evidence += " (by \(other.words) \(words(others.reduce(0, +) / Double(others.count))))"
        }
        return (agrees(best.value), evidence)
    }

    /// Returns a share in percent: "37 %".
    static func percent(_ share: Double) -> String {
        (share * 100).formatted(digits: share.magnitude < 0.1 ? 1 : 0).replacing("-", with: "−") + " %"
    }
}

extension Sublayer {
    /// The sublayer in words: "mixing sublayer", "embedding sublayer", "block".
    public var words: String { self == .block ? "block" : "\(rawValue) sublayer" }
}
