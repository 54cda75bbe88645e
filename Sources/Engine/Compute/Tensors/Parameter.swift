/// The bytes of a file, whose addresses are valid as long as the object exists.
package protocol FileBytes: AnyObject, Sendable {
    /// The whole file.
    var bytes: UnsafeRawBufferPointer { get }
}

/// A model's tensor: float32 numbers that never change.
///
/// They lie in memory of their own or, if the file contains float32, in the mapped file.
public final class Parameter: Sendable {
    /// The extent along each axis.
    public let shape: Shape
    /// The numbers, row-major.
    ///
    /// Valid as long as this object exists.
    package nonisolated(unsafe) let values: UnsafePointer<Float>
    /// The number of them.
    package let count: Int

    /// The object that keeps `values` valid.
    private let owner: any Sendable & AnyObject

    /// Creates a parameter of numbers that `file`, or another owner, keeps in memory; they are not copied.
    package init(_ values: UnsafePointer<Float>, shape: Shape, in file: some Sendable & AnyObject) {
        self.values = values
        self.shape = shape
        count = shape.count
        owner = file
    }

    /// Creates a parameter with memory of its own, which `fill` writes.
    package init<Failure: Error>(
        shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let storage = Storage(count: shape.count)
        try fill(UnsafeMutableBufferPointer(start: storage.start, count: shape.count))
        values = UnsafePointer(storage.start)
        self.shape = shape
        count = shape.count
        owner = storage
    }

    /// Creates a copy of a tensor.
    package convenience init(_ tensor: Tensor) {
        self.init(shape: tensor.shape) { _ = $0.update(from: tensor.values) }
    }

    /// Creates a placeholder for a tensor that the file lacks.
    ///
    /// Its numbers must not be read.
    package init(missing shape: Shape) {
        let storage = Storage(count: 1)
        values = UnsafePointer(storage.start)
        self.shape = shape
        count = 0
        owner = storage
    }

    /// The bytes of memory that it takes besides the file's: none if it is used in place.
    package var ownBytes: Int {
        if let parameter = owner as? Parameter { return parameter.ownBytes }
        return owner is Storage ? count * MemoryLayout<Float>.stride : 0
    }

    /// The origin of a parameter's numbers.
    package enum Place: Hashable, Sendable {
        /// They are part of a file of `byteCount` bytes, from `offset` on.
        case file(offset: Int, byteCount: Int)
        /// They were computed from a file's numbers.
        case memory
    }

    /// The origin of the numbers.
    package var place: Place {
        switch owner {
        case let parameter as Parameter:
            guard case .file(let offset, let byteCount) = parameter.place else { return .memory }
            return .file(
                offset: offset + (values - parameter.values) * MemoryLayout<Float>.stride, byteCount: byteCount)
        case let file as any FileBytes:
            guard let start = file.bytes.baseAddress else { return .memory }
            return .file(offset: UnsafeRawPointer(values) - start, byteCount: file.bytes.count)
        default: return .memory
        }
    }

    /// Creates a parameter of several tensors one after the other, in memory of its own.
    package convenience init(joining parts: [Parameter], shape: Shape) {
        guard parts.allSatisfy({ $0.count > 0 }) else {
            self.init(missing: shape)
            return
        }
        self.init(shape: shape) { values in
            var offset = 0
            for part in parts {
                values.baseAddress.map { ($0 + offset).update(from: part.values, count: part.count) }
                offset += part.count
            }
        }
    }

    /// Returns the transposed matrix.
    package func transposed() -> Parameter {
        let (rows, columns) = (shape[0], shape[1])
        guard count > 0 else { return Parameter(missing: [columns, rows]) }
        return Parameter(shape: [columns, rows]) { target in
            for row in 0..<rows {
                for column in 0..<columns { target[column * rows + row] = values[row * columns + column] }
            }
        }
    }

    /// Lends the numbers, row-major.
    public func withValues<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeBufferPointer(start: values, count: count)) }
    }

    /// The numbers as a value.
    public var tensor: Tensor {
        Tensor(Array(UnsafeBufferPointer(start: values, count: count)), shape: shape)
    }

    /// Returns the same numbers in another shape of as many elements.
    package func reshaped(_ shape: Shape) -> Parameter {
        Parameter(values, shape: shape, owner: self)
    }

    /// Returns some rows of a matrix, or some elements of a vector, in the same memory.
    package func rows(_ range: Range<Int>) -> Parameter {
        let length = shape.dimensions.dropFirst().reduce(1, *)
        let part = Shape([range.count] + shape.dimensions.dropFirst())
        return Parameter(values + (count > 0 ? range.lowerBound * length : 0), shape: part, owner: self)
    }

    private init(_ values: UnsafePointer<Float>, shape: Shape, owner: Parameter) {
        self.values = values
        self.shape = shape
        count = owner.count > 0 ? shape.count : 0
        self.owner = owner
    }
}

/// Memory for a parameter, at the start of a cache line.
private final class Storage: Sendable {
    nonisolated(unsafe) let start: UnsafeMutablePointer<Float>

    init(count: Int) {
        start = .aligned(max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
