// swift-tools-version: 6.1
// The rooms of logscan. Data goes one way; a room knows only the rooms below it (docs/architecture.md).

import PackageDescription

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "logscan",
  products: [.executable(name: "logscan", targets: ["logscan"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // The words every other room speaks: event types, fields, severities, time.
    .target(name: "MailEvents", swiftSettings: swift),

    // Bytes in.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "LogInput", dependencies: ["CZlib"], swiftSettings: swift),
    .target(name: "CJournal", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "JournalInput", dependencies: ["CJournal", "LogInput"], swiftSettings: swift),
    .target(name: "Following", dependencies: ["LogInput", "JournalInput"], swiftSettings: swift),
    .target(name: "RunState", dependencies: ["LogInput", "Following"], swiftSettings: swift),
    .target(name: "LogSyntax", dependencies: ["MailEvents"], swiftSettings: swift),

    // Knowledge in.
    .target(name: "RuleFiles", dependencies: ["MailEvents", "Yams"], swiftSettings: swift),
    .target(
      name: "BuiltinRules", dependencies: ["RuleFiles"], swiftSettings: swift,
      plugins: ["CompileRules"]),
    .executableTarget(name: "rulecompiler", dependencies: ["RuleFiles", "EventRules"], swiftSettings: swift),
    .plugin(name: "CompileRules", capability: .buildTool(), dependencies: ["rulecompiler"]),

    // Lines to events, events to ledger, ledger to findings.
    .target(name: "EventRules", dependencies: ["MailEvents", "LogSyntax", "RuleFiles"], swiftSettings: swift),
    .target(
      name: "MailFlow", dependencies: ["MailEvents", "EventRules", "LogSyntax"],
      swiftSettings: swift),
    .target(
      name: "Diagnosis", dependencies: ["MailEvents", "LogSyntax", "RuleFiles", "EventRules", "MailFlow"],
      swiftSettings: swift),

    // One message's whole way.
    .target(
      name: "Tracing", dependencies: ["MailEvents", "LogSyntax", "EventRules", "MailFlow"], swiftSettings: swift),

    // What an error means, without a log.
    .target(
      name: "Explanations",
      dependencies: ["MailEvents", "LogSyntax", "RuleFiles", "EventRules", "MailFlow", "Diagnosis"],
      swiftSettings: swift),

    // Findings against those of an earlier time.
    .target(name: "Comparison", dependencies: ["MailEvents", "Diagnosis"], swiftSettings: swift),

    // Live checks: what the server and the network say now. OpenSSL is loaded when a probe needs it.
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .target(name: "COpenSSL"),
    .target(name: "CLinux"),
    .target(name: "Probing", dependencies: ["CAres", "COpenSSL", "CLinux"], swiftSettings: swift),

    // Reports that name nobody.
    .target(name: "Anonymity", dependencies: ["COpenSSL", "Diagnosis"], swiftSettings: swift),

    // The report as a mail, and its way out.
    .target(name: "ReportMail", dependencies: ["MailEvents", "MailFlow"], swiftSettings: swift),

    // What users see.
    .target(
      name: "Reports",
      dependencies: ["MailEvents", "LogSyntax", "EventRules", "MailFlow", "Diagnosis", "Tracing", "Explanations"],
      swiftSettings: swift),

    // For authors of rules.
    .target(
      name: "RuleDrafts", dependencies: ["MailEvents", "LogSyntax", "RuleFiles", "EventRules", "MailFlow", "Reports"],
      swiftSettings: swift),
    .target(
      name: "RuleReference", dependencies: ["MailEvents", "RuleFiles", "Explanations", "Reports"], swiftSettings: swift),
    .executableTarget(
      name: "logscan",
      dependencies: [
        "LogInput", "JournalInput", "Following", "RunState", "LogSyntax", "RuleFiles", "BuiltinRules",
        "EventRules", "MailFlow",
        "Diagnosis", "Comparison", "Tracing", "Explanations", "Anonymity", "Probing", "Reports", "ReportMail",
        "RuleDrafts",
        "RuleReference",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    .testTarget(name: "LogInputTests", dependencies: ["LogInput", "CZlib"], swiftSettings: swift),
    .testTarget(name: "LogSyntaxTests", dependencies: ["LogSyntax", "MailEvents"], swiftSettings: swift),
    .testTarget(name: "RuleFilesTests", dependencies: ["RuleFiles", "MailEvents"], swiftSettings: swift),
    .testTarget(
      name: "EventRulesTests", dependencies: ["EventRules", "LogSyntax", "RuleFiles", "MailEvents"],
      swiftSettings: swift),
    .testTarget(
      name: "MailFlowTests",
      dependencies: ["MailFlow", "EventRules", "LogSyntax", "RuleFiles", "BuiltinRules", "MailEvents"],
      swiftSettings: swift),
    .testTarget(
      name: "DiagnosisTests",
      dependencies: [
        "Diagnosis", "MailFlow", "EventRules", "LogSyntax", "RuleFiles", "BuiltinRules", "MailEvents",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "TracingTests",
      dependencies: ["Tracing", "MailFlow", "EventRules", "LogSyntax", "RuleFiles", "MailEvents"], swiftSettings: swift),
    .testTarget(
      name: "RuleDraftsTests",
      dependencies: [
        "RuleDrafts", "MailFlow", "EventRules", "LogSyntax", "RuleFiles", "BuiltinRules", "MailEvents",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "RuleReferenceTests", dependencies: ["RuleReference", "RuleFiles", "MailEvents"], swiftSettings: swift),
    .testTarget(name: "AnonymityTests", dependencies: ["Anonymity"], swiftSettings: swift),
    .testTarget(name: "ProbingTests", dependencies: ["Probing"], swiftSettings: swift),
    .testTarget(name: "ReportMailTests", dependencies: ["ReportMail"], swiftSettings: swift),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Comparison", "Diagnosis", "Reports", "MailEvents"],
      swiftSettings: swift),
    .testTarget(
      name: "ExplanationsTests",
      dependencies: ["Explanations", "RuleFiles", "BuiltinRules", "MailEvents"], swiftSettings: swift),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "Diagnosis", "Explanations", "MailEvents"], swiftSettings: swift),
  ]
)
