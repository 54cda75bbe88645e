import Cells
import Jupyter
import VitrineEngine

/// The result of `importance(of:for:at:)`: how much an objective loses without each part.
final class ImportanceValue: TabledObject, Displayable, SheetValue {
    private let found: Importance
    private let model: Model

    init(_ found: Importance, of model: Model) {
        self.found = found
        self.model = model
    }

    var kind: ValueKind { .importance }
    var kinds: [ValueKind] { [.importance, .picture] }
    var plainText: String { display.plain }
    var bundle: MIMEBundle { display.bundle }
    var shownSheet: ContactSheet? {
        found.patchMaps(of: model)?.sheet
            ?? found.pictures(of: model).first.map { ContactSheet([.init($0, caption: "")]) }
    }
    var elements: [Value]? { found.strongest.map { .number(shortest($0.loss)) } }

    static let memberTable: MemberTable<ImportanceValue> = [
        .property("values", .object(.tensor), "the loss without each part, in the parts' order") {
            .object(
                TensorValue(
                    Tensor($0.found.effects.map(\.loss), shape: [$0.found.effects.count]),
                    title: "loss of \($0.found.label) without each part", shapeWords: "\($0.found.effects.count) parts")
            )
        },
        .property("objective", .number, "the objective's value on the photograph") {
            .number(shortest($0.found.value))
        },
        .property("strongest", .list(.object(.target)), "the parts, the one that matters most first") { value in
            .array(value.found.strongest.map { value.part($0.part) })
        },
        .property("maps", .list(.object(.heatMap)), "the losses over the photograph, if the parts are patches") {
            .array($0.found.patchMaps(of: $0.model)?.cellValues ?? [])
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table(count: .max))) },
        .sheetImage { "importance for \($0.found.label)" },
    ]

    private func part(_ part: Importance.Part) -> Value {
        switch part {
        case .target(let target): .object(TargetValue(model, target))
        case .block(let address): (try? model.layer(address)).map { .object(LayerValue(model, $0)) } ?? .nothing
        }
    }

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: found.pictures(of: model), title: "Importance for \(found.label)", tables: [table(count: 12)])
    }

    private func table(count: Int) -> Table {
        let all = found.strongest
        // The parts that it needs most, and those that work against it.
        let shown = all.count <= count ? all : Array(all.prefix(count - 3) + all.suffix(3))
        return Table(
            headings: ["part", "loss without it", "objective without it"],
            rows: shown.map { [$0.words, brief(Double($0.loss)), brief(Double($0.value))] },
            footnote: footnote(shown: shown.count))
    }

    private func footnote(shown: Int) -> String {
        let other = found.otherValue.map { ", \(brief(Double($0))) on the other photograph" } ?? ""
        return "\(found.label) of \(found.model) is \(brief(Double(found.value)))\(other). Replaced by "
            + "\(found.replacement). A negative loss: the part works against it."
            + (shown < found.effects.count ? " \(found.effects.count) parts; `.table` lists all." : "")
            + (found.wasInterrupted ? " Interrupted: \(found.effects.count) of \(found.total)." : "")
    }
}
