/// Something that one side of a comm does: a conversation between a language and a part of a page.
///
/// Widgets talk over comms, see ``Widget``.
public struct CommEvent: Hashable, Sendable {
    /// What is done.
    public enum Kind: Hashable, Sendable {
        /// The comm begins, with what should answer it on the other side.
        case open(target: String)
        /// Something is said.
        case message
        /// The comm ends.
        case close
    }

    /// What is done.
    public var kind: Kind
    /// The comm's name.
    public var id: String
    /// What is said.
    public var data: [String: JSON]
    /// What is said beside it, when a comm is opened.
    public var metadata: [String: JSON]
    /// Bytes that belong to ``data`` and travel as they are.
    public var buffers: [[UInt8]]
    /// Who says it, of a front-end's: each page that is loaded is another. Empty for the kernel's.
    public var session: String

    /// An event of the comm `id`.
    public init(
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

    /// What is answered when there is no such comm: a comm that was opened is closed, anything else is ignored.
    public var refusal: [CommEvent] {
        if case .open = kind { [CommEvent(.close, id: id)] } else { [] }
    }
}
