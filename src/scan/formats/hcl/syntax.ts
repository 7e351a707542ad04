import type { Place } from '../node.ts';

/** Where something stands: from `place` to before `end`. */
interface Ranged {
  readonly place: Place;
  readonly end: Place;
}

/** A file, or what stands between the braces of a block. */
export interface HclBody {
  /** In the order of the file. */
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

/** `name = value`. */
export interface HclAttribute extends Ranged {
  readonly name: string;
  readonly value: HclExpression;
}

/** `type "label" { … }`. */
export interface HclBlock extends Ranged {
  readonly type: string;
  readonly labels: readonly ({ readonly text: string } & Ranged)[];
  readonly body: HclBody;
}

/** What only a run of the program that reads the file can tell the value of; parentheses and `"${x}"` are what is inside. */
export type HclExpression = Ranged &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly block?: Place }
    /** Text put together. `block`: where the first line of a heredoc begins; each of its lines is one of the file. */
    | { readonly kind: 'template'; readonly parts: readonly HclExpression[]; readonly block?: Place }
    /** `%{ for … }` in a template: the elements of a list as one text. */
    | { readonly kind: 'join'; readonly of: HclExpression }
    /** `var.name`, `aws_iam_role.ci[0].arn`: a root and its steps; `*` is a splat. */
    | { readonly kind: 'reference'; readonly path: readonly HclStep[] }
    /** The steps behind something that is no name: `one(x).arn`. */
    | { readonly kind: 'get'; readonly of: HclExpression; readonly path: readonly HclStep[] }
    | { readonly kind: 'index'; readonly of: HclExpression; readonly key: HclExpression }
    /** `x[*].name`: `each` for every element, which it calls `item`. */
    | { readonly kind: 'splat'; readonly of: HclExpression; readonly each: HclExpression }
    | { readonly kind: 'item' }
    /** `expands`: the last argument is a list of arguments. */
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly HclExpression[];
        readonly expands?: true;
      }
    | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
    | { readonly kind: 'object'; readonly entries: readonly HclEntry[] }
    | {
        readonly kind: 'conditional';
        readonly condition: HclExpression;
        readonly whenTrue: HclExpression;
        readonly whenFalse: HclExpression;
      }
    | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly HclExpression[] }
    /** With a `key` it gives an object, whose values of one key `groups` gathers in a list. */
    | {
        readonly kind: 'for';
        readonly keyName?: string;
        readonly valueName: string;
        readonly of: HclExpression;
        readonly key?: HclExpression;
        readonly value: HclExpression;
        readonly condition?: HclExpression;
        readonly groups?: true;
      }
    | { readonly kind: 'unknown'; readonly what: string }
  );

/** A name, a position, or a key in brackets. */
export type HclStep = string | number | { readonly key: string };

export interface HclEntry {
  /** A bare word is a literal. */
  readonly key: HclExpression;
  readonly value: HclExpression;
}

/** What is wrong with the text, without a word of it. */
export interface HclProblem {
  readonly message: string;
  readonly place: Place;
}
