import Checkpoints
import Foundation
import Platform

/// The project whose tokenizer a text tower was trained with.
enum TokenizerProject: Hashable, Sendable {
    /// Hugging Face's CLIP: the steps are in `tokenizer.json`, or the same for all.
    case huggingFaceCLIP
    /// The steps are in `tokenizer.json`. Some projects put every text into lower case first.
    case steps(lowercases: Bool, cleaning: CaptionCleaning?)
    /// OpenAI's or open_clip's `SimpleTokenizer`, which differ in the names of the special tokens.
    case simple(CaptionCleaning, isOpenCLIP: Bool)
}

/// The files of a tokenizer beside a model's weights.
struct TokenizerFiles {
    private let folder: String
    private let model: String
    private let project: TokenizerProject

    /// Names the files of a model's tokenizer.
    ///
    /// - Parameters:
    ///   - folder: the folder of the weights.
    ///   - model: the model's name, for errors.
    init(in folder: String, of model: String, _ project: TokenizerProject) {
        self.folder = folder
        self.model = model
        self.project = project
    }

    /// The most bytes of a file; that of Gemma's 256,000 tokens has 34 MB.
    private static let longestFile = 400_000_000
    private static let steps = "tokenizer.json"
    private static let pieces = ["spiece.model", "tokenizer.model"]
    private static let tokens = "vocab.json"
    private static let merges = "merges.txt"
    private static let plainMerges = ["bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt"]

    /// Reads the tokenizer.
    ///
    /// - Throws: ``TextError/noVocabulary(model:folder:isOpenAI:)``, ``TextError/unsupportedTokenizer(path:reason:)``;
    ///   ``EngineError/fileUnreadable(path:reason:)``.
    func read() throws(EngineError) -> (tokenizer: Tokenizer, path: String) {
        switch project {
        case .huggingFaceCLIP:
            if let reader = try stepsReader() { return (try reader.tokenizer(), path(Self.steps)) }
            let (vocabulary, path) = try vocabulary()
            return (huggingFaceCLIP(vocabulary), path)
        case .steps(let lowercases, let cleaning):
            var (tokenizer, place) = try stepsOrPieces()
            if lowercases { tokenizer.normalization.insert(.lowercase, at: 0) }
            tokenizer.cleaning = cleaning
            return (tokenizer, place)
        case .simple(let cleaning, let isOpenCLIP):
            let (vocabulary, path) = try vocabulary()
            return (try simple(vocabulary, cleaning, isOpenCLIP: isOpenCLIP, path: path), path)
        }
    }

    private func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

    /// Returns the contents of a file; nil if there is none of this name.
    private func contents(_ name: String) throws(EngineError) -> [UInt8]? {
        do throws(EngineError) {
            return try OrdinaryFile.contents(of: path(name), limit: Self.longestFile)
        } catch {
            if case .fileMissing = error { return nil }
            throw error
        }
    }

    private func stepsReader() throws(EngineError) -> TokenizerReader? {
        guard let bytes = try contents(Self.steps) else { return nil }
        return try TokenizerReader(bytes, path: path(Self.steps))
    }

    /// Reads the steps, or the file of SentencePiece from which they were made.
    private func stepsOrPieces() throws(EngineError) -> (tokenizer: Tokenizer, path: String) {
        if let reader = try stepsReader() { return (try reader.tokenizer(), path(Self.steps)) }
        for name in Self.pieces {
            guard let bytes = try contents(name) else { continue }
            return (try SentencePieceFile(bytes, path: path(name)).tokenizer(), path(name))
        }
        throw .text(.noVocabulary(model: model, folder: folder, isOpenAI: false))
    }

    /// The tokens of CLIP's byte-pair encoding, by their texts, and its merges in order.
    private typealias Vocabulary = (tokens: [Subword: Int], merges: [(Subword, Subword)])

    /// Reads CLIP's vocabulary from the first of the known files.
    private func vocabulary() throws(EngineError) -> (Vocabulary, path: String) {
        if let tokens = try contents(Self.tokens), let merges = try contents(Self.merges) {
            return ((try self.tokens(tokens), Self.merges(in: merges)), path(Self.tokens))
        }
        for name in Self.plainMerges {
            guard var bytes = try contents(name) else { continue }
            if Gzip.isCompressed(bytes) {
                guard let plain = Gzip.contents(of: bytes, limit: Self.longestFile) else {
                    throw .text(.unsupportedTokenizer(path: path(name), reason: "it is damaged"))
                }
                bytes = plain
            }
            return (Self.plainVocabulary(bytes), path(name))
        }
        if let reader = try stepsReader() { return (try reader.vocabulary(), path(Self.steps)) }
        throw .text(.noVocabulary(model: model, folder: folder, isOpenAI: true))
    }

    private func tokens(_ bytes: [UInt8]) throws(EngineError) -> [Subword: Int] {
        var tokens: [Subword: Int] = [:]
        guard let object = (try? ExactJSON.parse(bytes))?.object else {
            throw .text(.unsupportedTokenizer(path: path(Self.tokens), reason: "it is not a JSON object"))
        }
        for (text, number) in object {
            guard let number = number.integer else {
                throw .text(.unsupportedTokenizer(path: path(Self.tokens), reason: "a token has no number"))
            }
            tokens[Subword(ExactJSON.bytes(of: text))] = number
        }
        return tokens
    }

    /// Returns the pairs in lines "a b". The first line may be a comment.
    private static func merges(in bytes: [UInt8]) -> [(Subword, Subword)] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let parts = line.split(separator: UInt8(ascii: " "))
            guard parts.count == 2, !line.starts(with: "#version".utf8) else { return nil }
            return (Subword(Array(parts[0])), Subword(Array(parts[1])))
        }
    }

    /// The number of merges of OpenAI's file that CLIP uses.
    private static let usedMerges = 49152 - 256 - 2

    /// Returns the vocabulary that follows from OpenAI's list of merges: bytes, bytes at the end of a word, merges, the
    /// two special tokens.
    ///
    /// Source: <https://github.com/openai/CLIP> `simple_tokenizer.py`.
    private static func plainVocabulary(_ bytes: [UInt8]) -> Vocabulary {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let merges = lines.dropFirst().prefix(usedMerges).compactMap { line -> (Subword, Subword)? in
            let parts = line.split(separator: UInt8(ascii: " "))
            return parts.count == 2 ? (Subword(Array(parts[0])), Subword(Array(parts[1]))) : nil
        }
        let characters = ByteLevel.vocabularyOrder.map { Subword($0) }
        let end = Array("</w>".utf8)
        let all =
            characters + characters.map { Subword($0.bytes + end) } + merges.map { Subword($0.bytes + $1.bytes) }
            + [Subword(Self.opening), Subword(Self.closing)]
        var tokens: [Subword: Int] = [:]
        for (number, text) in all.enumerated() { tokens[text] = number }
        return (tokens, merges)
    }

    private static let opening = "<|startoftext|>"
    private static let closing = "<|endoftext|>"

    /// Returns Hugging Face's tokenizer of CLIP.
    ///
    /// Source: transformers `tokenization_clip.py`.
    private func huggingFaceCLIP(_ vocabulary: Vocabulary) -> Tokenizer {
        var tokenizer = byteLevel(vocabulary)
        tokenizer.normalization = [.nfc, .replace(.known(#"\s+"#), with: " "), .lowercase]
        tokenizer.splitting = [
            .pattern(.known(WordSplitting.clip), .removed, isInverted: true),
            .byteLevel(addsSpace: false, cutsWords: true),
        ]
        let special = [Self.opening, Self.closing].compactMap { text in
            vocabulary.tokens[Subword(text)].map {
                AddedTokens.Token(text: Subword(text), token: $0, isNormalized: false)
            }
        }
        tokenizer.added = AddedTokens(special)
        return tokenizer
    }

    /// Returns the tokenizer of OpenAI and open_clip.
    ///
    /// Source: open_clip `tokenizer.py`, `SimpleTokenizer`.
    private func simple(
        _ vocabulary: Vocabulary, _ cleaning: CaptionCleaning, isOpenCLIP: Bool, path: String
    ) throws(EngineError) -> Tokenizer {
        var tokenizer = byteLevel(vocabulary)
        guard !tokenizer.opening.isEmpty, !tokenizer.closing.isEmpty else {
            throw .text(.unsupportedTokenizer(path: path, reason: "it lacks “\(Self.opening)” and “\(Self.closing)”"))
        }
        tokenizer.cleaning = cleaning
        let names = isOpenCLIP ? ["<start_of_text>", "<end_of_text>"] : [Self.opening, Self.closing]
        for (name, token) in zip(names, tokenizer.opening + tokenizer.closing) { tokenizer.wholeWords[name] = token }
        let special = names.map { $0.replacing("|", with: "\\|") }.joined(separator: "|")
        tokenizer.splitting = [
            .pattern(.known("\(special)|\(WordSplitting.clip)", ignoresCase: true), .removed, isInverted: true),
            .byteLevel(addsSpace: false, cutsWords: false),
        ]
        return tokenizer
    }

    /// Returns a byte-level tokenizer without steps.
    private func byteLevel(_ vocabulary: Vocabulary) -> Tokenizer {
        let options = BytePairEncoding.Options(wordEnd: "</w>", unknown: vocabulary.tokens[Subword(Self.closing)])
        var tokenizer = Tokenizer(model: BytePairEncoding(vocabulary.tokens, merges: vocabulary.merges, options))
        tokenizer.opening = [Self.opening].compactMap { tokenizer.model.token(named: $0) }
        tokenizer.closing = [Self.closing].compactMap { tokenizer.model.token(named: $0) }
        return tokenizer
    }
}
