import Foundation

/// Formats a duration: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let tenths = Int((max(seconds, 0) * 10).rounded())
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
}

/// Formats a number with two or three significant digits: "0.042", "12.3".
func brief(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = value.magnitude
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.0995 || size == 0 ? 2 : size >= 0.00995 ? 3 : 4
    return value.formatted(digits: digits).replacing("-", with: "−")
}

/// Formats a share as a percentage: "37 %".
func percent(_ share: Double) -> String {
    share.isFinite
        ? "\((share * 100).formatted(digits: share.magnitude < 0.1 ? 1 : 0).replacing("-", with: "−")) %" : "–"
}

/// Formats a number with six significant digits: "0.0123457", "1.2e-05".
func significant(_ value: Float) -> String { significant(Double(value)) }

/// Formats a number with six significant digits: "0.0123457", "1.2e-05".
func significant(_ value: Double) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-∞" : "∞") : String(format: "%.6g", value)
}

/// Converts a number to the shortest decimal that equals it as a 32-bit number: 1.2642546 instead of
/// 1.2642545700073242.
func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
