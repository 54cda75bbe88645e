import Compute
import Images

/// A number for every patch or every pixel of a photograph, shown as colors over it.
public struct HeatMap: Hashable, Sendable {
    /// The number of a special token, which has no position in the photograph.
    public struct SpecialValue: Hashable, Sendable {
        /// The token's name: "CLS".
        public let token: String
        /// The token's number.
        public let value: Float

        /// Creates a special token's number.
        public init(token: String, value: Float) {
            self.token = token
            self.value = value
        }
    }

    /// What the numbers are: "neuron 42", "head 3".
    public let label: String
    /// `[rows, columns]`, of patches or of pixels; NaN for patches that were not selected.
    public let values: Tensor
    /// The part of the photograph that the model sees.
    public let photograph: Image
    /// The color of each number.
    public let scale: ColorScale
    /// The special tokens' numbers, which are not in ``values`` and not in ``scale``.
    public let special: [SpecialValue]
    /// A patch to frame, such as the source of the attention.
    public let marked: PatchPosition?

    /// Creates a map over a photograph.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`, stretched over the photograph.
    ///   - photograph: the part that the model sees.
    ///   - scale: the color of each number; nil for a scale over the numbers' own range.
    /// - Precondition: there is at least one number.
    public init(
        _ label: String, values: Tensor, over photograph: Image, scale: ColorScale? = nil,
        special: [SpecialValue] = [], marked: PatchPosition? = nil
    ) {
        precondition(values.shape.rank == 2 && values.shape.count > 0, "a map is rows × columns, not \(values.shape)")
        self.label = label
        self.values = values
        self.photograph = photograph
        self.scale = scale ?? ColorScale(for: values.values)
        self.special = special
        self.marked = marked
    }

    /// Returns the same map with another label or other colors.
    package func with(label: String? = nil, scale: ColorScale? = nil) -> HeatMap {
        HeatMap(
            label ?? self.label, values: values, over: photograph, scale: scale ?? self.scale, special: special,
            marked: marked)
    }

    /// The position of the largest number, counted from the upper left; nil if all are NaN.
    public var strongest: (row: Int, column: Int, value: Float)? {
        let places = values.values.indices.filter { !values.values[$0].isNaN }
        guard let best = places.max(by: { values.values[$0] < values.values[$1] }) else { return nil }
        let columns = values.shape[1]
        return (best / columns, best % columns, values.values[best])
    }

    /// The photograph in gray with the colors over it, without scale and label, at least large enough to look at.
    public var image: Image {
        let image = Self.enlarged(photograph).overlaid(with: values, scale: scale)
        guard let marked else { return image }
        return image.framed(marked, rows: values.shape[0], columns: values.shape[1])
    }

    /// The map as an entry of a sheet, with its scale, its label and the special tokens' numbers.
    public var entry: ContactSheet.Entry { .init(image, caption: caption, scale: scale) }

    private var caption: String {
        let size = max(abs(scale.range.lowerBound), abs(scale.range.upperBound))
        let aside = special.map { "\($0.token) \(ColorScale.words($0.value, of: max(size, abs($0.value))))" }
        return ([label] + aside).joined(separator: "\n")
    }

    /// Enlarges a small photograph by a whole factor, so that patches stay squares.
    static func enlarged(_ photograph: Image) -> Image {
        let longest = max(photograph.width, photograph.height)
        let factor = (smallestSide + longest - 1) / longest
        guard factor > 1 else { return photograph }
        return photograph.resized(
            width: photograph.width * factor, height: photograph.height * factor, by: .lanczos)
    }

    private static let smallestSide = 224
}
