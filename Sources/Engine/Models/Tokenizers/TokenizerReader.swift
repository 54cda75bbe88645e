import Foundation
import Platform

/// Reads `tokenizer.json` of Hugging Face's tokenizers.
///
/// A part that is unknown is an error, since the tokens would be others.
///
/// - Source: huggingface/tokenizers, the serialization of `Tokenizer`, version 1.0.
package struct TokenizerReader {
    private let path: String
    private let file: JSON

    /// Parses a file.
    ///
    /// - Throws: ``TextError/unsupportedTokenizer(path:reason:)``.
    package init(_ bytes: [UInt8], path: String) throws(EngineError) {
        self.path = path
        do throws(JSONError) {
            file = try ExactJSON.parse(bytes)
        } catch {
            throw .text(.unsupportedTokenizer(path: path, reason: "it is not JSON (\(error.description))"))
        }
    }

    /// Returns the whole tokenizer.
    ///
    /// - Throws: ``TextError/unsupportedTokenizer(path:reason:)``.
    package func tokenizer() throws(EngineError) -> Tokenizer {
        var tokenizer = Tokenizer(model: try model())
        tokenizer.added = try addedTokens()
        tokenizer.normalization = try normalizations(file["normalizer"])
        tokenizer.splitting = try splittings(file["pre_tokenizer"])
        (tokenizer.opening, tokenizer.closing) = try frame(file["post_processor"])
        return tokenizer
    }

    /// Returns the vocabulary and the merges of a byte-pair encoding.
    ///
    /// - Throws: ``TextError/unsupportedTokenizer(path:reason:)`` for a file of another model.
    func vocabulary() throws(EngineError) -> (tokens: [Subword: Int], merges: [(Subword, Subword)]) {
        guard let model = file["model"], let vocabulary = model["vocab"]?.object, let merges = model["merges"]?.array
        else { throw unsupported("its model is no byte-pair encoding") }
        var tokens: [Subword: Int] = [:]
        for (text, token) in vocabulary {
            guard let token = token.integer else { throw unsupported("a token has no number") }
            tokens[Subword(ExactJSON.bytes(of: text))] = token
        }
        for added in file["added_tokens"]?.array ?? [] {
            guard let text = added["content"]?.string, let token = added["id"]?.integer else { continue }
            tokens[Subword(ExactJSON.bytes(of: text))] = token
        }
        var pairs: [(Subword, Subword)] = []
        pairs.reserveCapacity(merges.count)
        for merge in merges {
            // Older files have "a b", newer ones ["a", "b"].
            let parts =
                merge.string.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
                ?? merge.array?.compactMap(\.string) ?? []
            guard parts.count == 2 else { throw unsupported("a merge does not have two parts") }
            pairs.append((Subword(ExactJSON.bytes(of: parts[0])), Subword(ExactJSON.bytes(of: parts[1]))))
        }
        return (tokens, pairs)
    }

    private func unsupported(_ reason: String) -> EngineError {
        .text(.unsupportedTokenizer(path: path, reason: reason))
    }

    private func text(_ value: JSON?) -> String? { value?.string.map(ExactJSON.text) }

    private func model() throws(EngineError) -> any SubwordModel {
        guard let model = file["model"] else { throw unsupported("it has no model") }
        switch text(model["type"]) ?? (model["merges"] == nil ? "Unigram" : "BPE") {
        case "BPE":
            guard model["dropout"]?.number ?? 0 == 0 else { throw unsupported("it drops merges at random") }
            let (tokens, merges) = try vocabulary()
            var options = BytePairEncoding.Options()
            options.wordEnd = text(model["end_of_word_suffix"]) ?? ""
            options.continuation = text(model["continuing_subword_prefix"]) ?? ""
            options.unknown = text(model["unk_token"]).flatMap { tokens[Subword($0)] }
            options.fusesUnknown = model["fuse_unk"]?.bool ?? false
            options.fallsBackToBytes = model["byte_fallback"]?.bool ?? false
            options.ignoresMerges = model["ignore_merges"]?.bool ?? false
            return BytePairEncoding(tokens, merges: merges, options)
        case "Unigram":
            var pieces: [(text: Subword, score: Double)] = []
            for piece in model["vocab"]?.array ?? [] {
                guard let text = piece[0]?.string, let score = piece[1]?.number else {
                    throw unsupported("a token has no score")
                }
                pieces.append((Subword(ExactJSON.bytes(of: text)), score))
            }
            return UnigramModel(
                pieces, unknown: model["unk_id"]?.integer, fallsBackToBytes: model["byte_fallback"]?.bool ?? false)
        case let other: throw unsupported("its model is “\(other)”; BPE and Unigram are known")
        }
    }

    private func addedTokens() throws(EngineError) -> AddedTokens {
        var tokens: [AddedTokens.Token] = []
        for added in file["added_tokens"]?.array ?? [] {
            guard let text = added["content"]?.string, let token = added["id"]?.integer else {
                throw unsupported("an added token has no number")
            }
            guard added["single_word"]?.bool != true else {
                throw unsupported("the added token “\(ExactJSON.text(of: text))” must be a word of its own")
            }
            tokens.append(
                .init(
                    text: Subword(ExactJSON.bytes(of: text)), token: token,
                    isNormalized: added["normalized"]?.bool ?? false, takesLeft: added["lstrip"]?.bool ?? false,
                    takesRight: added["rstrip"]?.bool ?? false))
        }
        return AddedTokens(tokens)
    }

    /// Returns the tokens before and after those of a text.
    private func frame(_ processor: JSON?) throws(EngineError) -> (opening: [Int], closing: [Int]) {
        guard let processor, !processor.isNull else { return ([], []) }
        switch text(processor["type"]) ?? "" {
        case "RobertaProcessing", "BertProcessing":
            guard let first = processor["cls"]?[1]?.integer, let last = processor["sep"]?[1]?.integer else {
                throw unsupported("its special tokens have no numbers")
            }
            return ([first], [last])
        case "TemplateProcessing":
            var (opening, closing): ([Int], [Int]) = ([], [])
            var isAfter = false
            for part in processor["single"]?.array ?? [] {
                guard let name = part["SpecialToken"]?["id"]?.string else {
                    isAfter = true
                    continue
                }
                let numbers = processor["special_tokens"]?[name]?["ids"]?.array?.compactMap(\.integer) ?? []
                if isAfter { closing += numbers } else { opening += numbers }
            }
            return (opening, closing)
        case "ByteLevel": return ([], [])
        case "Sequence":
            var (opening, closing): ([Int], [Int]) = ([], [])
            for part in processor["processors"]?.array ?? [] {
                let own = try frame(part)
                opening += own.opening
                closing = own.closing + closing
            }
            return (opening, closing)
        case let other: throw unsupported("its post-processor is “\(other)”")
        }
    }
}

// The steps.
extension TokenizerReader {
    private func normalizations(_ step: JSON?) throws(EngineError) -> [TextNormalization] {
        guard let step, !step.isNull else { return [] }
        switch text(step["type"]) ?? "" {
        case "Sequence":
            var steps: [TextNormalization] = []
            for part in step["normalizers"]?.array ?? [] { steps += try normalizations(part) }
            return steps
        case "NFC": return [.nfc]
        case "NFD": return [.nfd]
        case "NFKC": return [.nfkc]
        case "NFKD": return [.nfkd]
        case "Lowercase": return [.lowercase]
        case "StripAccents": return [.stripAccents]
        case "Strip":
            return [.strip(left: step["strip_left"]?.bool ?? true, right: step["strip_right"]?.bool ?? true)]
        case "Prepend": return [.prepend(text(step["prepend"]) ?? "")]
        case "Replace": return [.replace(try pattern(step["pattern"]), with: text(step["content"]) ?? "")]
        case "Precompiled":
            guard let encoded = step["precompiled_charsmap"]?.string, let data = Data(base64Encoded: encoded),
                let table = CharacterTable(Array(data))
            else { throw unsupported("its table of characters is damaged") }
            return [.table(table)]
        case let other: throw unsupported("its normalizer is “\(other)”")
        }
    }

    private func splittings(_ step: JSON?) throws(EngineError) -> [WordSplitting] {
        guard let step, !step.isNull else { return [] }
        switch text(step["type"]) ?? "" {
        case "Sequence":
            var steps: [WordSplitting] = []
            for part in step["pretokenizers"]?.array ?? [] { steps += try splittings(part) }
            return steps
        case "Split":
            guard let behavior = WordSplitting.Behavior(rawValue: text(step["behavior"]) ?? "") else {
                throw unsupported("it cuts words in an unknown way")
            }
            return [.pattern(try pattern(step["pattern"]), behavior, isInverted: step["invert"]?.bool ?? false)]
        case "ByteLevel":
            return [
                .byteLevel(
                    addsSpace: step["add_prefix_space"]?.bool ?? true, cutsWords: step["use_regex"]?.bool ?? true)
            ]
        case "Metaspace":
            let older = step["add_prefix_space"]?.bool == false ? "never" : "always"
            guard let prepending = WordSplitting.Prepending(rawValue: text(step["prepend_scheme"]) ?? older) else {
                throw unsupported("it puts a space first in an unknown way")
            }
            return [
                .metaspace(text(step["replacement"]) ?? "▁", prepending, splits: step["split"]?.bool ?? true)
            ]
        case "WhitespaceSplit": return [.pattern(.known(#"\s+"#), .removed, isInverted: false)]
        case "Whitespace": return [.pattern(.known(#"\w+|[^\w\s]+"#), .removed, isInverted: true)]
        case let other: throw unsupported("its pre-tokenizer is “\(other)”")
        }
    }

    private func pattern(_ value: JSON?) throws(EngineError) -> TextPattern {
        if let literal = text(value?["String"]) { return TextPattern(literally: literal) }
        guard let expression = text(value?["Regex"]) else { throw unsupported("a step has no pattern") }
        guard let pattern = TextPattern(expression) else {
            throw unsupported("the expression “\(expression)” cannot be read")
        }
        return pattern
    }
}
