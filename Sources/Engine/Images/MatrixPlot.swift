import Compute

/// A matrix of numbers as colored cells with its rows and columns named: heads by block.
public struct MatrixPlot: Sendable {
    /// The title above it.
    public let title: String?
    /// `[rows, columns]`; NaN for cells without a number.
    public let values: Tensor
    /// The names of the rows, from the top.
    public let rowLabels: [String]
    /// The names of the columns.
    public let columnLabels: [String]
    /// The name of what the columns count.
    public let xLabel: String
    /// The colors of the numbers.
    public let scale: ColorScale

    /// Creates a plot of numbers.
    ///
    /// - Parameter scale: the colors; those of the numbers' own range if nil.
    /// - Precondition: each row and each column has a label.
    public init(
        _ values: Tensor, rows: [String], columns: [String], title: String? = nil, xLabel: String = "",
        scale: ColorScale? = nil
    ) {
        precondition(values.shape == [rows.count, columns.count], "\(values.shape) has no labels for all")
        self.values = values
        rowLabels = rows
        columnLabels = columns
        self.title = title
        self.xLabel = xLabel
        self.scale = scale ?? ColorScale(for: values.values)
    }

    /// The plot as a picture.
    public var image: Image {
        let lettering = Lettering(capHeight: 9)
        let heading = Lettering(capHeight: 12, isBold: true)
        let cell = min(max(720 / max(columnLabels.count, 1), 22), 64)
        let high = min(cell, 40)
        let margin = 20
        let left = margin + Int((rowLabels.map(lettering.width).max() ?? 0).rounded(.up)) + 10
        let top = margin + (title == nil ? 0 : 28) + 22
        let field = (width: columnLabels.count * cell, height: rowLabels.count * high)
        let width = max(
            left + max(field.width, 160) + margin, title.map { margin * 2 + Int(heading.width(of: $0)) } ?? 0, 260)
        let foot = top + field.height + 14
        var image = Image(
            width: width, height: foot + ColorScale.height(lettering) + margin, color: ContactSheet.background)
        if let title {
            heading.draw(title, on: &image, left: Double(margin), baseline: Double(margin) + 12, color: PlotPalette.ink)
        }
        // Every second or fifth column is named where there is not room for all.
        let widest = (columnLabels.map(lettering.width).max() ?? 0) + 6
        let step = [1, 2, 5, 10, 20, 50].first { Double($0 * cell) >= widest } ?? 100
        for (column, label) in columnLabels.enumerated() where column % step == 0 {
            let place = Double(left + column * cell) + (Double(cell) - lettering.width(of: label)) / 2
            lettering.draw(label, on: &image, left: place, baseline: Double(top) - 6, color: PlotPalette.softInk)
        }
        lettering.draw(xLabel, on: &image, left: Double(margin), baseline: Double(top) - 6, color: PlotPalette.softInk)
        for (row, label) in rowLabels.enumerated() {
            lettering.draw(
                label, on: &image, left: Double(left - 10) - lettering.width(of: label),
                baseline: Double(top + row * high) + (Double(high) + lettering.capHeight) / 2,
                color: PlotPalette.softInk)
            for column in columnLabels.indices {
                let value = values.values[row * columnLabels.count + column]
                let color = value.isNaN ? PlotPalette.grid : scale.color(of: value)
                image.put(
                    Image(width: cell - 1, height: high - 1, color: color), left: left + column * cell,
                    top: top + row * high)
            }
        }
        scale.draw(
            on: &image, left: left, top: foot, width: max(min(field.width, 360), 160), lettering: lettering,
            color: PlotPalette.softInk)
        return image
    }
}
