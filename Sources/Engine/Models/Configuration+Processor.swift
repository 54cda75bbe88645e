// Hugging Face's image processors.

import Images
import Platform

extension Configuration {
    /// Reads Hugging Face's `preprocessor_config.json`.
    ///
    /// Source: transformers `image_processing_backends.py`; the defaults are those of the named processor, or else of
    /// the kind of model.
    mutating func readProcessor(_ file: ConfigurationFile) throws(EngineError) {
        cropsTowardsCorner = true
        let older = try file.text("feature_extractor_type")
        let name = try file.text("image_processor_type") ?? older
        let processor = name.map { ImageProcessor(named: $0) } ?? ImageProcessor(ofModel: frameworkKind)
        if let name, processor == nil {
            notes.append(
                "“\(name)” in \(file.name) is an unknown processor. Photographs are resized, cropped and normalized "
                    + "with the settings in the file; if the processor does anything else, they are prepared wrongly.")
        }
        file.ignore([
            "crop_size", "do_convert_rgb", "default_to_square", "processor_class", "return_tensors", "data_format",
            "input_data_format", "device", "disable_grouping", "_valid_processor_keys", "image_seq_length",
            "do_reduce_labels", "auto_map",
        ])
        try file.requireUnset(
            "do_pad", "do_flip_channel_order", "do_convert_grayscale", "do_grayscale", "size_divisor", "crop_pct",
            "offset", "do_thumbnail", "do_align_long_axis", "do_split_image", "do_image_splitting", "use_square_size")
        try readValues(file, defaults: processor?.values.defaults)
        try readResampling(file, default: processor?.interpolation)
        try readSizes(file, processor)
        noteUnknown(file)
    }

    /// Reads how levels become numbers: by a factor, then the mean and the deviation. A factor of 1/255 gives 0…1.
    ///
    /// - Parameter defaults: the mean and the deviation of the named processor; nil for the family's.
    private mutating func readValues(_ file: ConfigurationFile, defaults: InputDefaults?) throws(EngineError) {
        let normalizes = try file.flag("do_normalize", default: true)
        mean = try file.numbers("image_mean") ?? mean ?? defaults?.mean
        deviation = try file.deviations("image_std") ?? deviation ?? defaults?.deviation
        if !normalizes { (mean, deviation) = ([0, 0, 0], [1, 1, 1]) }
        let rescales = try file.flag("do_rescale", default: true)
        let stated = try file.number("rescale_factor") ?? 1.0 / 255
        let factor = 255 * (rescales ? stated : 1)
        guard factor > 0 else {
            throw .invalidValue(
                what: file.place("rescale_factor"), found: "\(factor / 255)",
                expected: "above 0, 1/255 for numbers in 0…1")
        }
        guard abs(factor - 1) > 1e-6 else { return }
        // (255 r x − m) / s = (x − m / 255 r) / (s / 255 r), for x in 0…1.
        let scale = { (numbers: [Float]?, value: Float) in
            (numbers ?? [value, value, value]).map { Float(Double($0) / factor) }
        }
        guard normalizes == false || (mean != nil && deviation != nil) else {
            throw .invalidValue(
                what: file.place("rescale_factor"), found: "\(factor / 255)",
                expected: "1/255 if “image_mean” and “image_std” are missing")
        }
        (mean, deviation) = (scale(mean, 0), scale(deviation, 1))
    }

    /// Pillow's numbers for its filters.
    private static let filters: [Int: Interpolation] = [
        0: .nearest, 1: .lanczos, 2: .bilinear, 3: .bicubic, 4: .box, 5: .hamming,
    ]

    /// Reads the resampling filter, by Pillow's number or by its name.
    private mutating func readResampling(
        _ file: ConfigurationFile, default filter: Interpolation?
    ) throws(EngineError) {
        if file.object["resample"] is String {
            interpolation = try file.interpolation("resample")
        } else if let number = try file.integer("resample") {
            guard let filter = Self.filters[number] else {
                throw file.unsupported("resample", supported: "0 to 5, Pillow's numbers of filters")
            }
            interpolation = filter
        } else {
            interpolation = filter ?? interpolation
        }
    }

    private mutating func readSizes(_ file: ConfigurationFile, _ processor: ImageProcessor?) throws(EngineError) {
        let isSquare = processor?.isShorterSide != true
        let isShorterSide = try file.flag("default_to_square", default: isSquare) == false
        let crops = try file.flag("do_center_crop", default: processor?.crops ?? false)
        var size = try Self.sides(file, "size", isShorterSide: isShorterSide)
        if crops {
            let cropSize = processor?.crops == true ? PixelSize(side: ImageProcessor.cropSide) : nil
            inputSize = try Self.sides(file, "crop_size", isShorterSide: false)?.whole ?? cropSize ?? inputSize
            if size == nil, let processor {
                size = processor.isShorterSide ? .shortest(processor.side) : .whole(PixelSize(side: processor.side))
            }
        }
        guard try file.flag("do_resize", default: true) else {
            fitting = Preprocessing.Fitting.none
            // Without resizing, the photograph itself must have the right size; a larger one is cropped.
            inputSize = inputSize ?? size?.whole
            resize = inputSize
            return
        }
        guard let size else {
            if let crop = inputSize { resize = crop }
            return
        }
        switch size {
        case .whole(let whole):
            resize = whole
            fitting = .stretch
            inputSize = inputSize ?? whole
        case .shortest(let side):
            resize = PixelSize(side: side)
            fitting = .cover
            inputSize = inputSize ?? PixelSize(side: side)
        }
    }

    /// The size that a picture is resized to: a height and a width, or its shorter side.
    private enum Sides {
        case whole(PixelSize)
        case shortest(Int)

        var whole: PixelSize {
            switch self {
            case .whole(let size): size
            case .shortest(let side): PixelSize(side: side)
            }
        }
    }

    /// Reads a size; nil if there is none.
    ///
    /// - Parameter isShorterSide: whether a single number, as in files before 2023, is the shorter side, rather than
    ///   the side of a square.
    private static func sides(
        _ file: ConfigurationFile, _ key: String, isShorterSide: Bool
    ) throws(EngineError) -> Sides? {
        guard file.object.object(key) != nil else {
            guard let size = try file.size(key) else { return nil }
            return isShorterSide && file.object.integer(key) != nil ? .shortest(size.width) : .whole(size)
        }
        guard let part = try file.part(key) else { return nil }
        if let height = try part.integer("height"), let width = try part.integer("width") {
            return .whole(PixelSize(width: width, height: height))
        }
        guard let side = try part.integer("shortest_edge"), part.object["longest_edge"] == nil else {
            throw file.unsupported(key, supported: "{\"height\": …, \"width\": …} or {\"shortest_edge\": …}")
        }
        return .shortest(side)
    }
}
