import Platform

/// A request for the kernel's description.
package struct KernelInfoRequest: RequestContent {
    package static let type = "kernel_info_request"

    package init(_ content: JSON) {}
}

/// A reply with the kernel's description.
struct KernelInfoReply: MessageContent {
    package static let type = "kernel_info_reply"

    /// The kernel and its language.
    package var language: LanguageInformation
    /// The version of the messaging specification in use.
    package var protocolVersion = Header.protocolVersion

    package var content: JSON {
        [
            "status": "ok",
            "protocol_version": .string(protocolVersion),
            "implementation": .string(language.implementation),
            "implementation_version": .string(language.implementationVersion),
            "language_info": [
                "name": .string(language.name),
                "version": .string(language.version),
                "mimetype": .string(language.mimeType),
                "file_extension": .string(language.fileExtension),
                "pygments_lexer": .string(language.pygmentsLexer),
                "codemirror_mode": .string(language.codemirrorMode),
                "nbconvert_exporter": .string(language.nbconvertExporter),
            ],
            "banner": .string(language.banner),
            "debugger": false,
            "supported_features": ["kernel subshells"],
            "help_links": .array(
                language.helpLinks.map { ["text": .string($0.text), "url": .string($0.url)] }),
        ]
    }
}
