import type { CharacterSet } from './character-set.js';
import type { PatternNode } from './pattern-parser.js';

/** More states than any sensible route needs; counted repetitions multiply them. */
const MOST_STATES = 2000;

/** A state reads one character of a set and goes on, or goes on at once to one or two others; -1 is nowhere. */
export interface State {
  readonly accepts: CharacterSet | undefined;
  next: number;
  readonly other: number;
}

export interface Program {
  readonly states: readonly State[];
  readonly start: number;
  readonly end: number;
}

/** Builds the automaton of a pattern (Thompson's construction), back to front: each part is given where it leads. */
export function compilePattern(node: PatternNode): Program {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= MOST_STATES) throw new SyntaxError(`the pattern needs more than ${MOST_STATES} states`);
    return states.push(state) - 1;
  };
  const end = add({ accepts: undefined, next: -1, other: -1 });
  return { states, end, start: build(node, end, add) };
}

function build(node: PatternNode, next: number, add: (state: State) => number): number {
  switch (node.kind) {
    case 'set':
      return add({ accepts: node.set, next, other: -1 });
    case 'sequence':
      return node.parts.reduceRight((following, part) => build(part, following, add), next);
    case 'choice':
      return node.parts
        .map((part) => build(part, next, add))
        .reduceRight((other, start) => add({ accepts: undefined, next: start, other }));
    case 'repeat':
      return repeat(node, next, add);
  }
}

function repeat(node: PatternNode & { kind: 'repeat' }, next: number, add: (state: State) => number): number {
  let start = next;
  if (node.most === Infinity) {
    const loop: State = { accepts: undefined, next: -1, other: next };
    start = add(loop);
    loop.next = build(node.part, start, add);
  } else {
    for (let count = node.most - node.least; count > 0; count--) {
      start = add({ accepts: undefined, next: build(node.part, start, add), other: next });
    }
  }
  for (let count = node.least; count > 0; count--) start = build(node.part, start, add);
  return start;
}
