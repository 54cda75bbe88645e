import Foundation
import VitrineEngine

/// What the measuring scripts ask of the engine. Each command says where it is defined what it measures.
@main struct Benchmark {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("--steps", 1): try Steps.serve()
        case ("--features", 1): try Features.serve()
        case ("--load", 2): try LoadTime.print(words[1])
        case ("--memory", 4): try Memory.print(words[1], layer: words[2], size: Int(words[3]) ?? 0)
        case ("--pictures", 2): try Pictures.make(of: words[1])
        case ("--pictures", 3): try Pictures.make(of: words[1], stages: words[2])
        case ("--watch", 2): try Pictures.watch(words[1])
        case ("--watch", 3): try Pictures.watch(words[1], stages: words[2])
        case ("--plot", 4): try Plot.draw(to: words[1], x: words[2], y: words[3])
        default:
            print(
                """
                Usage: benchmark --steps
                       benchmark --features
                       benchmark --load WEIGHTS
                       benchmark --memory WEIGHTS LAYER SIZE
                       benchmark --pictures WEIGHTS [STAGES.json]
                       benchmark --watch WEIGHTS [STAGES.json]
                       benchmark --plot PNG X Y
                """)
            exit(64)
        }
    }
}

/// Writes a line at once, for the program that waits for it.
func answer(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
}
