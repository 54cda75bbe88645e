import Jupyter

extension ProgressLine {
    /// Does work that tells how far it is, and says in the line how it ended.
    ///
    /// - Parameter work: is handed the line to update.
    static func during<Result>(_ title: String, in execution: Execution, _ work: (ProgressLine) throws -> Result)
        rethrows -> Result
    {
        let line = ProgressLine(in: execution, title: title)
        do {
            let result = try work(line)
            line.finish()
            return result
        } catch {
            line.stop()
            throw error
        }
    }
}
