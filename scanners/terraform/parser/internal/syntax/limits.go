package syntax

import "github.com/hashicorp/hcl/v2/hclsyntax"

const (
	// maxTokens bounds memory: a token and what is made of it take up to 2 kB.
	maxTokens = 200_000
	// maxDepth bounds the stack, since hclsyntax descends recursively.
	maxDepth = 150
	// maxSigns is how many signs and words a text may have, which are in comments and texts too.
	maxSigns = 2 * maxTokens
	// maxUnary is how many ! and - may stand in a row.
	maxUnary = 20
)

// dense says where a text has so many signs and words that its tokens need not be counted: they take memory too.
func dense(source []byte) *excess {
	count := 0
	inWord := false
	for at, letter := range source {
		isWord := letter == '_' || letter == '.' || letter >= '0' && letter <= '9' || letter|0x20 >= 'a' && letter|0x20 <= 'z' || letter >= 0x80
		if letter != ' ' && (!isWord || !inWord) {
			count++
		}
		inWord = isWord
		if count > maxSigns {
			return &excess{"too many tokens", at}
		}
	}
	return nil
}

type excess struct {
	what string
	at   int
}

// exceeded says where the tokens are more or nested deeper than hclsyntax should be given. What nests is counted without
// regard to grammar: brackets, quotes, templates, conditionals of one bracket, and directives of templates.
func exceeded(tokens hclsyntax.Tokens) *excess {
	if len(tokens) > maxTokens {
		return &excess{"too many tokens", tokens[maxTokens].Range.Start.Byte}
	}
	open, signs := 0, 0
	questions := []int{0}
	nested := 0 // questions of all open brackets
	directives := 0
	inDirective := false
	for _, token := range tokens {
		isSign := token.Type == hclsyntax.TokenBang || token.Type == hclsyntax.TokenMinus
		if isSign {
			signs++
		} else {
			signs = 0
		}
		if inDirective && token.Type == hclsyntax.TokenIdent {
			switch string(token.Bytes) {
			case "if", "for":
				directives++
			case "endif", "endfor":
				directives--
			}
		}
		inDirective = token.Type == hclsyntax.TokenTemplateControl
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			open++
			questions = append(questions, 0)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if open > 0 {
				open--
				nested -= questions[len(questions)-1]
				questions = questions[:len(questions)-1]
			}
		case hclsyntax.TokenQuestion:
			questions[len(questions)-1]++
			nested++
		case hclsyntax.TokenComma, hclsyntax.TokenEqual:
			nested -= questions[len(questions)-1]
			questions[len(questions)-1] = 0
		}
		if open+nested+directives > maxDepth || signs > maxUnary {
			return &excess{"nested too deeply", token.Range.Start.Byte}
		}
	}
	return nil
}
