/// What a cell has written and shown so far, as a front-end that was there the whole time would show it now.
///
/// A display that is updated has its newest form only, and of very long text the end is kept.
public struct Transcript: Sendable {
    /// A part of a cell's output.
    public enum Piece: Hashable, Sendable {
        /// Written text.
        case text(OutputStream, String)
        /// A value on show, with the name under which it can be updated.
        case display(MIMEBundle, id: String?)
    }

    /// The output in order.
    public private(set) var pieces: [Piece] = []
    /// The names of the displays that were changed after they were first shown.
    private var updated: Set<String> = []
    private var textBytes = 0
    private var clearsNext = false

    /// So many bytes of text are kept at least, and at most twice as many.
    private static let keptBytes = 1 << 20

    /// No output.
    public init() {}

    /// The displays that were changed after they were first shown, as they are now.
    var changed: [MIMEBundle] {
        pieces.compactMap { piece in
            guard case .display(let bundle, let id?) = piece, updated.contains(id) else { return nil }
            return bundle
        }
    }

    /// Takes what the cell does next.
    public mutating func add(_ event: ExecutionEvent) {
        switch event {
        case .comm, .input: break
        case .clearOutput(wait: true): clearsNext = true
        case .clearOutput(wait: false): clear()
        case .stream(let stream, let text):
            if clearsNext { clear() }
            add(text, stream)
        case .display(let bundle, let id, let isUpdate, _):
            if clearsNext { clear() }
            if isUpdate, let id { updated.insert(id) }
            show(.display(bundle, id: id), id)
        }
    }

    private mutating func show(_ display: Piece, _ id: String?) {
        let place = id.flatMap { id in pieces.firstIndex { if case .display(_, id) = $0 { true } else { false } } }
        if let place { pieces[place] = display } else { pieces.append(display) }
    }

    private mutating func clear() {
        (pieces, updated, textBytes, clearsNext) = ([], [], 0, false)
    }

    private mutating func add(_ text: String, _ stream: OutputStream) {
        textBytes += text.utf8.count
        if case .text(stream, var written) = pieces.last {
            pieces[pieces.count - 1] = .text(stream, "")
            written += text
            pieces[pieces.count - 1] = .text(stream, written)
        } else {
            pieces.append(.text(stream, text))
        }
        if textBytes > 2 * Self.keptBytes { shorten() }
    }

    /// Leaves the oldest text out until no more is left than is kept.
    private mutating func shorten() {
        for place in pieces.indices {
            let excess = textBytes - Self.keptBytes
            guard excess > 0 else { return }
            guard case .text(let stream, let text) = pieces[place] else { continue }
            let rest = String(decoding: text.utf8.dropFirst(excess), as: UTF8.self)
            pieces[place] = .text(stream, rest)
            textBytes -= min(excess, text.utf8.count)
        }
    }
}
