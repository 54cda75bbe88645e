import Foundation
import Synchronization

/// The mapped files of this process, for the moment at which the pages of one are gone.
///
/// Where a mapped file is cut short or its disk fails, reading it raises SIGBUS, which ends a process. Here the rest of such
/// a file reads as zeros from then on, and the guard remembers it: whoever reads asks ``isBroken`` before the result is
/// used. Any other SIGBUS goes where it went before.
final class MapGuard: Sendable {
    /// One mapped file, read by the signal's handler: nothing but atomic numbers.
    fileprivate struct Slot: ~Copyable {
        /// The first address; 0 where the slot is free.
        let start = Atomic<UInt>(0)
        /// The address after the last.
        let end = Atomic<UInt>(0)
        let isBroken = Atomic<Bool>(false)
    }

    /// So many files are mapped at once at most.
    fileprivate static let capacity = 1024

    private let place: Int
    private nonisolated(unsafe) let start: UnsafeMutableRawPointer
    private let count: Int

    /// Guards `count` mapped bytes from `start` on until it is gone, and then gives them back.
    ///
    /// - Returns: nil where too many files are mapped; the bytes are given back.
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
        // First: another file may be mapped there at once.
        Self.slots[place].start.store(0, ordering: .releasing)
        munmap(start, count)
        Self.taken.withLock { $0[place] = false }
    }

    /// Whether some of the file's pages could not be read.
    var isBroken: Bool { Self.slots[place].isBroken.load(ordering: .acquiring) }

    private static let taken = Mutex([Bool](repeating: false, count: capacity))

    /// The slots, the handler installed.
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

// What the handler reads: set once, before it is installed.
nonisolated(unsafe) private var guardedSlots: UnsafeMutablePointer<MapGuard.Slot>?
nonisolated(unsafe) private var pageSize = 4096
nonisolated(unsafe) private var previousAction = sigaction()

/// Puts zeros in the place of pages that are gone.
///
/// Runs wherever the memory was read, so it takes no lock and no memory: it looks through the slots and calls the system.
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
    // Somebody else's: the same instruction raises it again, for whoever handled it before. So does this where it was sent.
    sigaction(signal, &previousAction, nil)
    if let information, information.pointee.si_code <= 0 { raise(signal) }
}
