import Foundation

/// A terminal that has started the kernel for itself, such as `jupyter console`.
///
/// It prints the text of what is shown and changes nothing afterwards: a picture in the making would stay at its first step.
/// So it is shown the last form as well when the cell ends. Pictures are written into a folder, and the text says where.
///
/// Used by the I/O thread.
final class TerminalFrontEnd {
    /// Whether pictures are handed to it too, which it opens in windows or as it is set up to.
    private let showsPictures: Bool
    private let parent: String
    private var folder: String?
    /// The last cell with pictures, and how many it had.
    private var last = (cell: 0, pictures: 0)

    /// A terminal whose pictures go into a new folder in `parent`, which is made for the first of them.
    init(showsPictures: Bool, parent: String = NSTemporaryDirectory()) {
        self.showsPictures = showsPictures
        self.parent = parent
    }

    /// The terminal that started this process; nil where something else did.
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

    /// Whether a command line is that of a terminal: `python …/bin/jupyter-console`, `python -m jupyter_console`.
    static func isTerminal(_ arguments: [String]) -> Bool {
        arguments.prefix(3).contains { argument in
            ["jupyter-console", "jupyter_console"].contains((argument as NSString).lastPathComponent)
        }
    }

    /// What is displayed of a value, one after the other: where there is a picture, the text has to come without it to be
    /// seen.
    func displays(of bundle: MIMEBundle, in cell: Int) -> [MIMEBundle] {
        guard bundle.data[Self.picture] != nil else { return [bundle] }
        let pictures = MIMEBundle(data: bundle.data.filter { $0.key == Self.picture }, metadata: bundle.metadata)
        return (showsPictures ? [pictures] : []) + [MIMEBundle(plain: words(bundle, cell))]
    }

    /// A cell's result, whose text is always seen.
    func result(_ bundle: MIMEBundle, of cell: Int) -> MIMEBundle {
        guard bundle.data[Self.picture] != nil else { return bundle }
        var result = bundle
        result.data["text/plain"] = .string(words(bundle, cell))
        if !showsPictures { result.data[Self.picture] = nil }
        return result
    }

    private static let picture = "image/png"

    /// The text, and where the picture is.
    private func words(_ bundle: MIMEBundle, _ cell: Int) -> String {
        let plain = bundle.plain ?? ""
        return path(of: bundle, cell).map { plain.isEmpty ? "Picture: \($0)" : "\(plain)\nPicture: \($0)" } ?? plain
    }

    /// The file that a picture is written to; nil where it cannot be.
    private func path(of bundle: MIMEBundle, _ cell: Int) -> String? {
        guard let text = bundle.data[Self.picture]?.string, let bytes = Data(base64Encoded: text),
            let folder = folder ?? made()
        else { return nil }
        self.folder = folder
        last = (cell, last.cell == cell ? last.pictures + 1 : 1)
        let path = "\(folder)/cell-\(cell)\(last.pictures > 1 ? "-\(last.pictures)" : "").png"
        return (try? bytes.write(to: URL(fileURLWithPath: path))) == nil ? nil : path
    }

    private func made() -> String? {
        var template = Array("\(parent.hasSuffix("/") ? parent : parent + "/")vitrine-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { path in
            path.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
    }
}
