/// The k strongest of many elements that are offered one after the other.
package struct TopK<Element> {
    private let count: Int
    private var kept: [(value: Float, path: String, element: Element)] = []

    /// Creates a list that keeps at most `count` elements.
    package init(count: Int) { self.count = count }

    /// The kept elements, strongest first; equal ones are sorted by path, so the order of the offers does not matter.
    package var elements: [Element] { kept.map(\.element) }

    /// Keeps an element if it is among the strongest so far, and drops the weakest if there are then too many.
    ///
    /// - Parameters:
    ///   - value: the element's strength, not NaN.
    ///   - element: evaluated only if it is kept.
    package mutating func offer(_ value: Float, path: String, _ element: @autoclosure () -> Element) {
        let place = kept.firstIndex { (-value, path) < (-$0.value, $0.path) } ?? kept.count
        guard place < count else { return }
        kept.insert((value, path, element()), at: place)
        if kept.count > count { kept.removeLast() }
    }
}
