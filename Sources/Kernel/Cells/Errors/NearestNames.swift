import Platform

/// Returns the existing names nearest to one that does not exist, best first: with a letter changed, left out, added or
/// swapped, in another case, or with the name as a prefix.
package func nearestNames(to name: String, among names: some Sequence<String>, limit: Int = 3) -> [String] {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(100))
    guard !wanted.isEmpty else { return [] }
    let allowed = max(1, wanted.count / 3)
    var seen: Set<String> = []
    var found: [(name: String, distance: Int)] = []
    for candidate in names where seen.insert(candidate).inserted && candidate != name {
        let letters = Array(candidate.lowercased().unicodeScalars.prefix(100))
        if wanted.count >= 2, letters.starts(with: wanted) {
            found.append((candidate, letters.count == wanted.count ? 0 : 1))
        } else if abs(letters.count - wanted.count) <= allowed {
            let distance = editDistance(wanted, letters)
            if distance <= allowed, distance < max(wanted.count, letters.count) {
                found.append((candidate, distance))
            }
        }
    }
    found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return found.prefix(limit).map(\.name)
}

/// Returns " Did you mean …?" with the nearest name, or nothing.
func suggestion(
    of name: String, among names: some Sequence<String>, quoting quote: (String) -> String = { "`\($0)`" }
) -> String {
    nearestNames(to: name, among: names, limit: 1).first.map { " Did you mean \(quote($0))?" } ?? ""
}
