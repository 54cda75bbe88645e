"""What each framework makes of photographs before its model sees them, and how far the frameworks are from each other.

    python make_photograph_fixtures.py [folder with photos/ and samples/]

Writes `photographs.safetensors`: every 997th number of the input tensor of each photograph under each preprocessing, as
the framework's own pipeline makes it of the file with Pillow; and prints the differences to the pipelines on tensors.
Made with the versions in the file's metadata. The photographs are no part of the project.
"""
import glob, os, sys
import numpy as np, PIL, timm, torch, torchvision, transformers
from PIL import Image
from safetensors.torch import save_file
from torchvision.transforms import InterpolationMode, v2

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "..", "..", "..", "shared")
IMAGENET = dict(mean=(.485, .456, .406), std=(.229, .224, .225))
HALF = dict(mean=(.5,) * 3, std=(.5,) * 3)


def torchvision_preset(crop, resize, mode):
    return torchvision.transforms._presets.ImageClassification(crop_size=crop, resize_size=resize, interpolation=mode)


def timm_pipeline(crop_pct, **more):
    return timm.data.create_transform((3, 224, 224), interpolation="bicubic", crop_pct=crop_pct, **more)


def hugging_face(processor):
    return lambda image: torch.from_numpy(np.asarray(processor(image)["pixel_values"][0]))


PIPELINES = {
    "torchvision vit_b_16 V1": torchvision_preset(224, 256, InterpolationMode.BILINEAR),
    "torchvision vit_l_16 V1": torchvision_preset(224, 242, InterpolationMode.BILINEAR),
    "torchvision vit_b_16 SWAG E2E": torchvision_preset(384, 384, InterpolationMode.BICUBIC),
    "timm deit": timm_pipeline(.875, **IMAGENET),
    "timm augreg": timm_pipeline(.9, **HALF),
    "Hugging Face ViT": None,
    "CLIP": None,
}
try:
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil as ViT
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil as CLIP
except ImportError:
    from transformers import ViTImageProcessor as ViT, CLIPImageProcessor as CLIP
PIPELINES["Hugging Face ViT"] = hugging_face(ViT())
PIPELINES["CLIP"] = hugging_face(CLIP())


def on_tensors(crop, resize, mode):
    """torchvision's pipeline on uint8 tensors, antialiased: what people do on a GPU."""
    return v2.Compose([v2.PILToTensor(), v2.Resize(resize, mode, antialias=True), v2.CenterCrop(crop),
                       v2.ToDtype(torch.float32, scale=True), v2.Normalize(**IMAGENET)])


values, names = {}, sorted(glob.glob(f"{SHARED}/photos/*") + glob.glob(f"{SHARED}/samples/*")[:0])
names = [n for n in names if n.lower().endswith((".jpg", ".jpeg", ".png"))] + sorted(glob.glob(f"{SHARED}/samples/*.JPEG"))[:4]
for path in names:
    image = Image.open(path).convert("RGB")
    for name, pipeline in PIPELINES.items():
        values[f"{os.path.basename(path)}|{name}"] = pipeline(image).flatten()[::997].contiguous().clone()
    for label, crop, resize, mode in [("bilinear 256", 224, 256, InterpolationMode.BILINEAR), ("bicubic 384", 384, 384, InterpolationMode.BICUBIC)]:
        difference = (torchvision_preset(crop, resize, mode)(image) - on_tensors(crop, resize, mode)(image)).abs() * .226 * 255
        print(f"{os.path.basename(path):40} {label:14} torchvision on tensors: {difference.mean():.3f} of 255 on average, {difference.max():.1f} at most")
save_file(values, f"{HERE}/photographs.safetensors",
          metadata=dict(torch=torch.__version__, torchvision=torchvision.__version__, timm=timm.__version__,
                        transformers=transformers.__version__, pillow=PIL.__version__))
print(len(values), "tensors")
