import Compute
import Platform

/// Where the elements of a PyTorch storage lie in the file.
struct TorchStorage {
    /// Where the first byte lies.
    let place: StoredTensor.Place
    /// How many bytes there are.
    let byteCount: Int
    /// Whether the most significant byte comes first.
    var isBigEndian = false

    /// More elements than this are not made by repeating a few.
    private static let mostRepeated = 1 << 26

    /// A tensor that views this storage, every claim of it checked.
    ///
    /// - Throws: ``EngineError/damagedTensor(path:name:expected:found:)``.
    func stored(_ tensor: TorchTensor, name: String, path: String) throws(EngineError) -> StoredTensor {
        func refuse(_ expected: String, _ found: String) -> EngineError {
            .damagedTensor(path: path, name: name, expected: expected, found: found)
        }
        let storage = tensor.storage
        let (claimed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type?.byteCount ?? 1)
        guard !overflow, claimed <= byteCount else {
            throw refuse(
                "a storage of \(overflow ? "\(storage.count) elements" : "\(claimed) bytes")", "one of \(byteCount)")
        }
        guard let count = ElementLayout.elementCount(tensor.shape) else {
            throw refuse("a shape that is possible", "\(Shape(tensor.shape))")
        }
        guard tensor.strides.count == tensor.shape.count, tensor.strides.allSatisfy({ $0 >= 0 }) else {
            let strides = tensor.strides.map(String.init).joined(separator: ", ")
            throw refuse("\(tensor.shape.count) strides of 0 or more", "(\(strides))")
        }
        let layout = ElementLayout(
            tensor.type, Shape(tensor.shape), strides: tensor.strides, isBigEndian: isBigEndian)
        let available = claimed / tensor.type.byteCount
        guard tensor.offset >= 0, tensor.offset <= available else {
            throw refuse("its first element among the \(available) of its storage", "it at place \(tensor.offset)")
        }
        guard let reach = layout.reach, reach <= available - tensor.offset else {
            throw refuse(
                "its last element among the \(available) of its storage",
                layout.reach.map { "it at place \(tensor.offset + $0 - 1)" } ?? "it beyond counting")
        }
        guard count <= max(available, Self.mostRepeated) else {
            throw refuse("no more elements than its storage's \(available)", "\(count) that repeat them")
        }
        return StoredTensor(layout, at: place.advanced(by: tensor.offset * tensor.type.byteCount))
    }
}

extension StoredTensor.Place {
    /// The place so many bytes further on.
    func advanced(by bytes: Int) -> Self {
        switch self {
        case .mapped(let file, let offset): .mapped(file, offset: offset + bytes)
        case .part(let archive, let entry, let offset): .part(archive, entry, offset: offset + bytes)
        }
    }
}
