extension Model: RenderSubject {
    /// The size of the input in pixels.
    public var inputSize: PixelSize { PixelSize(width: imageSize.width, height: imageSize.height) }

    /// The model's own normalisation.
    public var normalisation: Normalisation {
        Normalisation(mean: preprocessing.mean, deviation: preprocessing.std)
    }

    /// The output of the layer at an address or framework name.
    public func layerShape(_ address: String) throws(EngineError) -> LayerShape { try layer(address).shape }
}
