/// The time since it was made.
struct Clock {
    private let start = ContinuousClock.now

    /// Seconds that have gone by.
    var elapsed: Double { start.duration(to: .now) / .seconds(1) }
}
