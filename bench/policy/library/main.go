// Evaluates a prepared query with OPA's own library, as Go programs embed it, and says how long it took: JSON in, JSON out.
// Its module is that of rego/compiler, so that both are of one version:
//
//	cd rego/compiler && go build -o library ../../bench/policy/library/main.go
//	library MODULES.json DATA.json INPUTS.jsonl QUERY EVALUATIONS THREADS [ANSWERS.jsonl]
//
// Prints a JSON object: evaluations, seconds, seconds of CPU. With ANSWERS each input's answer is written there, one a line.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
)

func main() {
	modules, data := map[string]string{}, map[string]any{}
	read(os.Args[1], &modules)
	read(os.Args[2], &data)
	inputs := lines(os.Args[3])
	query := os.Args[4]
	evaluations, threads := number(os.Args[5]), number(os.Args[6])

	options := []func(*rego.Rego){rego.Query(query), rego.Store(inmem.NewFromObject(data)), rego.StrictBuiltinErrors(true)}
	for name, text := range modules {
		options = append(options, rego.Module(name, text))
	}
	prepared, err := rego.New(options...).PrepareForEval(context.Background())
	check(err)

	if len(os.Args) > 7 {
		file, err := os.Create(os.Args[7])
		check(err)
		for _, input := range inputs {
			_, err := fmt.Fprintf(file, "%s\n", evaluate(prepared, input))
			check(err)
		}
		check(file.Close())
	}
	runtime.GOMAXPROCS(threads)
	for index := range min(evaluations, 500) { // warm
		evaluate(prepared, inputs[index%len(inputs)])
	}
	cpu, since := processTime(), time.Now()
	var work sync.WaitGroup
	for thread := range threads {
		work.Go(func() {
			for index := thread; index < evaluations; index += threads {
				evaluate(prepared, inputs[index%len(inputs)])
			}
		})
	}
	work.Wait()
	fmt.Printf("{\"evaluations\":%d,\"seconds\":%f,\"cpu\":%f}\n",
		evaluations, time.Since(since).Seconds(), (processTime() - cpu).Seconds())
}

// evaluate takes the shortest way that the library has: text to a value of its own, and the value of the query to text.
func evaluate(prepared rego.PreparedEvalQuery, input []byte) []byte {
	value, err := ast.ValueFromReader(bytes.NewReader(input))
	check(err)
	results, err := prepared.Eval(context.Background(), rego.EvalParsedInput(value))
	check(err)
	text, err := json.Marshal(results[0].Expressions[0].Value)
	check(err)
	return text
}

func processTime() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func read(path string, into any) {
	text, err := os.ReadFile(path)
	check(err)
	check(util.UnmarshalJSON(text, into))
}

func lines(path string) [][]byte {
	file, err := os.Open(path)
	check(err)
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<28)
	var all [][]byte
	for in.Scan() {
		all = append(all, bytes.Clone(in.Bytes()))
	}
	check(in.Err())
	return all
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
