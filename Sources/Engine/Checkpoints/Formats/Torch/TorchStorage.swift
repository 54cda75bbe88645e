import Compute
import Platform

/// The place of a PyTorch storage's elements in the file.
struct TorchStorage {
    /// The place of the first byte.
    let place: StoredTensor.Place
    /// The size in bytes.
    let byteCount: Int
    /// Whether the most significant byte comes first.
    var isBigEndian = false

    /// The most elements of a tensor that repeats those of a smaller storage.
    private static let mostRepeated = 1 << 26

    /// Returns a tensor that is a view of this storage, after checking every claim of its description.
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
            throw refuse("a valid shape", "\(Shape(tensor.shape))")
        }
        guard tensor.strides.count == tensor.shape.count, tensor.strides.allSatisfy({ $0 >= 0 }) else {
            let strides = tensor.strides.map(String.init).joined(separator: ", ")
            throw refuse("\(tensor.shape.count) strides of 0 or more", "(\(strides))")
        }
        let layout = ElementLayout(
            tensor.type, Shape(tensor.shape), strides: tensor.strides, isBigEndian: isBigEndian)
        let available = claimed / tensor.type.byteCount
        guard tensor.offset >= 0, tensor.offset <= available else {
            throw refuse("its first element within the \(available) of its storage", "it at index \(tensor.offset)")
        }
        guard let reach = layout.reach, reach <= available - tensor.offset else {
            throw refuse(
                "its last element within the \(available) of its storage",
                layout.reach.map { "it at index \(tensor.offset + $0 - 1)" } ?? "it at an index that overflows")
        }
        guard count <= max(available, Self.mostRepeated) else {
            throw refuse("no more elements than its storage's \(available)", "\(count) that repeat them")
        }
        return StoredTensor(layout, at: place.advanced(by: tensor.offset * tensor.type.byteCount))
    }
}

extension StoredTensor.Place {
    /// Returns the place `bytes` further on.
    func advanced(by bytes: Int) -> Self {
        switch self {
        case .mapped(let file, let offset): .mapped(file, offset: offset + bytes)
        case .part(let archive, let entry, let offset): .part(archive, entry, offset: offset + bytes)
        }
    }
}
