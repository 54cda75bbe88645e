/// Formats a number of bytes with a unit: "1.2 GB".
package func byteCount(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    let digits = unit == 0 || value >= 100 ? 0 : 1
    return "\(value.formatted(digits: digits)) \(units[unit])"
}

extension Double {
    /// Formats the number with exactly `digits` decimals.
    package func formatted(digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        let rounded = (self * scale).rounded()
        guard rounded.magnitude < 1e15 else { return "\(self)" }
        let whole = Int(rounded.magnitude)
        let sign = rounded < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(whole % Int(scale))
        let padding = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(whole / Int(scale)).\(padding)\(fraction)"
    }
}
