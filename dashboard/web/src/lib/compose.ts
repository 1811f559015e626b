/** A draft’s text: its {fields} filled in with what was written and chosen. */

export function compose(template: string, words: Record<string, string>, gap: string): string {
  return template.replace(/\{([^{}]*)\}/g, (_, field: string) => words[field]?.trim() || gap);
}
