import Cells
import Jupyter

/// A value with a richer form than its text: a card, a picture, a table.
protocol Displayable {
    /// The value in the forms that front-ends know, among them always `text/plain`.
    var bundle: MIMEBundle { get }
}

/// Returns the forms in which a front-end shows a value.
func bundle(for value: Value) -> MIMEBundle {
    if let displayable = value.object as? any Displayable { return displayable.bundle }
    if let pictures = ContactSheetValue(ofList: value) { return pictures.bundle }
    return MIMEBundle(plain: value.quotedTextOfResult)
}

extension Value {
    /// The value as a cell's result: text in quotes, so that it is seen to be text.
    fileprivate var quotedTextOfResult: String { quotedText }
}
