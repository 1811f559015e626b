/** Runes everywhere; the TypeScript inside components needs no preprocessor. */
export default { compilerOptions: { runes: true } };
