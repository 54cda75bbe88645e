extension HubCatalog {
    /// The backbones of the years after CLIP and DINOv2, and those that studies compare with.
    ///
    /// The repositories of DINOv3's authors ask to accept its terms first; timm's copies do not, and have the same license.
    static let backbones: [Entry] = dinov3 + sigLIP + selfSupervised + others

    private static let dinov3: [Entry] =
        [
            ("dinov3-vits16-pretrain-lvd1689m", 21_596_544),
            ("dinov3-vits16plus-pretrain-lvd1689m", 28_692_864),
            ("dinov3-vitb16-pretrain-lvd1689m", 85_660_416),
            ("dinov3-vitl16-pretrain-lvd1689m", 303_129_600),
            ("dinov3-vitl16-pretrain-sat493m", 303_129_600),
            ("dinov3-vith16plus-pretrain-lvd1689m", 840_592_640),
            ("dinov3-vit7b16-pretrain-lvd1689m", 6_716_035_072),
        ].map {
            Entry(repository: "facebook/\($0.0)", license: "dinov3-license", parameters: $0.1, isGated: true)
        }
        + [
            ("vit_small_patch16_dinov3.lvd1689m", 21_586_944),
            ("vit_small_plus_patch16_dinov3.lvd1689m", 28_683_264),
            ("vit_base_patch16_dinov3.lvd1689m", 85_641_216),
            ("vit_large_patch16_dinov3.lvd1689m", 303_079_424),
            ("vit_large_patch16_dinov3.sat493m", 303_079_424),
            ("vit_huge_plus_patch16_dinov3.lvd1689m", 840_509_440),
            ("vit_7b_patch16_dinov3.lvd1689m", 6_716_030_976),
        ].map { Entry(repository: "timm/\($0.0)", license: "dinov3-license", parameters: $0.1) }

    /// SigLIP and SigLIP 2: Google's with both towers, of which only the image tower is used; timm's with that alone.
    private static let sigLIP: [Entry] = [
        ("google/siglip-base-patch16-224", 203_155_970),
        ("google/siglip-large-patch16-256", 652_150_786),
        ("google/siglip-so400m-patch14-384", 877_960_498),
        ("google/siglip2-base-patch16-224", 375_187_970),
        ("google/siglip2-large-patch16-256", 881_526_786),
        ("google/siglip2-so400m-patch14-384", 1_136_008_498),
        ("google/siglip2-base-patch16-naflex", 375_234_050),
        ("timm/vit_base_patch16_siglip_224.webli", 92_884_224),
        ("timm/vit_base_patch16_siglip_224.v2_webli", 92_884_224),
        ("timm/vit_large_patch16_siglip_256.v2_webli", 315_956_224),
        ("timm/vit_so400m_patch14_siglip_224.webli", 427_680_704),
        ("timm/vit_so400m_patch14_siglip_384.webli", 428_225_600),
        ("timm/vit_so400m_patch16_siglip_256.v2_webli", 427_888_064),
    ].map { Entry(repository: $0.0, license: "Apache-2.0", parameters: $0.1) }

    private static let selfSupervised: [Entry] = [
        ("facebook/vit-mae-base", "Apache-2.0", 111_907_840),
        ("facebook/vit-msn-small", "Apache-2.0", 21_665_664),
        ("facebook/ijepa_vith14_1k", "CC-BY-NC-4.0", 630_762_240),
        ("timm/vit_base_patch16_224.mae", "CC-BY-NC-4.0", 85_798_656),
        ("timm/aimv2_large_patch14_224.apple_pt", "apple-ascl", 309_197_824),
        ("timm/aimv2_huge_patch14_224.apple_pt", "apple-ascl", 680_851_968),
        ("timm/vit_base_patch16_clip_224.openai", "Apache-2.0", 86_193_152),
        ("timm/vit_large_patch14_clip_224.openai", "Apache-2.0", 303_966_976),
        ("timm/vit_base_patch16_clip_224.laion2b", "Apache-2.0", 86_193_152),
        ("depth-anything/Depth-Anything-V2-Small-hf", "Apache-2.0", 24_785_089),
    ].map { Entry(repository: $0.0, license: $0.1, parameters: $0.2) }

    private static let others: [Entry] = [
        ("vit_pe_core_base_patch16_224.fb", "Apache-2.0", 93_673_984),
        ("vit_pe_core_large_patch14_336.fb", "Apache-2.0", 317_152_256),
        ("vit_pe_spatial_base_patch16_512.fb", "Apache-2.0", 86_433_792),
        ("vit_pe_lang_large_patch14_448.fb", "Apache-2.0", 291_415_040),
        ("eva02_base_patch14_448.mim_in22k_ft_in1k", "MIT", 87_117_544),
        ("eva02_large_patch14_448.mim_m38m_ft_in22k_in1k", "MIT", 305_080_232),
        ("eva02_base_patch16_clip_224.merged2b", "MIT", 86_263_040),
        ("beit_base_patch16_224.in22k_ft_in22k_in1k", "Apache-2.0", 86_530_984),
        ("beitv2_base_patch16_224.in1k_ft_in22k_in1k", "Apache-2.0", 86_530_984),
        ("swin_tiny_patch4_window7_224.ms_in1k", "MIT", 28_288_354),
        ("swin_base_patch4_window7_224.ms_in22k_ft_in1k", "MIT", 87_768_224),
        ("swinv2_base_window8_256.ms_in1k", "MIT", 87_918_816),
        ("cait_s24_224.fb_dist_in1k", "Apache-2.0", 46_916_200),
        ("xcit_small_12_p16_224.fb_in1k", "Apache-2.0", 26_253_304),
        ("hiera_base_224.mae", "CC-BY-NC-4.0", 50_755_968),
        ("convnext_tiny.fb_in1k", "Apache-2.0", 28_589_128),
        ("convnextv2_tiny.fcmae_ft_in22k_in1k", "CC-BY-NC-4.0", 28_635_496),
        ("resnet50.a1_in1k", "Apache-2.0", 25_557_032),
    ].map { Entry(repository: "timm/\($0.0)", license: $0.1, parameters: $0.2) }
}
