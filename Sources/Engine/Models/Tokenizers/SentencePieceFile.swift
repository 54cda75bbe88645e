import Foundation
import Platform

/// The model file of SentencePiece, such as `spiece.model`: a message of protocol buffers.
///
/// Only unigram models are read, with the parts that a tokenizer needs: the pieces with their scores, the table of
/// replacements, and how spaces are treated.
///
/// - Source: google/sentencepiece, `sentencepiece_model.proto`; the steps are those that Hugging Face's conversion makes,
///   `convert_slow_tokenizer.py`, `SpmConverter`.
package struct SentencePieceFile {
    private let path: String
    private var pieces: [(text: Subword, score: Double)] = []
    private var unknown: Int?
    private var end: Int?
    private var modelKind = 1
    private var fallsBackToBytes = false
    private var table: [UInt8] = []
    private var addsSpace = true
    private var removesSpaces = true

    /// The character of a space.
    private static let space = "▁"

    /// Parses a file.
    ///
    /// - Throws: ``TextError/unsupportedTokenizer(path:reason:)``.
    package init(_ bytes: [UInt8], path: String) throws(EngineError) {
        self.path = path
        do throws(DamagedMessage) {
            for field in try ProtocolBuffer.fields(of: bytes[...]) {
                switch (field.number, field.value) {
                case (1, .bytes(let message)): try addPiece(message)
                case (2, .bytes(let message)): try readTraining(message)
                case (3, .bytes(let message)): try readNormalization(message)
                default: break
                }
            }
        } catch {
            throw .text(.unsupportedTokenizer(path: path, reason: "it is no model of SentencePiece, or is damaged"))
        }
        guard !pieces.isEmpty else {
            throw .text(.unsupportedTokenizer(path: path, reason: "it is no model of SentencePiece, or is damaged"))
        }
        guard modelKind == 1 else {
            throw .text(
                .unsupportedTokenizer(
                    path: path,
                    reason: "it is no unigram model. The project's tokenizer.json beside it is read instead"))
        }
    }

    /// Returns the tokenizer, which ends each text with “</s>” if there is one.
    ///
    /// - Throws: ``TextError/unsupportedTokenizer(path:reason:)``.
    package func tokenizer() throws(EngineError) -> Tokenizer {
        var tokenizer = Tokenizer(
            model: UnigramModel(pieces, unknown: unknown, fallsBackToBytes: fallsBackToBytes))
        if !table.isEmpty {
            guard let table = CharacterTable(table) else {
                throw .text(.unsupportedTokenizer(path: path, reason: "its table of characters is damaged"))
            }
            tokenizer.normalization.append(.table(table))
        }
        if removesSpaces {
            tokenizer.normalization += [.strip(left: true, right: true), .replace(.known(" {2,}"), with: " ")]
        }
        tokenizer.splitting = [.metaspace(Self.space, addsSpace ? .always : .never, splits: true)]
        tokenizer.closing = end.map { [$0] } ?? []
        return tokenizer
    }

    private mutating func addPiece(_ message: ArraySlice<UInt8>) throws(DamagedMessage) {
        var (text, score, kind): (ArraySlice<UInt8>, Float, UInt64) = ([], 0, 1)
        for field in try ProtocolBuffer.fields(of: message) {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)): text = bytes
            case (2, .word(let bits)): score = Float(bitPattern: bits)
            case (3, .number(let number)): kind = number
            default: break
            }
        }
        // 2 is the unknown piece, 3 a control piece, which no text has.
        if kind == 2 { unknown = pieces.count }
        if kind == 3, Array(text) == Array("</s>".utf8) { end = pieces.count }
        let isInTexts = kind != 2 && kind != 3 && kind != 5
        pieces.append(
            isInTexts ? (Subword(Array(text)), Double(score)) : (Subword(Array(text) + [0xFF]), Double(score)))
    }

    private mutating func readTraining(_ message: ArraySlice<UInt8>) throws(DamagedMessage) {
        for case (let number, .number(let value)) in try ProtocolBuffer.fields(of: message) {
            if number == 3 { modelKind = Int(clamping: value) }
            if number == 35 { fallsBackToBytes = value != 0 }
        }
    }

    private mutating func readNormalization(_ message: ArraySlice<UInt8>) throws(DamagedMessage) {
        for field in try ProtocolBuffer.fields(of: message) {
            switch (field.number, field.value) {
            case (2, .bytes(let bytes)): table = Array(bytes)
            case (3, .number(let value)): addsSpace = value != 0
            case (4, .number(let value)): removesSpaces = value != 0
            default: break
            }
        }
    }
}

/// A message of protocol buffers that cannot be read.
struct DamagedMessage: Error {}

/// The wire format of protocol buffers.
///
/// - Source: <https://protobuf.dev/programming-guides/encoding>.
enum ProtocolBuffer {
    /// A field's value.
    enum Value {
        case number(UInt64)
        case double(UInt64)
        case word(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    /// Returns the fields of a message in their order.
    static func fields(
        of message: ArraySlice<UInt8>
    ) throws(DamagedMessage) -> [(number: UInt64, value: Value)] {
        var rest = message
        var fields: [(number: UInt64, value: Value)] = []
        while !rest.isEmpty {
            let tag = try number(&rest)
            guard tag >> 3 > 0 else { throw DamagedMessage() }
            switch tag & 7 {
            case 0: fields.append((tag >> 3, .number(try number(&rest))))
            case 1: fields.append((tag >> 3, .double(try fixed(8, &rest))))
            case 2:
                let count = try number(&rest)
                guard count <= rest.count else { throw DamagedMessage() }
                fields.append((tag >> 3, .bytes(rest.prefix(Int(count)))))
                rest = rest.dropFirst(Int(count))
            case 5: fields.append((tag >> 3, .word(UInt32(truncatingIfNeeded: try fixed(4, &rest)))))
            default: throw DamagedMessage()
            }
        }
        return fields
    }

    /// Reads a number of up to ten bytes, the least significant seven bits first.
    private static func number(_ rest: inout ArraySlice<UInt8>) throws(DamagedMessage) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw DamagedMessage() }
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return result }
        }
        throw DamagedMessage()
    }

    private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(DamagedMessage) -> UInt64 {
        guard rest.count >= count else { throw DamagedMessage() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }
}
