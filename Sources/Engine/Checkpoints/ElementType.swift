/// What one element of a stored tensor is. The raw values are NumPy's and PyTorch's names.
package enum ElementType: String, Sendable, CaseIterable {
    case float64, float32, float16, bfloat16
    case int64, int32, int16, int8
    case uint64, uint32, uint16, uint8
    case bool
    case complex64, complex128
    case float8_e4m3fn, float8_e5m2, float8_e8m0fnu

    /// How many bytes an element takes.
    package var byteCount: Int {
        switch self {
        case .complex128: 16
        case .float64, .int64, .uint64, .complex64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu: 1
        }
    }

    /// Whether weights may be stored so.
    package var isFloatingPoint: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: true
        default: false
        }
    }

    /// Whether it counts: steps, places, truths.
    package var isInteger: Bool {
        switch self {
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
        default: false
        }
    }

    /// Whether ``convert(_:count:strideBytes:isBigEndian:into:)`` knows it.
    package var isConvertible: Bool {
        switch self {
        case .complex64, .complex128, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu: false
        default: true
        }
    }
}
