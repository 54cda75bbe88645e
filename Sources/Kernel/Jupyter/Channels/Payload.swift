/// Actions that a reply asks of its front-end.
public enum Payload {
    /// Puts a new cell with this text below the one that ran.
    public static func nextCell(_ text: String) -> JSON {
        ["source": "set_next_input", "text": .string(text), "replace": false]
    }

    /// Ends a console.
    public static let exit: JSON = ["source": "ask_exit", "keepkernel": false]

    /// Opens the pager with `bundle`, scrolled to line `start`.
    public static func page(_ bundle: MIMEBundle, start: Int = 0) -> JSON {
        ["source": "page", "data": .object(bundle.data), "start": .integer(start)]
    }
}
