import Foundation
import PackagePlugin

/// Runs the rule compiler over `patterns/` when a rule file has changed.
@main
struct CompileRules: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let patterns = context.package.directoryURL.appending(path: "patterns")
    let files =
      FileManager.default.enumerator(at: patterns, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "yaml" }
      .sorted { $0.path < $1.path } ?? []
    let output = context.pluginWorkDirectoryURL.appending(path: "RuleTable.swift")
    return [
      .buildCommand(
        displayName: "Compiling \(files.count) rule files",
        executable: try context.tool(named: "rulecompiler").url,
        arguments: [output.path, patterns.path] + files.map(\.path),
        inputFiles: files, outputFiles: [output])
    ]
  }
}
