import Platform

/// An action on a comm, which is a channel between the language and a component of a front-end's page.
///
/// Widgets communicate over comms, see ``Widget``.
package struct CommEvent: Hashable, Sendable {
    /// A kind of action.
    package enum Kind: Hashable, Sendable {
        /// The comm is opened; `target` names its handler on the other side.
        case open(target: String)
        /// A message is sent.
        case message
        /// The comm is closed.
        case close
    }

    /// The kind of action.
    package var kind: Kind
    /// The comm's identifier.
    package var id: String
    /// The message's data.
    package var data: [String: JSON]
    /// The message's metadata, when a comm is opened.
    package var metadata: [String: JSON]
    /// Bytes that belong to ``data`` and are sent unencoded.
    package var buffers: [[UInt8]]
    /// The session of the front-end that sent it, a different one for each loaded page. Empty if the kernel did.
    package var session: String

    /// Creates an event of the comm `id`.
    package init(
        _ kind: Kind, id: String, data: [String: JSON] = [:], metadata: [String: JSON] = [:], buffers: [[UInt8]] = [],
        session: String = ""
    ) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
        self.session = session
    }

    /// The answer when the comm is unknown: a comm that was opened is closed, anything else is ignored.
    package var refusal: [CommEvent] {
        if case .open = kind { [CommEvent(.close, id: id)] } else { [] }
    }
}
