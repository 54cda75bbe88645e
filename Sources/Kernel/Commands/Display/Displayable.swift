import Cells
import Jupyter

/// A value with a richer form than its text: a card, a picture, a table.
protocol Displayable {
    /// The value in the forms that front-ends know. Always with a `text/plain` one.
    var bundle: MIMEBundle { get }
}

/// Any value as a front-end shows it.
func bundle(for value: Value) -> MIMEBundle {
    if let displayable = value.object as? any Displayable { return displayable.bundle }
    if let pictures = GatheredValue(ofList: value) { return pictures.bundle }
    return MIMEBundle(plain: value.quotedTextOfResult)
}

extension Value {
    /// The value as a cell's result: text in quotes, so that it is seen to be text.
    fileprivate var quotedTextOfResult: String { quotedText }
}
