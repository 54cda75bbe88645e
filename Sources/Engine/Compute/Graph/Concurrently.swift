import Foundation
import Synchronization

/// Calls `body` for `0..<count` on as many threads as the engine may keep busy, and returns when all are done.
///
/// For work that may wait for a disk: it leaves the ``ThreadTeam`` to others.
package func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let next = Counter()
    DispatchQueue.concurrentPerform(iterations: min(ThreadTeam.shared.count, count)) { _ in
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
