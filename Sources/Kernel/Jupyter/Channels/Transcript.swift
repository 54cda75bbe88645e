/// The output of a cell so far, as a front-end that received all of it would show it.
///
/// Updated displays keep only their latest form, and very long text only its end.
package struct Transcript: Sendable {
    /// A part of a cell's output.
    package enum Piece: Hashable, Sendable {
        /// Text.
        case text(OutputStream, String)
        /// A displayed value, with the identifier by which it can be updated.
        case display(MIMEBundle, id: String?)
    }

    /// The output in order.
    package private(set) var pieces: [Piece] = []
    /// The identifiers of the displays that were updated.
    private var updated: Set<String> = []
    private var textBytes = 0
    private var clearsNext = false

    /// The number of bytes of text that are kept at least; at most twice as many are kept.
    private static let keptBytes = 1 << 20

    /// Creates an empty transcript.
    package init() {}

    /// The displays that were updated, in their latest form.
    var changed: [MIMEBundle] {
        pieces.compactMap { piece in
            guard case .display(let bundle, let id?) = piece, updated.contains(id) else { return nil }
            return bundle
        }
    }

    /// Adds a cell's next event.
    package mutating func add(_ event: ExecutionEvent) {
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
        let index = id.flatMap { id in pieces.firstIndex { if case .display(_, id) = $0 { true } else { false } } }
        if let index { pieces[index] = display } else { pieces.append(display) }
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

    /// Removes the oldest text beyond the limit.
    private mutating func shorten() {
        for index in pieces.indices {
            let excess = textBytes - Self.keptBytes
            guard excess > 0 else { return }
            guard case .text(let stream, let text) = pieces[index] else { continue }
            let rest = String(decoding: text.utf8.dropFirst(excess), as: UTF8.self)
            pieces[index] = .text(stream, rest)
            textBytes -= min(excess, text.utf8.count)
        }
    }
}
