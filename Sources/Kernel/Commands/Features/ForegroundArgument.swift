import Cells
import VitrineEngine

/// The argument `foreground`: which patches are compared and shown.
struct ForegroundArgument: Sendable {
    private enum Choice: Sendable {
        case all
        case automatic
        case above(Double)
        case below(Double)
        case masks([Value])
    }

    private let choice: Choice

    static let key = Argument<ForegroundArgument>(
        "foreground",
        .oneOf([
            .symbol(["all", "automatic", "above", "below"]), .object(.tensor), .object(.heatMap), .object(.image),
            .list(.any),
        ]),
        default: .symbol(Symbol("all")),
        summary:
            "which patches count: `.all`, `.automatic` or `.above(0.5)` and `.below(0.5)` by the first component, or a "
            + "mask (an image that is light there, a tensor or a heat map above 0.5), a list of masks for several photographs"
    ) { value in
        guard case .symbol(let symbol) = value else {
            return ForegroundArgument(choice: .masks(value.array ?? [value]))
        }
        switch (symbol.name, symbol.arguments.first?.value.number) {
        case ("all", _): return ForegroundArgument(choice: .all)
        case ("automatic", _): return ForegroundArgument(choice: .automatic)
        case ("above", let number): return ForegroundArgument(choice: .above(number ?? 0))
        default: return ForegroundArgument(choice: .below(symbol.arguments.first?.value.number ?? 0))
        }
    }

    /// Returns the foreground of some photographs.
    ///
    /// - Throws: a ``CellError`` for a mask that is none, or too few of them.
    func foreground(of photographs: [PatchFeatures], _ arguments: Arguments) throws -> Foreground {
        switch choice {
        case .all: return .all
        case .automatic: return .automatic
        case .above(let number): return .above(Float(number))
        case .below(let number): return .below(Float(number))
        case .masks(let values):
            guard values.count == photographs.count else {
                throw arguments.complaint(
                    about: Self.key,
                    "Each photograph takes one mask: \(values.count == 1 ? "this is 1" : "these are \(values.count)") for "
                        + "\(photographs.count).")
            }
            return .masks(try zip(values, photographs).map { try Self.mask($0, of: $1, arguments) })
        }
    }

    private static func mask(
        _ value: Value, of photograph: PatchFeatures, _ arguments: Arguments
    ) throws -> [Bool] {
        let (rows, columns) = (photograph.rows, photograph.columns)
        if let image = try Photograph.read(value)?.maskImage {
            let small = image.resized(width: columns, height: rows, by: .box)
            return (0..<rows * columns).map { Int(small.pixels[$0 * 3 + 1]) > 127 }
        }
        let tensor = (value.object as? HeatMapValue)?.map.values ?? (value.object as? TensorValue)?.tensor
        guard let tensor else {
            throw arguments.complaint(
                about: key, "A mask is an image, a tensor or a heat map, but this is \(value.descriptiveWords).")
        }
        guard tensor.values.count == rows * columns else {
            throw arguments.complaint(
                about: key,
                "The mask has \(tensor.shape) numbers, and the photograph has \(rows) × \(columns) patches: give it one for "
                    + "each.")
        }
        return tensor.values.map { $0 > 0.5 }
    }
}

extension Photograph {
    /// The pixels if the value is an image, nil if it only contains some.
    fileprivate var maskImage: Image? {
        get throws { value is ImageValue || value is PictureValue || value is TopImageValue ? try image : nil }
    }
}
