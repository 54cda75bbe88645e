import Foundation
import Platform

/// Messages as single lines of JSON instead of signed frames.
///
///     {"channel": "shell", "header": {…}, "parent_header": {…}, "metadata": {…}, "content": {…}, "buffers":
///     ["base64"]}
extension Message {
    /// Reads a message from a line, and the channel it is for, by default the shell.
    ///
    /// Only the header's `msg_id` and `msg_type` are required.
    package static func read(line: [UInt8]) throws(WireError) -> (ConnectionFile.Channel, Message) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: line, .python)
        } catch {
            throw .badLine("\(error)")
        }
        do throws(FieldError) {
            guard case .object = json else { throw FieldError(reason: "it is \(json.kind), not an object") }
            let name = try json.text("channel", default: "shell")
            guard let channel = ConnectionFile.Channel(rawValue: name) else {
                throw FieldError(reason: "there is no channel “\(name)”")
            }
            var message = Message(header: try Header(.object(try json.members("header"))))
            do throws(FieldError) {
                message.content = .object(try json.members("content", default: [:]))
                message.parent = .object(try json.members("parent_header", default: [:]))
                message.metadata = try json.members("metadata", default: [:])
                message.buffers = try buffers(json["buffers"])
            } catch {
                // The sender is known and waits for a reply.
                message.problem = error.reason
            }
            return (channel, message)
        } catch {
            throw .badLine(error.reason)
        }
    }

    /// Returns the message as a line, including the line break.
    package func line(on channel: ConnectionFile.Channel) -> [UInt8] {
        let json: JSON = [
            "channel": .string(channel.rawValue), "header": header.json, "parent_header": parent,
            "metadata": .object(metadata), "content": content, "buffers": .array(buffers.map { .string(base64($0)) }),
        ]
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func buffers(_ json: JSON?) throws(FieldError) -> [[UInt8]] {
        guard let json, !json.isNull else { return [] }
        guard case .array(let elements) = json else { throw FieldError(reason: "“buffers” must be a list") }
        var buffers: [[UInt8]] = []
        for element in elements {
            guard let bytes = element.string.flatMap({ Data(base64Encoded: $0) }) else {
                throw FieldError(reason: "“buffers” must hold base64")
            }
            buffers.append(Array(bytes))
        }
        return buffers
    }
}
