"""Writes tiny models with text towers as their projects save them, and what the projects make of lines of text.

    python make_text_fixtures.py                      the committed fixtures
    python make_text_fixtures.py --full --to FOLDER   10,000 lines through the real vocabulary, and towers of published size

Made with transformers 5.24, open_clip_torch 3.3, tokenizers 0.23, ftfy 6.3, PyTorch 2.15. The vocabularies are small ones, trained on
the lines themselves. `lines.json.gz` has each line with its tokens; `reference.safetensors` the features of some lines, in float64.
"""
import argparse, gzip, json, os, shutil
import numpy as np, torch
import open_clip, transformers
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from text_lines import lines

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "texts")
SAID = ["a red bicycle", "a photo of a cat", "the dog's bowl", "", "собака и велосипед", "x" * 60 + " end"]


def merges(count):
    """The merges of a byte-pair encoding of the lines, as OpenAI's list has them."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""), "removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(vocab_size=10 ** 6, initial_alphabet=list(bytes_to_unicode().values()), limit_alphabet=256,
                                  end_of_word_suffix="</w>", min_frequency=2, show_progress=False)
    tokenizer.train_from_iterator(["a photo of a cat a red bicycle the dog's bowl"] * 50 + lines(400), trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]][:count]


def write_vocabulary(folder, merged):
    """OpenAI's file of merges, and Hugging Face's two files with the same tokens."""
    text = "\n".join(["\"bpe_simple_vocab_16e6.txt#version: 0.2"] + [" ".join(pair) for pair in merged])  # A last line break would be a merge of its own.
    with open(f"{folder}/bpe_simple_vocab_16e6.txt.gz", "wb") as file: file.write(gzip.compress(text.encode(), mtime=0))
    characters = list(bytes_to_unicode().values())
    words = characters + [c + "</w>" for c in characters] + ["".join(pair) for pair in merged]
    words += ["<|startoftext|>", "<|endoftext|>"]
    return {word: index for index, word in enumerate(words)}


def randomize(model):
    for name, p in model.named_parameters():
        torch.nn.init.normal_(p, 0, 1 / max(p.shape[-1], 1) ** .5 if p.ndim > 1 else .3)
        if p.ndim == 1 and "norm" in name and name.endswith("weight") or "ln_" in name and name.endswith("weight"):
            torch.nn.init.normal_(p, 1, .2)
    with torch.no_grad():
        if hasattr(model, "logit_scale"): model.logit_scale.fill_(2.5)
        if getattr(model, "logit_bias", None) is not None: model.logit_bias.fill_(-4.0)
    return model.eval()


def reference(folder, ids, features):
    width = max(map(len, ids))
    padded = torch.full((len(ids), width), -1.0)
    for row, own in enumerate(ids): padded[row, :len(own)] = torch.tensor(own, dtype=torch.float)
    save_file({"tokens": padded, "features": features.detach().float().contiguous()}, f"{folder}/reference.safetensors")


def hugging_face_clip(folder, merged, full=None):
    os.makedirs(folder)
    vocabulary = write_vocabulary(folder, merged)
    os.remove(f"{folder}/bpe_simple_vocab_16e6.txt.gz")
    tokenizer = transformers.CLIPTokenizer(vocab=vocabulary, merges=merged)
    text = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=16) if not full else full["text"]
    vision = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, image_size=16, patch_size=8) if not full else full["vision"]
    config = transformers.CLIPConfig(
        text_config=text | dict(vocab_size=len(vocabulary), bos_token_id=vocabulary["<|startoftext|>"], eos_token_id=vocabulary["<|endoftext|>"]),
        vision_config=vision, projection_dim=12 if not full else full["features"])
    torch.manual_seed(1)
    model = randomize(transformers.CLIPModel(config))
    model.save_pretrained(folder)
    if full: tokenizer.save_pretrained(folder)
    else:
        # Two spellings of one tokenizer: the files of the slow one here, `tokenizer.json` below `steps`.
        json.dump(vocabulary, open(f"{folder}/vocab.json", "w"), separators=(",", ":"))
        open(f"{folder}/merges.txt", "w").write("\n".join(["#version: 0.2"] + [" ".join(pair) for pair in merged]) + "\n")
        os.makedirs(f"{folder}/steps")
        tokenizer.save_pretrained(f"{folder}/steps")
        compact(f"{folder}/steps")
    length = config.text_config.max_position_embeddings
    found = tokenizer(SAID, truncation=True, max_length=length, padding="max_length", return_tensors="pt")
    own = tokenizer(SAID, truncation=True, max_length=length).input_ids
    answer = model.double().get_text_features(**found)
    reference(folder, own, answer if torch.is_tensor(answer) else answer.pooler_output)
    return lambda text: tokenizer(text, add_special_tokens=True).input_ids


def compact(folder):
    for name in os.listdir(folder):
        if name != "tokenizer.json": os.remove(f"{folder}/{name}")
    content = json.load(open(f"{folder}/tokenizer.json"))
    json.dump(content, open(f"{folder}/tokenizer.json", "w"), ensure_ascii=False, separators=(",", ":"))


def open_clip_model(folder, merged, full=None):
    os.makedirs(folder)
    if merged:
        write_vocabulary(folder, merged)
        tokenizer = SimpleTokenizer(bpe_path=f"{folder}/bpe_simple_vocab_16e6.txt.gz", context_length=16)
    else:
        tokenizer = SimpleTokenizer()
        shutil.copy(open_clip.tokenizer.default_bpe(), folder)
    config = full or dict(
        embed_dim=12, quick_gelu=True, vision_cfg=dict(image_size=16, layers=1, width=16, head_width=8, patch_size=8),
        text_cfg=dict(context_length=16, vocab_size=tokenizer.vocab_size, width=16, heads=2, layers=2))
    torch.manual_seed(2)
    model = randomize(open_clip.CLIP(**config)).eval()
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if v.is_floating_point() and k != "attn_mask"},
              f"{folder}/open_clip_model.safetensors")
    json.dump(dict(model_cfg=config, preprocess_cfg=dict(mean=[.5] * 3, std=[.5] * 3)), open(f"{folder}/open_clip_config.json", "w"))
    ids = tokenizer(SAID, context_length=config["text_cfg"]["context_length"])
    eot = tokenizer.eot_token_id
    own = [row[:row.index(eot) + 1] for row in ids.tolist()]
    with torch.no_grad(): reference(folder, own, model.double().encode_text(ids))
    return lambda text: [tokenizer.sot_token_id] + tokenizer.encode(text) + [eot]


def siglip(folder):
    """SigLIP's text tower with a unigram tokenizer, and a SigLIP 2 whose tokenizer falls back to bytes."""
    os.makedirs(folder)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=600, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False)
    european = [line for line in lines(2000) if all(ord(c) < 0x500 for c in line)]
    tokenizer.train_from_iterator(["a photo of a cat a red bicycle the dog's bowl"] * 20 + european, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(f"{folder}/tokenizer.json")
    compact(folder)
    text = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=8,
                vocab_size=tokenizer.get_vocab_size(), projection_size=12)
    config = transformers.SiglipConfig(text_config=text, vision_config=dict(
        hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, image_size=16, patch_size=8))
    torch.manual_seed(3)
    model = randomize(transformers.SiglipModel(config))
    model.save_pretrained(folder)
    def encode(text, length=8):
        own = tokenizer.encode(text).ids
        return own if len(own) <= length else own[:length - 1] + [1]
    own = [encode(text) for text in SAID]
    ids = torch.tensor([row + [1] * (8 - len(row)) for row in own])
    answer = model.double().get_text_features(input_ids=ids)
    reference(folder, own, answer if torch.is_tensor(answer) else answer.pooler_output)
    return lambda text: tokenizer.encode(text).ids


def gemma_like(folder):
    """A tokenizer as SigLIP 2's: byte-pair encoding of plain characters that falls back to bytes."""
    os.makedirs(folder)
    special = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    source = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    source.normalizer = normalizers.Replace(" ", "▁")
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=special, limit_alphabet=200, show_progress=False)
    source.train_from_iterator(["a photo of a cat a red bicycle the dog's bowl"] * 20 + lines(400), trainer)
    content = json.loads(source.to_str())
    content["added_tokens"] = content["added_tokens"][:4]
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    tokenizer.save(f"{folder}/tokenizer.json")
    compact(folder)
    return lambda text: tokenizer.encode(text).ids


def write_lines(to, count, encoders):
    found = [dict(text=line, tokens={name: encode(line) for name, encode in encoders.items()}) for line in lines(count)]
    with open(to, "wb") as file: file.write(gzip.compress(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--to")
    arguments = arguments.parse_args()
    if arguments.full:
        real = [tuple(line.split()) for line in gzip.open(open_clip.tokenizer.default_bpe()).read().decode().split("\n")[1:49152 - 256 - 2 + 1]]
        folder = arguments.to
        b32 = dict(text=dict(), vision=dict(hidden_size=64, num_hidden_layers=1, num_attention_heads=1, intermediate_size=64), features=512)
        encoders = dict(clip=hugging_face_clip(f"{folder}/clip", real, full=b32))
        published = open_clip.get_model_config("ViT-B-32")
        published["vision_cfg"] |= dict(layers=1, width=64)
        encoders["open_clip"] = open_clip_model(f"{folder}/open_clip", None, full=published)
        write_lines(f"{folder}/lines.json.gz", 10_000, encoders)
        return
    for name in "clip", "open_clip", "siglip", "gemma": shutil.rmtree(f"{HERE}/{name}", ignore_errors=True)
    os.makedirs(HERE, exist_ok=True)
    merged = merges(150)
    encoders = dict(clip=hugging_face_clip(f"{HERE}/clip", merged), open_clip=open_clip_model(f"{HERE}/open_clip", merged),
                    siglip=siglip(f"{HERE}/siglip"), gemma=gemma_like(f"{HERE}/gemma"))
    write_lines(f"{HERE}/lines.json.gz", 400, encoders)


main()
