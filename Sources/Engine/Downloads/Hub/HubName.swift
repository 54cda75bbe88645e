import Platform

/// A repository of the Hugging Face hub and one of its revisions: "facebook/dinov2-small", "timm/name@v1.0".
package struct HubName: Hashable, Sendable {
    /// The owner and name: "facebook/dinov2-small".
    package let repository: String
    /// A branch, a tag or a commit: "main" by default.
    package let revision: String

    /// Reads `owner/name` or `owner/name@revision`.
    ///
    /// - Returns: nil for an invalid name.
    /// - Source: huggingface_hub, `validate_repo_id`; timm, `hf_split`.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy(Self.isName), parts[0].count <= 96, !parts[0].hasSuffix(".git") else {
            return nil
        }
        let revision = parts.count > 1 ? String(parts[1]) : "main"
        guard isSafeRelativePath(revision), revision.utf8.count <= 200 else { return nil }
        repository = String(parts[0])
        self.revision = revision
    }

    /// Whether the revision is a commit, which never changes.
    var isCommit: Bool { isCommitHash(revision) }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.first, let last = name.last, !"-.".contains(first), !"-.".contains(last) else {
            return false
        }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_.".contains($0) }
            && !name.contains("--") && !name.contains("..")
    }
}

/// Returns whether this is the hash of a git commit: 40 hexadecimal digits.
func isCommitHash(_ text: String) -> Bool {
    text.count == 40 && text.allSatisfy(isHexadecimal)
}
