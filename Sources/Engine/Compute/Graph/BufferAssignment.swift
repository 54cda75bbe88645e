/// The layout of buffers in one block of memory, where buffers that live at different times share space.
package struct BufferAssignment {
    /// Floats in a cache line: each buffer starts on one.
    static let alignment = 16

    private struct Buffer {
        let count: Int
        let lifetime: ClosedRange<Int>
        var offset = 0
    }

    private var buffers: [Buffer] = []

    package init() {}

    /// Requests `count` floats during `lifetime`, in steps of a plan, and returns the buffer's number.
    package mutating func request(_ count: Int, _ lifetime: ClosedRange<Int>) -> Int {
        let lines = (count + Self.alignment - 1) / Self.alignment
        buffers.append(Buffer(count: lines * Self.alignment, lifetime: lifetime))
        return buffers.count - 1
    }

    /// Assigns an offset to every buffer, so that no two that live at the same time overlap.
    ///
    /// Large buffers come first, each at the lowest offset where it fits: within a few percent of the optimum
    /// in practice. Source: Pisarchyk and Lee 2020, arXiv:2001.03288, "greedy by size".
    ///
    /// - Returns: each buffer's offset in floats, and the total number of floats.
    package mutating func assign() -> (offsets: [Int], count: Int) {
        var placed: [Int] = []
        var total = 0
        let bySize = buffers.indices.sorted { (buffers[$0].count, $1) > (buffers[$1].count, $0) }
        for index in bySize {
            let overlapping = placed.filter { buffers[$0].lifetime.overlaps(buffers[index].lifetime) }
                .sorted { buffers[$0].offset < buffers[$1].offset }
            var offset = 0
            for neighbor in overlapping {
                if offset + buffers[index].count <= buffers[neighbor].offset { break }
                offset = max(offset, buffers[neighbor].offset + buffers[neighbor].count)
            }
            buffers[index].offset = offset
            total = max(total, offset + buffers[index].count)
            placed.append(index)
        }
        return (buffers.map(\.offset), total)
    }
}
