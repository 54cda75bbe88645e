import Platform

/// Arithmetic to compare the numbers of two frameworks.
extension Tensor {
    /// Combines two tensors number by number.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` unless both have the same shape.
    public func combined(
        with other: Tensor, _ operation: (Float, Float) -> Float
    ) throws(EngineError) -> Tensor {
        try requireShape(of: other)
        var result = self
        for index in result.values.indices { result.values[index] = operation(values[index], other.values[index]) }
        return result
    }

    /// Returns the tensor with `operation` applied to each number.
    public func mapped(_ operation: (Float) -> Float) -> Tensor {
        Tensor(values.map(operation), shape: shape)
    }

    /// The Euclidean length of all numbers, √Σx².
    public var norm: Double {
        values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    /// Returns the relative distance ‖self − expected‖ / ‖expected‖, the measure by which frameworks are compared.
    ///
    /// - Returns: 0 if both are equal; infinity if `expected` is 0 everywhere and the other is not.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` unless both have the same shape.
    public func distance(to expected: Tensor) throws(EngineError) -> Double {
        try requireShape(of: expected)
        var sum = 0.0
        for index in values.indices {
            let difference = Double(values[index]) - Double(expected.values[index])
            sum += difference * difference
        }
        return sum == 0 ? 0 : sum.squareRoot() / expected.norm
    }

    /// Returns the part at `index` of the first axis: a row of a matrix.
    ///
    /// - Precondition: there is a first axis, and `index` lies in it.
    public func part(_ index: Int) -> Tensor {
        part(index..<index + 1).reshaped(Shape(Array(shape.dimensions.dropFirst())))
    }

    /// Returns the parts at `range` of the first axis.
    ///
    /// - Precondition: there is a first axis, and `range` lies in it.
    public func part(_ range: Range<Int>) -> Tensor {
        let rest = shape.dimensions.dropFirst()
        let count = rest.reduce(1, *)
        return Tensor(
            Array(values[range.lowerBound * count..<range.upperBound * count]), shape: Shape([range.count] + rest))
    }

    private func requireShape(of other: Tensor) throws(EngineError) {
        guard shape == other.shape else {
            throw .shapeMismatch(place: "The other tensor", expected: shape, found: other.shape)
        }
    }
}
