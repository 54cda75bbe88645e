import Checkpoints
import Foundation
import Platform
import Resources

/// The known families of models, and the trained models that come with the program.
public enum Catalog {
    /// The families. The first that recognizes a checkpoint builds the model.
    static let families: [any ModelFamily.Type] = [
        FeedForwardMixer.self,
        MLPMixer.self,
        ResMLP.self,
        GatedMLP.self,
        AIMv2.self,
        CaiT.self,
        XCiT.self,
        TNT.self,
        Hiera.self,
        SegmentAnything.self,
        EvaTransformer.self,
        FlexibleTransformer.self,
        ResNet.self,
        GoogLeNet.self,
        ConvNeXt.self,
        ConvMixer.self,
        VideoJointEmbedding.self,
        InternVision.self,
        Sapiens2.self,
        BEiT.self,
        RelativePositionTransformer.self,
        VisionTransformer.self,
        TorchvisionTransformer.self,
        PoseTransformer.self,
        HuggingFaceTransformer.self,
        DINOv2.self,
        DINOv3.self,
        PerceptionEncoder.self,
        BLIP.self,
        CLIPVisionTower.self,
        SwinTransformer.self,
        OpenCLIPTrunk.self,
        SigLIP.self,
        VitPytorch.self,
        JAXTransformer.self,
        JAXMixer.self,
    ]

    /// The names of the models that come with the program.
    public static let builtInNames = ["vit", "mixer", "ffmixer"].filter { builtInFile($0) != nil }

    /// Returns the path of a built-in model's weights; nil if there is no such model.
    static func builtInFile(_ name: String) -> String? {
        guard !name.contains("/"), !name.isEmpty else { return nil }
        return ShippedFile.path(name, ending: "safetensors")
    }

    /// Returns the family that a checkpoint's tensors belong to.
    ///
    /// - Throws: ``EngineError/unknownFamily(path:found:)``.
    static func family(of checkpoint: any Checkpoint) throws(EngineError) -> any ModelFamily.Type {
        if let family = families.first(where: { $0.recognizes(checkpoint) }) { return family }
        let names = checkpoint.names
        let more = names.count > 5 ? ["\(names.count - 5) more"] : []
        throw .unknownFamily(
            path: checkpoint.path, found: names.isEmpty ? ["no tensors"] : names.prefix(5) + more,
            nearest: NearestFamily(of: checkpoint, among: families)?.sentence, parts: UnsupportedParts.words(for: names)
        )
    }
}
