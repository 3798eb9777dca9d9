"""Golden sentence vectors: what sentence-transformers makes of real and tiny models.

Writes Tests/AjanEmbedTests/Fixtures/e5-small.json (the model that `make model` fetches), minilm.json
(the one that `make test` fetches: BERT, WordPiece, English) and Tests/AjanEmbedTests/Fixtures/tiny-dense, a complete sentence-transformers folder (XLM-RoBERTa of two
layers, real WordPiece-free Unigram tokenizer cut to a few hundred pieces, mean pooling, Dense with
Tanh, Normalize) with expected.json.

    python Tools/reference/make_sentence_fixtures.py
"""

import json
import pathlib
import shutil
import warnings

import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer, models
from tokenizers import Tokenizer, models as token_models, normalizers, pre_tokenizers, processors

warnings.filterwarnings("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "AjanEmbedTests" / "Fixtures"
CACHE = pathlib.Path.home() / ".cache" / "ajan" / "models"
SEED = 20261124
TEXTS = [
    "query: kargom ne zaman gelir?",
    "passage: Siparişler 1–3 iş günü içinde kargoya verilir.",
    "query: faturamı nereden indirebilirim",
    "passage: Faturanızı hesabım sayfasındaki siparişlerim bölümünden indirebilirsiniz.",
    "query: ÜYELİĞİMİ NASIL İPTAL EDERİM",
    "passage: Kişisel verileriniz 6698 sayılı Kanun kapsamında işlenir.",
    "",
    "query: 👨‍👩‍👧 aile paketi %50 i̇ndi̇ri̇m",
]
ENGLISH = [
    "When will my parcel arrive?",
    "Orders are handed to the carrier within 1–3 working days.",
    "kargom ne zaman gelir?",
    "",
    "Café naïve — it's 3.14 km; e-mail: help@example.com",
    "supercalifragilisticexpialidocious " * 8,
    "漢字 and emoji 👨‍👩‍👧",
]


def made_by():
    return {
        "script": "Tools/reference/make_sentence_fixtures.py", "seed": SEED,
        "torch": torch.__version__, "transformers": transformers.__version__,
        "sentence_transformers": sentence_transformers.__version__,
    }


def expected(model, texts):
    vectors = model.encode(texts, convert_to_numpy=True)
    return {"texts": texts, "vectors": [[round(float(x), 7) for x in v] for v in vectors],
            "made_by": made_by()}


def real(name, texts, fixture):
    model = SentenceTransformer(str(CACHE / name), device="cpu")
    text = json.dumps(expected(model, texts), ensure_ascii=False)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / fixture).write_text(text + "\n")


def tiny_tokenizer(folder):
    letters = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ0123456789.,?!:;'\"()%-"
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -4.0) for letter in letters]
    pieces += [("▁" + word, -5.0) for word in
               ["query", "passage", "kargo", "sipariş", "ne", "zaman", "bir", "ve", "iade"]]
    pieces += [(part, -4.5) for part in ["lar", "ler", "da", "de", "ım", "im", "gel", "ir", "iş"]]
    tokenizer = Tokenizer(token_models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Replace(__import__("tokenizers").Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)])
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        pad_token="<pad>", cls_token="<s>", sep_token="</s>", model_max_length=64)
    fast.save_pretrained(folder)
    return len(fast)


def tiny():
    torch.manual_seed(SEED)
    work = FIXTURES / "work"
    size = tiny_tokenizer(work)
    config = transformers.XLMRobertaConfig(
        vocab_size=size, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=40, max_position_embeddings=66, type_vocab_size=1, pad_token_id=1,
        layer_norm_eps=1e-5)
    encoder = transformers.XLMRobertaModel(config, add_pooling_layer=False)
    for name, parameter in encoder.named_parameters():
        torch.nn.init.normal_(parameter, std=0.3)
        if "LayerNorm.weight" in name:
            parameter.data += 1.0
    encoder.save_pretrained(work)
    transformer = models.Transformer(str(work), max_seq_length=64)
    pooling = models.Pooling(24, pooling_mode="mean")
    dense = models.Dense(24, 32, activation_function=torch.nn.Tanh())
    model = SentenceTransformer(
        modules=[transformer, pooling, dense, models.Normalize()], device="cpu",
        prompts={"query": "query: ", "passage": "passage: "})
    folder = FIXTURES / "tiny-dense"
    shutil.rmtree(folder, ignore_errors=True)
    model.save(str(folder))
    (folder / "README.md").unlink(missing_ok=True)
    text = json.dumps(expected(model, TEXTS), ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n")
    shutil.rmtree(work)


real("multilingual-e5-small", TEXTS, "e5-small.json")
real("all-MiniLM-L6-v2", ENGLISH, "minilm.json")
tiny()
