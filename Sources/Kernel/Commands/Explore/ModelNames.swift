import Cells
import Synchronization
import VitrineEngine

/// What a cell calls a model: the variable that holds it.
final class ModelNames: Sendable {
    private struct Variables: Sendable { weak var interpreter: Interpreter? }
    private let variables = Mutex(Variables())

    /// Looks among the variables of this interpreter from now on.
    func look(in interpreter: Interpreter) { variables.withLock { $0.interpreter = interpreter } }

    /// “vit”; where no variable holds the model, what loads it.
    func expression(for model: Model) -> String {
        let held = variables.withLock { $0.interpreter?.variables ?? [:] }
            .filter { ($0.value.value.object as? ModelValue)?.model === model }
        if let name = held.keys.min() { return name }
        let source = Catalog.builtInNames.contains(model.name) ? model.name : model.origin
        return "load(\(CellText.literal(source)))"
    }
}
