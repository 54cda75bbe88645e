import Platform

/// Actions that a reply asks its front-end to perform.
package enum Payload {
    /// Returns the action that inserts a new cell with this text below the one that ran.
    package static func nextCell(_ text: String) -> JSON {
        ["source": "set_next_input", "text": .string(text), "replace": false]
    }

    /// The action that ends a console.
    package static let exit: JSON = ["source": "ask_exit", "keepkernel": false]

    /// Returns the action that opens the pager with `bundle`, scrolled to line `start`.
    package static func page(_ bundle: MIMEBundle, start: Int = 0) -> JSON {
        ["source": "page", "data": .object(bundle.data), "start": .integer(start)]
    }
}
