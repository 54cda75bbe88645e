/// A kernel's description of itself and its language in `kernel_info_reply`.
package struct LanguageInformation: Sendable {
    /// The kernel's name.
    package var implementation: String
    /// The kernel's version.
    package var implementationVersion: String
    /// The text that a console shows when it starts.
    package var banner: String
    /// The language's name.
    package var name: String
    /// The language's version.
    package var version: String
    /// The MIME type of source files.
    var mimeType: String
    /// The file extension of source files, with its dot.
    var fileExtension: String
    /// The name of the Pygments lexer.
    var pygmentsLexer: String
    /// The name of the CodeMirror mode.
    var codemirrorMode: String
    /// The name of the nbconvert exporter.
    var nbconvertExporter: String
    /// Links for the help menu: text and address.
    package var helpLinks: [(text: String, url: String)]

    /// Creates a description, by default of Swift.
    package init(
        implementation: String, implementationVersion: String, banner: String, name: String = "swift",
        version: String, mimeType: String = "text/x-swift", fileExtension: String = ".swift",
        pygmentsLexer: String = "swift", codemirrorMode: String = "swift",
        nbconvertExporter: String = "script",
        helpLinks: [(text: String, url: String)] = []
    ) {
        self.implementation = implementation
        self.implementationVersion = implementationVersion
        self.banner = banner
        self.name = name
        self.version = version
        self.mimeType = mimeType
        self.fileExtension = fileExtension
        self.pygmentsLexer = pygmentsLexer
        self.codemirrorMode = codemirrorMode
        self.nbconvertExporter = nbconvertExporter
        self.helpLinks = helpLinks
    }
}
