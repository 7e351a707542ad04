package syntax

import (
	"sort"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func (w *writer) body(body *hclsyntax.Body) {
	var attributes []*hclsyntax.Attribute
	var blocks hclsyntax.Blocks
	if body != nil {
		blocks = body.Blocks
		for _, attribute := range body.Attributes {
			attributes = append(attributes, attribute)
		}
	}
	sort.Slice(attributes, func(a, b int) bool {
		return attributes[a].NameRange.Start.Byte < attributes[b].NameRange.Start.Byte
	})
	w.out = append(w.out, '{')
	w.name("attributes")
	w.out = append(w.out, '[')
	for i, attribute := range attributes {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.attribute(attribute)
	}
	w.out = append(w.out, ']')
	w.list("blocks", len(blocks), func(i int) { w.block(blocks[i]) })
	w.out = append(w.out, '}')
}

func (w *writer) attribute(attribute *hclsyntax.Attribute) {
	w.open("name")
	w.text(attribute.Name)
	w.between(attribute.SrcRange)
	w.member("value")
	w.expression(attribute.Expr, 0)
	w.out = append(w.out, '}')
}

func (w *writer) block(block *hclsyntax.Block) {
	w.open("type")
	w.text(block.Type)
	w.list("labels", len(block.Labels), func(i int) {
		w.open("text")
		w.text(block.Labels[i])
		if i < len(block.LabelRanges) {
			w.between(block.LabelRanges[i])
		} else {
			w.between(block.TypeRange)
		}
		w.out = append(w.out, '}')
	})
	w.member("place")
	w.place(block.TypeRange.Start.Byte)
	w.member("end")
	w.place(block.CloseBraceRange.End.Byte)
	w.member("body")
	w.body(block.Body)
	w.out = append(w.out, '}')
}
