package syntax

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"
)

// writer puts JSON together. By hand, since a reflecting encoder takes longer than the parser.
type writer struct {
	out    []byte
	places places
	source []byte
}

func (w *writer) open(name string) {
	w.out = append(w.out, '{')
	w.name(name)
}

func (w *writer) member(name string) {
	w.out = append(w.out, ',')
	w.name(name)
}

func (w *writer) name(name string) {
	w.out = append(w.out, '"')
	w.out = append(w.out, name...)
	w.out = append(w.out, '"', ':')
}

func (w *writer) kind(kind string, at hcl.Range) {
	w.open("kind")
	w.text(kind)
	w.between(at)
}

// between writes where something begins and where it ends, which is exclusive.
func (w *writer) between(at hcl.Range) {
	w.member("place")
	w.place(at.Start.Byte)
	w.member("end")
	w.place(at.End.Byte)
}

func (w *writer) place(offset int) {
	line, column := w.places.of(offset)
	w.position(line, column)
}

func (w *writer) position(line, column int) {
	w.out = append(w.out, `{"line":`...)
	w.out = strconv.AppendInt(w.out, int64(line), 10)
	w.out = append(w.out, `,"column":`...)
	w.out = strconv.AppendInt(w.out, int64(column), 10)
	w.out = append(w.out, '}')
}

const hex = "0123456789abcdef"

// text writes a JSON string. Bytes that are no UTF-8 go through as they are, for the host's decoder to replace.
func (w *writer) text(value string) {
	w.out = append(w.out, '"')
	from := 0
	for at := 0; at < len(value); at++ {
		letter := value[at]
		if letter >= 0x20 && letter != '"' && letter != '\\' {
			continue
		}
		w.out = append(w.out, value[from:at]...)
		from = at + 1
		if letter < 0x20 {
			w.out = append(w.out, '\\', 'u', '0', '0', hex[letter>>4], hex[letter&15])
		} else {
			w.out = append(w.out, '\\', letter)
		}
	}
	w.out = append(w.out, value[from:]...)
	w.out = append(w.out, '"')
}

// list writes what is given for each of n elements.
func (w *writer) list(name string, n int, element func(int)) {
	w.member(name)
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		element(i)
	}
	w.out = append(w.out, ']')
}
