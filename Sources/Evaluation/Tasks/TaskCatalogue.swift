/// The declared tasks.
package enum TaskCatalogue {
    /// All declarations, in the order of a report.
    package static let all: [TaskDeclaration] =
        [turHistQuad, turHistQuadContexts, sssTr] + sts17 + [sts22, stsbTr, tatoeba]

    /// Declarations that `name` means: one task, or every subset of a task such as `STS17`.
    package static func tasks(named name: String) -> [TaskDeclaration] {
        all.filter { $0.name == name || $0.name.hasPrefix(name + "/") }
    }

    static let turHistQuad = TaskDeclaration(
        name: "TurHistQuadRetrieval", kind: .retrieval,
        source: .beir(qrels: "qrels/test.tsv", judgedOnly: false),
        mteb: .init(
            task: "TurHistQuadRetrieval", revision: "2a2b8ddecf1189f530676244d0751e1d0a569e03"),
        languages: ["tur-Latn"], folders: ["turhistquad", "TurHistQuadRetrieval"],
        licence: "MIT",
        citation:
            "Soygazi, Çiftçi, Kök, Cengiz: THQuAD, Turkish Historic Question Answering Dataset, 2021"
    )

    /// Only paragraphs count, and only paragraphs are ranked: the official judgments also ask for
    /// the bare answer string, which no retriever of passages is built to find.
    static let turHistQuadContexts = TaskDeclaration(
        name: "TurHistQuadRetrieval-contexts", kind: .retrieval,
        source: .beir(qrels: "qrels/contexts.tsv", judgedOnly: true),
        mteb: .init(
            task: "TurHistQuadRetrieval-contexts",
            revision: "2a2b8ddecf1189f530676244d0751e1d0a569e03"),
        languages: turHistQuad.languages, folders: turHistQuad.folders,
        licence: turHistQuad.licence, citation: turHistQuad.citation)

    /// The project's own set: `Samples/sss-tr`.
    static let sssTr = TaskDeclaration(
        name: "sss-tr", kind: .retrieval,
        source: .beir(qrels: "qrels/test.tsv", judgedOnly: false),
        mteb: .init(task: "SssTrRetrieval", revision: "1"),
        languages: ["tur-Latn"], folders: ["sss-tr"],
        licence: "CC0-1.0", citation: "ajan-embed, Samples/sss-tr, 2026")

    /// SemEval-2017 task 1: every language pair is a task of its own; `en-tr` is the Turkish one.
    static let sts17: [TaskDeclaration] = [
        ("en-tr", ["eng-Latn", "tur-Latn"]), ("ar-ar", ["ara-Arab"]),
        ("en-ar", ["eng-Latn", "ara-Arab"]), ("en-de", ["eng-Latn", "deu-Latn"]),
        ("en-en", ["eng-Latn"]), ("es-en", ["spa-Latn", "eng-Latn"]), ("es-es", ["spa-Latn"]),
        ("fr-en", ["fra-Latn", "eng-Latn"]), ("it-en", ["ita-Latn", "eng-Latn"]),
        ("ko-ko", ["kor-Hang"]), ("nl-en", ["nld-Latn", "eng-Latn"]),
    ].map { pair, languages in
        TaskDeclaration(
            name: "STS17/\(pair)", kind: .semanticSimilarity,
            source: .pairs(files: ["test.jsonl", "\(pair).jsonl"]),
            mteb: .init(
                task: "STS17", subset: pair, revision: "faeb762787bd10488a50c8b5be4a3b82e411949c"),
            languages: languages, folders: ["sts17-\(pair)", "STS17/\(pair)"],
            licence: "CC BY-SA 4.0",
            citation: "Cer, Diab, Agirre, Lopez-Gazpio, Specia: SemEval-2017 Task 1, 2017")
    }

    /// Scores must point the way of mteb's copy: higher means closer.
    static let sts22 = TaskDeclaration(
        name: "STS22.v2/tr", kind: .semanticSimilarity,
        source: .pairs(files: ["test.jsonl", "tr.jsonl", "test/tr.jsonl"]),
        mteb: .init(
            task: "STS22.v2", subset: "tr", revision: "d31f33a128469b20e357535c39b82fb3c3f6f2bd"),
        languages: ["tur-Latn"], folders: ["sts22-tr", "STS22.v2/tr"],
        licence: "not stated; read from a folder of the user",
        citation: "Chen and others: SemEval-2022 Task 8, Multilingual news article similarity, 2022"
    )

    static let stsbTr = TaskDeclaration(
        name: "STSbTR", kind: .semanticSimilarity, source: .pairs(files: ["test.jsonl"]),
        mteb: .init(task: "STSbTR", revision: "1"),
        languages: ["tur-Latn"], folders: ["stsb-tr", "STSbTR"],
        licence: "scores CC BY-SA 4.0; texts as in the original",
        citation: "Beken Fikri, Oflazer, Yanıkoğlu: Semantic Similarity Based Evaluation, 2021")

    static let tatoeba = TaskDeclaration(
        name: "Tatoeba/tur-eng", kind: .bitextMining, source: .pairs(files: ["test.jsonl"]),
        mteb: .init(
            task: "Tatoeba", subset: "tur-eng", revision: "69e8f12da6e31d59addadda9a9c8a2e601a0e282"
        ),
        languages: ["tur-Latn", "eng-Latn"], folders: ["tatoeba-tur-eng", "Tatoeba/tur-eng"],
        licence: "CC BY 2.0 FR", citation: "Tatoeba through LASER: Artetxe and Schwenk, 2019")
}
