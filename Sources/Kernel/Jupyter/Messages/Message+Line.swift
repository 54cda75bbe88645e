import Foundation

/// A message as one line of JSON, in place of signed frames.
///
///     {"channel": "shell", "header": {…}, "parent_header": {…}, "metadata": {…}, "content": {…}, "buffers": ["base64"]}
extension Message {
    /// Reads a line and says which channel it is for, the shell when it does not say.
    ///
    /// Of a header `msg_id` and `msg_type` are needed; everything else may be left out.
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
                // Its sender is known and waits.
                message.problem = error.reason
            }
            return (channel, message)
        } catch {
            throw .badLine(error.reason)
        }
    }

    /// The message as a line, its end included.
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
