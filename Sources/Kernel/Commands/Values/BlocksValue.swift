import Cells
import VitrineEngine

/// The blocks of a model, by number.
struct BlocksValue: TabledObject {
    private let model: Model
    private let count: Int

    init(_ model: Model, count: Int) {
        self.model = model
        self.count = count
    }

    var kind: ValueKind { .blockList }
    var plainText: String { "blocks 0 to \(count - 1) of \(model.name)" }

    static let memberTable: MemberTable<BlocksValue> = [
        .property("count", .integer, "how many blocks there are") { .integer($0.count) }
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard arguments.count == 1 else { return nil }
        if let index = arguments[0].value.integer { return .object(try block(index)) }
        guard let indices = arguments[0].value.indices else { return nil }
        guard !indices.isEmpty else {
            throw CellError(.wrongArgument, "No block is chosen. Choose at least one from 0 to \(count - 1).")
        }
        return .object(LayerGroupValue(try indices.map(block)))
    }

    var elements: [Value]? { (0..<count).compactMap { try? .object(block($0)) } }

    private func block(_ index: Int) throws -> LayerValue {
        guard (0..<count).contains(index) else {
            throw EngineError.outOfRange(what: "block", index: index, count: count, place: model.name)
        }
        return LayerValue(model, try model.layer("blocks.\(index)"))
    }
}

extension Value {
    /// The whole numbers of a range or a list; nil for other values.
    fileprivate var indices: [Int]? {
        if let range { return range.count <= 100_000 ? Array(range) : nil }
        guard let array else { return nil }
        let indices = array.compactMap(\.integer)
        return indices.count == array.count ? indices : nil
    }
}
