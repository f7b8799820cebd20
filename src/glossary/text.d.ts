/** Markdown is bundled as the text that it is. */
declare module '*.md' {
  const text: string;
  export default text;
}
