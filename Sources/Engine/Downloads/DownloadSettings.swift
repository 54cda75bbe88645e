import Platform

/// The settings of downloads: the environment, timeouts and retries.
package struct DownloadSettings: Sendable {
    /// Caches, addresses, tokens and proxies.
    package var environment: DownloadEnvironment
    /// When failed requests are retried.
    package var retries = RetryPolicy()
    /// The timeout for establishing a connection, in seconds.
    package var connectSeconds = 15
    /// The time without data after which a connection counts as lost, in seconds.
    package var stallSeconds = 30
    /// A function that returns the number of free bytes for files in a folder.
    package var freeBytes: @Sendable (_ folder: String) -> Int? = freeBytesOnDisk

    /// Creates the default settings in this environment.
    package init(_ environment: DownloadEnvironment) {
        self.environment = environment
    }
}

/// How often and after which pauses a failed request is retried.
package struct RetryPolicy: Sendable {
    /// The most consecutive tries that receive no byte.
    package var tries = 5
    /// The pause before the second try, in seconds; each following one is twice as long.
    package var firstPause = 0.5
    /// The longest pause, in seconds.
    package var longestPause = 8.0
    /// The longest time that a server may ask to wait (`Retry-After`), in seconds.
    private var longestWait = 60

    /// Creates the default policy: five tries within eight seconds.
    package init() {}

    /// Returns the pause after the `failures`-th consecutive failure, in seconds; nil to give up.
    func pause(after failures: Int, asked seconds: Int?) -> Double? {
        guard failures < tries else { return nil }
        if let seconds { return seconds <= longestWait ? Double(seconds) : nil }
        var pause = firstPause
        for _ in 1..<max(failures, 1) { pause = min(pause * 2, longestPause) }
        return pause
    }
}
