/// Joins words into an English list: "a", "a and b", "a, b and c".
package func englishList(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}
