/// Why a document cannot be read, in words that follow "file: ".
package struct DocumentDamage: Error, Equatable {
    package let problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}
