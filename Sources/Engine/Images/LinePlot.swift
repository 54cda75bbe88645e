/// A line plot on the light background of a ``ContactSheet``: a history, a number by depth.
public struct LinePlot: Sendable {
    /// A line of a plot.
    public struct Line: Hashable, Sendable {
        /// A line style.
        public enum Stroke: String, Codable, CaseIterable, Hashable, Sendable {
            /// A line without gaps.
            case solid
            /// A line of long dashes.
            case dashed
            /// A line of dots.
            case dotted
        }

        /// Its label in the legend; empty for none.
        public let label: String
        /// Its points, x and y. The line is interrupted where either is not finite.
        public let points: [SIMD2<Double>]
        /// The index of its color among the plot's colors; its index among the lines when nil.
        public let color: Int?
        /// Its line style.
        public let stroke: Stroke
        /// Whether its points have markers.
        public let hasMarks: Bool

        /// Creates a line through points.
        public init(
            _ label: String, points: [SIMD2<Double>], color: Int? = nil, stroke: Stroke = .solid,
            hasMarks: Bool = false
        ) {
            self.label = label
            self.points = points
            self.color = color
            self.stroke = stroke
            self.hasMarks = hasMarks
        }

        /// Creates a line through numbers, one at each whole x.
        ///
        /// - Parameter first: the first number's x.
        public init(
            _ label: String, values: [Double], first: Int = 0, color: Int? = nil, stroke: Stroke = .solid,
            hasMarks: Bool = false
        ) {
            self.init(
                label, points: values.enumerated().map { [Double(first + $0), $1] }, color: color, stroke: stroke,
                hasMarks: hasMarks)
        }
    }

    /// The title above the plot.
    public let title: String?
    /// The label below the horizontal axis.
    public let xLabel: String
    /// The label above the vertical axis.
    public let yLabel: String
    /// The lines, the last on top.
    public let lines: [Line]
    /// The range of the horizontal axis.
    public let xRange: ClosedRange<Double>
    /// The range of the vertical axis.
    public let yRange: ClosedRange<Double>
    /// Whether x counts things, so that ticks are at whole numbers only.
    public let countsX: Bool
    /// The plot's width and height in pixels.
    public let size: PixelSize

    /// Creates a plot of lines.
    ///
    /// - Parameters:
    ///   - xRange: the range of the horizontal axis; that of all points when nil.
    ///   - yRange: the range of the vertical axis; that of all points, extended to round numbers, when nil.
    ///   - countsX: whether x counts things: steps, blocks.
    ///   - size: the picture's size, at least 160 × 120 pixels.
    public init(
        _ lines: [Line], title: String? = nil, xLabel: String = "", yLabel: String = "",
        xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil, countsX: Bool = true,
        size: PixelSize = PixelSize(width: 900, height: 480)
    ) {
        let points = lines.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        self.lines = lines
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.xRange = Ticks.widened(xRange ?? Ticks.range(of: points.map(\.x)))
        self.yRange = Ticks.widened(yRange ?? Ticks.rounded(Ticks.range(of: points.map(\.y))))
        self.countsX = countsX
        self.size = PixelSize(width: max(size.width, 160), height: max(size.height, 120))
    }

    /// The plot as a picture.
    public var image: Image {
        let layout = PlotLayout(self)
        var canvas = PlotCanvas(size, background: PlotPalette.background)
        layout.drawAxes(on: &canvas)
        for (index, line) in lines.enumerated() {
            let color = PlotPalette.color(line.color ?? index)
            canvas.clip = layout.field
            canvas.draw(line.runs.map { $0.map(layout.place) }, line.stroke, color: color, width: layout.pen)
            if line.hasMarks {
                canvas.dots(line.runs.joined().map(layout.place), radius: layout.pen * 1.7, color: color)
            }
            canvas.clip = nil
        }
        layout.drawLegend(on: &canvas)
        return canvas.image
    }
}

extension LinePlot.Line {
    /// The uninterrupted parts of the line.
    var runs: [[SIMD2<Double>]] {
        points.split { !$0.x.isFinite || !$0.y.isFinite }.map(Array.init)
    }
}

/// The colors of plots.
package enum PlotPalette {
    static let background = ContactSheet.background
    static let field: SIMD3<UInt8> = [255, 255, 255]
    static let grid: SIMD3<UInt8> = [228, 226, 220]
    static let axis: SIMD3<UInt8> = [150, 147, 140]
    package static let ink: SIMD3<UInt8> = [38, 38, 42]
    static let softInk: SIMD3<UInt8> = [78, 78, 84]

    /// Returns the color of the line at `index`, cycling through the colors.
    package static func color(_ index: Int) -> SIMD3<UInt8> {
        lines[((index % lines.count) + lines.count) % lines.count]
    }

    /// Colors that can be told apart with color blindness; the yellow, invisible on a light background, is left out.
    ///
    /// Source: Okabe and Ito 2008, "Color universal design".
    private static let lines: [SIMD3<UInt8>] = [
        [0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [230, 159, 0], [60, 60, 66],
    ]
}
