import AjanCompute
package import AjanEmbed
import AjanEncoder
package import AjanEvaluation
import AjanTokenization
import AjanTraining
import Foundation

/// A recipe that was compared with the folders, files, tasks and memory that it names. Nothing has
/// been computed yet.
package struct CheckedRecipe {
    package let file: RecipeFile
    package let teacher: ModelFolder
    package let student: ModelFolder
    /// Length of the teacher's vectors and so of the student's.
    package let dimensions: Int
    /// Tasks whose data is there.
    package let watch: [LocatedTask]
    package let tasks: [LocatedTask]
    /// Tasks that the recipe names and whose data is not there.
    package let missingTasks: [String]
    /// What training needs, in bytes.
    package let memoryByteCount: Int
    /// The student as it is trained; a vocabulary that is cut down to the texts counts in full.
    let studentConfiguration: StudentConfiguration

    package var recipe: Recipe { file.recipe }

    /// - Parameter memory: bytes that this process may use; nil asks the system.
    /// - Throws: `DistillationError.recipe` with the line of the first thing that is wrong.
    package init(_ file: RecipeFile, locator: TaskLocator = TaskLocator(), memory: Int? = nil)
        throws
    {
        self.file = file
        let recipe = file.recipe
        let models = ModelChecks(file)
        teacher = try models.teacher()
        student = try models.student()
        dimensions = try models.dimensions(teacher: teacher, student: student)
        try models.lengths(teacher: teacher, student: student, dimensions: dimensions)
        try CorpusReader(file).check()
        if recipe.pairs != nil, !recipe.corpus.contains(where: { $0.kind == .pairs }) {
            throw file.error(.pairs, "'pairs' needs a source with 'kind: pairs' in 'corpus'")
        }
        var missing: [String] = []
        func locate(_ names: [String], _ key: RecipeFile.Key) throws -> [LocatedTask] {
            try names.flatMap { name -> [LocatedTask] in
                do {
                    let data = recipe.evaluation.data?[name].map { RecipePath(file).url($0) }
                    return try locator.tasks(named: name, data: data)
                } catch EvaluationError.missingData {
                    missing.append(name)
                    return []
                } catch {
                    throw file.error(key, "\(error)")
                }
            }
        }
        watch = try locate(recipe.evaluation.watch, .watch)
        if let other = watch.first(where: { $0.declaration.kind != .retrieval }) {
            throw file.error(
                .watch,
                "'evaluation.watch' has \(quoted: other.declaration.name), no retrieval task")
        }
        tasks = try locate(recipe.evaluation.tasks, .tasks)
        missingTasks = Set(missing).sorted()
        studentConfiguration = try models.changed(student)
        memoryByteCount = try models.memory(
            studentConfiguration, limit: memory ?? MemoryBudget.byteCount())
    }

    /// What the trainer is told about the student in `folder`.
    static func configuration(
        of folder: ModelFolder, projection: Int?
    ) throws -> StudentConfiguration {
        var dense = try folder.dense.first.map { layer in
            StudentConfiguration.Dense(
                outputSize: layer.outputSize, hasBias: layer.hasBias,
                activation: try layer.knownActivation)
        }
        if let projection, dense == nil { dense = .init(outputSize: projection) }
        return try StudentConfiguration(
            encoder: folder.configuration, pooling: folder.pooling.modes[0], dense: dense,
            normalizes: true)
    }
}

/// The checks that look into model folders.
private struct ModelChecks {
    let file: RecipeFile
    private var recipe: Recipe { file.recipe }

    init(_ file: RecipeFile) { self.file = file }

    private func folder(_ model: String, _ key: RecipeFile.Key) throws -> ModelFolder {
        do {
            // A path is seen from the recipe's folder; a name is looked for in the model cache.
            let isPath = model.hasPrefix(".") || model.hasPrefix("~") || model.contains("${")
            let place = isPath ? RecipePath(file).url(model).path : model
            return try ModelFolder(ModelCatalog.locate(place))
        } catch {
            throw file.error(key, "\(error)")
        }
    }

    func teacher() throws -> ModelFolder { try folder(recipe.teacher.model, .teacher) }

    func student() throws -> ModelFolder {
        let student = try folder(recipe.student.model, .student)
        guard student.pooling.modes.count == 1, student.dense.count <= 1 else {
            throw file.error(
                .student,
                "the student has several pooling modes or Dense modules; one can be trained")
        }
        do {
            _ = try CheckedRecipe.configuration(of: student, projection: recipe.projection)
        } catch {
            throw file.error(.student, "\(error)")
        }
        if let layers = recipe.student.layers {
            do {
                try StudentSurgery.check(
                    layers: layers, of: student.configuration.numHiddenLayers)
            } catch {
                throw file.error(.layers, "'student.layers': \(error)")
            }
        }
        if case .tokenizer(let path)? = recipe.student.vocabulary {
            do {
                _ = try UnigramVocabulary(contentsOf: RecipePath(file).url(path))
            } catch {
                throw file.error(.vocabulary, "'student.vocabulary': \(error)")
            }
        }
        return student
    }

    func dimensions(teacher: ModelFolder, student: ModelFolder) throws -> Int {
        let wanted = teacher.dimensions
        let given = student.dense.last?.outputSize ?? recipe.projection ?? student.dimensions
        if let projection = recipe.projection, !student.dense.isEmpty {
            throw file.error(
                .projection,
                "'projection' is \(projection), but the student has a Dense module of its own")
        }
        guard given == wanted else {
            let key: RecipeFile.Key = recipe.projection == nil ? .student : .projection
            throw file.error(
                key,
                "the student's vectors have \(given) numbers and the teacher's \(wanted): "
                    + "write 'projection: \(wanted)'")
        }
        return wanted
    }

    func lengths(teacher: ModelFolder, student: ModelFolder, dimensions: Int) throws {
        func within(_ value: Int?, _ folder: ModelFolder, _ key: RecipeFile.Key) throws {
            guard let value, value > folder.maxTokens else { return }
            throw file.error(
                key, "'max-tokens' is \(value), the model takes \(folder.maxTokens)")
        }
        try within(recipe.teacher.maxTokens, teacher, .teacherMaxTokens)
        try within(recipe.student.maxTokens, student, .maxTokens)
        if let prefix = recipe.loss.matryoshka.first(where: { $0 > dimensions }) {
            throw file.error(
                .matryoshka, "'loss.matryoshka' has \(prefix), vectors have \(dimensions) numbers")
        }
        let layers = recipe.student.layers?.count ?? student.configuration.numHiddenLayers
        guard recipe.training.frozenLayers <= layers else {
            throw file.error(
                .frozenLayers,
                "'training.freeze-layers' is \(recipe.training.frozenLayers), "
                    + "the student has \(layers) layers")
        }
    }

    /// The student after surgery. A vocabulary that is cut down to the texts counts in full, since
    /// nobody has read them yet.
    func changed(_ student: ModelFolder) throws -> StudentConfiguration {
        let given = try CheckedRecipe.configuration(of: student, projection: recipe.projection)
        let encoder = given.encoder
        var vocabularySize = encoder.vocabularySize
        if case .tokenizer(let path)? = recipe.student.vocabulary {
            vocabularySize = try UnigramVocabulary(contentsOf: RecipePath(file).url(path)).count
        }
        return try StudentConfiguration(
            encoder: EncoderConfiguration(
                modelType: encoder.modelType, vocabularySize: vocabularySize,
                hiddenSize: encoder.hiddenSize,
                numHiddenLayers: recipe.student.layers?.count ?? encoder.numHiddenLayers,
                numAttentionHeads: encoder.numAttentionHeads,
                intermediateSize: encoder.intermediateSize,
                maxPositionEmbeddings: encoder.maxPositionEmbeddings,
                typeVocabularySize: encoder.typeVocabularySize,
                layerNormEpsilon: encoder.layerNormEpsilon, padTokenID: encoder.padTokenID),
            pooling: given.pooling, dense: given.dense, normalizes: given.normalizes)
    }

    /// The memory of training, refused when it exceeds `limit`.
    func memory(_ configuration: StudentConfiguration, limit: Int) throws -> Int {
        let parameters = 4 * ParameterLayout(configuration).count
        let needed =
            parameters
            + Trainer.memoryByteCount(configuration, batchTokens: recipe.training.batchTokens)
        guard needed <= limit else {
            throw file.error(
                .batchTokens,
                "training needs \(MemoryBudget.text(needed)) with 'training.batch-tokens: "
                    + "\(recipe.training.batchTokens)', and this process may use "
                    + "\(MemoryBudget.text(limit)); lower it, and raise 'training.accumulation' to "
                    + "keep the size of a step")
        }
        return needed
    }
}

extension RecipePath {
    init(_ file: RecipeFile) {
        self.init(recipe: file.url, environment: ProcessInfo.processInfo.environment)
    }
}
