/// The layout of a plot, in pixels.
struct PlotLayout {
    /// The area between the axes, in which lines are drawn.
    let field: (columns: Range<Int>, rows: Range<Int>)
    /// The width of a line.
    let pen: Double
    private let plot: LinePlot
    private let lettering: Lettering
    private let titleLettering: Lettering
    private let margin: Double
    private let xTicks: Ticks
    private let yTicks: Ticks
    private let title: [String]
    private let legend: [(label: String, line: LinePlot.Line, color: SIMD3<UInt8>)]
    private let legendWidth: Double

    init(_ plot: LinePlot) {
        self.plot = plot
        let (width, height) = (Double(plot.size.width), Double(plot.size.height))
        lettering = Lettering(capHeight: min(max((min(width, height * 1.6) / 75).rounded(), 8), 14))
        titleLettering = Lettering(capHeight: (lettering.capHeight * 1.35).rounded(), isBold: true)
        let capHeight = lettering.capHeight
        pen = max(capHeight / 5, 1.6)
        margin = (capHeight * 1.8).rounded()
        title = titleLettering.lines(plot.title ?? "", width: width - 2 * margin, count: 2)
        legend = plot.lines.enumerated().compactMap { index, line in
            line.label.isEmpty ? nil : (line.label, line, PlotPalette.color(line.color ?? index))
        }
        let widest = legend.map { [lettering] in lettering.width(of: $0.label) }.max() ?? 0
        legendWidth =
            legend.isEmpty ? 0 : min(capHeight * Self.sampleLength + capHeight + widest, width / 3) + capHeight * 1.6

        var top = margin
        if !title.isEmpty {
            top += titleLettering.capHeight * 2.1 + titleLettering.lineHeight * Double(title.count - 1)
        }
        top += plot.yLabel.isEmpty ? capHeight * 0.6 : capHeight * 2
        let bottom = height - margin - capHeight * 1.9 - (plot.xLabel.isEmpty ? 0 : capHeight * 1.9)
        let rows = Int(top)..<max(Int(bottom), Int(top) + 8)
        yTicks = Ticks(in: plot.yRange, atMost: max(rows.count / Int(capHeight * 3.6), 2))
        let left = margin + (yTicks.labels.map { [lettering] in lettering.width(of: $0) }.max() ?? 0) + capHeight * 0.8
        let columns = Int(left)..<max(Int(width - margin - legendWidth), Int(left) + 8)
        xTicks = Ticks(
            in: plot.xRange, atMost: max(columns.count / Int(capHeight * 7), 2), areWhole: plot.countsX)
        field = (columns, rows)
    }

    /// The length of a line's sample in the legend, in heights of a capital.
    private static let sampleLength = 2.6

    /// Returns the pixel position of a point.
    ///
    /// Points far outside are clamped, so that coordinates stay small.
    func place(_ point: SIMD2<Double>) -> SIMD2<Double> {
        func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), -8), 9)
        }
        // Leave some room beside the first and the last point.
        let inset = plot.countsX ? lettering.capHeight : 0
        let width = Double(field.columns.count) - 2 * inset
        return [
            Double(field.columns.lowerBound) + inset + share(point.x, plot.xRange) * width,
            Double(field.rows.upperBound) - share(point.y, plot.yRange) * Double(field.rows.count),
        ]
    }

    /// Draws title, field, grid, ticks and labels.
    func drawAxes(on canvas: inout PlotCanvas) {
        let capHeight = lettering.capHeight
        for (index, line) in title.enumerated() {
            canvas.write(
                line, titleLettering, left: margin,
                baseline: margin + titleLettering.capHeight + titleLettering.lineHeight * Double(index),
                color: PlotPalette.ink)
        }
        canvas.fill(columns: field.columns, rows: field.rows, PlotPalette.field)
        for (value, label) in zip(yTicks.values, yTicks.labels) {
            let y = Int(place([plot.xRange.lowerBound, value]).y.rounded())
            let row = min(max(y, field.rows.lowerBound), field.rows.upperBound - 1)
            canvas.fill(columns: field.columns, rows: row..<row + 1, PlotPalette.grid)
            canvas.write(
                label, lettering, left: Double(field.columns.lowerBound) - capHeight * 0.7 - lettering.width(of: label),
                baseline: Double(row) + capHeight / 2, color: PlotPalette.softInk)
        }
        let bottom = field.rows.upperBound
        canvas.fill(columns: field.columns, rows: bottom..<bottom + 1, PlotPalette.axis)
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            let x = place([value, plot.yRange.lowerBound]).x
            canvas.fill(columns: Int(x)..<Int(x) + 1, rows: bottom..<bottom + Int(capHeight / 2), PlotPalette.axis)
            let width = lettering.width(of: label)
            canvas.write(
                label, lettering, left: x - width / 2, baseline: Double(bottom) + capHeight * 1.9,
                color: PlotPalette.softInk)
        }
        let left = Double(field.columns.lowerBound)
        if !plot.yLabel.isEmpty {
            canvas.write(
                plot.yLabel, lettering, left: left, baseline: Double(field.rows.lowerBound) - capHeight * 0.8,
                color: PlotPalette.softInk)
        }
        let width = lettering.width(of: plot.xLabel)
        canvas.write(
            plot.xLabel, lettering, left: left + (Double(field.columns.count) - width) / 2,
            baseline: Double(bottom) + capHeight * 3.8, color: PlotPalette.softInk)
    }

    /// Draws the lines' labels beside the field.
    func drawLegend(on canvas: inout PlotCanvas) {
        let capHeight = lettering.capHeight
        let left = Double(field.columns.upperBound) + capHeight * 1.6
        let sample = capHeight * Self.sampleLength
        let room = Double(plot.size.width) - margin - left - sample - capHeight * 0.8
        for (index, entry) in legend.enumerated() {
            let middle = Double(field.rows.lowerBound) + capHeight * (1 + 1.9 * Double(index))
            guard middle < Double(field.rows.upperBound) else { return }
            let ends: [SIMD2<Double>] = [[left, middle], [left + sample, middle]]
            canvas.draw([ends], entry.line.stroke, color: entry.color, width: pen)
            if entry.line.hasMarks {
                canvas.dots([(ends[0] + ends[1]) / 2], radius: pen * 1.7, color: entry.color)
            }
            canvas.write(
                lettering.fitted(entry.label, width: room), lettering, left: left + sample + capHeight * 0.8,
                baseline: middle + capHeight / 2, color: PlotPalette.softInk)
        }
    }
}
