import Foundation

/// A thread's memory for packing, kept from product to product.
struct PackingMemory {
    /// A panel of the right factor.
    let panel: UnsafeMutablePointer<Float>
    /// A tile of the result whose panel is not full.
    let edge: UnsafeMutablePointer<Float>
    /// A block of the left factor, tile by tile.
    let left: UnsafeMutablePointer<Float>
    private let growing: UnsafeMutablePointer<Growing>

    private static let panelCount = PanelShape.Blocks.few.depth * PanelShape.width
    private static let edgeCount = PanelShape.tileRows * PanelShape.width
    private static let leftCount = [PanelShape.Blocks.few, .many].map { blocks in
        (blocks.rows / PanelShape.tileRows + 2) * blocks.depth * PanelShape.packedTileRows
    }.max()!

    /// The calling thread's own memory, allocated at its first product and freed when the thread ends.
    static var ofThread: PackingMemory {
        let growing = (pthread_getspecific(key) ?? use(allocate())).assumingMemoryBound(to: Growing.self)
        let panel = growing.pointee.fixed
        return PackingMemory(
            panel: panel, edge: panel + panelCount, left: panel + panelCount + edgeCount, growing: growing)
    }

    /// Returns memory for `count` floats of the right factor.
    func right(_ count: Int) -> UnsafeMutablePointer<Float> {
        if count > growing.pointee.count { growing.pointee.grow(to: count) }
        return growing.pointee.right
    }

    private struct Growing {
        let fixed: UnsafeMutablePointer<Float>
        var right: UnsafeMutablePointer<Float>
        var count = 0

        mutating func grow(to count: Int) {
            right.deallocate()
            right = .aligned(count)
            self.count = count
        }
    }

    /// Allocates the memory of a thread that has not started, so that the thread allocates nothing itself.
    static func allocate() -> UnsafeMutableRawPointer {
        let growing = UnsafeMutablePointer<Growing>.allocate(capacity: 1)
        growing.initialize(to: Growing(fixed: .aligned(panelCount + edgeCount + leftCount), right: .aligned(1)))
        return UnsafeMutableRawPointer(growing)
    }

    /// Assigns memory to the calling thread.
    @discardableResult
    static func use(_ memory: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        pthread_setspecific(key, memory)
        return memory
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { memory in
            guard let growing = memory?.assumingMemoryBound(to: Growing.self) else { return }
            growing.pointee.fixed.deallocate()
            growing.pointee.right.deallocate()
            growing.deallocate()
        }
        return key
    }()
}
