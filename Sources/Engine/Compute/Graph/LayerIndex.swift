/// The index of a layer among those that a plan was asked for.
///
/// Addresses are looked up once, before anything is computed: ``Plan/index(of:)``.
public struct LayerIndex: Hashable, Sendable {
    /// The index into ``Plan/layers``, from 0.
    public let place: Int

    /// Creates the index of the layer at `place` in ``Plan/layers``.
    public init(_ place: Int) { self.place = place }
}

/// The layers that a plan will be asked for, each once, in the order in which they are first named.
///
/// Code that reads an executor's layers names them here and keeps their indices; the executor is then made for ``addresses``.
package struct WantedLayers: Sendable {
    /// The layers' addresses in order.
    package private(set) var addresses: [String] = []
    private var places: [String: Int] = [:]

    /// Creates a list of these layers, in this order.
    package init(_ addresses: [String] = []) {
        for address in addresses { _ = index(of: address) }
    }

    /// Returns the layer's index in a plan that is made for ``addresses``; adds the layer if it is new.
    package mutating func index(of address: String) -> LayerIndex {
        if let place = places[address] { return LayerIndex(place) }
        places[address] = addresses.count
        addresses.append(address)
        return LayerIndex(addresses.count - 1)
    }
}
