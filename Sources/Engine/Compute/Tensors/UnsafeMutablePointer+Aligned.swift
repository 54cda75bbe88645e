extension UnsafeMutablePointer where Pointee == Float {
    /// Allocates memory for `count` floats, at the start of a cache line.
    static func aligned(_ count: Int) -> Self {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
    }
}
