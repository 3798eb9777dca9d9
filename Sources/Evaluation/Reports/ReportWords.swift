/// The prose of a report in one language.
struct ReportWords: Sendable {
    let title: String
    let systems: String
    let tasks: String
    let queries: String
    let pairs: String
    let documents: String

    let results: String
    let resultsNote: String
    let system: String
    let parameters: String
    let average: String
    let meanOf: String
    let best: String
    let tied: String
    let alone: String

    let robustness: String
    let robustnessNote: String
    let queriesTyped: String
    let clean: String
    let differenceToClean: String

    let ablation: String
    let ablationNote: String
    let differenceTo: String

    let scoresWithIntervals: String
    let notMeasured: String
    let methods: String
    let method: [String]
    let resamples: String
    let seed: String
    let settings: String
    let sts17Remark: String

    let variants: [String: String]
}

extension ReportWords {
    static let english = ReportWords(
        title: "Evaluation report",
        systems: "systems", tasks: "tasks", queries: "queries", pairs: "pairs",
        documents: "documents",
        results: "Results",
        resultsNote: """
            Main score of each task with its 95% interval. Systems of a column that share a letter cannot \
            be told apart (paired permutation test, Holm over the table, 5%). The average takes the Turkish \
            tasks once each; a second judgment of the same queries does not count again.
            """,
        system: "System", parameters: "Parameters", average: "Average", meanOf: "mean of",
        best: "Best", tied: "not told apart from", alone: "told apart from all others",
        robustness: "Robustness to typing",
        robustnessNote: """
            The queries as people really type them; documents stay as they are. Differences are to the clean \
            queries, query by query; those in bold stand after Holm's correction over the table.
            """,
        queriesTyped: "Queries", clean: "clean", differenceToClean: "difference to clean queries",
        ablation: "Ablation",
        ablationNote: """
            Differences to the reference on the same queries and pairs, with 95% intervals of the paired \
            bootstrap; those in bold stand after Holm's correction over this table. It has fewer tests than \
            there are pairs of systems, so more may stand here than the letters above tell apart.
            """,
        differenceTo: "difference to",
        scoresWithIntervals: "Scores with 95% intervals", notMeasured: "not measured",
        methods: "How it was measured",
        method: [
            "Intervals: BCa bootstrap over queries or pairs (Efron 1987).",
            "Tests: two-sided paired permutation test, Holm's correction over each table.",
            "Retrieval metrics follow trec_eval: equal scores are ordered by document id, descending.",
            "Spearman: equal values share their mean rank. Bitext: F1 as in scikit-learn, weighted.",
            "The average's interval adds the half widths of its tasks in quadrature.",
        ],
        resamples: "resamples", seed: "seed",
        settings: "Settings",
        sts17Remark: """
            STS17 here is the Turkish pair, en-tr. Model cards often print the mean over all language pairs \
            of STS17 (0.72 to 0.81 for the E5 family), which says little about Turkish: do not compare it \
            with the column STS17/en-tr.
            """,
        variants: [
            "ascii-letters": "ASCII letters", "lower-case": "lower case",
            "ascii-lower-case": "ASCII, lower case", "turkish-upper-case": "Turkish capitals",
            "english-upper-case": "English capitals", "decomposed": "decomposed (NFD)",
            "swapped-letters": "swapped letters", "missing-letters": "missing letters",
            "doubled-letters": "doubled letters", "missing-question-mark": "no question mark",
            "missing-punctuation": "no punctuation", "joined-suffixes": "suffixes joined",
            "split-suffixes": "suffixes split off",
            "wrong-prefix": "wrong prefix",
        ])

    static let turkish = ReportWords(
        title: "Değerlendirme raporu",
        systems: "sistem", tasks: "görev", queries: "sorgu", pairs: "çift", documents: "belge",
        results: "Sonuçlar",
        resultsNote: """
            Her görevin ana puanı ve %95 güven aralığı. Bir sütunda ortak harfi olan sistemler birbirinden \
            ayırt edilemez (eşleştirilmiş permütasyon testi, tablo genelinde Holm düzeltmesi, %5). Ortalama, \
            Türkçe görevleri birer kez sayar; aynı sorguların ikinci değerlendirmesi sayılmaz.
            """,
        system: "Sistem", parameters: "Parametre", average: "Ortalama",
        meanOf: "ortalama, alt görev:",
        best: "En yüksek", tied: "ayırt edilemeyenler:", alone: "diğerlerinin hepsinden ayrılıyor",
        robustness: "Yazıma dayanıklılık",
        robustnessNote: """
            Sorgular, insanların gerçekten yazdığı gibi; belgeler olduğu gibi kalır. Farklar temiz sorgulara \
            göre, sorgu sorgu hesaplanır; koyu yazılanlar tablo genelinde Holm düzeltmesinden sonra da geçerlidir.
            """,
        queriesTyped: "Sorgular", clean: "temiz", differenceToClean: "temiz sorgulara göre fark",
        ablation: "Ablasyon",
        ablationNote: """
            Aynı sorgu ve çiftlerde referansa göre fark, eşleştirilmiş bootstrap ile %95 aralık; koyu \
            yazılanlar bu tablonun Holm düzeltmesinden sonra da geçerlidir. Tabloda sistem çiftlerinden daha \
            az test vardır; bu yüzden burada, yukarıdaki harflerin ayırdığından fazlası geçerli kalabilir.
            """,
        differenceTo: "referansa göre fark:",
        scoresWithIntervals: "%95 aralıklarıyla puanlar", notMeasured: "ölçülmedi",
        methods: "Nasıl ölçüldü",
        method: [
            "Aralıklar: sorgular ya da çiftler üzerinde BCa bootstrap (Efron 1987).",
            "Testler: iki yönlü eşleştirilmiş permütasyon testi, her tabloda Holm düzeltmesi.",
            "Erişim ölçütleri trec_eval'e uyar: eşit puanlar belge kimliğine göre azalan sıralanır.",
            "Spearman: eşit değerler ortalama sıralarını paylaşır. Çeviri eşleme: scikit-learn'deki ağırlıklı F1.",
            "Ortalamanın aralığının yarı genişliği, görevlerin yarı genişliklerinin kareleri toplamının kareköküdür.",
        ],
        resamples: "yeniden örnekleme", seed: "tohum değeri",
        settings: "Ayarlar",
        sts17Remark: """
            Buradaki STS17, Türkçe çifttir: en-tr. Model kartları çoğu kez STS17'nin bütün dil çiftlerinin \
            ortalamasını yazar (E5 ailesi için 0,72 ile 0,81 arası); bu sayı Türkçe hakkında az şey söyler ve \
            STS17/en-tr sütunuyla karşılaştırılmamalıdır.
            """,
        variants: [
            "ascii-letters": "ASCII harfler", "lower-case": "küçük harf",
            "ascii-lower-case": "ASCII, küçük harf", "turkish-upper-case": "Türkçe büyük harf",
            "english-upper-case": "İngilizce büyük harf", "decomposed": "ayrışık (NFD)",
            "swapped-letters": "yer değiştiren harfler", "missing-letters": "eksik harfler",
            "doubled-letters": "çift yazılan harfler", "missing-question-mark": "soru işareti yok",
            "missing-punctuation": "noktalama yok", "joined-suffixes": "bitişik yazılan ekler",
            "split-suffixes": "ayrı yazılan ekler",
            "wrong-prefix": "yanlış ön ek",
        ])
}
