import Glibc

/// Returns a date in ISO 8601 with microseconds, in UTC: `2026-01-31T09:30:00.000000Z`.
///
/// - Parameter moment: the date in seconds since 1970; now if nil.
package func timestamp(_ moment: Double? = nil) -> String {
    var seconds = moment ?? secondsSince1970()
    var microseconds = Int(((seconds - seconds.rounded(.down)) * 1e6).rounded(.down))
    seconds.round(.down)
    if microseconds > 999_999 { microseconds = 999_999 }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day =
        "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let hour =
        "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(day)T\(hour).\(padded(microseconds, 6))Z"
}

/// Returns the seconds since 1970, by the wall clock.
package func secondsSince1970() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// Returns the seconds of a monotonic clock, for deadlines.
package func steadySeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
