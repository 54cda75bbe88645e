import Platform

/// A change of some elements, which an intervention puts behind a layer.
///
///     y = factor · x + shift at the chosen rows and features, y = x elsewhere
///     ∂x = factor · ∂y there, ∂x = ∂y elsewhere
///
/// A factor of 0 replaces the elements by the shift: ablation and patching. A factor of 1 adds it: steering. Input and
/// output `[…, features]`; a vector is one row.
package struct AlterElements: CPUKernel {
    /// The rows, counted over all axes but the last.
    let rows: [Int]
    /// The features of each of these rows.
    let features: [Int]
    let factor: Float
    /// `[rows, features]`; nil for none.
    let shift: Parameter?

    /// Creates a change of these features of these rows.
    ///
    /// - Parameter shift: `[rows, features]`; nil for none.
    /// - Precondition: a shift has a number for each element.
    package init(rows: [Int], features: [Int], factor: Float, shift: Parameter? = nil) {
        precondition(shift.map { $0.count == rows.count * features.count } ?? true, "a shift for each element")
        self.rows = rows
        self.features = features
        self.factor = factor
        self.shift = shift
    }

    package var descriptor: OperationDescriptor {
        .alterElements(rows: rows, features: features, factor: factor, shift: shift)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let least: Shape = [(rows.max() ?? 0) + 1, (features.max() ?? 0) + 1]
        guard let width = shapes[0].dimensions.last, width >= least[1], shapes[0].count / width >= least[0] else {
            throw .shapeMismatch(place: "The layer to change", expected: least, found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * rows.count * features.count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let width = frame.shapes[0][-1]
        let places = placeOfRow(frame.shapes[0])
        return [
            TeamWork(ofRows: frame.batch * places.count, elements: width) { [self] part in
                for row in part {
                    let (x, y) = (frame.inputs[0] + row * width, frame.output + row * width)
                    y.update(from: x, count: width)
                    let place = places[row % places.count]
                    if place >= 0 { alter(x, into: y, place) }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let width = frame.shapes[0][-1]
        let places = placeOfRow(frame.shapes[0])
        let target = frame.inputGradients[0]
        var factors = [Float](repeating: 1, count: width)
        for feature in features { factors[feature] = factor }
        return [
            TeamWork(ofRows: frame.batch * places.count, elements: width) { [factors] part in
                for row in part {
                    let (dy, dx) = (frame.outputGradient + row * width, target.values + row * width)
                    guard places[row % places.count] >= 0 else {
                        copy(dy, to: InputGradient(values: dx, accumulates: target.accumulates), 0..<width)
                        continue
                    }
                    for feature in 0..<width {
                        let slope = factors[feature] * dy[feature]
                        dx[feature] = target.accumulates ? dx[feature] + slope : slope
                    }
                }
            }
        ]
    }

    /// Writes the chosen elements of one row.
    ///
    /// - Parameter place: the row's place among the chosen ones.
    private func alter(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ place: Int) {
        for (index, feature) in features.enumerated() {
            let added = shift.map { $0.values[place * features.count + index] } ?? 0
            // Not multiplied by 0, since an infinite value would become NaN.
            y[feature] = factor == 0 ? added : factor * x[feature] + added
        }
    }

    /// Returns each row's place among the chosen ones; −1 for the others.
    private func placeOfRow(_ shape: Shape) -> [Int] {
        var places = [Int](repeating: -1, count: shape.count / max(shape[-1], 1))
        for (place, row) in rows.enumerated() { places[row] = place }
        return places
    }
}
