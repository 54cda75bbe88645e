import Compute
import Images

/// A number for every patch or every pixel of a photograph, as colors over it.
public struct HeatMap: Hashable, Sendable {
    /// A number that belongs to a special token, which has no place in the photograph.
    public struct SpecialValue: Hashable, Sendable {
        /// The token: "CLS".
        public let token: String
        /// Its number.
        public let value: Float

        /// A special token's number.
        public init(token: String, value: Float) {
            self.token = token
            self.value = value
        }
    }

    /// What the numbers are: "neuron 42", "head 3".
    public let label: String
    /// `[rows, columns]`, of patches or of pixels; NaN where nothing was asked for.
    public let values: Tensor
    /// What the model sees of the photograph.
    public let photograph: Image
    /// Which number has which color.
    public let scale: ColorScale
    /// The special tokens' numbers, which are not in ``values`` and not in ``scale``.
    public let special: [SpecialValue]
    /// A patch that is framed, from which the numbers are seen for instance.
    public let marked: PatchPlace?

    /// A map over what a model sees.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`, stretched over the photograph.
    ///   - scale: which number has which color; the numbers' own range when `nil`.
    /// - Precondition: there is at least one number.
    public init(
        _ label: String, values: Tensor, over photograph: Image, scale: ColorScale? = nil,
        special: [SpecialValue] = [], marked: PatchPlace? = nil
    ) {
        precondition(values.shape.rank == 2 && values.shape.count > 0, "a map is rows × columns, not \(values.shape)")
        self.label = label
        self.values = values
        self.photograph = photograph
        self.scale = scale ?? ColorScale(for: values.values)
        self.special = special
        self.marked = marked
    }

    /// The same map under another name or with other colors.
    package func with(label: String? = nil, scale: ColorScale? = nil) -> HeatMap {
        HeatMap(
            label ?? self.label, values: values, over: photograph, scale: scale ?? self.scale, special: special,
            marked: marked)
    }

    /// The place of the largest number, counted from the upper left; nil where there is none.
    public var strongest: (row: Int, column: Int, value: Float)? {
        let places = values.values.indices.filter { !values.values[$0].isNaN }
        guard let best = places.max(by: { values.values[$0] < values.values[$1] }) else { return nil }
        let columns = values.shape[1]
        return (best / columns, best % columns, values.values[best])
    }

    /// The photograph in gray with the numbers over it, without scale and label; at least as large as a person needs.
    public var image: Image {
        let image = Self.enlarged(photograph).overlaid(with: values, scale: scale)
        guard let marked else { return image }
        return image.framed(marked, rows: values.shape[0], columns: values.shape[1])
    }

    /// The map for a sheet: with its scale, its label and the special tokens' numbers.
    public var entry: ContactSheet.Entry { .init(image, caption: caption, scale: scale) }

    private var caption: String {
        let size = max(abs(scale.range.lowerBound), abs(scale.range.upperBound))
        let aside = special.map { "\($0.token) \(ColorScale.words($0.value, of: max(size, abs($0.value))))" }
        return ([label] + aside).joined(separator: "\n")
    }

    /// A small photograph by a whole number, so that patches stay squares.
    static func enlarged(_ photograph: Image) -> Image {
        let longest = max(photograph.width, photograph.height)
        let factor = (smallestSide + longest - 1) / longest
        guard factor > 1 else { return photograph }
        return photograph.resized(
            width: photograph.width * factor, height: photograph.height * factor, by: .lanczos)
    }

    private static let smallestSide = 224
}
