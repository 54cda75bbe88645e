/// A selection of repositories of the Hugging Face hub.
///
/// Others can be loaded by their names too; this list is for `models()` and for suggestions for mistyped names.
package enum HubCatalog {
    /// A repository with its license and size.
    package struct Entry: Hashable, Sendable {
        /// The owner and name of the repository.
        package let repository: String
        /// The license as an SPDX identifier; nil if the card does not state one.
        package let license: String?
        /// The number of parameters.
        package let parameters: Int
        /// Whether its page asks to accept terms before it can be downloaded.
        package var isGated = false
    }

    /// The repositories, by family.
    ///
    /// - Source: timm 1.0.31 for its own; the models' cards for the others.
    package static let entries: [Entry] = timm + huggingFace + clip + backbones

    /// Returns the entry of a repository; nil if it is not in the selection.
    package static func entry(_ repository: String) -> Entry? { entries.first { $0.repository == repository } }

    private static let timm: [Entry] = [
        ("vit_tiny_patch16_224.augreg_in21k_ft_in1k", 5_717_416),
        ("vit_small_patch16_224.augreg_in21k_ft_in1k", 22_050_664),
        ("vit_base_patch32_224.augreg_in21k_ft_in1k", 88_224_232),
        ("vit_base_patch16_224.augreg_in21k_ft_in1k", 86_567_656),
        ("vit_base_patch16_224.orig_in21k_ft_in1k", 86_567_656),
        ("vit_base_patch8_224.augreg_in21k_ft_in1k", 86_576_872),
        ("vit_large_patch16_224.augreg_in21k_ft_in1k", 304_326_632),
        ("vit_base_patch16_224.dino", 85_798_656),
        ("vit_small_patch14_dinov2.lvd142m", 22_056_192),
        ("vit_base_patch14_reg4_dinov2.lvd142m", 86_582_016),
        ("vit_base_patch32_clip_224.openai", 87_849_728),
        ("deit_tiny_patch16_224.fb_in1k", 5_717_416),
        ("deit_small_patch16_224.fb_in1k", 22_050_664),
        ("deit_base_patch16_224.fb_in1k", 86_567_656),
        ("deit_tiny_distilled_patch16_224.fb_in1k", 5_910_800),
        ("deit3_small_patch16_224.fb_in22k_ft_in1k", 22_059_496),
        ("deit3_base_patch16_224.fb_in22k_ft_in1k", 86_585_320),
        ("mixer_b16_224.goog_in21k_ft_in1k", 59_880_472),
        ("mixer_b16_224.goog_in21k", 75_908_739),
        ("mixer_b16_224.miil_in21k_ft_in1k", 59_880_472),
        ("mixer_l16_224.goog_in21k_ft_in1k", 208_196_168),
        ("gmixer_24_224.ra3_in1k", 24_721_096),
        ("resmlp_12_224.fb_in1k", 15_350_872),
        ("resmlp_24_224.fb_in1k", 30_020_680),
        ("resmlp_36_224.fb_in1k", 44_690_488),
        ("resmlp_big_24_224.fb_in1k", 129_138_280),
        ("gmlp_s16_224.ra3_in1k", 19_422_656),
    ].map { Entry(repository: "timm/\($0.0)", license: "Apache-2.0", parameters: $0.1) }

    private static let huggingFace: [Entry] = [
        ("google/vit-base-patch16-224", 86_567_656),
        ("google/vit-base-patch16-224-in21k", 86_389_248),
        ("google/vit-large-patch16-224", 304_326_632),
        ("facebook/deit-tiny-patch16-224", 5_717_416),
        ("facebook/deit-small-patch16-224", 22_050_664),
        ("facebook/deit-base-patch16-224", 86_567_656),
        ("facebook/deit-base-distilled-patch16-224", 87_338_192),
        ("facebook/dino-vits16", 21_665_664),
        ("facebook/dino-vits8", 21_670_272),
        ("facebook/dino-vitb16", 85_798_656),
        ("facebook/dino-vitb8", 85_807_872),
        ("facebook/dinov2-small", 22_056_576),
        ("facebook/dinov2-base", 86_580_480),
        ("facebook/dinov2-large", 304_368_640),
        ("facebook/dinov2-giant", 1_136_480_768),
        ("facebook/dinov2-with-registers-small", 22_058_112),
        ("facebook/dinov2-with-registers-base", 86_583_552),
        ("facebook/dinov2-with-registers-large", 304_372_736),
    ].map { Entry(repository: $0.0, license: "Apache-2.0", parameters: $0.1) }

    /// CLIP models, with both towers; only the image tower is used.
    private static let clip: [Entry] = [
        ("openai/clip-vit-base-patch32", 151_277_313),
        ("openai/clip-vit-base-patch16", 149_620_737),
        ("openai/clip-vit-large-patch14", 427_616_513),
    ].map { Entry(repository: $0.0, license: nil, parameters: $0.1) }
}
