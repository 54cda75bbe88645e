/// Lines over two axes, on the light ground of a ``ContactSheet``: a history, a number by depth.
public struct LinePlot: Sendable {
    /// One line.
    public struct Line: Hashable, Sendable {
        /// How a line is drawn.
        public enum Stroke: String, Codable, CaseIterable, Hashable, Sendable {
            /// Without gaps.
            case solid
            /// In long pieces.
            case dashed
            /// In short pieces.
            case dotted
        }

        /// What the legend calls it; empty for nothing there.
        public let label: String
        /// Where it runs: x and y. It is broken where either is no number.
        public let points: [SIMD2<Double>]
        /// Which of the plot's colors it has; its place among the lines when nil.
        public let color: Int?
        /// How it is drawn.
        public let stroke: Stroke
        /// Whether its points are marked.
        public let hasMarks: Bool

        /// A line through points.
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

        /// A line through numbers, one at each whole x.
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

    /// What is written above it.
    public let title: String?
    /// What is written below the horizontal axis.
    public let xLabel: String
    /// What is written above the vertical axis.
    public let yLabel: String
    /// The lines, the last on top.
    public let lines: [Line]
    /// From where to where the axes reach.
    public let xRange: ClosedRange<Double>
    /// From where to where the axes reach.
    public let yRange: ClosedRange<Double>
    /// Whether x counts things, so that ticks stand at whole numbers only.
    public let countsX: Bool
    /// Width and height in pixels.
    public let size: PixelSize

    /// A plot of lines.
    ///
    /// - Parameters:
    ///   - xRange: what the axis shows; where all points lie when nil.
    ///   - yRange: the same for the vertical axis, which by itself reaches to round numbers.
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
        self.xRange = Ticks.opened(xRange ?? Ticks.range(of: points.map(\.x)))
        self.yRange = Ticks.opened(yRange ?? Ticks.rounded(Ticks.range(of: points.map(\.y))))
        self.countsX = countsX
        self.size = PixelSize(width: max(size.width, 160), height: max(size.height, 120))
    }

    /// The whole plot.
    public var image: Image {
        let layout = PlotLayout(self)
        var canvas = PlotCanvas(size, ground: PlotPalette.ground)
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
    /// The line's unbroken parts.
    var runs: [[SIMD2<Double>]] {
        points.split { !$0.x.isFinite || !$0.y.isFinite }.map(Array.init)
    }
}

/// The colors of plots.
enum PlotPalette {
    static let ground = ContactSheet.ground
    static let field: SIMD3<UInt8> = [255, 255, 255]
    static let grid: SIMD3<UInt8> = [228, 226, 220]
    static let axis: SIMD3<UInt8> = [150, 147, 140]
    static let ink: SIMD3<UInt8> = [38, 38, 42]
    static let softInk: SIMD3<UInt8> = [78, 78, 84]

    /// A line's color; they begin again after the last.
    static func color(_ index: Int) -> SIMD3<UInt8> { lines[((index % lines.count) + lines.count) % lines.count] }

    /// Colors that people who see few of them tell apart too; the yellow, which a light ground swallows, is left out.
    ///
    /// Source: Okabe and Ito 2008, "Color universal design".
    private static let lines: [SIMD3<UInt8>] = [
        [0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [230, 159, 0], [60, 60, 66],
    ]
}
