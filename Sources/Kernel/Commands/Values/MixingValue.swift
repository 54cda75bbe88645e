import Cells
import Jupyter
import VitrineEngine

/// The result of `mixing(models, photo)`: how far patches mix, block by block, and what some of them tell about the
/// rest.
final class MixingValue: TabledObject, Displayable, SheetValue {
    private let study: MixingStudy

    init(_ study: MixingStudy) { self.study = study }

    var kind: ValueKind { .mixingStudy }
    var kinds: [ValueKind] { [.mixingStudy, .picture] }
    var plainText: String { display.plain }
    var shownSheet: ContactSheet? { study.sheet }
    var bundle: MIMEBundle { display.bundle }

    static let memberTable: MemberTable<MixingValue> = [
        .property("claims", .object(.table), "the article's claims, whether they hold, and the numbers behind that") {
            .object(TableValue($0.claims))
        },
        .property("verdicts", .list(.string), "the verdict on each claim: `holds`, `does not hold`, `undecided`") {
            .array($0.study.claims.map { .string($0.verdict.words) })
        },
        .property("table", .object(.table), "the numbers of every layer") { .object(TableValue($0.table)) },
        .property("plot", .object(.image), "the share of the gradient outside the patch, by block") {
            .object(ImageValue($0.study.plot.image, name: "mixing"))
        },
        .property("pictures", .object(.image), "the photograph reconstructed from its first rows of patches") {
            $0.study.sheet.map { .object(ImageValue($0.image, name: "reconstructions")) } ?? .nothing
        },
        .property("gradientOutside", .dictionary, "the share of the gradient outside the patch, by model and layer") {
            .dictionary($0.shares)
        },
    ]

    private var shares: ValueDictionary {
        var shares = ValueDictionary()
        for row in study.rows {
            shares[.string("\(row.model) \(row.layer)")] = row.gradientOutside.map { .number($0) } ?? .nothing
        }
        return shares
    }

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: [study.plot.image] + (study.sheet.map { [$0.image] } ?? []),
            title: "How far patches mix in \(models.joined(separator: ", "))", tables: [claims, table])
    }

    /// The models without duplicates, in their order.
    private var models: [String] {
        var seen = Set<String>()
        return study.rows.map(\.model).filter { seen.insert($0).inserted }
    }

    private var claims: Table {
        Table(
            headings: ["claim", "", "numbers", "it holds where"],
            rows: study.claims.map { [$0.statement, $0.verdict.words, $0.evidence, $0.criterion] }, codeColumns: [],
            footnote: study.wasInterrupted ? "Interrupted: results so far." : "")
    }

    private var table: Table {
        let likenesses = study.settings.likenesses
        let measured = study.rows.filter { !$0.errors.isEmpty }
        return Table(
            headings: ["model", "layer", "gradient outside"]
                + (measured.isEmpty
                    ? []
                    : likenesses.flatMap { likeness in
                        let by = "by \(likeness.words):"
                        return [
                            "\(by) error, given", "\(by) error, rest", "\(by) pixels alike, given",
                            "\(by) pixels alike, rest",
                        ]
                    }),
            rows: study.rows.map { row in
                [row.model, row.layer, row.gradientOutside.map(percent) ?? "–"]
                    + (measured.isEmpty ? [] : likenesses.flatMap { Self.cells(row.errors[$0], $0) })
            }, codeColumns: [1], footnote: footnote)
    }

    private var footnote: String {
        let patch = study.reaches.first.map { $0.patch.words } ?? "one patch"
        let rows = study.settings.rows == 1 ? "the first row" : "the first \(study.settings.rows) rows"
        return "Gradient outside: the share of the energy of \(patch)'s gradients that falls on other patches' pixels. "
            + "Errors: of activations reconstructed from \(rows) of patches, as multiples of the distance of "
            + "“\(study.photographName)” with slight noise. Pixels alike: correlation; 1 is the photograph."
    }

    private static func cells(_ errors: ReconstructionErrors?, _ likeness: Likeness) -> [String] {
        guard let errors else { return ["", "", "", ""] }
        func ratio(_ part: ReconstructionErrors.Activations?) -> String {
            part.map { brief((likeness == .cosine ? $0.cosine : $0.l1).ratio) } ?? "–"
        }
        func alike(_ part: ReconstructionErrors.Pixels?) -> String { part.map { brief($0.correlation) } ?? "–" }
        return [
            ratio(errors.inside), ratio(errors.outside), alike(errors.pixelsInside), alike(errors.pixelsOutside),
        ]
    }
}
