"""Golden token ids: what `tokenizers` and `sentencepiece` make of hostile and of real text.

Writes Tests/TokenizationTests/Fixtures:
  hostile.json     texts that break tokenizers, with ids and offsets by both references, for
                   multilingual-e5-small, and ids by BERT's tokenizer with a small vocabulary
  lines.bin        for 20,000 lines of the shared corpus, two u32 each: FNV-1a of the ids by
                   tokenizers and by sentencepiece. The text itself is not committed.
  tiny-bert/       vocab.txt and tokenizer.json of that small BERT vocabulary

    python Tools/reference/make_tokenizer_fixtures.py
"""

import gzip
import json
import os
import pathlib
import struct

import sentencepiece
import tokenizers
from tokenizers.implementations import BertWordPieceTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "TokenizationTests" / "Fixtures"
DATA = pathlib.Path(os.environ.get("AJAN_DATA", ROOT.parent / "shared"))
E5 = pathlib.Path.home() / ".cache" / "ajan" / "models" / "multilingual-e5-small"
LINES = 20_000

HOSTILE = [
    "", " ", "  ", "\t", "\n", "\r\n", "a", " a", "a ", "  iki  boşluk  ", "satır\nsonu", "a\r\nb",
    "a\u00a0b\u3000c\u2003d\u202fe\u205ff\u1680g", "a\u0085b\u2028c\u2029d", "a\u200bb\u200cc\u200dd",
    "\ufeffbaş", "yumuşak\u00adtire", "sekme\tve\x0bdikey\x0csayfa",
    "I\u0307stanbul", "i\u0307stanbul", "İSTANBUL'DA ışık IŞIK", "ı\u0307", "İ\u0301",
    "c\u0327ocuk s\u0327eker g\u0306u\u0308n o\u0308zel", "çocuk şeker ğün özel",
    "e\u0301\u0302\u0303\u0304", "\u0300abc", "a\u0328\u0301", "A\u030angström", "q\u0323\u0307",
    "👨‍👩‍👧‍👦 aile 🇹🇷 bayrak", "👍🏽👍🏿", "1\ufe0f\u20e3 2️⃣", "🏴\U000e0067\U000e0062\U000e007f",
    "السلام عليكم ورحمة الله", "لَا إِلٰهَ", "שָׁלוֹם", "ﷺ ﷽", "नमस्ते क़", "ก็ไม่รู้", "你好，世界。", "日本語テキスト ｶﾞ",
    "한국어 문장", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\ud55c\u11a8", "ﬁnans ﬀ ﬃ ſt",
    "①②③ ½ ⅔ ² ³ ™ ℃ №", "ｆｕｌｌ ｗｉｄｔｈ ＡＢＣ１２３", "Ⅻ ⅳ ㎏ ㎡ ㍿",
    "\x00", "a\x00b", "\x01\x02\x1f\x7f\x80\x9f", "\ufffd\ufffe\uffff", "\U0010ffff",
    "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<s> merhaba </s>", "önce <mask> sonra",
    "önce   <mask>   sonra", "<mask><mask>", "<<s>>", "< s >", "<s", "＜mask＞",
    "▁", "▁▁", "a▁b", "▁a▁b", "a ▁ b", "a▁ b", "_a_b_",
    "x" * 300, "ğ" * 200, "üüü" * 60 + " son", "🙂" * 40, "a" * 99 + "\u0301",
    "https://ornek.com.tr/a?b=c&d=%20e#f", "info@ornek.com.tr", "1.234.567,89 TL", "%50'si",
    "Dr. Ayşe-Nur'un 3.sü", "çekoslovakyalılaştıramadıklarımızdanmışsınızcasına",
    "query: kargom ne zaman gelir?", "passage: Siparişler 1–3 iş günü içinde kargoya verilir.",
    "query:query: query :", "ẞ ß ǅ ǆ ﬆ", "…‥ — – ― ‘’ “” ‹› «»", "~`!@#$%^&*()-_=+[]{}\\|;:'\",.<>/?",
]

BERT_WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] kargo ##m ne zaman gel ##ir ##ler sipariş siparis
istanbul ##' ' da ışık isik çocuk cocuk a b c d e i ı ş ö ü ğ ##a ##b ##i ##ı 1 2 3 ##1 ##2 . , ? ! - –
你 好 e ##e ##́ i̇ ##n ##u cafe café <s> </s> the ##s query passage :""".split()


def fnv(ids):
    value = 0x811C9DC5
    for identifier in ids:
        for byte in struct.pack("<i", identifier):
            value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def byte_offsets(text, pairs):
    """Character offsets to UTF-8 byte offsets."""
    starts = [0]
    for character in text:
        starts.append(starts[-1] + len(character.encode()))
    return [[starts[a], starts[b]] for a, b in pairs]


def fairseq(ids):
    return [0] + [identifier + 1 if identifier else 3 for identifier in ids] + [2]


def real_lines():
    """Every file gives lines evenly until there are enough; files in the order of their names."""
    files = sorted((DATA / "corpus" / "text").glob("*.jsonl.gz"))
    texts = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            texts.append([json.loads(line)["text"] for line in lines])
    chosen = []
    for share, own in enumerate(texts):
        left = LINES - len(chosen)
        count = min(len(own), left // (len(texts) - share))
        chosen += [own[k * len(own) // count] for k in range(count)]
    for own in texts:
        if len(chosen) >= LINES:
            break
        chosen += own[1:1 + LINES - len(chosen)]
    return chosen[:LINES]


def bert():
    folder = FIXTURES / "tiny-bert"
    folder.mkdir(parents=True, exist_ok=True)
    words = list(dict.fromkeys(BERT_WORDS))
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    out = {}
    for name, lowercase in [("uncased", True), ("cased", False)]:
        tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=lowercase)
        tokenizer.save(str(folder / f"{name}.json"))
        out[name] = [tokenizer.encode(text).ids for text in HOSTILE]
    return out


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    fast = tokenizers.Tokenizer.from_file(str(E5 / "tokenizer.json"))
    slow = sentencepiece.SentencePieceProcessor(model_file=str(E5 / "sentencepiece.bpe.model"))
    encodings = [fast.encode(text) for text in HOSTILE]
    hostile = {
        "texts": HOSTILE,
        "tokenizers": [e.ids for e in encodings],
        "offsets": [byte_offsets(t, e.offsets) for t, e in zip(HOSTILE, encodings)],
        "sentencepiece": [fairseq(slow.encode(text)) for text in HOSTILE],
        "bert": bert(),
        "made_by": {"script": "Tools/reference/make_tokenizer_fixtures.py",
                    "tokenizers": tokenizers.__version__,
                    "sentencepiece": sentencepiece.__version__},
    }
    (FIXTURES / "hostile.json").write_text(json.dumps(hostile) + "\n")
    lines = real_lines()
    fast_ids = [e.ids for e in fast.encode_batch(lines)]
    slow_ids = [fairseq(ids) for ids in slow.encode(lines)]
    with open(FIXTURES / "lines.bin", "wb") as file:
        for a, b in zip(fast_ids, slow_ids):
            file.write(struct.pack("<II", fnv(a), fnv(b)))
    differ = sum(a != b for a, b in zip(fast_ids, slow_ids))
    print(f"{len(lines)} lines, the references differ on {differ}")
    for text, a, b in zip(HOSTILE, hostile["tokenizers"], hostile["sentencepiece"]):
        if a != b:
            print("differ:", repr(text[:40]))


main()
