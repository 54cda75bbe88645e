/// Actions that a reply asks of its front-end.
public enum Payload {
    /// Opens the pager with `bundle`, scrolled to line `start`.
    public static func page(_ bundle: MIMEBundle, start: Int = 0) -> JSON {
        ["source": "page", "data": .object(bundle.data), "start": .integer(start)]
    }
}
