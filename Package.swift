// swift-tools-version: 6.2
// A target imports only targets that stand above it in this list; docs/ARCHITECTURE.md has the table.
import Foundation
import PackageDescription

/// Language rules for every Swift target: Swift 6 mode, explicit `any`, imports private by default,
/// and a warning at each use of an unsafe construct that is not marked `unsafe`.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
]

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// Fixtures are read where they lie, so they are no resources of the test bundle.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    let fixtures = "\(Context.packageDirectory)/Tests/\(name)/Fixtures"
    return .testTarget(
        name: name, dependencies: ["TestSupport"] + dependencies,
        exclude: FileManager.default.fileExists(atPath: fixtures) ? ["Fixtures"] : [],
        swiftSettings: strict)
}

let package = Package(
    name: "ajan-embed",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AjanEmbed", targets: ["AjanEmbed"]),
        .executable(name: "ajan", targets: ["ajan"]),
    ],
    traits: [
        .trait(name: "MPI", description: "Training and caching over several processes (Open MPI)")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "CKernels",
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        // hnswlib is headers only: Debian's libhnswlib-dev.
        .target(name: "CHnsw", dependencies: ["CKernels"]),
        // Headers only, Debian's libcurl4-openssl-dev: the library is opened by the first download.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        library("Compute", ["CKernels"]),
        library("TurkishText"),
        library("JSON", ["Compute"]),
        library(
            "Documents",
            [
                "TurkishText", "CZlib", "CZstd", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "Corpus",
            [
                "Compute", "TurkishText", "JSON", "Documents",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ]),
        library("Safetensors", ["Compute", "JSON"]),
        library("Tokenization", ["Compute", "TurkishText", "Safetensors", "JSON"]),
        library("Encoder", ["Compute", "Safetensors"]),
        // The CUDA backend is opened at run time (cuda/, `make cuda`).
        .target(
            name: "CAccelerator",
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        library("Accelerator", ["CAccelerator", "Compute", "Encoder"]),
        library(
            "AjanEmbed",
            [
                "Compute", "TurkishText", "Safetensors", "Tokenization", "Encoder", "Accelerator",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "Evaluation",
            [
                "Compute", "TurkishText", "Documents", "AjanEmbed",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "Retrieval",
            [
                "CHnsw", "Compute", "TurkishText", "Documents", "AjanEmbed", "Evaluation",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        library("Training", ["Compute", "Safetensors", "Encoder", "Accelerator"]),
        library(
            "Distillation",
            [
                "Compute", "TurkishText", "Safetensors", "Tokenization", "Encoder", "Accelerator",
                "AjanEmbed", "Corpus", "Documents", "Evaluation", "Training",
                .byName(name: "COpenMPI", condition: .when(traits: ["MPI"])),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ]),
        library(
            "Hub",
            [
                "CCurl", "Compute",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "Serving",
            [
                "Compute", "AjanEmbed", "Documents", "Retrieval",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [
                "index.html", "page.css", "page.js", "server.js", "words.js", "favicon.svg",
            ].map { .embedInCode("Page/\($0)") }),
        .executableTarget(
            name: "ajan",
            dependencies: [
                "AjanEmbed", "Compute", "Corpus", "Documents", "Evaluation", "Retrieval",
                "Distillation", "Hub", "Serving", "Tokenization", "TurkishText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "training-benchmark",
            dependencies: [
                "Compute", "Encoder", "Safetensors", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Training",
            exclude: [
                "cache_speed.py", "corpus_cost.py", "prepare_ids.py", "report.py", "run.sh",
                "sentence_transformers_training.py", "torch_training.py",
            ], swiftSettings: strict),
        .executableTarget(
            name: "device-report",
            dependencies: [
                "Accelerator", "CAccelerator", "CKernels", "Compute", "CUDAEmulation", "Encoder",
                "Safetensors", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Device",
            exclude: ["lengths.txt", "make_lengths.py", "run.sh", "torch_step.py"],
            swiftSettings: strict),
        .target(name: "KernelBench", dependencies: ["CKernels"], path: "Benchmarks/KernelBench"),
        .executableTarget(
            name: "kernel-bench", dependencies: ["KernelBench"], path: "Benchmarks/kernel-bench"),
        .target(
            name: "TestSupport", dependencies: ["Compute"], path: "Tests/TestSupport",
            swiftSettings: strict),
        // The sources of the CUDA backend, on the processor. No product depends on it.
        .target(
            name: "CUDAEmulation", dependencies: ["CAccelerator", "CKernels"],
            path: "cuda/emulation", cxxSettings: [.define("AJAN_EMULATED")],
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "EmulationCheck", dependencies: ["CUDAEmulation", "CKernels"],
            path: "Tests/EmulationCheck", cxxSettings: [.define("AJAN_EMULATED")]),
        .target(name: "KernelCheck", dependencies: ["CKernels"], path: "Tests/KernelCheck"),
        tests("ComputeTests", ["Compute", "CKernels", "KernelBench", "KernelCheck"]),
        tests("TurkishTextTests", ["TurkishText"]),
        tests("DocumentsTests", ["Documents"]),
        tests("CorpusTests", ["Corpus", "Documents", "TurkishText"]),
        tests("SafetensorsTests", ["Safetensors", "Compute"]),
        tests("TokenizationTests", ["Tokenization", "TurkishText"]),
        tests("EncoderTests", ["Encoder", "Compute", "Safetensors"]),
        tests("AcceleratorTests", ["Accelerator", "CAccelerator", "CUDAEmulation"]),
        tests("AjanEmbedTests", ["AjanEmbed", "Accelerator", "CUDAEmulation"]),
        tests("EvaluationTests", ["Evaluation", "AjanEmbed"]),
        tests(
            "RetrievalTests",
            [
                "Retrieval", "AjanEmbed", "Documents", "Evaluation", "TurkishText",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("CUDATests", ["EmulationCheck"]),
        tests(
            "TrainingTests",
            [
                "Training", "Encoder", "Compute", "Safetensors", "CKernels", "Accelerator",
                "CAccelerator", "CUDAEmulation",
            ]),
        tests(
            "DistillationTests",
            [
                "Distillation", "Accelerator", "AjanEmbed", "Compute", "Corpus", "CUDAEmulation",
                "Evaluation", "Safetensors", "Tokenization", "Training", "TurkishText",
            ]),
        tests(
            "HubTests",
            [
                "Hub", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests(
            "ServingTests",
            [
                "Serving", "AjanEmbed", "Retrieval",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests("EndToEndTests", ["ajan", "Compute", "Documents", "Safetensors"]),
        tests("TidyTests", []),
    ],
    cxxLanguageStandard: .cxx17
)

// The entries of the fuzzer (Fuzz/run) are no part of the product; only that script asks for them.
if Context.environment["AJAN_FUZZ"] != nil {
    package.products.append(.library(name: "FuzzEntries", type: .static, targets: ["FuzzEntries"]))
    package.targets.append(
        .target(
            name: "FuzzEntries", dependencies: ["Encoder", "Safetensors", "Tokenization"],
            path: "Fuzz/Entries", swiftSettings: strict))
}

// No two packages of one program may have targets of one name, so ours carry a prefix wherever other
// packages see them: `import AjanCompute` is the target "Compute" of the list above.
let shared = Set(
    package.targets.filter { !$0.isTest && ($0.path ?? "Sources").hasPrefix("Sources") }.map(\.name)
).subtracting(["AjanEmbed", "ajan"])

for target in package.targets {
    target.dependencies = target.dependencies.map { dependency in
        guard case .byNameItem(let name, let condition) = dependency, shared.contains(name) else {
            return dependency
        }
        return .byName(name: "Ajan\(name)", condition: condition)
    }
    if shared.contains(target.name) {
        target.path = target.path ?? "Sources/\(target.name)"
        target.name = "Ajan\(target.name)"
    }
}
