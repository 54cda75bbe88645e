import Cells
import VitrineEngine

/// Finds the file of a dictionary of latents by a path or a name.
enum DictionaryLoading {
    /// Returns the path of a dictionary's file, which is downloaded if the name is that of a repository.
    static func path(of name: String, in run: CellRun) throws -> String {
        let line = ProgressLine(in: run.execution, title: name, delay: 0)
        do {
            let path = try ModelSource().resolveDictionary(name, cancellation: run.cancellation) { progress in
                let shown = LoadProgress(.downloading(progress))
                line.update(done: shown.done, of: shown.total, .bytes, title: shown.title, note: shown.note)
            }
            line.finish()
            return path
        } catch {
            line.stop()
            throw error
        }
    }
}
