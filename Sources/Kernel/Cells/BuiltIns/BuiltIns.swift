/// The functions and types that every cell can use without declaring them.
enum BuiltIns {
    /// Every built-in by its name.
    static let all: [String: Value] = {
        let commands = OutputFunctions.all + Mathematics.all + SequenceFunctions.all
        let types = Types.all + Clocks.all
        return Dictionary(
            uniqueKeysWithValues: commands.map { ($0.signature.name, Value.function($0)) }
                + types.map { ($0.signature.name, Value.function($0)) })
    }()
}
