import Cells
import Synchronization
import VitrineEngine

/// The names of models in cells: the variables that hold them.
final class ModelNames: Sendable {
    private struct Variables: Sendable { weak var interpreter: Interpreter? }
    private let variables = Mutex(Variables())

    /// Sets the interpreter whose variables are searched.
    func search(in interpreter: Interpreter) { variables.withLock { $0.interpreter = interpreter } }

    /// Returns the variable that holds a model, “vit”, or a call of `load` if there is none.
    func expression(for model: Model) -> String {
        let held = variables.withLock { $0.interpreter?.variables ?? [:] }
            .filter { ($0.value.value.object as? ModelValue)?.model === model }
        if let name = held.keys.min() { return name }
        let source = Catalog.builtInNames.contains(model.name) ? model.name : model.origin
        return "load(\(CellText.literal(source)))"
    }

    /// Returns the variable that holds a photograph, “photo”, or a call of `image` if there is none.
    func expression(for photograph: Photograph) throws -> String {
        let held = variables.withLock { $0.interpreter?.variables ?? [:] }
            .filter {
                $0.value.value.object.map { ObjectIdentifier($0 as AnyObject) }
                    == ObjectIdentifier(photograph.value as AnyObject)
            }
        if let name = held.keys.min() { return name }
        return "image(\(CellText.literal(try photograph.reference.photograph.name)))"
    }
}
