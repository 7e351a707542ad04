package syntax

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// places turns offsets into lines and columns. hclsyntax counts columns in grapheme clusters, lapse in UTF-16 units.
type places struct {
	lines []int
	// units[i] is how many UTF-16 units stand before byte i; nil where every byte is one.
	units []uint32
}

func newPlaces(source []byte) places {
	p := places{lines: []int{0}}
	for at := 0; ; {
		next := bytes.IndexByte(source[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
		p.lines = append(p.lines, at)
	}
	if isASCII(source) {
		return p
	}
	p.units = make([]uint32, len(source)+1)
	count := uint32(0)
	for at := 0; at < len(source); {
		letter, size := utf8.DecodeRune(source[at:])
		for i := 0; i < size; i++ {
			p.units[at+i] = count
		}
		count++
		if letter > 0xffff {
			count++
		}
		at += size
	}
	p.units[len(source)] = count
	return p
}

func (p places) of(offset int) (line, column int) {
	line = sort.Search(len(p.lines), func(i int) bool { return p.lines[i] > offset })
	begin := p.lines[line-1]
	if p.units == nil {
		return line, offset - begin + 1
	}
	offset = min(offset, len(p.units)-1)
	return line, int(p.units[offset]-p.units[begin]) + 1
}

func isASCII(source []byte) bool {
	for _, letter := range source {
		if letter >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
