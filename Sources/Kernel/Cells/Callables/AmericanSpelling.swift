/// Respells a British name as cells know it: `colourShift` → `colorShift`, `grey` → `gray`.
///
/// Cells accept both.
package func americanSpelling(_ name: String) -> String {
    spellings.reduce(name) { $0.replacing($1.british, with: $1.american) }
}

private let spellings: [(british: String, american: String)] = [
    ("olour", "olor"), ("grey", "gray"), ("Grey", "Gray"), ("entre", "enter"), ("alis", "aliz"), ("imis", "imiz"),
    ("eighbour", "eighbor"), ("atalogue", "atalog"),
]
