// Checks manifests strictly, without a cluster: each document becomes a literal of the type that the
// published schemas give its kind (npm kubernetes-models), and TypeScript says what does not fit:
// unknown fields, wrong types, what is missing.
//
//   node tests/kubernetes/check.mjs FILE...           exit 1 where something is wrong
//   node tests/kubernetes/check.mjs --json FILE...    prints the documents instead
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";

const tools = new URL("../../tools", import.meta.url).pathname;
const require = createRequire(path.join(tools, "package.json"));
const ts = require("typescript");
const yaml = require("yaml");

// "apps/v1" + "Deployment" -> interface of kubernetes-models/apps/v1
function typed(document, i) {
  const { apiVersion, kind } = document;
  const module = `kubernetes-models/${apiVersion}`;
  return [
    `import type { I${kind} } from ${JSON.stringify(module)};`,
    `export const d${i}: I${kind} = ${JSON.stringify(document, null, 1)};`,
  ].join("\n");
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "souk-kubernetes-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
fs.symlinkSync(path.join(tools, "node_modules"), path.join(folder, "node_modules"));

const asJson = process.argv[2] === "--json";
const documents = [];
const origins = new Map(); // file of a literal -> what it is
for (const file of process.argv.slice(asJson ? 3 : 2)) {
  const text = fs.readFileSync(file, "utf8");
  for (const document of yaml.parseAllDocuments(text, { uniqueKeys: true })) {
    for (const error of document.errors) {
      console.error(`${file}: ${error.message}`);
      process.exitCode = 1;
    }
    const value = document.toJS();
    documents.push(value);
    if (value == null || value.apiVersion?.startsWith("kustomize.config.k8s.io/")) continue;
    const name = path.join(folder, `d${origins.size}.ts`);
    fs.writeFileSync(name, typed(value, origins.size));
    origins.set(name, `${file}: ${value.kind}/${value.metadata?.name}`);
  }
}

if (asJson) {
  console.log(JSON.stringify(documents));
  process.exit();
}
const program = ts.createProgram([...origins.keys()], {
  noEmit: true, strict: true, skipLibCheck: true, types: [], preserveSymlinks: true,
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
const problems = ts.getPreEmitDiagnostics(program);
for (const problem of problems) {
  const where = origins.get(problem.file?.fileName) ?? "types";
  console.error(`${where}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`);
}
if (problems.length > 0) process.exitCode = 1;
console.log(`${origins.size} documents, ${problems.length} problems`);
