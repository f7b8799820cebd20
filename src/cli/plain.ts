/** What a terminal would obey: control characters but for ends of lines and tabs, and marks of direction. */
const commands = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A text as a terminal shows it and does nothing else, whatever files have put into it. */
export const plain = (text: string): string => text.replace(commands, '\ufffd');
