import Synchronization

/// A copy of a convolution's weight in the order in which its products read it, made when an executor first needs it.
///
/// A file has the taps of a window last, while a grid of tokens has the channels last. A convolution that no objective needs
/// takes no memory for its copy.
package final class ArrangedWeight: Sendable {
    private let copy = Mutex<Parameter?>(nil)

    package init() {}

    /// Returns the copy, and makes it by `make` unless it exists.
    func values(_ make: () -> Parameter) -> UnsafePointer<Float> {
        copy.withLock { copy in
            let arranged = copy ?? make()
            copy = arranged
            return arranged.values
        }
    }
}
