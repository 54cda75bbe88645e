extension EngineError {
    /// The error in the user's words: what, where, expected, found, what to do next.
    public var message: String {
        switch self {
        case .unknownModel(let name, let near):
            "There is no model “\(name)”.\(suggestion(near)) `models()` lists what can be loaded; load a file by its path."
        case .unknownLayer(let address, let model, let near):
            "\(model) has no layer “\(address)”.\(suggestion(near)) Its `.layers` lists every address."
        case .unknownClass(let name, let model, let near, let others):
            "\(model) has no class “\(name)”.\(suggestion(near))"
                + (others.isEmpty
                    ? " Its `.classes` lists them all."
                    : " It \(near.isEmpty ? "has" : "also has") \(others.map { "“\($0)”" }.joined(separator: ", ")).")
        case .ambiguousClass(let name, let model, let indices, let classes):
            "\(model) has \(indices.count) classes “\(name)”: "
                + zip(indices, classes).map { $1 == name ? "\($0)" : "\($0) (“\($1)”)" }.joined(separator: ", ")
                + ". Ask for one by its number: `logit(\(indices.first ?? 0))`."
        case .noClasses(let model):
            "\(model) has no class names. Ask by number, `logit(0)`, or pass a file with one name per line: "
                + "`load(path, classes: \"names.txt\")`."
        case .noLogits(let model):
            "\(model) has no head, so it gives no logits and knows no classes. Ask for one of the features that it makes "
                + "of a whole picture instead, `\(model)[\"embedding\"].neuron(0)`, or of a layer's: `.layers` lists them. "
                + "Its `output(x)` gives its features as numbers."
        case .nonFiniteLogits(let model, let nonFinite, let count):
            "\(nonFinite) of the \(count) logits that \(model) gives are NaN or infinite, so no class is the most likely one. "
                + "Its card says whether its weights are numbers; `activations(x, at: …)` shows in which layer they stop "
                + "being numbers."
        case .noEmbedding(let model):
            "\(model) has no features for a whole picture. `activations(x, at: …)` gives what each of its "
                + "layers computes."
        case .noAttention(let model, let family):
            "\(model) is \(withArticle(family)): none of its blocks has attention. `activations(photo, at: …)` maps what a block "
                + "computes, `gradient(of: …, at: photo)` where an objective looks."
        case .outOfRange(let what, let index, let count, let place):
            "There is no \(what) \(index) in \(place): \(plural(what)) go from 0 to \(count - 1)."
        case .fileMissing(let path):
            "There is no file at “\(path)”. Paths are relative to the notebook's folder."
        case .fileUnreadable(let path, let reason):
            "“\(path)” could not be opened: \(reason)."
        case .fileUnwritable(let path, let reason):
            "“\(path)” could not be written: \(reason)."
        case .fileTruncated(let path, let expected, let found):
            "“\(path)” is cut short: it should hold \(expected) bytes but holds \(found). Copy or download it again."
        case .fileChanged(let path, let whileReading):
            whileReading
                ? "“\(path)” changed while it was read: something is writing it. Read it again when it is complete."
                : "“\(path)” has changed since the model was loaded from it, so that model is no longer used. "
                    + "Load it again with `load`."
        case .notAnImage(let path, let found):
            "“\(path)” is not an image that can be read: it looks like \(found). PNG and JPEG can be read."
        case .notAnArray(let path, let reason):
            "“\(path)” is not a NumPy array that can be read: \(reason). `numpy.save` writes such files."
        case .notACheckpoint(let path, let reason):
            "“\(path)” is not a checkpoint that can be read: \(reason). It may be damaged: copy, download or save it again."
        case .noTensors(let path, let reason):
            "“\(path)” holds no weights that can be taken: \(reason). Save the weights alone in Python: "
                + "`torch.save(model.state_dict(), path)`."
        case .adapters(let path, let name):
            "“\(path)” holds adapters such as “\(name)”, which change what the weights beside them compute. Put them into the "
                + "weights in Python and save those: `torch.save(model.merge_and_unload().state_dict(), path)`."
        case .unsupportedConfiguration(let place, let found, let supported):
            "\(place) is \(found), which is not supported: its numbers would be wrong. Supported: \(supported)."
        case .noWeights(let folder, let found):
            noWeightsMessage(folder, found)
        case .missingShard(let path, let shard):
            "“\(path)” names the part “\(shard)”, which is not in its folder. Download it there too."
        case .wholeModel(let path, let type):
            "“\(path)” holds a whole model object (`\(type)`), not just its weights; opening it would mean running "
                + "its code. Export the weights in Python: `torch.save(model.state_dict(), path)`."
        case .dangerousPickle(let path, let function):
            "“\(path)” was not loaded: opening it in Python would run `\(function)`, which no weights need. "
                + "Nothing in it was run here. Do not open it with `torch.load`, and find out where it comes from."
        case .damagedTensor(let path, let name, let expected, let found):
            "The tensor “\(name)” of “\(path)” is damaged: it should have \(expected) but has \(found). "
                + "Copy or download the file again."
        case .unknownFamily(let path, let lookedFor, let found):
            "The tensors of “\(path)” match no known family. Looked for: \(lookedFor.joined(separator: "; ")). "
                + "Found: \(found.joined(separator: ", "))."
        case .missingTensors(let path, let names, let count):
            "“\(path)” lacks \(count) \(count == 1 ? "tensor" : "tensors") that its family needs: "
                + names.joined(separator: ", ")
                + (count > names.count ? " and \(count - names.count) more." : ".")
        case .unusedTensors(let path, let family, let names, let count):
            "“\(path)” looks like \(withArticle(family)), but \(count) \(count == 1 ? "tensor" : "tensors") would not be used: "
                + names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more. " : ". ")
                + "It computes something else, so it is not loaded. If your model computes without them, save it without them."
        case .partOfWeights(let path, let part, let family, let others, let count):
            "Below “\(part)”, “\(path)” holds \(withArticle(family)), and beside it "
                + others.map { "“\($0)”" }.joined(separator: ", ")
                + (count > others.count ? " and \(count - others.count) more" : "")
                + ", whose purpose is unknown. `load(path, weights: \"\(part)\")` takes that part alone."
        case .notFloatingPoint(let path, let name, let type):
            notFloatingPointMessage(path, name, type)
        case .tooLarge(let what, let needed, let available):
            "\(what) would need \(byteCount(needed)) and \(byteCount(available)) are free. "
                + "Choose a smaller size or fewer pictures at once."
        case .invalidValue(let what, let found, let expected):
            "\(what) is \(found); it must be \(expected)."
        case .invalidObjective(let reason):
            reason
        case .notANumber(let step):
            "The activation stopped being a number at step \(step). The learning rate may be too high."
        case .notFinite(let model, let tensors):
            "The weights of \(model) hold NaN or infinity in "
                + tensors.prefix(3).map { "“\($0)”" }.joined(separator: ", ")
                + (tensors.count > 3 ? " and \(tensors.count - 3) more tensors" : "")
                + ", so nothing that is computed with them is a number. Use weights from before the training failed."
        case .unsupportedProcessor(let missing):
            "This build needs a processor with \(missing.joined(separator: ", ")). "
                + "Build it on this machine with `make build ARCHITECTURE=x86-64`."
        case .libraryMissing(let name, let package):
            "This machine lacks \(name), which every model needs. Install Debian's package \(package), or your "
                + "system's own, and restart the kernel."
        case .unknownWeights(let weights, let model, let available):
            "\(model) has no weights “\(weights)”. "
                + (available.isEmpty
                    ? "It takes no `weights:`." : "It has \(available.joined(separator: ", ")).")
        case .cancelled:
            "Interrupted."
        case .other(let error):
            error.message
        }
    }
}

/// What follows an error about a wrong name: " Did you mean “vit”?"; empty where no name is near.
package func suggestion(_ near: [String]) -> String {
    near.isEmpty ? "" : " Did you mean \(listed(near.map { "“\($0)”" }))?"
}

/// "a", "a or b", "a, b or c".
private func listed(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
}

private func plural(_ noun: String) -> String {
    noun.hasSuffix("ch") || noun.hasSuffix("s") ? noun + "es" : noun + "s"
}

/// A name with the article that it is read with: "a vision transformer", "an MLP-Mixer".
private func withArticle(_ name: String) -> String {
    // Capitals are read as letters are called.
    let vowels = name.prefix(2).allSatisfy(\.isUppercase) ? "AEFHILMNORSX" : "AEIOaeio"
    return "\(name.first.map { vowels.contains($0) } == true ? "an" : "a") \(name)"
}
