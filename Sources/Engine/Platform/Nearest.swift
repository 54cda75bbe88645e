/// Returns the names among `candidates` that `name` may be a misspelling of, best first.
///
/// - Parameter limit: the most names to return.
/// - Returns: those within a third of the name's length in edits (at least two), by distance, and
///   those that contain the name or are contained in it.
package func nearest(to name: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let wanted = Array(name.lowercased())
    let tolerance = max(2, wanted.count / 3)
    var found: [(distance: Int, candidate: String)] = []
    for candidate in Set(candidates) {
        let characters = Array(candidate.lowercased())
        let distance = editDistance(wanted, characters)
        let contains =
            wanted.count > 1 && characters.count > 1
            && (candidate.lowercased().contains(name.lowercased())
                || name.lowercased().contains(candidate.lowercased()))
        if distance <= tolerance || contains { found.append((distance, candidate)) }
    }
    return found.sorted { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
        .prefix(limit).map(\.candidate)
}

/// Returns the addresses among `candidates` that `address` may have meant, best first.
///
/// If none is spelled similarly, returns those with the same numbers and a similar last component:
/// "encoder.layer.3.mlp", a name from another framework, finds "blocks.3.mlp".
package func nearestAddresses(to address: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let alike = nearest(to: address, among: candidates, limit: limit)
    guard alike.isEmpty else { return alike }
    func numbers(_ text: String) -> [Substring] { text.split { !$0.isNumber } }
    func lastPart(_ text: String) -> String { text.split(separator: ".").last.map(String.init) ?? text }
    let wanted = (numbers: numbers(address), last: lastPart(address))
    let same = candidates.filter { !numbers($0).isEmpty && numbers($0) == wanted.numbers }
    let parts = nearest(to: wanted.last, among: Set(same.map(lastPart)), limit: limit)
    return Array(same.filter { parts.contains(lastPart($0)) }.prefix(limit))
}

/// Returns the edit distance of two words: the fewest insertions, deletions, substitutions and transpositions of
/// adjacent letters.
///
/// Source: Damerau 1964; Wagner and Fischer 1974, the "optimal string alignment" form.
package func editDistance<Letter: Equatable>(_ a: [Letter], _ b: [Letter]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var current = [i] + [Int](repeating: 0, count: b.count)
        for j in 1...b.count {
            let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            current[j] = min(substitution, last[j] + 1, current[j - 1] + 1)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                current[j] = min(current[j], beforeLast[j - 2] + 1)
            }
        }
        beforeLast = last
        last = current
    }
    return last[b.count]
}
