import Compute

/// The layout of a tensor's elements in a file.
package struct ElementLayout: Sendable, Hashable {
    /// The type of the elements.
    package let type: ElementType
    /// The extent along each axis.
    package let shape: Shape
    /// The distance between neighbors along each axis, in elements; none is negative.
    package let strides: [Int]
    /// Whether the most significant byte comes first.
    let isBigEndian: Bool

    /// Creates a row-major layout.
    package init(_ type: ElementType, _ shape: Shape, isBigEndian: Bool = false) {
        self.init(type, shape, strides: Self.rowMajorStrides(shape.dimensions), isBigEndian: isBigEndian)
    }

    /// Creates a layout with the given strides.
    package init(_ type: ElementType, _ shape: Shape, strides: [Int], isBigEndian: Bool = false) {
        precondition(strides.count == shape.rank, "an axis needs a stride")
        self.type = type
        self.shape = shape
        self.strides = strides
        self.isBigEndian = isBigEndian
    }

    /// The number of elements that the file must hold from the first one on, or nil if it overflows.
    ///
    /// Zero when the shape is empty. Overlapping elements (a stride of 0) count once.
    package var reach: Int? {
        if shape.dimensions.contains(0) { return 0 }
        var last = 0
        for (extent, stride) in zip(shape.dimensions, strides) {
            let (distance, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowsToo) = last.addingReportingOverflow(distance)
            guard !overflow, !overflowsToo else { return nil }
            last = sum
        }
        return last == .max ? nil : last + 1
    }

    /// Returns the number of elements of a shape, or nil for a negative extent or if the number overflows.
    ///
    /// The other extents beside a 0 must not overflow either, so that no product of some of them does so later.
    static func elementCount(_ extents: [Int]) -> Int? {
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow else { return nil }
            count = product
        }
        return extents.contains(0) ? 0 : count
    }

    /// Whether the elements are contiguous and row-major, the last axis varying fastest.
    private var isRowMajor: Bool {
        if shape.dimensions.contains(0) { return true }
        var expected = 1
        for (extent, stride) in zip(shape.dimensions, strides).reversed() where extent != 1 {
            guard stride == expected else { return false }
            expected *= extent
        }
        return true
    }

    /// Whether the elements can be used in place, given an aligned first address.
    var isFloat32InPlace: Bool { type == .float32 && !isBigEndian && isRowMajor }

    /// Converts the tensor to row-major float32.
    ///
    /// - Parameters:
    ///   - source: the first element; ``reach`` elements must be readable.
    ///   - target: room for the shape's count.
    ///   - team: who converts.
    package func convert(
        from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        if isRowMajor {
            return type.convert(source, count: shape.count, isBigEndian: isBigEndian, into: target, team)
        }
        let rowLength = shape[-1]
        let rowStride = strides[strides.count - 1] * type.byteCount
        let outer = shape.dimensions.dropLast()
        var place = [Int](repeating: 0, count: outer.count)
        var row = source
        for start in stride(from: 0, to: shape.count, by: rowLength) {
            type.convert(
                row, count: rowLength, strideBytes: rowStride, isBigEndian: isBigEndian, into: target + start)
            var axis = outer.count - 1
            while axis >= 0 {
                place[axis] += 1
                row += strides[axis] * type.byteCount
                if place[axis] < outer[axis] { break }
                row -= strides[axis] * type.byteCount * outer[axis]
                place[axis] = 0
                axis -= 1
            }
        }
    }

    private static func rowMajorStrides(_ extents: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: extents.count)
        for axis in extents.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] &* max(extents[axis + 1], 1)
        }
        return strides
    }
}
