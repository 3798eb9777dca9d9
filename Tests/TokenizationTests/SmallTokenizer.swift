/// A tokenizer of a few pieces, as a `tokenizer.json`.
enum SmallTokenizer {
    /// - Parameter pieces: more of the vocabulary, each behind a comma.
    static func json(pieces: String = "") -> String {
        """
        {"added_tokens": [{"id": 0, "content": "<s>"}, {"id": 2, "content": "</s>"}],
         "normalizer": null,
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
           {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}},
                      {"SpecialToken": {"id": "</s>"}}],
           "special_tokens": {"<s>": {"ids": [0]}, "</s>": {"ids": [2]}}},
         "model": {"type": "Unigram", "unk_id": 1,
           "vocab": [["<s>", 0], ["<unk>", 0], ["</s>", 0], ["▁", -1], ["a", -2], ["▁a", -2.5]\(pieces)]}}
        """
    }
}
