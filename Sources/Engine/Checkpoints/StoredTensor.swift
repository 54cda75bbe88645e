import Compute
import Platform

/// A tensor in a file: the layout and the place of its elements.
struct StoredTensor: Sendable {
    /// The layout of the elements from the first one on.
    package let layout: ElementLayout
    /// The place of the first element.
    package let place: Place

    /// The place of a tensor's elements.
    package enum Place: Sendable {
        /// In a mapped file, uncompressed, from this offset on.
        case mapped(MappedFile, offset: Int)
        /// In a part of an archive, from this offset to its end; the part is unpacked and its checksum checked.
        case part(ZipArchive, ZipArchive.Entry, offset: Int)
    }

    package init(_ layout: ElementLayout, at place: Place) {
        self.layout = layout
        self.place = place
    }

    /// The size of the elements in bytes, unpacked.
    package var byteCount: Int { layout.shape.count * layout.type.byteCount }

    /// Returns the tensor as float32; one that is stored as aligned float32 in a mapped file is used in place.
    ///
    /// - Parameter name: the tensor's name, for the errors.
    /// - Throws: ``EngineError/notFloatingPoint(path:name:type:)``; ``EngineError/notACheckpoint(path:reason:)`` if its
    ///   part of the archive is damaged; ``EngineError/tooLarge(what:neededBytes:availableBytes:)``;
    ///   ``EngineError/fileChanged(path:whileReading:)``.
    package func parameter(_ name: String) throws(EngineError) -> Parameter {
        let parameter = try uncheckedParameter(name)
        // Discards what was converted or unpacked from a file that has changed.
        try file.check()
        return parameter
    }

    private func uncheckedParameter(_ name: String) throws(EngineError) -> Parameter {
        guard layout.type.isFloatingPoint else {
            throw .notFloatingPoint(path: file.path, name: name, type: layout.type.rawValue)
        }
        guard layout.shape.count > 0 else { return Parameter(shape: layout.shape) { _ in } }
        switch place {
        case .mapped(let file, let offset):
            guard let start = file.bytes.baseAddress.map({ $0 + offset }) else {
                return Parameter(shape: layout.shape) { _ in }
            }
            if layout.isFloat32InPlace, Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0 {
                return Parameter(start.assumingMemoryBound(to: Float.self), shape: layout.shape, in: file)
            }
            try checkMemory(name)
            return Parameter(shape: layout.shape) { layout.convert(from: start, into: $0.baseAddress!, file.team) }
        case .part(let archive, let entry, let offset):
            try checkMemory(name)
            if layout.isFloat32InPlace, entry.size - offset == byteCount {
                return try Parameter(shape: layout.shape) { (values) throws(EngineError) in
                    try archive.read(entry, skipping: offset, into: UnsafeMutableRawBufferPointer(values))
                }
            }
            let unpacked = UnsafeMutableRawBufferPointer.allocate(byteCount: entry.size - offset, alignment: 64)
            defer { unpacked.deallocate() }
            try archive.read(entry, skipping: offset, into: unpacked)
            return Parameter(shape: layout.shape) {
                layout.convert(from: UnsafeRawPointer(unpacked.baseAddress!), into: $0.baseAddress!, file.team)
            }
        }
    }

    private var file: MappedFile {
        switch place {
        case .mapped(let file, _): file
        case .part(let archive, _, _): archive.file
        }
    }

    /// Throws an error if this machine lacks the memory; checked only for large tensors.
    private func checkMemory(_ name: String) throws(EngineError) {
        let (needed, overflow) = layout.shape.count.multipliedReportingOverflow(by: 2 * MemoryLayout<Float>.size)
        guard needed > 1 << 28 || overflow else { return }
        let available = Workspace.availableBytes
        guard overflow || needed > available else { return }
        throw .tooLarge(
            what: "The tensor “\(name)” of “\(file.path)”", neededBytes: overflow ? .max : needed,
            availableBytes: available)
    }
}
