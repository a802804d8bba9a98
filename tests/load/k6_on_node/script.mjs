// A scenario's TypeScript, run once for each virtual user: each has the state of its modules to itself, as in k6.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const tools = new URL('../../../tools/package.json', import.meta.url);
const ts = createRequire(tools)('typescript');

const NAMES = ['exports', 'require', '__ENV', '__VU'];

export class Script {
  #compiled = new Map(); // file -> function of NAMES

  constructor(file, environment) {
    this.file = path.resolve(file);
    this.environment = environment;
  }

  /** The script's exports, with k6's modules as `api` gives them. */
  load(api, user) {
    const loaded = new Map();
    const load = (file) => {
      if (loaded.has(file)) return loaded.get(file);
      const exports = {};
      loaded.set(file, exports);
      const require = (name) => {
        if (name.startsWith('.')) return load(path.resolve(path.dirname(file), name));
        if (Object.hasOwn(api, name)) return api[name];
        throw new Error(`${file}: the module ${name} is not known here`);
      };
      this.#compile(file)(exports, require, this.environment, user);
      return exports;
    };
    return load(this.file);
  }

  #compile(file) {
    let compiled = this.#compiled.get(file);
    if (!compiled) {
      const { outputText } = ts.transpileModule(fs.readFileSync(file, 'utf8'), {
        fileName: file,
        compilerOptions: {
          module: ts.ModuleKind.CommonJS,
          target: ts.ScriptTarget.ES2022,
          esModuleInterop: true,
        },
      });
      compiled = vm.compileFunction(outputText, NAMES, { filename: file });
      this.#compiled.set(file, compiled);
    }
    return compiled;
  }
}
