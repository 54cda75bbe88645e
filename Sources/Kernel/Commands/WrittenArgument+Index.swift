import Cells
import VitrineEngine

extension [WrittenArgument] {
    /// Returns the index in a subscript; nil if it holds anything but one whole number.
    ///
    /// - Parameters:
    ///   - what: the noun for an element: "picture".
    ///   - count: the number of elements.
    ///   - place: the words for the collection: "this sheet".
    /// - Throws: ``EngineError`` `.outOfRange`.
    func index(of what: String, below count: Int, in place: String) throws -> Int? {
        guard self.count == 1, let index = self[0].value.integer else { return nil }
        guard (0..<count).contains(index) else {
            throw EngineError.outOfRange(what: what, index: index, count: count, place: place)
        }
        return index
    }
}
