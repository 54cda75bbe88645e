import Glibc

/// Runs `body` on a new thread.
package func startThread(name: String, stackBytes: Int, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(ThreadBody(name: name, run: body)).toOpaque()
    let status = pthread_create(&thread, &attributes, runThread, argument)
    pthread_attr_destroy(&attributes)
    precondition(status == 0, "A thread could not be started: \(String(cString: strerror(status)))")
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    nameThread(body.name)
    body.run()
    return nil
}

/// Names the calling thread, for debuggers and `top -H`. (`pthread_setname_np` is not visible to Swift.)
private func nameThread(_ name: String) {
    guard let file = fopen("/proc/thread-self/comm", "w") else { return }
    fputs(name, file)
    fclose(file)
}

private final class ThreadBody: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}
