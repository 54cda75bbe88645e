import Foundation
import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct ConnectionFileTests {
    private let good = """
        {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3,
         "control_port": 4, "hb_port": 65535, "key": "k", "signature_scheme": "hmac-sha256", "kernel_name": "v"}
        """

    @Test func endpoints() throws {
        let tcp = try read(good)
        #expect(tcp.key == "k")
        #expect(tcp.endpoint(of: .shell) == "tcp://127.0.0.1:1")
        #expect(tcp.endpoint(of: .heartbeat) == "tcp://127.0.0.1:65535")
        let six = try read(good.replacingOccurrences(of: "127.0.0.1", with: "::1"))
        #expect(six.endpoint(of: .iopub) == "tcp://[::1]:2")
        let ipc = try read(
            good.replacingOccurrences(of: "tcp", with: "ipc").replacingOccurrences(
                of: "127.0.0.1", with: "/run/k"))
        #expect(ipc.endpoint(of: .control) == "ipc:///run/k-4")
    }

    /// Python's `json` writes and reads NaN, and so do launchers that put more into the file than a kernel asks for.
    @Test func whatPythonWritesIsRead() throws {
        let more = good.replacing("\"kernel_name\"", with: "\"started\": NaN, \"limit\": -Infinity, \"kernel_name\"")
        var (file, plain) = (try read(more), try read(good))
        (file.path, plain.path) = (nil, nil)
        #expect(file == plain)
    }

    @Test(arguments: SignatureScheme.allCases) func signatureSchemes(_ scheme: SignatureScheme) throws {
        #expect(try read(good.replacing("hmac-sha256", with: scheme.rawValue)).scheme == scheme)
    }

    @Test(arguments: [
        ("", "it is not JSON: The text ends where a value is expected at byte 0"),
        ("[]", "it holds a list, not an object"),
        ("{}", "it has neither the channels' ports, such as shell_port, nor a registration_port"),
        ("{\"shell_port\": 1, \"iopub_port\": 2}", "stdin_port is missing"),
        ("{\"registration_port\": 0}", "registration_port must be a number from 1 to 65535"),
        ("{\"registration_port\": 1}", "“kernel_id” is missing"),
        ("{\"registration_port\": 1, \"transport\": \"ipc\"}", "“registration_ip” is missing"),
        ("{\"shell_port\": 0}", "shell_port must be a number from 1 to 65535"),
        ("{\"shell_port\": \"1\"}", "shell_port must be a number from 1 to 65535"),
        ("{\"transport\": \"udp\"}", "its transport must be tcp or ipc, not “udp”"),
        (
            "{\"signature_scheme\": \"md5\"}",
            "its signature scheme is “md5”; it must be hmac-sha256, hmac-sha384, hmac-sha512, hmac-sha1 or hmac-md5"
        ),
        ("{\"transport\": 5}", "“transport” must be a string, not a number"),
    ]) func whatIsWrongIsSaid(_ text: String, _ reason: String) {
        let error = #expect(throws: ConnectionFileError.self) { try read(text) }
        #expect(error?.reason == reason)
    }

    @Test func aRegistrationFileHasTheLaunchersEndpoint() throws {
        // As jupyter_client's documentation shows it.
        let file = try read(
            """
            {"kernel_id": "unique", "transport": "tcp", "registration_ip": "127.0.0.1",
             "registration_port": 51587, "signature_scheme": "hmac-sha256", "key": "k"}
            """)
        #expect(file.registration?.endpoint == "tcp://127.0.0.1:51587")
        #expect(file.registration?.form == .content)
        #expect(file.registration?.kernelID == "unique")
        #expect(file.endpoint(of: .shell) == "tcp://127.0.0.1:*")
        let xeus = try read(
            #"{"kernel_id": "a", "registration_ip": "10.0.0.1", "registration_port": "7", "ip": "0.0.0.0"}"#)
        #expect(xeus.registration?.endpoint == "tcp://10.0.0.1:7")
        #expect(xeus.endpoint(of: .iopub) == "tcp://0.0.0.0:*")
        let positron = try read(#"{"transport": "tcp", "ip": "127.0.0.1", "registration_port": 7, "key": "k"}"#)
        #expect(positron.registration?.form == .message)
        #expect(positron.registration?.endpoint == "tcp://127.0.0.1:7")
    }

    @Test func encryptionKeysAreRead() throws {
        // The server's pair in the manual of ZMQ_CURVE_SECRETKEY (zmq_setsockopt).
        let publicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        let secretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
        let file = try read(withKeys(publicKey, secretKey))
        #expect(file.curveKeys?.publicKey == publicKey)
        #expect(file.curveKeys?.secretKey == secretKey)
        #expect(try read(good).curveKeys == nil)
    }

    @Test func badEncryptionKeysAreSaid() throws {
        let keys = try CurveKeys.generate()
        let other = try CurveKeys.generate()
        let long = "must be 40 characters of Z85, which encode 32 bytes"
        for (publicKey, secretKey, reason) in [
            (keys.publicKey, nil, "it has a curve_publickey but no curve_secretkey"),
            (nil, keys.secretKey, "it has a curve_secretkey but no curve_publickey"),
            (String(keys.publicKey.dropLast()), keys.secretKey, "its curve_publickey \(long)"),
            (keys.publicKey, String(repeating: "é", count: 20), "its curve_secretkey \(long)"),
            (keys.publicKey, String(repeating: ",", count: 40), "its curve_secretkey \(long)"),
            (other.publicKey, keys.secretKey, "its curve_publickey does not belong to its curve_secretkey"),
        ] {
            let error = #expect(throws: ConnectionFileError.self) { try read(withKeys(publicKey, secretKey)) }
            #expect(error?.reason == reason)
        }
    }

    @Test func encryptionThatZeroMQLacksIsSaid() throws {
        let keys = try CurveKeys.generate()
        let error = #expect(throws: FieldError.self) {
            try CurveKeys(publicKey: keys.publicKey, secretKey: keys.secretKey, areSupported: false)
        }
        #expect(error?.reason.contains("this machine's ZeroMQ library (libzmq) was built without CURVE") == true)
    }

    private func withKeys(_ publicKey: String?, _ secretKey: String?) throws -> String {
        var members = try #require(JSON(parsing: Array(good.utf8)).object)
        members["curve_publickey"] = publicKey.map(JSON.string)
        members["curve_secretkey"] = secretKey.map(JSON.string)
        return JSON.object(members).text
    }

    @Test func aFolderIsNoFile() {
        let error = #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/") }
        #expect(error?.description == "The connection file “/” cannot be used: is a directory.")
    }

    private func read(_ text: String) throws -> ConnectionFile {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "c\(UInt32.random(in: 0...(.max)))")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ConnectionFile(path: file.path)
    }
}
