// Package explanation tells why a rule answered as it did: which rules were evaluated for it, which of their statements held,
// and by which values.
package explanation

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Question is what is evaluated.
type Question struct {
	// Written are the modules as they were parsed; Compiler has compiled others of the same text.
	Written  map[string]*ast.Module
	Compiler *ast.Compiler
	Store    storage.Store
	Input    *ast.Term
	Now      time.Time
	Query    ast.Ref
	Focus    ast.Ref
	Column   func(*ast.Location) int
}

// Evaluate answers nil for what is undefined. The frames are told also of an evaluation that failed.
func (q Question) Evaluate(ctx context.Context) (ast.Value, []*Frame, error) {
	transaction, err := q.Store.NewTransaction(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer q.Store.Abort(ctx, transaction)
	evaluate := func(ref ast.Ref, tracer topdown.QueryTracer) (ast.Value, error) {
		return q.evaluate(ctx, transaction, ref, tracer)
	}
	recorder := newRecorder(q)
	value, err := evaluate(q.Query, recorder)
	return value, recorder.told(evaluate), err
}

func (q Question) evaluate(
	ctx context.Context, transaction storage.Transaction, ref ast.Ref, tracer topdown.QueryTracer,
) (ast.Value, error) {
	answer := ast.VarTerm("answer")
	body, err := q.Compiler.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(answer, ast.NewTerm(ref))))
	if err != nil {
		return nil, err
	}
	query := topdown.NewQuery(body).
		WithCompiler(q.Compiler).
		WithStore(q.Store).
		WithTransaction(transaction).
		WithInput(q.Input).
		WithTime(q.Now).
		WithStrictBuiltinErrors(true).
		WithIndexing(false). // an index leaves rules out without a word
		WithEarlyExit(false)
	if tracer != nil {
		query = query.WithQueryTracer(tracer)
	}
	var found ast.Value
	err = query.Iter(ctx, func(result topdown.QueryResult) error {
		if term := result[answer.Value.(ast.Var)]; term != nil {
			found = term.Value
		}
		return nil
	})
	return found, err
}
