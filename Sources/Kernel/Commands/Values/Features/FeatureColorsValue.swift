import Cells
import Jupyter
import VitrineEngine

/// The result of `pca`: photographs in the colors of their features.
final class FeatureColorsValue: TabledObject, Displayable, SheetValue, ArgumentValue {
    static var argumentType: ValueType { .object(.featureColors) }

    /// The photographs and their basis.
    let colors: FeatureColors
    private let names: [String]
    private let isSmooth: Bool

    init(_ colors: FeatureColors, names: [String], isSmooth: Bool) {
        self.colors = colors
        self.names = names
        self.isSmooth = isSmooth
    }

    var kind: ValueKind { .featureColors }
    var kinds: [ValueKind] { [.featureColors, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? { colors.sheet(isSmooth: isSmooth, names: names) }
    var bundle: MIMEBundle {
        let sheet = colors.sheet(isSmooth: isSmooth, names: names)
        return SheetDisplay(sheet.image, title: sheet.title ?? "features as colors", plain: plainText).bundle
    }

    static let memberTable: MemberTable<FeatureColorsValue> = [
        .property(
            "components", .object(.tensor),
            "the three components of each patch, rows × columns × 3; of several photographs those of the first"
        ) { $0.components(0) },
        .property("all", .list(.object(.tensor)), "the components of each photograph") { value in
            .array(value.colors.photographs.indices.map { value.components($0) })
        },
        .property(
            "features", .object(.tensor), "the features of each patch; of several photographs one below the other"
        ) { value in
            let all = value.colors.photographs.map(\.features.values)
            return .object(
                TensorValue(
                    Tensor(all.flatMap(\.values), shape: [all.reduce(0) { $0 + $1.shape[0] }, all[0].shape[1]]),
                    title: "features of \(value.place)",
                    shapeWords: value.colors.photographs.map(\.features.words).joined(separator: " and ")))
        },
        .property("pictures", .list(.object(.image)), "the colors alone, a picture for each photograph") { value in
            .array(
                zip(value.colors.photographs, value.names).map { photograph, name in
                    .object(ImageValue(photograph.image(isSmooth: value.isSmooth), name: "\(name) in colors"))
                })
        },
        .property("foreground", .list(.object(.tensor)), "1 for each patch that counts, otherwise 0") { value in
            .array(
                value.colors.photographs.map { photograph in
                    .object(
                        TensorValue(
                            Tensor(
                                photograph.foreground.map { $0 ? 1 : 0 },
                                shape: [photograph.features.rows, photograph.features.columns]),
                            title: "foreground"))
                })
        },
        .property("shares", .list(.number), "the share of the variance along each component") {
            .array($0.colors.basis.shares.map { .number($0) })
        },
        .property("rows", .integer, "how many rows of patches the first photograph has") {
            .integer($0.colors.photographs[0].features.rows)
        },
        .property("columns", .integer, "how many patches a row of it has") {
            .integer($0.colors.photographs[0].features.columns)
        },
        .method(saveSignature) { (value, arguments, run: CellRun) in
            if arguments[TensorValue.path].lowercased().hasSuffix(".png") {
                try FileCommands.write(
                    value.colors.sheet(isSmooth: value.isSmooth, names: value.names), to: arguments[TensorValue.path],
                    in: run)
            } else {
                try TensorFile.write(value.saved, arguments, run)
            }
            return .void
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.place },
    ]

    private static let saveSignature = Signature(
        "save", [TensorValue.path],
        summary: "Writes the three components of every patch for NumPy, or the sheet where the path ends in .png.",
        discussion:
            "One photograph is rows × columns × 3; several are patches × 3, one below the other. "
            + "`.features.save(\"features.npy\")` writes the features instead.",
        example: "pca(photo, at: vit.blocks[11]).save(\"components.npy\")")

    /// The numbers that are saved.
    private var saved: Tensor {
        let all = colors.photographs.map(\.components)
        return all.count == 1
            ? all[0] : Tensor(all.flatMap(\.values), shape: [all.reduce(0) { $0 + $1.values.count / 3 }, 3])
    }

    private var place: String { "\(colors.basis.model) \(colors.basis.layer)" }

    private func components(_ index: Int) -> Value {
        let photograph = colors.photographs[index]
        return .object(
            TensorValue(
                photograph.components, title: "components of \(names[index])",
                shapeWords: "\(photograph.features.rows) rows × \(photograph.features.columns) columns × 3 components"))
    }

    private var table: Table {
        let basis = colors.basis
        return Table(
            headings: ["photograph", "patches", "foreground"],
            rows: zip(colors.photographs, names).map { photograph, name in
                [
                    name, photograph.features.words,
                    "\(photograph.foreground.count(where: \.self)) of \(photograph.foreground.count)",
                ]
            }, codeColumns: [],
            footnote:
                "\(place): the first three components hold "
                + basis.shares.map { "\(Double($0 * 100).formatted(digits: 1)) %" }.joined(separator: ", ")
                + " of the variance of \(basis.patchCount) patches" + (basis.isWhitened ? ", whitened." : "."))
    }
}
