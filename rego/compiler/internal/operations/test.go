package operations

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/lineage"
	"github.com/open-policy-agent/opa/v1/util"

	"lapse/rego/compiler/internal/source"
)

const (
	// A failing trace is for a reader; past this many lines it is cut.
	maxTraceLines = 200
	// WASM has one thread, and a test that loops never lets the timer run: the host sets the deadline.
	noTimeout = 24 * time.Hour
)

// TestArguments are modules with their tests, and the data document they see.
type TestArguments struct {
	CheckArguments
	Data json.RawMessage `json:"data"`
	// Filter is a regular expression over the full names of tests; empty runs all.
	Filter   string `json:"filter"`
	Coverage bool   `json:"coverage"`
}

// TestResult has the tests by file and line.
type TestResult struct {
	Tests    []TestCase              `json:"tests"`
	Coverage map[string]FileCoverage `json:"coverage,omitempty"`
}

// TestCase is the outcome of one test rule: pass, fail, error or skip.
type TestCase struct {
	Name    string `json:"name"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Outcome string `json:"outcome"`
	// Milliseconds.
	Duration float64  `json:"duration"`
	Message  string   `json:"message,omitempty"`
	Output   string   `json:"output,omitempty"`
	Trace    []string `json:"trace,omitempty"`
	// Cases are the failed cases of a table test, by path.
	Cases []string `json:"cases,omitempty"`
}

// FileCoverage counts lines; Uncovered lists those that no test reached.
type FileCoverage struct {
	Covered   int   `json:"covered"`
	Uncovered []int `json:"uncovered"`
}

// Test runs tests in OPA's own evaluator. Builtin errors fail a test, as they fail a decision.
func Test(arguments TestArguments) (*TestResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	if arguments.Strict || len(arguments.Schemas) > 0 { // running the tests checks the rest
		if err := arguments.check(modules); err != nil {
			return nil, err
		}
	}
	var coverage *cover.Cover
	if arguments.Coverage {
		coverage = cover.New()
	}
	results, err := arguments.run(modules, arguments.Filter, func(runner *tester.Runner) {
		if coverage != nil {
			// The further passes would tell why a line was not reached, at twice the cost.
			runner.SetCoverageQueryTracer(coverage).SetCoverageRuns(nil)
		}
	})
	if err != nil {
		return nil, arguments.Modules.Problems(err)
	}
	traces, err := arguments.traces(modules, results)
	if err != nil {
		return nil, arguments.Modules.Problems(err)
	}
	answer := &TestResult{Tests: make([]TestCase, 0, len(results))}
	for _, each := range results {
		answer.Tests = append(answer.Tests, testCase(each, traces[fullName(each)]))
	}
	if coverage != nil {
		answer.Coverage = fileCoverage(coverage.Report(modules))
	}
	return answer, nil
}

// run runs the tests whose full name matches the filter, by a runner that configure has had in hand.
func (a TestArguments) run(
	modules map[string]*ast.Module, filter string, configure func(*tester.Runner),
) ([]*tester.Result, error) {
	ctx := context.Background()
	data := map[string]any{}
	if len(a.Data) > 0 {
		if err := util.UnmarshalJSON(a.Data, &data); err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
	}
	store := inmem.NewFromObject(data)
	transaction, err := store.NewTransaction(ctx, storage.WriteParams)
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, transaction)

	runner := tester.NewRunner().
		SetCompiler(ast.NewCompiler().
			WithCapabilities(source.Capabilities()).
			WithEnablePrintStatements(true).
			WithDefaultRegoVersion(ast.RegoV1)).
		SetStore(store).
		SetModules(modules).
		SetParallel(1).
		SetTimeout(noTimeout).
		RaiseBuiltinErrors(true).
		Filter(filter)
	configure(runner)
	channel, err := runner.RunTests(ctx, transaction)
	if err != nil {
		return nil, err
	}
	var results []*tester.Result
	for each := range channel {
		results = append(results, each)
	}
	slices.SortFunc(results, func(one, other *tester.Result) int {
		return cmp.Or(one.Location.Compare(other.Location), strings.Compare(fullName(one), fullName(other)))
	})
	return results, nil
}

// traces runs failed tests once more, alone, with tracing: OPA's tester cannot trace and measure coverage at once, and
// traces of everything are large.
func (a TestArguments) traces(modules map[string]*ast.Module, results []*tester.Result) (map[string][]string, error) {
	var failed []string
	for _, each := range results {
		if each.Fail {
			failed = append(failed, regexp.QuoteMeta(fullName(each)))
		}
	}
	if len(failed) == 0 {
		return nil, nil
	}
	trace := func(runner *tester.Runner) { runner.EnableTracing(true) }
	traced, err := a.run(modules, "^(?:"+strings.Join(failed, "|")+")$", trace)
	if err != nil {
		return nil, err
	}
	traces := map[string][]string{}
	for _, each := range traced {
		traces[fullName(each)] = traceLines(each)
	}
	return traces, nil
}

func traceLines(result *tester.Result) []string {
	var text strings.Builder
	topdown.PrettyTraceWithLocation(&text, lineage.Fails(result.Trace))
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	if cut := len(lines) - maxTraceLines; cut > 0 {
		lines = append(lines[:maxTraceLines], fmt.Sprintf("… %d more lines", cut))
	}
	return lines
}

func fullName(result *tester.Result) string { return result.Package + "." + result.Name }

func testCase(result *tester.Result, trace []string) TestCase {
	made := TestCase{
		Name:     fullName(result),
		File:     result.Location.File,
		Line:     result.Location.Row,
		Outcome:  "pass",
		Duration: float64(result.Duration) / float64(time.Millisecond),
		Output:   string(result.Output),
		Trace:    trace,
	}
	switch {
	case result.Skip:
		made.Outcome = "skip"
	case result.Error != nil:
		made.Outcome, made.Message = "error", result.Error.Error()
	case result.Fail:
		made.Outcome = "fail"
	}
	for path, each := range result.SubResults.Iter {
		if each.Fail && len(each.SubResults) == 0 {
			made.Cases = append(made.Cases, strings.Join(path, "/"))
		}
	}
	return made
}

func fileCoverage(report cover.Report) map[string]FileCoverage {
	files := make(map[string]FileCoverage, len(report.Files))
	for name, file := range report.Files {
		counted := FileCoverage{Covered: file.CoveredLines, Uncovered: []int{}}
		for _, each := range file.NotCovered {
			for row := each.Start.Row; row <= each.End.Row; row++ {
				if !file.IsCovered(row) {
					counted.Uncovered = append(counted.Uncovered, row)
				}
			}
		}
		slices.Sort(counted.Uncovered)
		counted.Uncovered = slices.Compact(counted.Uncovered)
		files[name] = counted
	}
	return files
}
