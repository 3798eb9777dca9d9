package import AjanCompute
package import AjanEmbed
package import AjanTraining
package import AjanTurkishText

/// Everything that makes a student out of a teacher, as one YAML file states it.
///
/// Two runs with equal recipes, models and corpora give the same bytes. `RecipeFile` reads recipes
/// strictly; docs/DISTILLATION.md explains every key.
package struct Recipe: Sendable, Codable, Equatable {
    /// Name of the student, of its folder and of its card.
    package var name: String
    package var teacher: Teacher
    package var student: Student
    /// Length of the student's vectors: a Dense layer leads from the student's width to it. Nil
    /// when the two are equal.
    package var projection: Int?
    package var corpus: [Source]
    /// Folders and files of evaluation sets: a text or pair that holds a piece of one is left out.
    package var decontaminate: [String] = []
    /// Texts that are kept out of training, to measure how well the student follows the teacher.
    package var heldOut: Int
    package var cache = Cache()
    package var noise: Noise?
    package var loss = Loss()
    package var pairs: Pairs?
    package var training: Training
    package var evaluation = Cadence()
    package var checkpoints = Checkpoints()
    package var export = Export()

    /// The model that is imitated.
    package struct Teacher: Sendable, Codable, Equatable {
        package var model: String
        package var precision: SentenceEncoder.Precision
        package var maxTokens: Int?
        package var longText: LongText
    }

    /// The model that learns, and what is done to it before.
    package struct Student: Sendable, Codable, Equatable {
        package var model: String
        /// Layers that are kept, by number from 0; nil keeps all.
        package var layers: [Int]?
        package var vocabulary: Vocabulary?
        package var maxTokens: Int?
        /// Version of the text contract that the student sees texts through; nil for none.
        package var textContract: String?
        /// Nil takes the prompts of the student's own folder.
        package var queryPrompt: String?
        package var passagePrompt: String?
    }

    /// Another vocabulary for the student.
    package enum Vocabulary: Sendable, Codable, Equatable {
        /// Only the pieces that the corpus uses.
        case trimmed
        /// The vocabulary of a `tokenizer.json`, of a folder that has one, or of a SentencePiece
        /// `.model`.
        case tokenizer(String)
    }

    /// A file of training texts.
    package struct Source: Sendable, Codable, Equatable {
        package var path: String
        package var kind: Kind
        package var role: Role
        /// Names of the JSON fields: one for texts, query and passage for pairs.
        package var fields: [String]
        /// Takes so many lines, evenly spread over the file; nil takes all.
        package var limit: Int?
        package var charactersMin: Int
        package var charactersMax: Int
        /// SHA-256 of the file; nil leaves it unpinned.
        package var sha256: String?
        /// Whether the run goes on without the file when it is not there.
        package var isOptional: Bool
        /// Line of the recipe, for errors.
        package var line: Int

        package enum Kind: String, Sendable, Codable, CaseIterable {
            case texts
            case pairs
        }
    }

    /// How the teacher's vectors are kept.
    package struct Cache: Sendable, Codable, Equatable {
        package enum Rows: String, Sendable, Codable, CaseIterable {
            case f16
            case f32
        }

        /// Nil keeps them in the run's folder.
        package var folder: String?
        package var rows = Rows.f16
        package var shardRows = 4_096
    }

    /// What is done to the texts that the student reads; the target stays the vector of the clean
    /// text.
    package struct Noise: Sendable, Codable, Equatable {
        /// Share of texts that are left as they are.
        package var cleanShare: Double
        /// Kinds that are drawn from, each as often as the others.
        package var kinds: [QueryNoise]
        /// Share of the spoiled texts that get a second kind on top.
        package var secondShare: Double
    }

    /// Weights of the parts of the loss; a part of weight 0 is not computed.
    package struct Loss: Sendable, Codable, Equatable {
        package var mse = 1.0
        package var cosine = 0.0
        package var relational = 0.0
        /// Lengths of vector prefixes that shall work on their own.
        package var matryoshka: [Int] = []
    }

    /// Contrastive training on pairs; their batches are spread evenly among those of plain texts.
    package struct Pairs: Sendable, Codable, Equatable {
        /// Share of the batches that are made of pairs.
        package var share: Double
        /// Weight of the multiple-negatives loss beside the distillation loss.
        package var weight: Double
        /// Factor on the cosines (the inverse of a temperature).
        package var scale: Double
    }

    /// The optimiser and its pace.
    package struct Training: Sendable, Codable, Equatable {
        package enum Length: Sendable, Codable, Equatable {
            case epochs(Double)
            case steps(Int)
        }

        package var length: Length
        /// Tokens of one micro-batch at most.
        package var batchTokens: Int
        /// Micro-batches of one step.
        package var accumulation: Int
        package var learningRate: Double
        /// Of the word table; nil takes `learningRate`.
        package var wordLearningRate: Double?
        package var schedule: LearningRateSchedule.Shape
        /// Share of the steps in which the learning rate rises from 0.
        package var warmup: Double
        package var weightDecay: Double
        package var clipNorm: Double
        package var dropout: Double
        package var attentionDropout: Double
        package var freezesEmbeddings: Bool
        /// Layers from the bottom that stay as they are.
        package var frozenLayers: Int
        package var seed: UInt64
        /// The form in which linear layers read their factors: f32, or rounded to bf16.
        package var precision: ProductPrecision
    }

    /// How often, and on what, the student is measured.
    package struct Cadence: Sendable, Codable, Equatable {
        /// Steps between two measurements while it trains.
        package var every = 200
        /// Retrieval tasks that choose the best checkpoint.
        package var watch: [String] = []
        /// Tasks of the model card's table.
        package var tasks: [String] = []
        /// Folders of data sets of one's own, by the names that `watch` and `tasks` give them; nil
        /// when there are none.
        package var data: [String: String]?
    }

    /// How often the state is saved, and how many states are kept beside the best one.
    package struct Checkpoints: Sendable, Codable, Equatable {
        package var every = 200
        package var keep = 2
    }

    /// The finished folders and what their card says.
    package struct Export: Sendable, Codable, Equatable {
        package enum Format: String, Sendable, Codable, CaseIterable {
            case f32
            case f16
            case int8
        }

        package var formats: [Format] = [.f32]
        /// Empty: the recipe states none.
        package var licence = ""
        /// What the student is, in a phrase for the model card; empty: the name of its folder.
        package var about = ""
        /// Where the training texts come from and under which terms.
        package var dataStatement = ""
    }
}
