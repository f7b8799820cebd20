// Stands in for @vscode/spdlog, the native module with which VS Code writes its logs: without one every output channel of
// an extension stays empty. Files do not rotate.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = /** @type {const} */ (['trace', 'debug', 'info', 'warning', 'error', 'critical']);

class Logger {
  /**
   * @param {string} _type
   * @param {string} _name
   * @param {string} file
   */
  constructor(_type, _name, file) {
    this.file = file;
    this.level = levels.indexOf('info');
    this.raw = false;
    mkdirSync(dirname(file), { recursive: true });
  }

  /** @param {string} message */
  trace(message) {
    this.write('trace', message);
  }

  /** @param {string} message */
  debug(message) {
    this.write('debug', message);
  }

  /** @param {string} message */
  info(message) {
    this.write('info', message);
  }

  /** @param {string} message */
  warn(message) {
    this.write('warning', message);
  }

  /** @param {string} message */
  error(message) {
    this.write('error', message);
  }

  /** @param {string} message */
  critical(message) {
    this.write('critical', message);
  }

  getLevel() {
    return this.level;
  }

  /** @param {number} level */
  setLevel(level) {
    this.level = level;
  }

  /** The one pattern that VS Code uses is what `write` does. */
  setPattern() {
    this.raw = false;
  }

  clearFormatters() {
    this.raw = true;
  }

  flush() {}

  drop() {}

  /**
   * @private
   * @param {typeof levels[number]} level
   * @param {string} message
   */
  write(level, message) {
    if (levels.indexOf(level) < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    appendFileSync(this.file, this.raw ? message : `${time} [${level}] ${message}\n`);
  }
}

/**
 * @param {string} name
 * @param {string} file
 */
function createRotatingLogger(name, file) {
  return Promise.resolve(new Logger('rotating', name, file));
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createRotatingLogger;
exports.createAsyncRotatingLogger = createRotatingLogger;
