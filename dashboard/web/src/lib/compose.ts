/** A draft’s text: its {fields} filled in with what was written and chosen. */

export function compose(template: string, words: Record<string, string>, gap: string): string {
  return template.replace(/\{([^{}]*)\}(?=([.,;:!?])?)/g, (_, field: string, mark: string | undefined) => {
    const text = words[field]?.trim() || gap;
    return mark === undefined ? text : text.replace(/(?<!\.)\.$/, ""); // no full stop before another mark
  });
}
