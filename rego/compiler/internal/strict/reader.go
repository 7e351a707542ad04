package strict

// reader reads the binary format; once something is missing, failed stays set and everything reads as zero.
type reader struct {
	bytes  []byte
	at     int
	failed bool
}

func (r *reader) done() bool { return r.failed || r.at >= len(r.bytes) }

func (r *reader) byte() byte {
	if r.done() {
		r.failed = true
		return 0
	}
	r.at++
	return r.bytes[r.at-1]
}

func (r *reader) take(n int) []byte {
	if r.failed || n < 0 || n > len(r.bytes)-r.at {
		r.failed = true
		return nil
	}
	r.at += n
	return r.bytes[r.at-n : r.at]
}

// unsigned reads LEB128.
func (r *reader) unsigned() uint32 {
	var value uint32
	for shift := 0; shift < 35; shift += 7 {
		next := r.byte()
		value |= uint32(next&0x7f) << shift
		if next&0x80 == 0 {
			return value
		}
	}
	r.failed = true
	return 0
}

// skipNumber passes over LEB128 of any width and sign.
func (r *reader) skipNumber() {
	for r.byte()&0x80 != 0 {
	}
}

func appendUnsigned(out []byte, value uint32) []byte {
	for value >= 0x80 {
		out = append(out, byte(value)|0x80)
		value >>= 7
	}
	return append(out, byte(value))
}

func appendSigned(out []byte, value int32) []byte {
	for {
		low := byte(value & 0x7f)
		value >>= 7
		if (value == 0 && low&0x40 == 0) || (value == -1 && low&0x40 != 0) {
			return append(out, low)
		}
		out = append(out, low|0x80)
	}
}
