/// Encodes bytes in Base64 with padding and without line breaks (RFC 4648), as Jupyter messages do.
package func base64(_ bytes: [UInt8]) -> String {
    let capacity = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: capacity) { output in
        bytes.withUnsafeBytes { input in
            pairs.withUnsafeBufferPointer { pairs in write(input, to: UnsafeMutableRawBufferPointer(output), pairs) }
        }
        return capacity
    }
}

/// Encodes twelve bits at a time, because a picture is a million bytes and a progress display shows ten a second.
private func write(
    _ input: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer, _ pairs: UnsafeBufferPointer<UInt16>
) {
    let whole = input.count / 3
    for group in 0..<whole {
        let (first, second, third) = (Int(input[3 * group]), Int(input[3 * group + 1]), Int(input[3 * group + 2]))
        output.storeBytes(of: pairs[first << 4 | second >> 4], toByteOffset: 4 * group, as: UInt16.self)
        output.storeBytes(of: pairs[(second & 15) << 8 | third], toByteOffset: 4 * group + 2, as: UInt16.self)
    }
    let rest = input.count - 3 * whole
    guard rest > 0 else { return }
    let bits = Int(input[3 * whole]) << 16 | (rest > 1 ? Int(input[3 * whole + 1]) << 8 : 0)
    output.storeBytes(of: pairs[bits >> 12], toByteOffset: 4 * whole, as: UInt16.self)
    output.storeBytes(of: pairs[bits & 4095], toByteOffset: 4 * whole + 2, as: UInt16.self)
    for index in rest + 1..<4 { output[4 * whole + index] = UInt8(ascii: "=") }
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// The two digits of each twelve-bit value, in memory order.
private let pairs: [UInt16] = (0..<4096).map { bits in
    UInt16(littleEndian: UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8)
}
