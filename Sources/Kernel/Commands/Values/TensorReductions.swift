import Cells
import Foundation
import VitrineEngine

// Functions of a tensor's numbers: softmax, the largest, a dot product, a mean.
extension TensorValue {
    static let reductions: [Member<TensorValue>] = [
        .method(softmaxSignature) { tensor, _ in .object(tensor.softmax()) },
        .method(argmaxSignature) { tensor, _ in try tensor.argmax() },
        .method(topSignature) { tensor, arguments in
            guard arguments[count] > 0 else {
                throw arguments.complaint(
                    about: count, "`count` must be 1 or more, but this is \(arguments[count]).")
            }
            return .array(try tensor.top(arguments[count]))
        },
        .method(dot) { value, arguments in
            let (tensor, second) = (value.tensor, arguments[other].tensor)
            guard second.shape == tensor.shape else {
                throw arguments.complaint(
                    about: other, "The other tensor must be \(tensor.shape), but it is \(second.shape).")
            }
            return .number(zip(tensor.values, second.values).reduce(0) { $0 + Double($1.0) * Double($1.1) })
        },
        .method(mean) { value, arguments in
            let tensor = value.tensor
            guard let chosen = arguments[axis] else {
                return TensorStatistics(tensor).mean.map { .number($0) } ?? .nothing
            }
            let rank = tensor.shape.rank
            guard (-rank..<rank).contains(chosen) else {
                throw arguments.complaint(
                    about: axis,
                    "There is no axis \(chosen) of this tensor of \(tensor.shape): they go from 0 to \(rank - 1).")
            }
            return .object(value.mean(over: chosen < 0 ? chosen + rank : chosen))
        },
    ]

    /// Computes the softmax along the last axis: each row's numbers are positive and add up to 1.
    private func softmax() -> TensorValue {
        let length = max(tensor.shape.dimensions.last ?? 1, 1)
        var values = tensor.values
        for start in stride(from: 0, to: values.count, by: length) {
            let row = start..<min(start + length, values.count)
            let most = values[row].max() ?? 0
            let powers = values[row].map { exp(Double($0) - Double(most)) }
            let sum = powers.reduce(0, +)
            for (index, power) in zip(row, powers) { values[index] = Float(power / sum) }
        }
        return TensorValue(Tensor(values, shape: tensor.shape), title: "softmax of \(title)")
    }

    /// Returns the index of the largest number; a list with an index along each axis if there are several axes.
    private func argmax() throws -> Value {
        try checkOrder()
        guard let index = tensor.values.indices.max(by: { tensor.values[$0] < tensor.values[$1] }) else {
            throw CellError(.outOfRange, "This tensor is empty.")
        }
        guard tensor.shape.rank > 1 else { return .integer(index) }
        var (rest, indices): (Int, [Int]) = (index, [])
        for extent in tensor.shape.dimensions.reversed() {
            indices.insert(rest % extent, at: 0)
            rest /= extent
        }
        return .array(indices.map { .integer($0) })
    }

    private func top(_ count: Int) throws -> [Value] {
        try checkOrder()
        let order = tensor.values.indices.sorted { tensor.values[$0] > tensor.values[$1] }
        return order.prefix(count).map { index in
            .tuple([
                TupleElement(label: "index", .integer(index)),
                TupleElement(label: "value", .number(shortest(tensor.values[index]))),
            ])
        }
    }

    /// Throws if there is NaN among the numbers, since they have no order then.
    private func checkOrder() throws {
        let count = tensor.values.count { $0.isNaN }
        guard count > 0 else { return }
        throw CellError(
            .arithmetic,
            "\(count) of this tensor's \(tensor.values.count) numbers \(count == 1 ? "is" : "are") NaN, so none is the "
                + "largest.")
    }

    private func mean(over axis: Int) -> TensorValue {
        let extents = tensor.shape.dimensions
        let inner = extents[(axis + 1)...].reduce(1, *)
        let outer = extents[..<axis].reduce(1, *)
        var sums = [Double](repeating: 0, count: outer * inner)
        for a in 0..<outer {
            for b in 0..<extents[axis] {
                for c in 0..<inner { sums[a * inner + c] += Double(tensor.values[(a * extents[axis] + b) * inner + c]) }
            }
        }
        var left = extents
        left.remove(at: axis)
        let values = sums.map { Float($0 / Double(max(extents[axis], 1))) }
        return TensorValue(Tensor(values, shape: Shape(left)), title: "mean of \(title) over axis \(axis)")
    }

    private static let softmaxSignature = Signature(
        "softmax", result: .object(.tensor), summary: "The softmax along the last axis: shares that add up to 1.",
        example: "vit.logits(photo).softmax()", isPure: true)
    private static let argmaxSignature = Signature(
        "argmax", result: .integer,
        summary: "The index of the largest number; a list with an index for each axis where there are several.",
        example: "vit.logits(photo).argmax()", isPure: true)
    private static let count = Argument<Int>("count", label: nil, default: 5, summary: "how many")
    private static let topSignature = Signature(
        "top", [count], result: .list(.any), summary: "The largest numbers with their indices, the largest first.",
        example: "vit.logits(photo).top(5)", isPure: true)
    private static let other = Argument<TensorValue>("other", label: nil, summary: "a tensor of the same shape")
    private static let dot = Signature(
        "dot", [other], result: .number, summary: "The sum of the products of the numbers of two tensors.",
        example: "a.dot(b) / (a.norm * b.norm)", isPure: true)
    private static let axis = Argument<Int?>(
        "axis", default: nil, summary: "over which axis; over all if left out")
    private static let mean = Signature(
        "mean", [axis], result: .object(.tensor), summary: "The mean along an axis.",
        example: "activations.mean(axis: 0)", isPure: true)
}
