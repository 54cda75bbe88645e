import CZlib

/// A decompressor of deflated data, in pieces, that also computes the checksum of the output.
///
/// Source: RFC 1951, through zlib.
package struct Inflate: ~Copyable {
    /// The CRC-32 of the output so far.
    private(set) var checksum = crc32(0, nil, 0)
    /// Whether the end of the compressed data was reached.
    private(set) var isFinished = false

    // On the heap, because zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var rest: UnsafeRawBufferPointer

    /// Begins to decompress `compressed`, which must stay valid.
    ///
    /// - Returns: nil if there is not enough memory.
    init?(_ compressed: UnsafeRawBufferPointer) {
        rest = compressed
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative: without zlib's own header, as in zip archives.
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Fills `target` with the next bytes of the output.
    ///
    /// - Returns: the number of bytes; fewer than `target` has room for if the data end or are damaged.
    mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard let start = target.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var written = 0
        while written < target.count, !isFinished {
            if stream.pointee.avail_in == 0, !rest.isEmpty {
                let piece = min(rest.count, Self.longestPiece)
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
                stream.pointee.avail_in = UInt32(piece)
                rest = UnsafeRawBufferPointer(rebasing: rest[piece...])
            }
            let room = min(target.count - written, Self.longestPiece)
            stream.pointee.next_out = start + written
            stream.pointee.avail_out = UInt32(room)
            let result = inflate(stream, Z_NO_FLUSH)
            let count = room - Int(stream.pointee.avail_out)
            checksum = crc32(checksum, start + written, UInt32(count))
            written += count
            isFinished = result == Z_STREAM_END
            // With room left, zlib stops because the data end or are damaged.
            guard isFinished || result == Z_OK || (result == Z_BUF_ERROR && !rest.isEmpty) else { break }
        }
        return written
    }

    /// Returns whether the data end here.
    mutating func isAtEnd() -> Bool {
        guard !isFinished else { return true }
        return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { read(into: $0) == 0 } && isFinished
    }

    /// The largest piece in bytes: zlib counts in 32 bits, and this size also stays in the processor's cache for the
    /// checksum.
    private static let longestPiece = 1 << 17

    /// Returns the CRC-32 of stored bytes.
    package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt {
        var sum = crc32(0, nil, 0)
        var rest = bytes
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            sum = crc32(sum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
        return sum
    }
}
