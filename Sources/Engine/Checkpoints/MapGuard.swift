import Foundation
import Synchronization

/// A guard of a mapped file against the loss of its pages.
///
/// If a mapped file is truncated or its disk fails, reading it raises SIGBUS, which would end the process. With a guard
/// the rest of the file reads as zeros instead, and ``isBroken`` becomes true; readers check it before they use the
/// result. Any other SIGBUS is passed to the previous handler.
final class MapGuard: Sendable {
    /// One mapped file, read by the signal handler: nothing but atomics.
    fileprivate struct Slot: ~Copyable {
        /// The first address; 0 if the slot is free.
        let start = Atomic<UInt>(0)
        /// The address after the last.
        let end = Atomic<UInt>(0)
        let isBroken = Atomic<Bool>(false)
    }

    /// The most files that are mapped at once.
    fileprivate static let capacity = 1024

    private let place: Int
    private nonisolated(unsafe) let start: UnsafeMutableRawPointer
    private let count: Int

    /// Guards `count` mapped bytes from `start` on, and unmaps them when it is deinitialized.
    ///
    /// - Returns: nil if too many files are mapped; the bytes are then unmapped.
    init?(_ start: UnsafeMutableRawPointer, count: Int) {
        let slots = Self.slots
        let pages = (count + pageSize - 1) / pageSize * pageSize
        let free = Self.taken.withLock { taken -> Int? in
            guard let free = taken.firstIndex(of: false) else { return nil }
            taken[free] = true
            return free
        }
        guard let free else {
            munmap(start, count)
            return nil
        }
        (place, self.start, self.count) = (free, start, count)
        slots[free].isBroken.store(false, ordering: .relaxed)
        slots[free].end.store(UInt(bitPattern: start) + UInt(pages), ordering: .relaxed)
        slots[free].start.store(UInt(bitPattern: start), ordering: .releasing)
    }

    deinit {
        // Before unmapping, because another file may be mapped there immediately.
        Self.slots[place].start.store(0, ordering: .releasing)
        munmap(start, count)
        Self.taken.withLock { $0[place] = false }
    }

    /// Whether some of the file's pages could not be read.
    var isBroken: Bool { Self.slots[place].isBroken.load(ordering: .acquiring) }

    private static let taken = Mutex([Bool](repeating: false, count: capacity))

    /// The slots. Their first use installs the handler.
    private nonisolated(unsafe) static let slots: UnsafeMutablePointer<Slot> = {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        for place in 0..<capacity { (slots + place).initialize(to: Slot()) }
        guardedSlots = slots
        pageSize = sysconf(Int32(_SC_PAGESIZE))
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = handleBusError
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER
        sigemptyset(&action.sa_mask)
        sigaction(SIGBUS, &action, &previousAction)
        return slots
    }()
}

// What the handler reads; set once, before it is installed.
nonisolated(unsafe) private var guardedSlots: UnsafeMutablePointer<MapGuard.Slot>?
nonisolated(unsafe) private var pageSize = 4096
nonisolated(unsafe) private var previousAction = sigaction()

/// Replaces pages that are gone by zeros.
///
/// Runs on whichever thread read the memory, so it must not lock or allocate.
private func handleBusError(
    _ signal: Int32, _ information: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
    let address = UInt(bitPattern: information?.pointee._sifields._sigfault.si_addr)
    if let slots = guardedSlots {
        for place in 0..<MapGuard.capacity {
            let start = slots[place].start.load(ordering: .acquiring)
            let end = slots[place].end.load(ordering: .relaxed)
            guard start != 0, address >= start, address < end else { continue }
            let code = errno
            let page = address & ~UInt(pageSize - 1)
            let zeros = mmap(
                UnsafeMutableRawPointer(bitPattern: page), Int(end - page), PROT_READ,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0)
            errno = code
            guard zeros != MAP_FAILED else { break }
            slots[place].isBroken.store(true, ordering: .releasing)
            return
        }
    }
    // Not a guarded page: the instruction raises it again for the previous handler. A signal that was sent is raised
    // here.
    sigaction(signal, &previousAction, nil)
    if let information, information.pointee.si_code <= 0 { raise(signal) }
}
