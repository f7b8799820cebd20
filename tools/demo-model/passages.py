"""Writes bench/passages.json, the texts that models and recipes are developed on and judged by.

    python3 passages.py CORPUS TYPESCRIPT_FOLDER

Prose, code and Markdown come from the corpus's held-out documents (see corpus.py). The corpus holds next to no TypeScript,
so that is taken from a folder of it that no model here has seen: this repository's own `src`.
"""
import hashlib
import json
import pathlib
import sys

import corpus

COUNTS = dict(prose=40, code=12, markdown=12)
TYPESCRIPT = 24  # for each purpose
OUT = pathlib.Path(__file__).parents[2] / 'bench' / 'passages.json'


def typescript(folder):
    """Stretches of source files, from an exported declaration on, half for each purpose by the hash of their path."""
    chosen = dict(develop=[], judge=[])
    for path in sorted(pathlib.Path(folder).rglob('*.ts')):
        text = path.read_text(encoding='utf8')
        start = text.find('\nexport ') + 1
        half = 'judge' if hashlib.sha256(path.name.encode()).digest()[0] % 2 else 'develop'
        if start and len(text) - start > 900 and len(chosen[half]) < TYPESCRIPT:
            chosen[half].append(text[start:start + 900])
    return chosen


if __name__ == '__main__':
    _, developing, judging = corpus.split(corpus.read(sys.argv[1]))
    written = typescript(sys.argv[2])
    texts = {
        purpose: {**{kind: corpus.passages(documents, kind, count) for kind, count in COUNTS.items()},
                  'typescript': written[purpose]}
        for purpose, documents in (('develop', developing), ('judge', judging))
    }
    OUT.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + '\n', encoding='utf8')
    print({purpose: {kind: len(found) for kind, found in kinds.items()} for purpose, kinds in texts.items()})
