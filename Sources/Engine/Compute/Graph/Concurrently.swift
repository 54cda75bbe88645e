import Foundation
import Synchronization

/// Calls `body` for `0..<count` on `threads` threads, or fewer, and returns when all are done.
///
/// Meant for work that may wait for a disk, which would block the ``ThreadTeam``.
package func concurrently(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    let next = Counter()
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
            let index = next.value.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }
}

private final class Counter: Sendable {
    let value = Atomic(0)
}
