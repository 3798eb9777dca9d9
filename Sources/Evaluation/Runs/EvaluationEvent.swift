/// What a long evaluation tells while it runs.
package enum EvaluationEvent: Sendable {
    /// A task, or an altered form of its queries, begins.
    case began(String)
    /// Texts of the current step that the model has embedded, of those that were not on disk.
    case embedded(done: Int, total: Int)
}
