import Foundation

/// A terminal that started the kernel, such as `jupyter console`.
///
/// It prints the text of a display and cannot update it, so a picture that is being rendered would stay at its first
/// step. The final form is therefore shown when the cell ends. Pictures are written to a folder, and the text names the
/// file.
///
/// Used on the I/O thread.
final class TerminalFrontEnd {
    /// Whether the terminal can show pictures, in windows or with a configured handler.
    private let showsPictures: Bool
    private let parent: String
    private var folder: String?
    /// The last cell with pictures, and their number.
    private var last = (cell: 0, pictures: 0)

    /// Creates a terminal whose pictures go to a new folder in `parent`, which is created for the first picture.
    init(showsPictures: Bool, parent: String = NSTemporaryDirectory()) {
        self.showsPictures = showsPictures
        self.parent = parent
    }

    /// The terminal that started this process; nil if something else did.
    static var ofThisProcess: TerminalFrontEnd? {
        let environment = ProcessInfo.processInfo.environment
        guard let parent = environment["JPY_PARENT_PID"].flatMap({ pid_t($0) }),
            let line = FileManager.default.contents(atPath: "/proc/\(parent)/cmdline")
        else { return nil }
        let arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard isTerminal(arguments) else { return nil }
        let hasWindows = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        return TerminalFrontEnd(showsPictures: hasWindows || arguments.contains { $0.contains("image_handler") })
    }

    /// Returns whether a command line is that of a terminal: `python …/bin/jupyter-console`, `python -m
    /// jupyter_console`.
    static func isTerminal(_ arguments: [String]) -> Bool {
        arguments.prefix(3).contains { argument in
            ["jupyter-console", "jupyter_console"].contains((argument as NSString).lastPathComponent)
        }
    }

    /// Returns the displays that show a value. A picture and its text become two, because the terminal does not print
    /// the text of a display with a picture.
    func displays(of bundle: MIMEBundle, in cell: Int) -> [MIMEBundle] {
        guard bundle.data[Self.picture] != nil else { return [bundle] }
        let pictures = MIMEBundle(data: bundle.data.filter { $0.key == Self.picture }, metadata: bundle.metadata)
        return (showsPictures ? [pictures] : []) + [MIMEBundle(plain: text(bundle, cell))]
    }

    /// Returns a cell's result, whose text the terminal always prints.
    func result(_ bundle: MIMEBundle, of cell: Int) -> MIMEBundle {
        guard bundle.data[Self.picture] != nil else { return bundle }
        var result = bundle
        result.data["text/plain"] = .string(text(bundle, cell))
        if !showsPictures { result.data[Self.picture] = nil }
        return result
    }

    private static let picture = "image/png"

    /// Returns the text, followed by the picture's path.
    private func text(_ bundle: MIMEBundle, _ cell: Int) -> String {
        let plain = bundle.plain ?? ""
        return path(of: bundle, cell).map { plain.isEmpty ? "Picture: \($0)" : "\(plain)\nPicture: \($0)" } ?? plain
    }

    /// Writes a picture and returns its path; nil if it cannot be written.
    private func path(of bundle: MIMEBundle, _ cell: Int) -> String? {
        guard let text = bundle.data[Self.picture]?.string, let bytes = Data(base64Encoded: text),
            let folder = folder ?? makeFolder()
        else { return nil }
        self.folder = folder
        last = (cell, last.cell == cell ? last.pictures + 1 : 1)
        let path = "\(folder)/cell-\(cell)\(last.pictures > 1 ? "-\(last.pictures)" : "").png"
        return (try? bytes.write(to: URL(fileURLWithPath: path))) == nil ? nil : path
    }

    private func makeFolder() -> String? {
        var template = Array("\(parent.hasSuffix("/") ? parent : parent + "/")vitrine-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { path in
            path.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
    }
}
