#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Stops recursion before the thread's stack overflows: a function that calls itself for ever is an error in the cell,
/// not a crash.
///
/// The end of the stack is queried once for each thread and kept in thread-specific storage.
enum StackGuard {
    /// Throws if less than an eighth of the thread's stack is left.
    @inline(never)
    static func check() throws {
        var here: UInt8 = 0
        let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
        if address < lowest() {
            throw CellError(
                .tooLarge, "The calls are nested too deeply. Does a function call itself without end?")
        }
    }

    /// Returns the lowest address that the interpreter may reach on this thread.
    private static func lowest() -> UInt {
        if let known = pthread_getspecific(key) { return UInt(bitPattern: known) }
        let bounds = stackBounds()
        let limit = bounds.lowest + max(bounds.size / 8, 64 * 1024)
        pthread_setspecific(key, UnsafeMutableRawPointer(bitPattern: limit))
        return limit
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private static func stackBounds() -> (lowest: UInt, size: UInt) {
        #if canImport(Darwin)
            let size = UInt(pthread_get_stacksize_np(pthread_self()))
            return (UInt(bitPattern: pthread_get_stackaddr_np(pthread_self())) - size, size)
        #else
            // Glibc has the function, but hides its declaration from Swift.
            typealias GetAttributes =
                @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
            if let symbol = dlsym(nil, "pthread_getattr_np") {
                let getAttributes = unsafeBitCast(symbol, to: GetAttributes.self)
                var attributes = pthread_attr_t()
                var lowest: UnsafeMutableRawPointer?
                var size = 0
                if getAttributes(pthread_self(), &attributes) == 0 {
                    pthread_attr_getstack(&attributes, &lowest, &size)
                    pthread_attr_destroy(&attributes)
                }
                if let lowest, size > 0 { return (UInt(bitPattern: lowest), UInt(size)) }
            }
            // The system does not tell: assume that a quarter of a megabyte is left.
            var here: UInt8 = 0
            let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
            return (address - 256 * 1024, 256 * 1024)
        #endif
    }
}
