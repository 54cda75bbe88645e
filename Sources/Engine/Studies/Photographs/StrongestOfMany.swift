/// The strongest of many things that pass by, a fixed number of them.
package struct StrongestOfMany<Element> {
    private let count: Int
    private var kept: [(value: Float, path: String, element: Element)] = []

    /// Keeps at most `count`.
    package init(count: Int) { self.count = count }

    /// What was kept, strongest first; of equal ones the first by path, in whatever order they passed by.
    package var elements: [Element] { kept.map(\.element) }

    /// Keeps an element if it is among the strongest so far, and drops the one that is then too many.
    ///
    /// - Parameters:
    ///   - value: a number.
    ///   - element: made only when it is kept.
    package mutating func offer(_ value: Float, path: String, _ element: @autoclosure () -> Element) {
        let place = kept.firstIndex { (-value, path) < (-$0.value, $0.path) } ?? kept.count
        guard place < count else { return }
        kept.insert((value, path, element()), at: place)
        if kept.count > count { kept.removeLast() }
    }
}
