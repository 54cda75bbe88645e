/// Sixteen floats that are computed together: one AVX-512 register, two of AVX, four of NEON.
typealias WideLanes = SIMD16<Float>

extension UnsafePointer where Pointee == Float {
    /// The sixteen floats from here on.
    @inline(__always)
    var wideLanes: WideLanes { UnsafeRawPointer(self).loadUnaligned(as: WideLanes.self) }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// Writes sixteen floats from here on.
    @inline(__always)
    func store(_ lanes: WideLanes) {
        UnsafeMutableRawPointer(self).storeBytes(of: lanes, as: WideLanes.self)
    }
}
