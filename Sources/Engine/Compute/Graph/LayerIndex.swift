/// One of the layers that a plan was asked for, by its place among them.
///
/// Addresses are looked up once, before anything is computed: ``Plan/index(of:)``.
public struct LayerIndex: Hashable, Sendable {
    /// The place in ``Plan/layers``, from 0.
    public let place: Int

    /// The layer at a place in ``Plan/layers``.
    public init(_ place: Int) { self.place = place }
}

/// The layers that will be asked of a plan, each once, in the order in which they are first named.
///
/// Whoever reads layers of an executor names them here and keeps their indices; the executor is then made for ``addresses``.
package struct WantedLayers: Sendable {
    /// The layers' addresses in order.
    package private(set) var addresses: [String] = []
    private var places: [String: Int] = [:]

    /// These layers, as if they had been named in this order.
    package init(_ addresses: [String] = []) {
        for address in addresses { _ = index(of: address) }
    }

    /// The layer's index in whatever is made for ``addresses``.
    package mutating func index(of address: String) -> LayerIndex {
        if let place = places[address] { return LayerIndex(place) }
        places[address] = addresses.count
        addresses.append(address)
        return LayerIndex(addresses.count - 1)
    }
}
