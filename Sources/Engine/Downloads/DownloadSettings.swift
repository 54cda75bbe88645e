import Platform

/// How downloads are made: what is allowed to take how long, and what is asked again.
package struct DownloadSettings: Sendable {
    /// Caches, addresses, tokens and proxies.
    package var environment: DownloadEnvironment
    /// How often what failed is tried again.
    package var retries = RetryPolicy()
    /// How long a connection may take to come about, seconds.
    package var connectSeconds = 15
    /// How long nothing may come before a connection counts as cut, seconds.
    package var stallSeconds = 30
    /// How many bytes a file in this folder may take.
    package var freeBytes: @Sendable (_ folder: String) -> Int? = freeBytesOnDisk

    /// The usual settings in this environment.
    package init(_ environment: DownloadEnvironment) {
        self.environment = environment
    }
}

/// How often and after which pauses something is tried again.
package struct RetryPolicy: Sendable {
    /// How many tries may follow one another without a byte having come.
    package var tries = 5
    /// The pause before the second try; each following one is twice as long.
    package var firstPause = 0.5
    /// The longest pause, seconds.
    package var longestPause = 8.0
    /// The longest that a server may ask to wait (`Retry-After`), seconds.
    package var longestWait = 60

    /// Five tries within eight seconds.
    package init() {}

    /// The pause after the `failures`-th failure in a row, seconds; nil to give up.
    func pause(after failures: Int, asked seconds: Int?) -> Double? {
        guard failures < tries else { return nil }
        if let seconds { return seconds <= longestWait ? Double(seconds) : nil }
        var pause = firstPause
        for _ in 1..<max(failures, 1) { pause = min(pause * 2, longestPause) }
        return pause
    }
}
