import Cells
import Foundation
import Jupyter
import VitrineEngine

/// A tensor in a cell: the result of `vit.output(x)` or `tensor("x.npy")`.
final class TensorValue: TabledObject, Displayable, SheetValue, ArgumentValue {
    static var argumentType: ValueType { .object(.tensor) }

    /// The numbers.
    let tensor: Tensor
    /// The title: "output of vit".
    let title: String
    private let shapeWords: String?
    /// The objective's value on each picture, if the tensor is a gradient.
    private let objective: [Float]?
    /// The heat maps of the numbers, if they were computed from a photograph.
    private let maps: TensorMaps?

    /// Creates the value.
    ///
    /// - Parameter shapeWords: the shape in words; nil to show only the extents.
    init(_ tensor: Tensor, title: String, shapeWords: String? = nil, objective: [Float]? = nil, maps: TensorMaps? = nil)
    {
        self.tensor = tensor
        self.title = title
        self.shapeWords = shapeWords ?? (tensor.shape.rank == 0 ? "one number" : nil)
        self.objective = objective
        self.maps = maps
    }

    var kind: ValueKind { .tensor }
    var kinds: [ValueKind] { maps == nil ? [.tensor] : [.tensor, .picture] }
    var plainText: String { maps?.plain(card.plain) ?? card.plain }
    var bundle: MIMEBundle { maps?.bundle(plain: card.plain) ?? card.bundle }
    var shownSheet: ContactSheet? { maps?.maps.sheet }

    private var card: Card {
        TensorDisplay(title: title, shapeWords: shapeWords, objective: objective, tensor: tensor).card
    }

    static let memberTable = MemberTable<TensorValue>(
        [
            .property("shape", .list(.integer), "the extent along each axis") {
                .array($0.tensor.shape.dimensions.map { .integer($0) })
            },
            .property("count", .integer, "how many numbers there are") { .integer($0.tensor.values.count) },
            .property("min", .number, "the smallest finite number") {
                TensorStatistics($0.tensor).minimum.map { .number(shortest($0)) } ?? .nothing
            },
            .property("max", .number, "the largest finite number") {
                TensorStatistics($0.tensor).maximum.map { .number(shortest($0)) } ?? .nothing
            },
            .property("mean", .number, "the mean of the finite numbers; `.mean(axis: 0)` along an axis") {
                TensorStatistics($0.tensor).mean.map { .number($0) } ?? .nothing
            },
            .property("deviation", .number, "their standard deviation, as NumPy's `std`") {
                TensorStatistics($0.tensor).deviation.map { .number($0) } ?? .nothing
            },
            .property("norm", .number, "the Euclidean length of all numbers") { .number($0.tensor.norm) },
            .property("values", .list(.number), "all numbers in one list, last axis fastest") {
                .array(try $0.listed())
            },
            .method(distance) { value, arguments in
                .number(try value.tensor.distance(to: arguments[expected].tensor))
            },
            .method(save) { (value, arguments, run: CellRun) in
                if let maps = value.maps, arguments[path].lowercased().hasSuffix(".png") {
                    try FileCommands.write(maps.maps.sheet, to: arguments[path], in: run)
                } else {
                    try TensorFile.write(value.tensor, arguments, run)
                }
                return .void
            },
        ] + reductions)

    /// The members; a tensor of a photograph also has maps, and a gradient the objective's value.
    var allMembers: MemberTable<TensorValue> {
        guard maps != nil || objective != nil else { return Self.memberTable }
        let ofObjective = objective.map { values in
            Member<TensorValue>.property(
                "objective", values.count == 1 ? .number : .list(.number),
                "the objective's value, of which this is the gradient"
            ) { _ in
                values.count == 1 ? .number(shortest(values[0])) : .array(values.map { .number(shortest($0)) })
            }
        }
        return MemberTable(
            (maps?.members ?? []) + [ofObjective].compactMap(\.self) + Self.memberTable.members)
    }

    /// Names of NumPy and PyTorch, with their equivalents here.
    var foreignNames: [String: String] {
        [
            "sum": "`values.reduce(0, +)`", "size": "`shape`", "dim": "`shape.count`", "ndim": "`shape.count`",
            "numpy": "`save(\"x.npy\")`", "tolist": "`values`", "item": "`values[0]`", "std": "`deviation`",
            "topk": "`top(5)`", "flatten": "`values`",
        ]
    }

    /// The largest number of elements in a list.
    private static let largestList = 1_000_000

    private func listed() throws -> [Value] {
        guard tensor.values.count <= Self.largestList else {
            throw CellError(
                .tooLarge,
                "The tensor's \(tensor.values.count) numbers are too many for a list. `.save(\"x.npy\")` writes them "
                    + "for Python; `tensor[0]` is a part.")
        }
        return tensor.values.map { .number(shortest($0)) }
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? TensorValue)?.tensor == tensor }

    private static let expected = Argument<TensorValue>("expected", label: "to", summary: "the expected numbers")

    private static let distance = Signature(
        "distance", [expected],
        result: .number,
        summary: "How far the numbers are from the expected ones, of the same shape: ‖difference‖ ÷ ‖expected‖.",
        example: "vit.output(tensor(\"x.npy\")).distance(to: tensor(\"y.npy\"))", isPure: true)

    /// The file to write.
    static let path = Argument<String>(
        "path", label: nil, summary: "where to: a file that ends in .npy", completes: PathSource.array)

    static let save = Signature(
        "save", [path],
        summary: "Writes the numbers as float32 for NumPy: `numpy.load(path)` reads them.",
        discussion: "An existing file is replaced. What is shown as a heat map is written as a picture where the "
            + "path ends in .png.",
        example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")
}

// Parts and sums.
extension TensorValue {
    /// The parts along the first axis: the numbers of a vector, the rows of a matrix.
    var elements: [Value]? {
        guard tensor.shape.rank > 0 else { return nil }
        if tensor.shape.rank == 1 { return try? listed() }
        return (0..<tensor.shape[0]).map { .object(part(tensor.part($0), "\($0)")) }
    }

    /// Returns a part: `t[3]`, `t[3, 7]`, `t[0..<5]`, an index for each axis from the first, or a range along the
    /// first.
    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        if arguments.count == 1, let range = arguments[0].value.range {
            try check(range.lowerBound, axis: 0, of: tensor, isEnd: false)
            try check(range.upperBound, axis: 0, of: tensor, isEnd: true)
            return .object(part(tensor.part(range), "\(range.lowerBound)..<\(range.upperBound)"))
        }
        let indices = arguments.compactMap { $0.label == nil ? $0.value.integer : nil }
        guard indices.count == arguments.count, !indices.isEmpty else { return nil }
        guard indices.count <= tensor.shape.rank else {
            throw CellError(
                .wrongArgument,
                "This tensor of \(tensor.shape) has \(tensor.shape.rank) \(tensor.shape.rank == 1 ? "axis" : "axes") "
                    + "and was given \(indices.count) indices.")
        }
        var found = tensor
        for (axis, index) in indices.enumerated() {
            try check(index, axis: axis, of: found, isEnd: false)
            found = found.part(index)
        }
        if found.shape.rank == 0 { return .number(shortest(found.values[0])) }
        return .object(part(found, indices.map(String.init).joined(separator: ", ")))
    }

    /// Computes sums and differences of tensors of one shape, and products and quotients with a number.
    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        if let other = other.object as? TensorValue {
            let (left, right) = isLeft ? (self, other) : (other, self)
            let result: Tensor
            switch operation {
            case "+": result = try left.tensor.combined(with: right.tensor, +)
            case "-": result = try left.tensor.combined(with: right.tensor, -)
            default: return nil
            }
            return .object(
                TensorValue(result, title: "\(left.title) \(operation) \(right.title)", shapeWords: shapeWords))
        }
        guard let number = other.number else { return nil }
        let factor = Float(number)
        let (result, words): (Tensor, String)
        switch (operation, isLeft) {
        case ("*", _): (result, words) = (tensor.mapped { $0 * factor }, "\(significant(number)) × (\(title))")
        case ("/", true):
            guard factor != 0 else { throw CellError(.arithmetic, "A tensor cannot be divided by 0.") }
            (result, words) = (tensor.mapped { $0 / factor }, "(\(title)) / \(significant(number))")
        default: return nil
        }
        return .object(TensorValue(result, title: words, shapeWords: shapeWords))
    }

    /// Negates the numbers.
    func unary(_ operation: String) throws -> Value? {
        guard operation == "-" else { return nil }
        return .object(TensorValue(tensor.mapped { -$0 }, title: "−(\(title))", shapeWords: shapeWords))
    }

    private func part(_ part: Tensor, _ index: String) -> TensorValue {
        TensorValue(part, title: "\(title) [\(index)]")
    }

    /// Throws unless `index` is within an axis; the end of a range may equal the axis's extent.
    private func check(_ index: Int, axis: Int, of part: Tensor, isEnd: Bool) throws {
        guard part.shape.rank > 0 else { throw CellError(.wrongType, "This tensor is one number: it has no parts.") }
        let count = part.shape[0]
        if (0..<(isEnd || count == 0 ? count + 1 : count)).contains(index), count > 0 || isEnd || index == 0 { return }
        let cure = index < 0 && index >= -count ? " Swift does not count from the end: write \(count + index)." : ""
        throw CellError(
            .outOfRange,
            "There is no index \(index) on axis \(axis) of this tensor of \(tensor.shape): "
                + (count == 0 ? "it is empty." : "they go from 0 to \(count - 1).\(cure)"))
    }
}

/// Writes tensors as NumPy files.
enum TensorFile {
    /// Writes a tensor to the argument `path`, and reports it.
    static func write(_ tensor: Tensor, _ arguments: Arguments, _ run: CellRun) throws {
        let path = arguments[TensorValue.path]
        guard path.lowercased().hasSuffix(".npy") else {
            let stem = (path as NSString).deletingPathExtension
            throw arguments.complaint(
                about: TensorValue.path,
                "Tensors are saved as NumPy arrays: call it “\(stem.isEmpty ? "x" : stem).npy”.")
        }
        try NumPy.write(tensor, to: path)
        run.write(
            "Saved \(path): \(tensor.shape) float32, \(byteCount(tensor.values.count * MemoryLayout<Float>.stride)).\n",
            toStandardError: false)
    }
}
