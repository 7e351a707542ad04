import { ALLOW_KEYWORD } from './allow-comment.ts';
import { ESCAPE_FORMS, type EscapeForm } from './encodings/decode-escapes.ts';
import { gatesOf } from './hit-gate.ts';
import { type Keyword, type KeywordSearch, keywordSearch } from './keyword-search.ts';
import type { SearchImage } from './prefilter/search-image.ts';
import type { AssignmentRule, ContextRule, ExtractRule, Rule, TokenRule } from './rule.ts';

/** What is tried where one keyword stands. */
export interface KeywordPlan {
  readonly keyword: string;
  readonly length: number;
  readonly tokens: readonly TokenRule[];
  readonly contexts: readonly ContextRule[];
  readonly extracts: readonly ExtractRule[];
  /** By what the name promises. */
  readonly assignments: ReadonlyMap<AssignmentRule['kind'], AssignmentRule>;
}

/** All rules, ready to run. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly keywords: KeywordSearch;
  /** By the index of the keyword. */
  readonly plans: readonly KeywordPlan[];
  readonly longestKeyword: number;
  /** The index of the keyword that leads to suppressing comments. */
  readonly allowKeyword: number;
  /** By the index of the keyword: what is written in another form where it stands. */
  readonly escapes: readonly (EscapeForm | undefined)[];
  /** Beginnings of credentials whose form is known: a value that begins so and has another form is none. */
  readonly openings: readonly string[];
  /** Names of vendors all of whose forms are known. */
  readonly completeFor: readonly string[];
}

const ESCAPES = new Map(ESCAPE_FORMS.flatMap((form) => form.keywords.map((keyword) => [keyword, form])));

/** What was made of rules before: `rules` may have more than are to run, which makes gates open more often and nothing else. */
export interface PreparedSearch {
  readonly rules: readonly Rule[];
  readonly image: SearchImage;
}

/** What is asked of rules before a keyword is met, and of each of them then. */
export interface RuleFacts extends Pick<RuleSet, 'openings' | 'completeFor'> {
  readonly keywords: readonly string[];
  /** Those that a keyword leads to, by its index. */
  rulesOf(keyword: number): readonly Rule[];
  all(): readonly Rule[];
}

/** Makes rules ready to run. */
export function ruleSet(rules: readonly Rule[], prepared?: PreparedSearch): RuleSet {
  const searched = prepared?.rules ?? rules;
  const search = keywordSearch(() => searchedKeywords(searched), prepared?.image);
  return setOf(ruleFacts(rules, keywordsOf(searched)), search);
}

/** The same of rules and the image of their keywords, as the build stored them. */
export function storedRuleSet(rules: RuleFacts, image: SearchImage): RuleSet {
  return setOf(
    rules,
    keywordSearch(() => searchedKeywords(rules.all()), image),
  );
}

/** @param keywords - may be more than those of the rules. */
export function ruleFacts(rules: readonly Rule[], keywords = keywordsOf(rules)): RuleFacts {
  const byKeyword = rulesByKeyword(rules);
  return {
    keywords,
    rulesOf: (keyword) => byKeyword.get(keywords[keyword] ?? '') ?? [],
    all: () => rules,
    openings: [...new Set(rules.flatMap((rule) => (rule.form === 'token' ? rule.openings : [])))],
    completeFor: [...new Set(rules.flatMap((rule) => rule.completeFor))],
  };
}

function setOf(facts: RuleFacts, search: KeywordSearch): RuleSet {
  const { keywords, openings, completeFor } = facts;
  return {
    get rules() {
      return facts.all();
    },
    keywords: search,
    plans: keywords.map((keyword, index) => new Plan(keyword, () => facts.rulesOf(index))),
    allowKeyword: keywords.indexOf(ALLOW_KEYWORD),
    escapes: keywords.map((keyword) => ESCAPES.get(keyword)),
    longestKeyword: Math.max(0, ...keywords.map((keyword) => keyword.length)),
    openings,
    completeFor,
  };
}

/** What is looked for because of rules. */
export function searchedKeywords(rules: readonly Rule[]): readonly Keyword[] {
  const byKeyword = rulesByKeyword(rules);
  return keywordsOf(rules).map((text) => ({ text, gates: gatesOf(text, byKeyword.get(text) ?? []) }));
}

/** The keywords by their index. */
export function keywordsOf(rules: readonly Rule[]): readonly string[] {
  return [...new Set([...rules.flatMap((rule) => rule.keywords), ALLOW_KEYWORD, ...ESCAPES.keys()])];
}

function rulesByKeyword(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const byKeyword = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const keyword of new Set(rule.keywords)) {
      const known = byKeyword.get(keyword);
      if (known === undefined) byKeyword.set(keyword, [rule]);
      else known.push(rule);
    }
  }
  return byKeyword;
}

/** The same for texts in which only what proves itself counts. */
export function structuredOnly(set: RuleSet): RuleSet {
  const isStructured = ({ confidence }: Rule) => confidence === 'structured';
  return {
    ...set,
    rules: set.rules.filter(isStructured),
    plans: set.plans.map(({ keyword, length, tokens }) => ({
      keyword,
      length,
      tokens: tokens.filter(isStructured),
      contexts: [],
      extracts: [],
      assignments: new Map(),
    })),
  };
}

/** Most keywords are never met: what they lead to is looked up when one is. */
class Plan implements KeywordPlan {
  readonly keyword: string;
  readonly length: number;
  readonly #load: () => readonly Rule[];
  #byForm: Pick<KeywordPlan, 'tokens' | 'contexts' | 'extracts' | 'assignments'> | undefined;

  constructor(keyword: string, load: () => readonly Rule[]) {
    this.keyword = keyword;
    this.length = keyword.length;
    this.#load = load;
  }

  get tokens() {
    return this.#forms().tokens;
  }

  get contexts() {
    return this.#forms().contexts;
  }

  get extracts() {
    return this.#forms().extracts;
  }

  get assignments() {
    return this.#forms().assignments;
  }

  #forms() {
    this.#byForm ??= byForm(this.#load());
    return this.#byForm;
  }
}

function byForm(rules: readonly Rule[]) {
  return {
    tokens: rules.filter((rule) => rule.form === 'token'),
    contexts: rules.filter((rule) => rule.form === 'context'),
    extracts: rules.filter((rule) => rule.form === 'extract'),
    assignments: new Map(rules.flatMap((rule) => (rule.form === 'assignment' ? [[rule.kind, rule]] : []))),
  };
}
