package explanation

import "encoding/json"

// Frame is one evaluation of a rule.
type Frame struct {
	// Rule is its path below data; Text the head as it is written.
	Rule   string `json:"rule"`
	Text   string `json:"text"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Held   bool   `json:"held"`
	// Runs are the ways in which it held; of a rule that did not, how far it came.
	Runs []Run `json:"runs"`
	// More runs than are told.
	More int `json:"more,omitempty"`
}

// Run is one pass through the statements of a rule, with what it answered.
type Run struct {
	Answer json.RawMessage `json:"answer,omitempty"`
	Steps  []Step          `json:"steps"`
}

// Step is one statement: whether it held, its values, and the rules that were evaluated for it.
type Step struct {
	Text   string   `json:"text"`
	Line   int      `json:"line"`
	Column int      `json:"column"`
	Held   bool     `json:"held"`
	Values []Named  `json:"values"`
	Rules  []*Frame `json:"rules"`
}

// Named is the value of a part of a statement; undefined has none.
type Named struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value,omitempty"`
}
