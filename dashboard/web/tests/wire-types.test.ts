/** The wire's types accept what the server really says: every fixture is compiled as a literal of its type. */

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { names, textOf } from "./wire";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const VIRTUAL = `${HERE}fixtures-as-literals.ts`;
const TYPES: [RegExp, string][] = [
  [/^snapshot-/, "Snapshot"],
  [/^delta-/, "Delta"],
  [/^sequence-/, "{ heard: Message[]; snapshots: Snapshot[] }"],
  [/^refusal$/, "{ status: number; body: { ok: false; why: string } }"],
  [/^review$/, "Review"],
  [/^progress$/, "ProgressAnswer"],
  [/^notes$/, "{ notes: SessionNote[] }"],
];
const HEAD = 'import type { Delta, Message, ProgressAnswer, Review, SessionNote, Snapshot } from "../src/lib/wire";\n';

/** Long lists of numbers say no more of their type than their beginning does. */
const short = (value: unknown): unknown =>
  Array.isArray(value) ? value.slice(0, 40).map(short)
  : value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, short(inner)]))
  : value;

function errors(source: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, types: [],
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const [read, exists] = [host.getSourceFile, host.fileExists];
  host.fileExists = (name) => name === VIRTUAL || exists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === VIRTUAL ? ts.createSourceFile(name, source, version) : read(name, version, ...rest);
  const program = ts.createProgram([VIRTUAL], options, host);
  return program.getSemanticDiagnostics(program.getSourceFile(VIRTUAL)).map((found) => {
    const line = found.file?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0;
    return `${source.split("\n")[line]?.slice(0, 60)}… ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
  });
}

describe("the types of the wire", () => {
  it("accept every fixture, without a field more or less", () => {
    const literals = names.map((name, n) => {
      const type = TYPES.find(([pattern]) => pattern.test(name))?.[1] ?? "never";
      return `export const f${n} /* ${name} */ = ${JSON.stringify(short(JSON.parse(textOf(name))))} satisfies ${type};`;
    });
    expect(errors(HEAD + literals.join("\n"))).toEqual([]);
  });

  it("refuse what the server doesn’t say", () => {
    const say = (body: string) => errors(`${HEAD}export const f = ${body} satisfies Delta;`);
    expect(say('{ type: "delta", n: 1, set: { offer: null } }')).toEqual([]);
    expect(say('{ type: "delta", n: "1" }')).toHaveLength(1);
    expect(say('{ type: "delta", n: 1, set: { later: 1 } }')).toHaveLength(1);
    expect(say('{ type: "delta", n: 1, set: { question: { at_s: 1, kind: "why" } } }')).toHaveLength(1);
  });
});
