/// A line of a notebook that is not Swift: `%%time`, `!ls`.
struct CellMagic {
    /// Whether to report how long the cell took.
    let isTimed: Bool
    /// The cell with the magic replaced by blanks, so that every letter keeps its place.
    let rest: String

    /// Parses the first line of a cell that is not blank.
    ///
    /// - Throws: ``CellError`` `.unsupported`, with what to write instead, for any other magic or shell line.
    init(_ cell: String) throws(CellError) {
        let lines = cell.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let index = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            (isTimed, rest) = (false, cell)
            return
        }
        let line = lines[index]
        let words = line.split(whereSeparator: \.isWhitespace)
        let start = line.prefix(while: \.isWhitespace).utf8.count
        let offset = lines[..<index].reduce(start) { $0 + $1.utf8.count + 1 }
        let place = Place(start: offset, end: offset)
        let first = words.first.map(String.init) ?? ""
        if ["%%time", "%time", "%%timeit", "%timeit"].contains(first) {
            isTimed = true
            let end = cell.utf8.index(cell.utf8.startIndex, offsetBy: offset + first.utf8.count)
            let begin = cell.utf8.index(cell.utf8.startIndex, offsetBy: offset)
            rest = String(cell[..<begin]) + String(repeating: " ", count: first.count) + String(cell[end...])
            return
        }
        (isTimed, rest) = (false, cell)
        let source = SourceText(cell)
        if first.hasPrefix("%"), first.drop(while: { $0 == "%" }).first?.isLetter == true {
            let name = String(first.drop { $0 == "%" })
            throw source.error(.unsupported, "Cells have no `\(first)`. \(Self.magic(name))", at: place)
        }
        if first.hasPrefix("!"), first.dropFirst().first?.isLetter == true,
            Self.programs.contains(String(first.dropFirst())) || words.count > 1 && !Self.isOperator(words[1])
        {
            throw source.error(
                .unsupported, "Cells have no shell lines. \(Self.program(String(first.dropFirst())))", at: place)
        }
    }

    private static func isOperator(_ word: Substring) -> Bool { word.allSatisfy { !$0.isLetter && !$0.isNumber } }

    private static func magic(_ name: String) -> String {
        switch name {
        case "matplotlib", "config": "Leave the line out: pictures show themselves."
        case "load_ext", "autoreload", "reload_ext": "Leave the line out: nothing needs to be loaded."
        case "cd", "pwd": "Paths are relative to the notebook's folder; `~` is your home."
        case "pip", "conda", "sh", "bash", "script", "system": terminal
        case "env", "set_env": "Set environment variables before Jupyter starts."
        case "who", "whos": "`loaded()` lists the models in memory; a name alone as a cell shows its value."
        case "reset", "reset_selective": "Write `reset(\"name\")`, or `reset()` for all variables."
        case "run", "load": "Put the code into this cell."
        case "writefile", "file": "`save(picture, \"x.png\")` writes a picture, `tensor.save(\"x.npy\")` numbers."
        case "html", "HTML", "latex", "markdown", "svg", "javascript", "js": "Write it in a Markdown cell."
        default: "Cells are Swift; `help()` lists the commands."
        }
    }

    private static let terminal = "Run it in a terminal: File › New › Terminal in JupyterLab."

    private static func program(_ name: String) -> String {
        switch name {
        case "ls", "dir": "Inside quotes, Tab lists files: `image(\"`. `models()` lists models."
        case "pwd", "cd": "Paths are relative to the notebook's folder; `~` is your home."
        case "wget", "curl": "`load(\"vit_b_16\")` downloads models; use a terminal for anything else."
        case "nvidia-smi": "Everything is computed on the processor."
        default: terminal
        }
    }

    private static let programs: Set<String> = [
        "ls", "dir", "pwd", "cd", "pip", "pip3", "conda", "git", "wget", "curl", "cat", "head", "tail", "echo", "rm",
        "cp",
        "mv", "mkdir", "unzip", "tar", "which", "whoami", "nvidia-smi", "python", "python3", "apt", "apt-get", "make",
        "df",
        "du", "top", "ps", "env", "uname", "free", "swift", "vitrine",
    ]
}
